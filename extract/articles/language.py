"""Whether a text is in a language that word lists know; offline, by py3langid (97 languages, 5 MB)."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

_LEAST_LETTERS = 40
"""Shorter pieces (headlines, names, captions) are not judged: the detector errs on them."""
_SURE_LETTERS = 80
"""Short lines are joined up to this: on 50 letters with names among them the detector errs."""
_LEAST_OTHERS = 10
"""Letters of another script that tell another language: no detector is needed for these."""
UNKNOWN = 1e-5
"""A piece is foreign if its languages are together less probable than this. Over all pieces of 80 characters of 46
English texts the least was 0.01, over 20 in narrow lines 0.03; of 500 pieces of narrow lines in 17 other languages 6
were above it, none over 3e-5."""
_BEGINNING = 4000
"""Characters that tell a text's language, where no more than that is asked."""
_LIKELY = 0.05
"""Below a headline, a few words that are more probable than this are in the language that they seem to be in."""
_ENOUGH = 20
"""Pieces that are judged; the rest of a long text is in the same languages."""

_LONGEST = 2000
"""Characters of a line that are judged."""
_NO_WORD = frozenset("/=_&@#%")
_LATIN = frozenset({
    "cs", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "is", "it", "lt", "lv", "ms", "nl", "no", "pl", "pt",
    "ro", "sk", "sl", "so", "sq", "sv", "sw", "tr", "vi",
})  # fmt: skip
"""Languages of Latin letters."""


def language_note(text: str, languages: Collection[str]) -> str | None:
    """A remark on a text most of which is in another language than these; quotes and a headline may be in any.

    Args:
        text: an article's.
        languages: ISO 639-1 codes.
    """
    foreign = _foreign(text, languages)
    if not foreign:
        return None
    known = ", ".join(sorted(languages))
    found = next(name for name, _ in _detector().rank(" ".join(foreign)) if name not in languages)
    return (
        f"the text is in another language ({found}) than the word lists of this task ({known}): "
        "most of it is missed; --prompts whole asks a model without them"
    )


def is_foreign(text: str, languages: Collection[str]) -> bool:
    """Whether most of a text is in another language than these, as ISO 639-1 codes; a text too short to tell is not."""
    return bool(_foreign(text, languages))


def likely_language(text: str) -> str:
    """The language that most of a text is likely to be in, as an ISO 639-1 code."""
    return str(_detector().classify(text[:_BEGINNING])[0])


def _foreign(text: str, languages: Collection[str]) -> list[str]:
    """The pieces in another language, if they are most of a text."""
    latin = _LATIN.issuperset(languages)
    lines = [line for line in text.split("\n") if line.strip()]
    body = list(islice(_pieces(lines[1:], latin), _ENOUGH))
    if not body and _probability(" ".join(lines[1:])[:_BEGINNING], languages) < _LIKELY:  # little but a headline
        body = list(_pieces([" ".join(lines)], latin))
    foreign = [piece for piece in body if (latin and _is_other(piece)) or _probability(piece, languages) < UNKNOWN]
    if 2 * sum(map(len, foreign)) <= sum(map(len, body)):
        return []
    return foreign


def _pieces(lines: Iterable[str], latin: bool) -> Iterator[str]:
    """Lines that are long enough to be judged, short ones joined with those after them until they are."""
    piece = ""
    for line in lines:
        words = " ".join(word for word in line[:_LONGEST].split() if _NO_WORD.isdisjoint(word))
        if not _letters(words):  # a table of numbers would make one piece of any length
            continue
        piece = f"{piece} {words}".strip()
        if _letters(piece) >= _SURE_LETTERS or (latin and _is_other(piece)):
            yield piece
            piece = ""
    if _letters(piece) >= _LEAST_LETTERS:
        yield piece


def _letters(piece: str) -> int:
    return sum(map(str.isalpha, piece))


def _is_other(piece: str) -> bool:
    """Whether most letters are of another script than Latin, and enough to tell."""
    if piece.isascii():
        return False
    # NFKC: letters of fonts, which some write headlines in, as plain ones
    letters = [char for char in unicodedata.normalize("NFKC", piece) if char.isalpha()]
    others = sum("LATIN" not in unicodedata.name(char, "LATIN") for char in letters)
    return others >= _LEAST_OTHERS and 2 * others > len(letters)


def _probability(piece: str, languages: Collection[str]) -> float:
    return math.fsum(float(share) for name, share in _detector().rank(piece) if name in languages)


@lru_cache(maxsize=1)
def _detector() -> Any:
    # 0.4 s, and the other commands do without
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
