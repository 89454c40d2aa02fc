"""How numbers are written, in tables and sentences alike. The one place that decides decimals and signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # arrays take 0.1 s to import, and a number has to be written without them too
    from eval.stats import Interval

NOTHING = "\N{EN DASH}"
"""Stands where there is no figure; it is not 0."""
MINUS = "\N{MINUS SIGN}"


def share(value: float | None) -> str:
    """A figure in 0…1: three decimals."""
    return NOTHING if value is None else f"{value:.3f}"


def change(value: float | None) -> str:
    """A difference of two shares, always signed."""
    if value is None:
        return NOTHING
    return f"{value:+.3f}".replace("-", MINUS)


def interval(value: Interval | None) -> str:
    """End points of an interval of shares."""
    return NOTHING if value is None else f"{value.low:.3f}\N{EN DASH}{value.high:.3f}"


def change_interval(value: Interval | None) -> str:
    """End points of an interval of differences."""
    return NOTHING if value is None else f"{change(value.low)} to {change(value.high)}"


def percent(part: float, whole: float) -> str:
    """A part of a whole."""
    return NOTHING if whole == 0 else f"{100 * part / whole:.1f} %"


def whole_percent(value: float) -> str:
    """A level or a coverage: no decimals."""
    return f"{100 * value:.0f} %"


def p_value(value: float | None) -> str:
    """A p: three decimals, never 0."""
    if value is None:
        return NOTHING
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def count(value: float | None) -> str:
    """A whole number with spaces at the thousands."""
    return NOTHING if value is None else f"{value:,.0f}".replace(",", " ")


def seconds(value: float | None) -> str:
    """A duration: one decimal, from 100 on none."""
    if value is None:
        return NOTHING
    return f"{value:.1f} s" if value < 100 else f"{count(value)} s"


def dollars(value: float | None) -> str:
    """A price; an unknown one says so."""
    if value is None:
        return "unknown"
    return "$0" if value == 0 else f"${value:.4f}" if value < 1 else f"${value:.2f}"


def digest(value: str) -> str:
    """The first eight characters of a digest."""
    return value[:8]
