"""How far reading is, in lines: it takes a second or more an address, and nobody waits before a silent terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

_SECONDS = 10.0
"""Between two lines."""


class Pace:
    """Tells how far it is, now and then."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Says nothing yet; the clock gives seconds."""
        self._say, self._clock = say, clock
        self._begun = self._told = clock()

    def told(self, source: str, done: int, total: int) -> None:
        """Told of what was read, one of so many."""
        now = self._clock()
        if done < total and now - self._told < _SECONDS:
            return
        self._told = now
        left = (now - self._begun) / done * (total - done)
        self._say(f"read {done} of {total}: {source}" + (f"; about {left:.0f} s left" if done < total else ""))
