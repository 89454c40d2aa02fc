"""Texts and bytes spoilt at random, by a seed, and the texts that are spoilt.

Every mutation takes a text and dice, and gives a text; several follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random

from eval.benchmarks.faults.tokens import TOKENS

ROOT = Path(__file__).parents[3]
TEXTS = ("gold/articles", "tests/data/attack")
"""Folders of articles that may be published."""
MOST_STEPS = 5
LONG = 3_000

ODD = (
    "\u0301", "\u0301" * 40, "\u200b", "\u200d", "\ufeff", "\u00ad", "\u2028", "\u2029", "\u0085", "\u00a0", "\u3000", "ﬁ", "ı", "ſ", "İ", "ß", "Ǆ", "½", "①", "²",
    "٣", "३", "１２", "Ⅻ", "𝟛", "中", "ไทย", "한", "👩‍👩‍👧‍👦", "🇺🇦", "\U000e0041", "\U0010ffff", "\ufffe", "\ufffd", "e\u0301\u0323", "K", "Å", "“", "”", "‘", "’", "„", "«",
    "…", "—", "‑", "−", "\u1160", "\u115f", "\ufdfa", "\U0001f1e6" * 9,
)  # fmt: skip
CONTROLS = (
    "\x00",
    "\x07",
    "\x08",
    "\x0b",
    "\x0c",
    "\x1b[31m",
    "\x1b]0;x\x07",
    "\x7f",
    "\x9b",
    "\r",
    "\r\n",
    "\t",
    "\x1a",
)
DIRECTIONS = (
    "\u200e",
    "\u200f",
    "\u061c",
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
)
SURROGATES = ("\ud800", "\udfff", "\ud83d", "\udc00\ud800")
QUOTES = "\"'“”‘’«»„‹›`"
NUMBERS = (
    "0", "-1", "1e9", "999999999999999999999", "1,000", "1.000,5", "1 300", "0x1F", "half", "dozens", "nine hundred and", "twenty-", "3-5", "19th", "NaN", "∞", "1/2", "007",
)  # fmt: skip

Mutation = Callable[[str, Random], str]


def _at(text: str, dice: Random) -> int:
    return dice.randint(0, len(text))


def _put(text: str, at: int, piece: str) -> str:
    return text[:at] + piece + text[at:]


def flipped(text: str, dice: Random) -> str:
    """Some bits turned, in the text's UTF-8; what is none any more is read as a program would that goes on."""
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(dice.randint(1, 12)):
        if data:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return data.decode("utf-8", "replace")


def cut(text: str, dice: Random) -> str:
    """A piece left out."""
    start = _at(text, dice)
    return text[:start] + text[start + dice.randint(1, max(1, len(text) // 3)) :]


def doubled(text: str, dice: Random) -> str:
    """A piece again, once or a few times."""
    start = _at(text, dice)
    piece = text[start : start + dice.randint(1, 200)]
    return _put(text, start, piece * dice.choice((1, 1, 2, 20)))


def moved(text: str, dice: Random) -> str:
    """A piece somewhere else."""
    start = _at(text, dice)
    piece = text[start : start + dice.randint(1, 300)]
    rest = text[:start] + text[start + len(piece) :]
    return _put(rest, _at(rest, dice), piece)


def _inserting(choices: Sequence[str]) -> Mutation:
    def inserted(text: str, dice: Random) -> str:
        for _ in range(dice.randint(1, 8)):
            text = _put(text, _at(text, dice), dice.choice(choices))
        return text

    return inserted


def digits_moved(text: str, dice: Random) -> str:
    """Numbers in the place of others, and odd ones anywhere."""
    words = text.split(" ")
    for _ in range(dice.randint(1, 6)):
        numbers = [at for at, word in enumerate(words) if any(char.isdigit() for char in word)]
        at = dice.choice(numbers) if numbers and dice.random() < 0.7 else dice.randrange(len(words))
        words[at] = dice.choice(NUMBERS) if dice.random() < 0.6 else words[dice.randrange(len(words))]
    return " ".join(words)


def quotes_moved(text: str, dice: Random) -> str:
    """Quotation marks left out, exchanged, put anywhere."""
    marks = [at for at, char in enumerate(text) if char in QUOTES]
    for at in dice.sample(marks, min(len(marks), dice.randint(0, 4))):
        text = text[:at] + dice.choice((*QUOTES, "x")) + text[at + 1 :]
    return _inserting(QUOTES)(text, dice)


def long_line(text: str, dice: Random) -> str:
    """Line ends gone, or one word, sign or sentence again and again."""
    if dice.random() < 0.4:
        return text.replace("\n", dice.choice(("", " ", "\u2028")))
    start = _at(text, dice)
    unit = text[start : start + dice.choice((1, 2, 7, 30))] or "A"
    return _put(text, start, unit * (LONG // len(unit)))


def cased(text: str, dice: Random) -> str:
    """All letters large or small."""
    return dice.choice((text.upper, text.lower, text.title, text.swapcase))()


UNWRITABLE = "halves of characters"
"""A text with any is refused at once, so that nothing else is tried on it."""

MUTATIONS: dict[str, Mutation] = {
    "bytes flipped": flipped,
    "pieces cut": cut,
    "pieces doubled": doubled,
    "pieces moved": moved,
    "odd characters": _inserting(ODD),
    "control characters": _inserting(CONTROLS),
    "marks of direction": _inserting(DIRECTIONS),
    "template tokens": _inserting(TOKENS),
    UNWRITABLE: _inserting(SURROGATES),
    "numbers moved": digits_moved,
    "quotation marks moved": quotes_moved,
    "long lines": long_line,
    "letters cased": cased,
}


def mutated(text: str, dice: Random, first: str | None = None) -> str:
    """A text after one to five mutations.

    Args:
        first: name of the first of them; any, if nobody says.
    """
    usual = [name for name in MUTATIONS if name != UNWRITABLE]
    names = [first or dice.choice(list(MUTATIONS)), *dice.choices(usual, k=dice.randrange(MOST_STEPS))]
    for name in names:
        text = MUTATIONS[name](text or " ", dice)
    return text


def mutated_bytes(data: bytes, dice: Random) -> bytes:
    """A file with bits turned, pieces cut, doubled and moved, zeros and other bytes put in."""
    for _ in range(dice.randint(1, MOST_STEPS)):
        at, length = dice.randint(0, len(data)), dice.randint(1, max(1, len(data) // 4))
        piece = data[at : at + length]
        match dice.randrange(6):
            case 0:
                turned = bytearray(data)
                for _ in range(dice.randint(1, 30)):
                    if turned:
                        turned[dice.randrange(len(turned))] ^= 1 << dice.randrange(8)
                data = bytes(turned)
            case 1:
                data = data[:at] + data[at + length :]
            case 2:
                data = data[:at] + piece + data[at:]
            case 3:
                rest = data[:at] + data[at + length :]
                to = dice.randint(0, len(rest))
                data = rest[:to] + piece + rest[to:]
            case 4:
                data = (
                    data[:at]
                    + dice.choice((b"\x00" * 50, dice.randbytes(50), b"\xff\xfe", b"\xed\xa0\x80"))
                    + data[at:]
                )
            case _:
                data = data[:at]
    return data


@cache
def texts() -> tuple[str, ...]:
    """The articles that are spoilt, in the order of their names."""
    found = [path for folder in TEXTS for path in sorted((ROOT / folder).glob("*.txt"))]
    return tuple(path.read_text(encoding="utf-8") for path in found)


def excerpt(dice: Random, most: int = 1_500) -> str:
    """Some paragraphs in a row of one of the articles."""
    lines = dice.choice(texts()).splitlines(keepends=True)
    start = 0 if dice.random() < 0.5 else dice.randrange(len(lines))
    return "".join(lines[start:])[: dice.randint(200, most)]
