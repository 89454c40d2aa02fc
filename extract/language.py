"""Whether a text is in a language that word lists know; offline, by py3langid (97 languages, 5 MB)."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from extract.records import Problem

LEAST_LETTERS = 40
"""Shorter pieces (headlines, names, captions) are not judged: the detector errs on them."""
UNKNOWN = 1e-5
"""A piece is foreign if its languages are together less probable than this. Over all pieces of 80 characters of 46
English texts the least was 0.01; over pieces of 30 to 110 characters in 20 other languages the most was 3e-6."""
_ENOUGH = 20
"""Pieces that are judged; the rest of a long text is in the same languages."""

_LONGEST = 2000
"""Characters of a piece that are judged."""
_NO_WORD = frozenset("/=_&@#%")


def language_note(text: str, languages: Collection[str]) -> Problem | None:
    """A remark on a text most of which is in another language than these; quotes and a headline may be in any.

    Args:
        text: an article's.
        languages: ISO 639-1 codes.
    """
    pieces = (
        " ".join(word for word in line[:_LONGEST].split() if _NO_WORD.isdisjoint(word)) for line in text.split("\n")
    )
    judged = [piece for piece in pieces if sum(map(str.isalpha, piece)) >= LEAST_LETTERS]
    body = (judged[1:] or judged)[:_ENOUGH]
    foreign = [piece for piece in body if _probability(piece, languages) < UNKNOWN]
    if 2 * sum(map(len, foreign)) <= sum(map(len, body)):
        return None
    known = ", ".join(sorted(languages))
    return Problem(
        kind="language",
        detail=f"the text is in another language ({_detector().classify(' '.join(foreign))[0]}) than the word lists of "
        f"this task ({known}): most of it is missed; --prompts whole asks a model without them",
    )


def _probability(piece: str, languages: Collection[str]) -> float:
    return sum(float(share) for name, share in _detector().rank(piece) if name in languages)


@lru_cache(maxsize=1)
def _detector() -> Any:
    # 0.4 s, and the other commands do without
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
