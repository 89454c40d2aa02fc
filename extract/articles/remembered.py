"""What a run remembers of millions of names and texts: a number under the hash of each, in some sixteen bytes.

A dictionary takes over a hundred. Two names have the same hash once in 10¹⁹ pairs: of a million articles no two in
ten million runs.
"""

from __future__ import annotations

_KEY, _NUMBER = 8, 6
_SIZE = _KEY + _NUMBER
_ALL_BITS = 0xFFFF_FFFF_FFFF_FFFF
_FULL, _TIMES = 256, 8
"""So many entries in each bucket, and there are so many times as many buckets."""


class Remembered:
    """Numbers from 0 to 2⁴⁸ - 1 by name. The last bits of its hash say in which bucket the hash is searched for."""

    def __init__(self) -> None:
        """Begins with none."""
        self._buckets = [bytearray() for _ in range(_TIMES)]
        self._count = 0

    def get(self, name: str) -> int | None:
        """The number of a name, or None."""
        bits = hash(name) & _ALL_BITS
        bucket = self._buckets[bits & (len(self._buckets) - 1)]
        at = _find(bucket, bits.to_bytes(_KEY, "little"))
        return None if at < 0 else int.from_bytes(bucket[at + _KEY : at + _SIZE], "little")

    def put(self, name: str, number: int) -> None:
        """Remembers a number, in place of an earlier one."""
        bits = hash(name) & _ALL_BITS
        key, said = bits.to_bytes(_KEY, "little"), number.to_bytes(_NUMBER, "little")
        bucket = self._buckets[bits & (len(self._buckets) - 1)]
        at = _find(bucket, key)
        if at >= 0:
            bucket[at + _KEY : at + _SIZE] = said
            return
        bucket += key + said
        self._count += 1
        if self._count > _FULL * len(self._buckets):
            self._grow()

    def _grow(self) -> None:
        before = self._buckets
        self._buckets = [bytearray() for _ in range(_TIMES * len(before))]
        mask = len(self._buckets) - 1
        for number, bucket in enumerate(before):
            for at in range(0, len(bucket), _SIZE):
                bits = int.from_bytes(bucket[at : at + _KEY], "little")
                self._buckets[bits & mask] += bucket[at : at + _SIZE]
            before[number] = bytearray()

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None


class UniqueNames:
    """Names that were given out, each once; equal ones get "-2", "-3"."""

    def __init__(self) -> None:
        """Begins with none."""
        self._numbers = Remembered()

    def take(self, name: str) -> str:
        """The name, or if it was taken, the next free one made from it."""
        unique, number = name, self._numbers.get(name)
        if number is not None:
            while unique in self._numbers:
                number += 1
                unique = f"{name}-{number}"
            self._numbers.put(name, number)
        self._numbers.put(unique, 1)
        return unique


def _find(bucket: bytearray, key: bytes) -> int:
    at = bucket.find(key)
    while at > 0 and at % _SIZE:  # across two entries
        at = bucket.find(key, at + 1)
    return at
