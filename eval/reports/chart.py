"""A picture of quality against cost, as SVG text: no plotting library, the same bytes every time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax import saxutils

from extract.views.terminal import safe

PANEL_WIDTH, PANEL_HEIGHT = 380, 280
LEFT, TOP, GAP, LINE = 60, 40, 80, 20
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's palette, which people with any colour vision can tell apart."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing in the picture.

    Attributes:
        label: for the legend.
        group: points of one group have one colour.
        y: in 0…1.
        low, high: its interval, if known.
        xs: one value a panel; None leaves it out of that panel.
    """

    label: str
    group: str
    y: float
    low: float | None
    high: float | None
    xs: tuple[float | None, ...]


def escape(text: str) -> str:
    """A text for SVG: no markup, and none of the characters that XML cannot hold."""
    return saxutils.escape(safe(text))


def scatter(title: str, y_label: str, x_labels: Sequence[str], points: Sequence[Point]) -> str:
    """One panel per x label, side by side, all with the same y axis; numbered points, legend below.

    Args:
        title: of the whole picture.
        y_label: the axis from 0 to 1.
        x_labels: one a panel; axes begin at 0.
        points: in the order of their numbers.
    """
    width = LEFT + len(x_labels) * (PANEL_WIDTH + GAP)
    height = TOP + PANEL_HEIGHT + 60 + LINE * (len(points) + 1)
    groups = {group: COLOURS[i % len(COLOURS)] for i, group in enumerate(dict.fromkeys(p.group for p in points))}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
    ]
    for panel, label in enumerate(x_labels):
        parts += _panel(LEFT + panel * (PANEL_WIDTH + GAP), panel, (label, y_label), points, groups)
    for number, point in enumerate(points, 1):
        y = TOP + PANEL_HEIGHT + 60 + LINE * number
        parts.append(_dot(LEFT + 10, y - 4, number, groups[point.group]))
        parts.append(f'<text x="{LEFT + 28}" y="{y}">{escape(point.label)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(
    left: int, panel: int, labels: tuple[str, str], points: Sequence[Point], colours: dict[str, str]
) -> Iterator[str]:
    bottom = TOP + PANEL_HEIGHT
    shown = [(number, point, x) for number, point in enumerate(points, 1) if (x := point.xs[panel]) is not None]
    step = _tick_step(max((x for _, _, x in shown), default=1.0))
    top = max(1, math.ceil(max((x for _, _, x in shown), default=1.0) / step)) * step
    for tick in range(6):
        y = bottom - tick / 5 * PANEL_HEIGHT
        yield f'<path d="M{left} {y:.1f}h{PANEL_WIDTH}" stroke="#ddd"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{tick / 5:.1f}</text>'
    for tick in range(round(top / step) + 1):
        x = left + tick * step / top * PANEL_WIDTH
        yield f'<path d="M{x:.1f} {bottom}v5" stroke="#333"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 19}" text-anchor="middle">{tick * step:g}</text>'
    yield f'<path d="M{left} {TOP}V{bottom}H{left + PANEL_WIDTH}" fill="none" stroke="#333"/>'
    middle = left + PANEL_WIDTH // 2
    yield f'<text x="{middle}" y="{bottom + 40}" text-anchor="middle">{escape(labels[0])}</text>'
    yield f'<text x="{left}" y="{TOP - 6}">{escape(labels[1])}</text>'
    for number, point, x in shown:
        across = left + x / top * PANEL_WIDTH
        if point.low is not None and point.high is not None:
            ends = [bottom - value * PANEL_HEIGHT for value in (point.low, point.high)]
            yield f'<path d="M{across:.1f} {ends[0]:.1f}V{ends[1]:.1f}" stroke="{colours[point.group]}"/>'
        yield _dot(across, bottom - point.y * PANEL_HEIGHT, number, colours[point.group])
    if not shown:
        yield f'<text x="{middle}" y="{TOP + PANEL_HEIGHT // 2}" text-anchor="middle" fill="#777">not measured</text>'


def _dot(x: float, y: float, number: int, colour: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="{colour}"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="10" fill="white">{number}</text>'
    )


def _tick_step(most: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that needs at most six steps."""
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most / 6))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power * 6 >= most)
