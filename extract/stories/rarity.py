"""How rare words and places are: in the articles at hand, and in news at large.

Two articles alone do not say which of their words are rare; `common_words.txt` says in how many news texts each is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.stories.mentions import Mention
from extract.stories.vocabulary import Vocabulary, Words
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


class _Weighed(NamedTuple):
    """The rare words of a record that another one has, too; and the length of all its rare words as a vector."""

    numbers: NDArray[np.uint32]
    length: float


class Rarity:
    """What words and places tell, in bits."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        """Counts in how many articles each is, and finds the words of each record that tell something."""
        self._vocabulary = mentions[0].vocabulary if mentions else Vocabulary()
        self._bits, self._seen = self._counted(mentions)
        self._rounded = np.array([round(bits, 6) for bits in self._bits.tolist()])
        self._alphabet = np.empty(len(self._vocabulary), dtype=np.int64)
        self._alphabet[sorted(range(len(self._vocabulary)), key=self._vocabulary.word)] = np.arange(
            len(self._vocabulary)
        )
        self._places: Counter[str] = Counter(
            key for mention in mentions for key in {key for spot in exact(mention.places) for key in spot.keys}
        )
        self._records = max(1, len(mentions))
        self._weighed = {mention.id: self._weigh(mention.words) for mention in mentions}

    def _counted(self, mentions: Sequence[Mention]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """For each word of the vocabulary the bits that it tells, and in how many articles it is."""
        seen = np.zeros(len(self._vocabulary), dtype=np.int64)
        texts: dict[int, list[NDArray[np.uint32]]] = {}
        for mention in mentions:
            texts.setdefault(mention.article, []).append(_array(mention.words))
        for parts in texts.values():
            seen[np.unique(np.concatenate(parts))] += 1
        common = common_words()
        rates = (common.get(self._vocabulary.word(number), _UNKNOWN) for number in range(len(self._vocabulary)))
        at_large = np.fromiter(rates, dtype=np.float64, count=len(self._vocabulary)) / _TEXTS
        return -np.log2((seen + _PRIOR * at_large) / (len(texts) + _PRIOR)), seen

    def _weigh(self, words: Words) -> _Weighed:
        numbers = _array(words)
        numbers = numbers[self._bits[numbers] >= _LEAST_BITS]
        if len(numbers) > _MOST_WORDS:  # of equals the first of the alphabet: numbers follow the order of the articles
            numbers = numbers[np.lexsort((self._alphabet[numbers], -self._bits[numbers]))[:_MOST_WORDS]]
        length = float(np.sqrt((self._bits[numbers] ** 2).sum()))
        return _Weighed(np.sort(numbers[self._seen[numbers] > 1]), length)

    def of_place(self, keys: Iterable[str]) -> float:
        """Bits that a place tells; of few records no more than of a hundred."""
        seen = max((self._places.get(key, 1) for key in keys), default=1)
        return math.log2(max(self._records, 100) / seen)

    def share(self, one: Mention, other: Mention) -> float | None:
        """How alike the words of two records are, the rare ones above all (cosine), 0 to 1; None where one has too few."""
        mine, theirs = self._weighed[one.id], self._weighed[other.id]
        if min(len(one.words), len(other.words)) < _FEWEST_WORDS or not mine.length or not theirs.length:
            return None
        both = _shared(mine.numbers, theirs.numbers)
        return float((self._bits[both] ** 2).sum()) / (mine.length * theirs.length)

    def rare_words(self, mention: Mention, most: int, least: float) -> list[str]:
        """The rarest words of a record that another one has, too, of so many bits at least."""
        numbers = self._weighed[mention.id].numbers
        return self._rarest(numbers[self._bits[numbers] >= least], most)

    def in_common(self, one: Mention, other: Mention, most: int = 4) -> list[str]:
        """The rarest words that two have in common."""
        mine, theirs = self._weighed[one.id].numbers, self._weighed[other.id].numbers
        return self._rarest(_shared(mine, theirs), most)

    def _rarest(self, numbers: NDArray[np.uint32], most: int) -> list[str]:
        bits = self._rounded[numbers]
        if len(numbers) > most:  # equally rare ones come by the alphabet, so that all of them are kept
            least = np.partition(bits, -most)[-most]
            numbers, bits = numbers[bits >= least], bits[bits >= least]
        found = zip((-bits).tolist(), map(self._vocabulary.word, numbers.tolist()), strict=True)
        return [word for _, word in sorted(found)[:most]]


def _array(words: Words) -> NDArray[np.uint32]:
    return np.frombuffer(words.numbers, dtype=np.uint32) if len(words) else np.empty(0, dtype=np.uint32)


def _shared(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The numbers that are in both; each is in order, as is what is returned: quicker than to sort both together."""
    if not len(one) or not len(other):
        return one[:0]
    found: NDArray[np.uint32] = one[other.take(other.searchsorted(one), mode="clip") == one]
    return found


@cache
def common_words() -> Mapping[str, int]:
    """Word → in how many of 10 000 news texts it is."""
    found: dict[str, int] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            count, *words = line.split()
            found |= dict.fromkeys(words, int(count))
    return found
