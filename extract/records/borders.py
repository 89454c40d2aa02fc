"""Where words and numbers begin and end, by script; what a value may hold whole or not at all.

Inside a script that parts its words, a border is where letters and digits stop. Scripts that do not part them have
a border between any two syllables, and so does every change of script: "14" stands in "至少14人", "AK" not in "AK47".
What tells half a word from a whole one without a dictionary still counts:

- digits go together, and so do number words: "3" is not in "13" or "3万", "三" is not in "十三", "สาม" not in "สิบสาม";
- a run of katakana is one word;
- a Korean word is found where it begins, when nothing but particles follows: "키이우" in "키이우를", not in "신키이우";
- no border parts a syllable: vowel signs, tone marks, small kana and stacked letters stay with their letter.

Texts are taken as they are; `grounding` folds them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache
from itertools import takewhile

QUOTES = "'\"`´‘’‚‛“”„‟‹›«»′″‴ʹʻʼʽ＇＂❛❜❝❞〝〞〟"
HYPHENS = "-‐‑‒–−"  # without the em dash, which separates

_HANGUL = r"\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
_UNPARTED = {
    "han": r"\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff",
    "hiragana": r"\u3041-\u309f",
    "katakana": r"\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "bopomofo": r"\u3105-\u312f\u31a0-\u31bf",
    "thai, lao": r"\u0e00-\u0eff",
    "burmese": r"\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
    "khmer": r"\u1780-\u17ff\u19e0-\u19ff",
    "tai, cham": r"\u1950-\u19df\u1a20-\u1aaf\uaa00-\uaa5f\uaa80-\uaadf",
    "balinese, javanese": r"\u1b00-\u1b7f\ua980-\ua9df",
}
_UNPARTED_CLASS = "".join(_UNPARTED.values())
_ONE_WORD = ("letters", "hangul", "katakana")
"""Kinds of which a run is one word."""
_SCRIPTS = re.compile(
    "|".join(rf"(?P<_{at}>[{chars}])" for at, chars in enumerate([*_UNPARTED.values(), _HANGUL])),
)
_NAMES = (*_UNPARTED, "hangul")

INSIDE = re.compile(
    rf"(?<=[^\W{QUOTES}{_HANGUL}{_UNPARTED_CLASS}])[^\W{QUOTES}{_HANGUL}{_UNPARTED_CLASS}]+|(?<=[{_HANGUL}])[{_HANGUL}]+"
)
"""The rest of a word, from inside: no value begins there."""

_NONE_BEFORE = re.compile(
    r"[\u1160-\u11ff\ud7b0-\ud7ff"  # vowels and ends of Korean syllables
    r"々〻ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶー\u3031-\u3035ゝゞヽヾ\u31f0-\u31ff"
    r"\u0e30-\u0e3a\u0e45\u0e46\u0eb0-\u0ebd\u0ec6]"  # vowels after their letter
    r"|[\u1000-\u102a\u103f]\u1037?[\u1039\u103a]"  # a last consonant of Burmese
)
_NONE_AFTER = re.compile(r"[\u0e40-\u0e44\u0ec0-\u0ec4\uaab5\uaab6\uaab9\uaabb\uaabc\u1039\u17d2]")
_MOST_MARKS = 32

_PARTICLES = re.compile(
    r"(?:이|가|은|는|을|를|의|에|에서|에게|에게서|께|께서|한테|한테서|으?로|으?로서|으?로써|와|과|이?랑|하고|도|만|까지|부터"
    r"|마저|조차|처럼|보다|이나|이?라도|이?든|마다|밖에|뿐|대로|만큼|쯤|경|여|이?며|이자|이고|이다|였다|이었다|입니다|이?라고|이?라는|이?란"
    rf"|이?라며|이?지만|씨|님){{1,3}}(?![{_HANGUL}])"
    r"|(?:འི|འིས|འམ|འང|འོ)(?![\u0f40-\u0fbc])"
)
_LONGEST_PARTICLES = 36  # characters, decomposed

ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
"""Words of numbers, from one and from twenty."""
_TO_19, _FROM_20 = "|".join(ONES), "|".join(TENS)
_WORD_NUMBER = rf"(?:(?:{_FROM_20})(?:[{HYPHENS}\s](?:{_TO_19}))?|{_TO_19})\b"
_POWER = r"(?:hundred|thousand|million|billion|trillion)\b"
_GAP = rf"(?:[{HYPHENS}]|[^\S\n]+|[^\S\n]*\n[^\S\n]*)"
_DIGITS = r"\d++(?:(?:[.,]|(?<=[０-９])[，．](?=[０-９]))\d++)*+"
_COUNT = rf"(?:{_WORD_NUMBER}|{_DIGITS}|several|few|couple(?:{_GAP}of)?)"
# Cases of Turkish names; those of one vowel, or behind a short name, are spelt like Sana'a and Sa'da.
_TURKISH = r"(?<=[^\W\d_]{4}.)(?:[dt][ae]n?|n[ıiuü]n|n[ae]|y[aeıiuü]|y?l[ae])\b"
_UNIT = re.compile(
    rf"""
    \b(?:
        {_COUNT}(?:{_GAP}{_POWER})+(?:{_GAP}(?:and{_GAP})?{_WORD_NUMBER}(?:{_GAP}{_POWER})*)*  # two hundred and five
      | {_COUNT}{_GAP}dozen\b
      | (?:tens|dozens|hundreds|thousands|millions){_GAP}of{_GAP}(?:hundreds|thousands|millions|billions)\b
      | (?:{_FROM_20})[{HYPHENS}\s](?:{_TO_19})\b              # twenty-two
      | \d{{1,3}}(?:[ \u00a0\u2009\u202f]\d{{3}})+(?!\w)        # 1 200
      | \d++(?:[{HYPHENS}.,:/'’]\d++)+                     # 1,200  3.5  8:30  5-10
      | [^\W\d_]++[{HYPHENS}]\d\w*+(?:[.,]\d\w*+)*         # S-300, F-16
      | [^\W\d_](?:\.[^\W\d_])+(?!\w)                       # U.S
      | [^\W_]++(?:['’ʼ](?!s\b|{_TURKISH})[^\W_]++)+        # O'Brien, but Kyiv's and Kiev'de are Kyiv
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)

_POWERS_OF_KOREAN = "|".join(word + "|" + unicodedata.normalize("NFD", word) for word in "십백천만억조")
_HAN_NUMERALS = "〇零○一二三四五六七八九十百千万萬億亿兆两兩廿卅"
_EASTERN_UNIT = re.compile(
    rf"""
    (?:星期|礼拜|禮拜)[一二三四五六日天]                            # Wednesday is no three
  | [周週][一二三四五六日](?![{_HAN_NUMERALS}])
  | (?<!\d)(?<!\d[.,])(?:第|百分之)?+[数數几幾]?+(?:(?:{_DIGITS})?+[{_HAN_NUMERALS}]++)++(?:[点點][{_HAN_NUMERALS}]++)?+[数數几幾]?+
  | 第{_DIGITS}
  | [０-９]++(?:[，．][０-９]++)+
  | (?<!\d)(?<!\d[.,])(?:{_DIGITS}(?:{_POWERS_OF_KOREAN})++)++
  | (?:제|{unicodedata.normalize("NFD", "제")}){_DIGITS}
  | (?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ|ยี่|เอ็ด|ร้อย|พัน|หมื่น|แสน|ล้าน){{2,}}+
  | (?:ໜຶ່ງ|ຫນຶ່ງ|ສອງ|ສາມ|ສີ່|ຫ້າ|ຫົກ|ເຈັດ|ແປດ|ເກົ້າ|ສິບ|ຊາວ|ເອັດ|ຮ້ອຍ|ພັນ|ໝື່ນ|ຫມື່ນ|ແສນ|ລ້ານ){{2,}}+
  | (?:មួយ|ពីរ|បី|បួន|ប្រាំ|ដប់|ម្ភៃ|រយ|ពាន់|ម៉ឺន|សែន|លាន){{2,}}+
  | (?:တစ်|နှစ်|သုံး|လေး|ငါး|ခြောက်|ခုနစ်|ခုနှစ်|ရှစ်|ကိုး|ဆယ့်?|ရာ့?|ထောင့်?|ထောင်|သောင်း|သိန်း|သန်း){{2,}}+
    """,
    re.VERBOSE,
)
_EASTERN = re.compile(rf"(?:(?!\d)[{_UNPARTED_CLASS}{_HANGUL}])+")


def runs_together(text: str) -> bool:
    """Whether a text holds words that no spaces part, or that endings hang on."""
    return _SCRIPTS.search(text) is not None


def is_word(char: str) -> bool:
    """Whether a character is part of words and numbers."""
    return char.isalnum() or char == "_" or is_mark(char)


def is_mark(char: str) -> bool:
    """Whether a character belongs to the one before it."""
    return unicodedata.category(char).startswith("M")


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    """The script of a letter as far as borders go; "" for what is no part of a word."""
    if char.isascii():
        return "letters" if char.isalnum() or char == "_" else ""
    if unicodedata.category(char) == "Nd":
        return "letters"
    if found := _SCRIPTS.match(char):
        return _NAMES[int(str(found.lastgroup)[1:])] if is_word(char) else ""
    return "letters" if is_word(char) else ""


def parted(text: str, at: int) -> bool:
    """Whether a word or number can begin or end before `text[at]`; Korean particles are not known here."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if is_mark(after):
        return False
    if not (_kind(after) and is_word(before)):
        return True
    if _NONE_BEFORE.match(text, at) or _NONE_AFTER.match(before):
        return False
    if is_mark(before):  # the letter that the marks belong to
        marks = sum(1 for _ in takewhile(is_mark, reversed(text[max(0, at - _MOST_MARKS) : at])))
        before = text[max(0, at - 1 - marks)]
    return _kind(before) != _kind(after) or _kind(after) not in _ONE_WORD


def has_ending(text: str, start: int, end: int) -> bool:
    """Whether a word that goes on after `text[start:end]` goes on with case particles only: "키이우" in "키이우에서".

    A single syllable is not taken for a word: any longer word may begin with it.
    """
    if text[end : end + 1] < "\u0f00" or len(unicodedata.normalize("NFC", text[start : min(end, start + 8)])) < 2:
        return False
    return _PARTICLES.match(unicodedata.normalize("NFC", text[end : end + _LONGEST_PARTICLES])) is not None


class Units:
    """The pieces of a text that go together: numbers, and names with an apostrophe, full stops or a number.

    Attributes:
        eastern_ends: where numbers with "만", "万" and the like end; a word may go on there ("3만명").
    """

    def __init__(self, text: str) -> None:
        """Finds them; linear in the text's length."""
        # Scripts without spaces are no letters to the patterns of those that have them.
        plain = _EASTERN.sub(lambda found: "|" * len(found.group()), text)
        spans = [found.span() for found in _UNIT.finditer(plain)]
        eastern = [found.span() for found in _EASTERN_UNIT.finditer(text)] if plain != text else []
        spans = _joined(spans + eastern)
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self.eastern_ends = frozenset(end for _, end in eastern)

    def cut_at(self, offset: int) -> bool:
        """Whether an offset lies inside a unit."""
        unit = bisect_left(self._starts, offset) - 1
        return unit >= 0 and offset < self._ends[unit]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def begins_in(words: str, text: str) -> bool:
    """Whether a text has some words, or longer ones that begin with the last of them: "Sarra" in "Sarran jets", in any case."""
    return bool(words.strip()) and bool(re.search(rf"(?<!\w){re.escape(words)}", text, re.IGNORECASE))
