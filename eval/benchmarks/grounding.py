"""How grounding grows with the length of a text and the number of values: `python -m eval.benchmarks.grounding`.

Texts and values are those that searching is bad at: one letter, one mark or one period again and again, values that
overlap themselves or fail at their last letter, scripts without spaces. The exponent is the slope of seconds over
size, both as logarithms: 1 is linear. The command ends with 1 if one is over `BOUND`
where the largest size takes longer than `NOISE`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import click

from extract.articles import Span
from extract.records.grounding import TextIndex

SIZES = (12_500, 25_000, 50_000, 100_000, 200_000)
BOUND = 1.3
NOISE = 0.1

# A piece that is repeated, and what is looked for.
TEXTS: dict[str, tuple[str, ...]] = {
    "a": ("a", "a" * 50, "a" * 5_000 + "b"),
    "a ": ("a", "a a", "a " * 1_000 + "a", "a " * 1_000 + "b"),
    "aaaa ": ("aaaa", "aaa", "aaaa " * 2_000 + "aaa", "aaaa " * 2_000 + "aaaa"),
    "a-": ("a", "a-a"),
    "a.": ("a", "a.a"),
    "a'": ("a", "a'a"),
    "a\u200b": ("a", "aa"),
    '"': ('"a', '"' * 50),
    '"a" ': ("a", '"a" "a"', '"a" ' * 500 + "b"),
    "\u0301": ("e", "e\u0301"),
    "e\u0323\u0301": ("e", "ẹ\u0301", "ẹ\u0301" * 99),
    "-": ("-a",),
    " ": ("two hundred",),
    "\n ": ("two hundred",),
    "…": ("…a",),
    "1": ("1", "11"),
    "1,": ("1", "1,1"),
    "123 ": ("123", "123 123"),
    "S-3 ": ("S", "S-3"),
    "two \n": ("two", "hundred"),
    "two hundred and ": ("two", "hundred"),
    "tens of ": ("tens", "tens of"),
    "俄": ("俄", "俄罗", "俄" * 1_000, "三"),
    "一": ("一", "一" * 1_000),
    "1万": ("1", "1万"),
    "周": ("周三",),
    "第": ("第三",),
    "กรุงเคียฟ": ("กรุงเคียฟ", "เคียฟ" * 99, "สาม"),
    "키이우를": ("키이우", "를"),
    "키이우를 ": ("키이우", "를"),
    "\u1112\u1161\u11ab": ("한", "하"),
    "A missile hit the town and killed three people near the old bridge. ": ("killed three people", "the", "one"),
}


def seconds(piece: str, values: tuple[str, ...], size: int) -> float:
    """Time to index a text of `size` characters and to look for each value near its middle."""
    text = (piece * (size // len(piece) + 1))[:size]
    began = time.process_time()
    index = TextIndex(text)
    for value in values:
        index.find(value, Span(size // 2, size // 2 + 50))
    return time.process_time() - began


def many_values(size: int) -> float:
    """Time for `size` / 100 values in one text; half of them stand in it everywhere, the others nowhere."""
    text = "one fell, " * 10_000
    began = time.process_time()
    index = TextIndex(text)
    for number in range(size // 100):
        near = Span(number * 100 % len(text), number * 100 % len(text) + 5)
        index.find("one" if number % 2 else f"{number} fell", near)
    return time.process_time() - began


def growth(measure: Callable[[int], float]) -> tuple[list[float], float]:
    """Seconds at each size, and the exponent over the upper three."""
    times = [measure(size) for size in SIZES]
    return times, math.log(times[-1] / times[-3]) / math.log(SIZES[-1] / SIZES[-3])


@click.command()
def main() -> None:
    """How grounding grows with the length of a text; ends with 1 if growth is over the bound."""
    worst = 0.0
    click.echo("\t".join(["text", *map(str, SIZES), "exponent"]))
    measures: dict[str, Callable[[int], float]] = {"many values": many_values}
    for piece, values in TEXTS.items():
        measures[piece] = lambda size, piece=piece, values=values: seconds(piece, values, size)  # type: ignore[misc]
    for name, measure in measures.items():
        times, exponent = growth(measure)
        worst = max(worst, exponent if times[-1] > NOISE else 0.0)
        click.echo("\t".join([ascii(name[:12]), *(f"{took:.3f}" for took in times), f"{exponent:.2f}"]))
    if worst > BOUND:
        click.get_current_context().exit(1)


if __name__ == "__main__":
    main()
