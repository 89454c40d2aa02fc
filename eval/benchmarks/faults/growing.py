"""Growth in time with the length of a text, as `eval.benchmarks.growth` measures it, as cases."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from eval.benchmarks.faults.counting import Case
from eval.benchmarks.growth import HOSTILE, SIZES, HostilePage, HostileText, exponent, is_over, measured

KINDS = {HostileText: "rules", HostilePage: "pages"}


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many of the texts that are hard to read, drawn by a seed; a text is measured again before it is called too slow."""
    for first in (HostileText("He died. ", "cued"), HostilePage("a", "text")):  # what is compiled once
        measured(first, SIZES[:1])
    for each in Random(seed).sample(HOSTILE, min(number, len(HOSTILE))):
        seconds = measured(each, SIZES)
        if is_over(SIZES, seconds):  # a machine that others use is slow at times
            seconds = measured(each, SIZES)
        fault = (
            f"{each.name}: grows with the power {exponent(SIZES, seconds):.2f}, {seconds[-1]:.1f} s"
            if is_over(SIZES, seconds)
            else ""
        )
        yield Case(f"growth up to {SIZES[-1]:,} characters, {KINDS.get(type(each), 'grounding')}", fault)
