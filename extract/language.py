"""Whether a text is in a language that word lists know; offline, by py3langid (97 languages, 5 MB)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any

from extract.records import Problem

LEAST_LETTERS = 40
"""Shorter pieces are not judged but joined: the detector errs on them. A headline stands apart."""
UNKNOWN = 1e-5
"""A piece is foreign if its languages are together less probable than this. Over all pieces of 80 characters of 46
English texts the least was 0.01; over pieces of 30 to 110 characters in 20 other languages the most was 3e-6."""
_ENOUGH = 20
"""Pieces that are judged; the rest of a long text is in the same languages."""

_LONGEST = 2000
"""Characters of a piece that are judged."""
_TELLING = 10
_LATIN = frozenset({"de", "en", "es", "fr", "it", "nl", "pl", "pt"})
"""Languages of tasks, now or soon, that are written in Latin letters."""
_NO_WORD = frozenset("/=_&@#%")


def language_note(text: str, languages: Collection[str]) -> Problem | None:
    """A remark on a text most of which is in another language than these; quotes and a headline may be in any.

    Args:
        text: an article's.
        languages: ISO 639-1 codes.
    """
    lines = [
        kept
        for line in text.split("\n")
        if (kept := " ".join(word for word in line[:_LONGEST].split() if _NO_WORD.isdisjoint(word)))
    ]
    body = list(_pieces(lines[1:] or lines))[:_ENOUGH]
    foreign = [piece for piece in body if _is_foreign(piece, languages)]
    if 2 * sum(map(len, foreign)) <= sum(map(len, body)):
        return None
    known = ", ".join(sorted(languages))
    return Problem(
        kind="language",
        detail=f"the text is in another language ({_detector().classify(' '.join(foreign))[0]}) than the word lists of "
        f"this task ({known}): most of it is missed; --prompts whole asks a model without them",
    )


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Lines, short ones joined until they can be judged."""
    piece = ""
    for line in lines:
        piece = f"{piece} {line}".strip()
        if _letters(piece) >= LEAST_LETTERS or _other_script(piece):
            yield piece
            piece = ""


def _is_foreign(piece: str, languages: Collection[str]) -> bool:
    if _other_script(piece) and _LATIN.issuperset(languages):
        return True
    return _letters(piece) >= LEAST_LETTERS and _probability(piece, languages) < UNKNOWN


def _letters(piece: str) -> int:
    return sum(map(str.isalpha, piece))


def _other_script(piece: str) -> bool:
    """Whether most of a piece is in another script than Latin: a few letters tell."""
    other = sum(char.isalpha() and not unicodedata.name(char, "").startswith("LATIN") for char in piece)
    return other >= _TELLING and 2 * other > _letters(piece)


def _probability(piece: str, languages: Collection[str]) -> float:
    return sum(float(share) for name, share in _detector().rank(piece) if name in languages)


@lru_cache(maxsize=1)
def _detector() -> Any:
    # 0.4 s, and the other commands do without
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
