"""Offsets that came with a value, held against the text: in code points, and really there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extract.records.corrections import Correction


def span_fault(value: Any, correction: Correction, text: str) -> str | None:
    """What is wrong with the offsets of a correction; None where nothing is, or there are none.

    Args:
        value: what it gives: the words that stand there, or a record with such words. In a record they may have been
            changed since; then the words that it has now are looked for.
    """
    start, end = correction.start, correction.end
    if start is None or end is None:
        return None
    words = set(_words(value))
    if start < end <= len(text) and text[start:end] in words:
        return None
    if _in_utf16(text, start, end) in words:
        return f"{start} to {end} count UTF-16 units: offsets are Unicode code points, in which it stands elsewhere"
    if not start < end <= len(text):
        return f"there is nothing from {start} to {end}: the text has {len(text)} characters"
    if isinstance(value, dict | list):
        return None
    return f"from {start} to {end} the text says {text[start : min(end, start + 80)]!r}"


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _words(each)


def _in_utf16(text: str, start: int, end: int) -> str | None:
    units = text.encode("utf-16-le", "surrogatepass")
    try:
        return units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
