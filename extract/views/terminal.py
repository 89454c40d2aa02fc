"""Texts on a terminal: harmless, and as wide as they are shown.

Whatever comes from an article or a model is untrusted. `safe` makes one line of it in which nothing is obeyed;
`harmless` does so to a cell of a table in a file, and keeps lines and joiners. Widths are columns of the terminal:
a Chinese character takes two, a combining mark none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

GUTTER = 2
"""Columns between two columns of a table."""

# C0 but tabs and line ends, C1, marks and overrides of direction, tags, halves of characters.
_OBEYED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
    r"|\r(?!\n)"
)


def safe(text: str) -> str:
    """A text that does nothing to a terminal: controls, escapes and bidi overrides are shown, not obeyed.

    Line ends, tabs and odd spaces become a space; U+001B is written "␛", others as in "\\u202e".
    """
    return text if text.isprintable() else "".join(map(_safe_char, text))


def harmless(text: str) -> str:
    """The same for a cell of a CSV file: line ends, tabs, odd spaces and joiners of letters stay as they are."""
    return _OBEYED.sub(lambda found: _shown(found.group()), text)


def _safe_char(char: str) -> str:
    if char.isprintable():
        return char
    return " " if char in "\n\r\t" or unicodedata.category(char) == "Zs" else _shown(char)


def _shown(char: str) -> str:
    if char < " ":
        return chr(0x2400 + ord(char))  # Unicode has a picture of each: ␀ … ␟
    return "␡" if char == "\x7f" else char.encode("unicode_escape").decode("ascii")


def columns(text: str) -> int:
    """How many columns a safe text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _chopped(text: str, width: int) -> list[str]:
    """A text in pieces that fit into `width` columns, full ones first."""
    from rich.cells import chop_cells

    return chop_cells(text, width)


def cut(text: str, width: int) -> str:
    """A text as one line of at most `width` columns; "…" stands for what was cut off."""
    text = safe(text)
    if columns(text) <= width:
        return text
    return (_chopped(text, width - 1)[0] if width > 1 else "") + "…"


def few(names: Sequence[str], most: int) -> str:
    """The first of some names, and a sign for further ones: "a, b …"."""
    return ", ".join(names[:most]) + " …" * (len(names) > most)


def cut_before(text: str, width: int) -> str:
    """The end of a text, as far as it fits into `width` columns."""
    text = safe(text)[-width:] if width > 0 else ""
    while columns(text) > width:
        text = text[1:]
    return text


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """A text in lines of at most `width` columns, further lines indented more; words are cut where they must be."""
    if not indent:
        return _filled(safe(text), width)
    first, *rest = [*_filled(safe(text), max(width - indent - 2, 1)), ""]
    margin = " " * indent
    return [margin + first, *(f"{margin}  {line}" for line in rest[:-1])] if first else []


def filled(text: str, width: int, most_lines: int) -> str:
    """A text as a cell of a table: lines of at most `width` columns, joined by line ends."""
    lines = _filled(safe(text), width)
    if len(lines) > most_lines:
        last = cut(f"{lines[most_lines - 1]} {lines[most_lines]}", width)
        lines = [*lines[: most_lines - 1], last if last.endswith("…") else f"{last}…"]
    return "\n".join(lines)


def _filled(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if columns(longer) <= width:
            line = longer
        elif columns(word) <= width:
            lines.append(line)
            line = word
        else:
            *full, line = _chopped(longer, max(width, 2))
            lines += full
    return [*lines, line] if line else lines


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table whose cells may have several lines; the first row is its head, and a rule follows it."""
    cells = [[cell.split("\n") for cell in row] for row in rows]
    widths = [max(columns(line) for cell in column for line in cell) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        for lines in zip_longest(*row, fillvalue=""):
            padded = (line + " " * (width - columns(line)) for line, width in zip(lines, widths, strict=True))
            yield (" " * GUTTER).join(padded).rstrip()
        if number == 0:
            yield (" " * GUTTER).join("-" * width for width in widths)
