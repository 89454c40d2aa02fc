"""Who says something: subjects of verbs of saying and "according to", outside quotation marks. By rule."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.names import NAME_RUN, is_day

REACH = 320
"""Characters before a verb in which its subject is looked for."""
MARKED = "\u0001"
"""Stands for every character inside quotation marks."""

_WORD = r"[\w’'./‑-]+"
_PRONOUN = re.compile(r"(?:he|she|they|it|who|we|I)\Z", re.IGNORECASE)
_ADVERBS = (
    r"(?:(?:has|have|had|also|later|then|earlier|further|meanwhile|previously|repeatedly|only|separately|again|"
    r"reportedly|publicly|was|is|were|are|did|not|be|been|immediately|simply|sharply|strongly|swiftly|angrily|\w+ly)\s){0,3}"
)
_LAST_ADVERBS = re.compile(rf"(?<=\s){_ADVERBS}\Z")
_LAST_ADVERBS_APART = re.compile(rf"(?<=,\s){_ADVERBS}\Z")
_SECOND_VERB = re.compile(rf"\s{_ADVERBS}(?P<verb>[a-z]+(?:ed|aid|rote|ld|oke))\b")
# the last words of a text, read backwards: from the front every place in it would have to be tried
_HEAD_BACKWARDS = re.compile(rf"(?:[ \u00a0]++{_WORD}+){{1,14}}")
_SENTENCE_START = re.compile(rf"[.!?{MARKED}][”\"’)\]]*\s+(?=[A-Z])|\n+")
_NO_SENTENCE_END = re.compile(r"\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Lt|Gen|Col|Maj|Capt|Sgt|Gov|Sen|Rep|Adm|Brig|Prof|St|No)\Z")
_ORIGIN_END = r"[,.;:]|\s(?:who|which|that|and|on|in a|as saying)\b|\Z"
# "according to the mayor", "Interfax reported, citing the ministry": who is named behind it is the origin
_ORIGIN = re.compile(
    rf"\b(?P<verb>according to|citing|quoting)\s"
    rf"(?P<np>(?:{_WORD}+\s?+){{1,9}}?(?={_ORIGIN_END})|(?:{_WORD}+\s){{0,8}}{_WORD}(?={_ORIGIN_END}))",
    re.IGNORECASE,
)
# a word whose full stop belongs to it ("Dr.", "R."), or one without
_TITLE = r"(?:[A-Z]|Dr|Mr|Mrs|Ms|Lt|Gen|Col|Maj|Capt|Sgt|Gov|Sen|Rep|Adm|Brig|Prof|St)\."
_DOTTED = rf"(?:{_TITLE}|(?!{_TITLE})[\w’'/‑-]+(?:\.\w+)*)"
_AFTER = re.compile(
    rf"\s(?P<np>(?:{_DOTTED}\s){{0,9}}?{_DOTTED})"
    rf"(?=,|\.(?:\s|\Z)|;|:|\s(?:in|on|at|who|as|after|during|from|told|{MARKED})|\Z)"
)
_POST = re.compile(rf"\s(?:at|with|of)\s(?:the\s|an?\s)?(?:{_WORD}\s){{0,4}}?{_WORD}(?=,|\.(?:\s|\Z))")
_APPOSITION = re.compile(r"(?:an?|the|one\sof|his|her|its|their|who|\d{1,2}\b|[a-z]+\b|[A-Z])")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody to whom a statement is attributed.

    Attributes:
        subject: the noun phrase as it stands ("Kyiv Mayor Vitali Klitschko", "the governor", "he").
        verb: the reporting verb, or "according to".
        origin: somebody else passes it on ("according to", "citing").
    """

    subject: Span
    verb: Span
    origin: bool = False


def is_pronoun(phrase: str) -> bool:
    """Whether a subject only points back."""
    return _PRONOUN.fullmatch(phrase) is not None


@lru_cache(maxsize=1024)
def attributions(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[Attribution, ...]:
    """Everybody to whom `text[start:end]` attributes something, outside quotation marks, in text order.

    Example: "At least nine people died, the governor said." → "the governor".
    """
    piece = _without_quotes(text[start:end])
    found: dict[int, Attribution] = {}
    for match in _ORIGIN.finditer(piece):
        found[match.start()] = Attribution(
            Span(start + match.start("np"), start + match.start("np") + len(match["np"].rstrip(". "))),
            Span(start + match.start(), start + match.start("np")),
            origin=True,
        )
    begins = _sentence_begins(piece)
    for verb in lexicon.words["said"].finditer(piece):
        if verb.start() in found:
            continue
        subject = _before(piece, verb.start(), begins, lexicon) or _after(piece, verb.start(), verb.end(), lexicon)
        if subject:
            found[verb.start()] = Attribution(
                Span(start + subject[0], start + subject[1]), Span(start + verb.start(), start + verb.end())
            )
    return tuple(found[key] for key in sorted(found))


def _without_quotes(piece: str) -> str:
    """The text with everything inside quotation marks and brackets blanked, offsets kept."""
    bare = re.sub(r"“[^”\n]*”?|\"[^\"\n]*\"?", lambda match: MARKED * len(match.group()), piece)
    return re.sub(r"\([^()\n]{1,40}\)", lambda match: " " * len(match.group()), bare)


def _before(piece: str, verb: int, begins: list[tuple[int, int]], lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject directly before a verb, or before the apposition before it."""
    sentence = bisect_right(begins, verb, key=lambda begin: begin[0]) - 1
    begin = max(0, verb - REACH, begins[sentence][1] if sentence >= 0 else 0)
    tail = piece[begin:verb]
    found: tuple[int, int] | None = None
    head = _HEAD_BACKWARDS.match(tail[::-1])
    if head:
        start = len(tail) - head.end()
        words = _LAST_ADVERBS.sub("", tail[start:])
        cut = noun_phrase(words, lexicon)
        if cut is not None:
            found = start + cut, start + len(words.rstrip())
        elif re.search(r"\b(?:and|then|but)\s*\Z", words):
            found = _first_subject(tail, lexicon)
    elif re.search(r",\s\Z", tail) and re.match(r"\w+ing\b", piece[verb : verb + 30]):
        # "Hamas condemned the raid, calling it …"
        found = _first_subject(tail, lexicon)
    found = found or _with_apposition(tail, lexicon)
    return (begin + found[0], begin + found[1]) if found else None


def _sentence_begins(piece: str) -> list[tuple[int, int]]:
    """Where sentences begin, in order, each behind the first place at which a verb is in it: a subject comes first."""
    return [
        (match.end() if piece[match.end() - 1] == "\n" else match.end() + 1, match.end())
        for match in _SENTENCE_START.finditer(piece)
        if not _NO_SENTENCE_END.search(piece, max(0, match.start() - 6), match.start())
    ]


def _with_apposition(tail: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject of "Ann Lee, head of the city's administration, said" and of "the mayor, Ann Lee, said"."""
    trimmed = _LAST_ADVERBS_APART.sub("", tail)
    if not trimmed.endswith(", "):
        return None
    commas = [match.start() for match in re.finditer(r",\s", trimmed)]
    for index in range(len(commas) - 2, max(-1, len(commas) - 6), -1):
        begin = commas[index - 1] + 2 if index else 0
        noun, apposition = trimmed[begin : commas[index]], trimmed[commas[index] + 2 : commas[-1]]
        cut = noun_phrase(noun + " ", lexicon)
        if cut is None or not _APPOSITION.match(apposition) or len(apposition) > 110 or MARKED in apposition:
            continue
        phrase = noun[cut:]
        if re.match(r"(?i)(?:the|an?)\s", phrase) and NAME_RUN.fullmatch(apposition) and " " in apposition:
            return commas[index] + 2, commas[-1]
        if phrase[:1].isupper() or re.match(r"(?:the|an?)\s", phrase):
            return begin + cut, commas[index]
    return None


def _first_subject(piece: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """The noun phrase a sentence begins with, for a second verb of the same subject."""
    for run in NAME_RUN.finditer(piece, 0, min(len(piece), 120)):
        if not _SECOND_VERB.match(piece[run.end() : run.end() + 60]):
            continue
        words = run.group().split()
        while words and words[0].lower() in lexicon.sets["stop"]:
            words.pop(0)
        phrase = " ".join(words)
        if phrase and _can_speak(phrase, lexicon) and not is_day(phrase):
            return run.end() - len(phrase), run.end()
    return None


def noun_phrase(words: str, lexicon: Lexicon) -> int | None:
    """Where, in the words before a verb, the noun phrase that can speak begins; None if there is none."""
    tokens = list(re.finditer(_WORD, words))
    if not tokens:
        return None
    last = tokens[-1].group()
    if is_pronoun(last):
        return None if last.lower() in ("who", "i", "we") else tokens[-1].start()
    begin = len(tokens)
    for index in _backwards(tokens, lexicon):
        begin = index
    while begin < len(tokens) and tokens[begin].group().lower() in ("of", "for", "and"):
        begin += 1
    if begin >= len(tokens):
        return None
    phrase = words[tokens[begin].start() :].strip()
    return tokens[begin].start() if _can_speak(phrase, lexicon) else None


def _backwards(tokens: list[re.Match[str]], lexicon: Lexicon) -> Iterator[int]:
    """Indexes of the words of a noun phrase, from its last word to its first; small words inside are passed over."""
    for index in range(len(tokens) - 1, -1, -1):
        word = tokens[index].group()
        lowered = word.lower()
        before = tokens[index - 1].group() if index else ""
        if is_day(word):
            return
        if lowered in ("the", "a", "an", "his", "her", "its", "their"):
            yield index
            # "a spokesperson for the White House" goes on, "an official and residents" begins here
            if lowered != "the" or before not in ("for", "of"):
                return
        elif lowered in ("of", "for", "de", "der", "von", "al", "and") and 0 < index < len(tokens) - 1:
            if lowered == "and" and not before[:1].isupper() and not lexicon.words["bodies"].fullmatch(before):
                return
        elif lowered in lexicon.sets["stop"] or lexicon.words["said"].fullmatch(word):
            return
        else:
            yield index


def _can_speak(phrase: str, lexicon: Lexicon) -> bool:
    """A name, a body that reports, or a description of a person."""
    if re.search(r"\d-year-old\Z", phrase):
        return True
    if lexicon.has("bodies", phrase) or lexicon.has("persons", phrase):
        return True
    last = phrase.split()[-1]
    return last[:1].isupper() and last.lower() not in lexicon.sets["stop"]


def _after(piece: str, verb_start: int, verb_end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject after the verb: "…,” said Ann Lee, the mayor"; right after a quotation, or after a comma."""
    found = _AFTER.match(piece, verb_end)
    if not found:
        return None
    before = piece[max(0, verb_start - 60) : verb_start].rstrip()
    phrase = piece[found.start("np") : found.end("np")]
    named = phrase.split()[-1][:1].isupper() and (
        lexicon.has("roles", phrase) or (" " in phrase and NAME_RUN.fullmatch(phrase) is not None)
    )
    if MARKED not in before and not (before.endswith(",") and named):
        return None
    if not (re.match(r"[A-ZÀ-Þ]|(?:the|a|an)\s", phrase) or named) or not _can_speak(phrase, lexicon):
        return None
    end = found.end("np")
    if re.match(r"an?\s[a-z]", phrase) and (more := _POST.match(piece, end)):
        end = more.end()  # "a doctor at the hospital"
    return found.start("np"), end
