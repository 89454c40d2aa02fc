"""A report: what is to be said in lines, tables and sections, whatever it is about; and how that looks as text or Markdown.

Articles, models and servers are not to be trusted: every word of a report goes through `shown`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from extract.views.terminal import safe

Style = Literal["text", "markdown"]

_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)|(?<=www)\.|(?<=:)//")
"""What could be Markdown in a text that is none; addresses would become links."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first `left` columns left, the others right."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines that stay as they are, one below the other."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Points:
    """A list with a bullet before each line."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs into one line, with bars between: all that made a figure."""

    parts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part."""

    title: str
    blocks: Sequence[Block]


Block = str | Table | Listing | Points | Parts | Section


def render(blocks: Iterable[Block], style: Style) -> str:
    """A report as text, ending with a line end."""
    return "\n\n".join(_block(block, style) for block in blocks) + "\n"


def shown(text: str, style: Style) -> str:
    """A text from outside as one line of a report: it neither steers a terminal nor becomes markup."""
    text = safe(text)
    if style == "text":
        return text
    escaped = html.escape(text, quote=False)
    return _MARKUP.sub(lambda found: "".join(f"&#{ord(char)};" for char in found[0]), escaped)


def _block(block: Block, style: Style) -> str:
    match block:
        case str():
            return shown(block, style)
        case Table():
            return _table(block, style)
        case Listing(lines):
            return _fenced("\n".join(map(safe, lines))) if style == "markdown" else "\n".join(map(safe, lines))
        case Points(lines):
            return "\n".join(f"- {shown(line, style)}" for line in lines)
        case Parts(parts):
            return " | ".join(shown(part, style) for part in parts)
        case Section(title, blocks):
            return f"{'### ' if style == 'markdown' else ''}{title}{_body(blocks, style)}"


def _body(blocks: Sequence[Block], style: Style) -> str:
    """The blocks of a section; on a terminal, lines stand close."""
    if not blocks:
        return ""
    apart = [style == "markdown", *(style == "markdown" or isinstance(b, Table) for _, b in pairwise(blocks))]
    return "".join(("\n\n" if gap else "\n") + _block(block, style) for gap, block in zip(apart, blocks, strict=True))


def _table(table: Table, style: Style) -> str:
    from tabulate import tabulate

    text: str = tabulate(
        [[shown(cell, style) for cell in row] for row in table.rows],
        headers=[shown(cell, style) for cell in table.headers],
        tablefmt="github" if style == "markdown" else "simple",
        colalign=(*("left",) * table.left, *("right",) * (len(table.headers) - table.left)),
        disable_numparse=True,
    )
    return text


def _fenced(text: str) -> str:
    """Nothing in a fence is markup, as long as no line of it is a longer fence."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}text\n{text}\n{fence}"
