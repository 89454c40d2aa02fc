"""Words folded: what makes no difference between two wordings of one thing left out. Comparing them is the caller's."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ARTICLES = frozenset({"a", "an", "the"})

_POSSESSIVE = re.compile(r"(?<=\S)['\u2019]s\b")
_OTHER_PUNCTUATION = re.compile(r"[\W_]+")


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> tuple[str, ...]:
    """The tokens of a text, folded.

    NFKD without combining marks, case-folded, possessive 's dropped, full stops deleted ("U.S." → "us"), other
    punctuation to a space, a/an/the dropped. Symbols ($, +) count as punctuation.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char)[0] != "M")
    plain = _POSSESSIVE.sub("", plain.casefold()).replace(".", "")
    return tuple(token for token in _OTHER_PUNCTUATION.sub(" ", plain).split() if token not in ARTICLES)
