"""Words as numbers: a hundred thousand articles' words are kept as these."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator


class Vocabulary:
    """Words by number, in the order in which they came."""

    def __init__(self) -> None:
        """Begins with none."""
        self._numbers: dict[str, int] = {}
        self._words: list[str] = []

    def __len__(self) -> int:
        """How many words there are."""
        return len(self._words)

    def word(self, number: int) -> str:
        """The word of a number."""
        return self._words[number]

    def number(self, word: str) -> int | None:
        """The number of a word that came."""
        return self._numbers.get(word)

    def take(self, words: Iterable[str]) -> Words:
        """Some words; new ones get a number."""
        found = set()
        for word in words:
            if (number := self._numbers.get(word)) is None:
                number = self._numbers[word] = len(self._words)
                self._words.append(word)
            found.add(number)
        return Words(self, array("I", sorted(found)))


class Words:
    """A set of words.

    Attributes:
        numbers: of the words, in order.
    """

    __slots__ = ("_vocabulary", "numbers")

    def __init__(self, vocabulary: Vocabulary, numbers: array[int]) -> None:
        """Args: numbers: in order, each once."""
        self._vocabulary = vocabulary
        self.numbers = numbers

    def __len__(self) -> int:
        """How many there are."""
        return len(self.numbers)

    def __iter__(self) -> Iterator[str]:
        """The words."""
        return map(self._vocabulary.word, self.numbers)

    def __contains__(self, word: object) -> bool:
        """Whether a word is one of them."""
        number = self._vocabulary.number(word) if isinstance(word, str) else None
        if number is None:
            return False
        at = bisect_left(self.numbers, number)
        return at < len(self.numbers) and self.numbers[at] == number

    def __and__(self, other: Words) -> list[str]:
        """The words that both have."""
        small, large = sorted((self.numbers, other.numbers), key=len)
        known = set(large)
        return [self._vocabulary.word(number) for number in small if number in known]
