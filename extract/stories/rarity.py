"""How rare words and places are: in the articles at hand, and in news at large.

Two articles alone do not say which of their words are rare; `common_words.txt` says in how many news texts each is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from extract.stories.mentions import Mention
from extract.stories.where import exact

_TABLE = Path(__file__).with_name("common_words.txt")
_TEXTS = 10_000
_UNKNOWN = 7
"""Of so many texts: a word that the table leaves out."""
_PRIOR = 500
"""Articles at hand that weigh as much as the table."""
_LEAST_BITS = 1.5
"""A word that tells less says nothing."""
_MOST_WORDS = 250
"""Of a record, the rarest."""
_FEWEST_WORDS = 10
"""Of two records with fewer, what they share is chance."""


class Rarity:
    """What words and places tell, in bits."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        """Counts in how many articles each is, and keeps of each record the words that tell something."""
        self._seen: Counter[str] = Counter()
        self._places: Counter[str] = Counter()
        self._records = max(1, len(mentions))
        texts: dict[int, set[str]] = {}
        for mention in mentions:
            texts.setdefault(mention.article, set()).update(mention.words)
            self._places.update({key for spot in exact(mention.places) for key in spot.keys})
        for words in texts.values():
            self._seen.update(words)
        self._articles = len(texts)
        self._weighed = {id(mention): self._weigh(mention.words) for mention in mentions}

    def _weigh(self, words: Iterable[str]) -> tuple[Mapping[str, float], float]:
        """The rarest words with their bits, and the length of all of them as a vector."""
        found = {word: bits for word in words if (bits := self.of_word(word)) >= _LEAST_BITS}
        rarest = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]
        shared = {word: bits for word, bits in rarest if self._seen[word] > 1}
        return shared, math.sqrt(sum(bits * bits for _, bits in rarest))

    def of_word(self, word: str) -> float:
        """Bits that a word tells."""
        at_large = common_words().get(word, _UNKNOWN) / _TEXTS
        return -math.log2((self._seen.get(word, 0) + _PRIOR * at_large) / (self._articles + _PRIOR))

    def of_place(self, keys: Iterable[str]) -> float:
        """Bits that a place tells; of few records no more than of a hundred."""
        seen = max((self._places.get(key, 1) for key in keys), default=1)
        return math.log2(max(self._records, 100) / seen)

    def share(self, one: Mention, other: Mention) -> float | None:
        """How alike the words of two records are, the rare ones above all (cosine), 0 to 1; None where one has too few."""
        (mine, length), (theirs, their_length) = self._weighed[id(one)], self._weighed[id(other)]
        if min(len(one.words), len(other.words)) < _FEWEST_WORDS or not length or not their_length:
            return None
        small, large = sorted((mine, theirs), key=len)
        return sum(bits * bits for word, bits in small.items() if word in large) / (length * their_length)

    def rare_words(self, mention: Mention, most: int, least: float) -> list[str]:
        """The rarest words of a record that another one has, too, of so many bits at least."""
        shared, _ = self._weighed[id(mention)]
        return [word for word, bits in shared.items() if bits >= least][:most]

    def in_common(self, one: Mention, other: Mention, most: int = 4) -> list[str]:
        """The rarest words that two have in common."""
        (mine, _), (theirs, _) = self._weighed[id(one)], self._weighed[id(other)]
        return [word for word in mine if word in theirs][:most]


@cache
def common_words() -> Mapping[str, int]:
    """Word → in how many of 10 000 news texts it is."""
    found: dict[str, int] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            count, *words = line.split()
            found |= dict.fromkeys(words, int(count))
    return found
