"""Growth in time with the length of a text, as `eval.benchmarks.growth` measures it, as cases."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from multiprocessing import Pool
from random import Random

from eval.benchmarks.faults.counting import Case
from eval.benchmarks.growth import (
    FIRST,
    HOSTILE,
    SIZES,
    Hostile,
    HostilePage,
    HostileSource,
    HostileText,
    exponent,
    is_over,
    measured,
)

KINDS: dict[type[Hostile], str] = {HostilePage: "pages", HostileSource: "grounding", HostileText: "rules"}
QUICK = [each for each in HOSTILE if not isinstance(each, HostileText)]
"""Pages, and what is looked up in a text."""
SLOW = [each for each in HOSTILE if isinstance(each, HostileText)]
"""Texts for the rules: each takes half a minute, nearly all of it in spaCy."""
FULL = len(QUICK) + 120
"""All that are quick, and so many of the others as an hour has room for."""
ENDS = (SIZES[-1] // 10, SIZES[-1])
"""The lengths that the slope is between; what is read between them takes time and tells nothing more."""


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many of the texts that are hard to read, the quick ones first, each sort in an order drawn by a seed; on every core.

    Ctrl-C ends those under way.
    """
    draw = Random(seed)
    chosen = [*draw.sample(QUICK, len(QUICK)), *draw.sample(SLOW, len(SLOW))][:number]
    with Pool(initializer=_begin) as pool:
        yield from pool.imap(_case, chosen)


def _begin() -> None:
    """Leaves Ctrl-C to the process that began this one, and has what is compiled once behind it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for first in FIRST:
        measured(first, SIZES[:1])


def _case(each: Hostile) -> Case:
    """A text, measured again before it is called too slow: a machine that others use is slow at times."""
    seconds = measured(each, ENDS)
    if is_over(ENDS, seconds):
        seconds = measured(each, ENDS)
    fault = (
        f"{each.name}: grows with the power {exponent(ENDS, seconds):.2f}, {seconds[-1]:.1f} s"
        if is_over(ENDS, seconds)
        else ""
    )
    return Case(f"growth up to {SIZES[-1]:,} characters, {KINDS[type(each)]}", fault)
