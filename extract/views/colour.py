"""A little colour for tables on a terminal: heads, marks, and how an article ended. Without it nothing is lost.

Texts are safe already (`terminal`); a piece of an article that looks like a head is bold, and that is all.
"""

from __future__ import annotations

import os
import re
import sys

_STYLES = (
    (re.compile(r"^ *[\w.]+ \(\d+\)$", re.MULTILINE), "1"),  # bold: the head of a list
    (re.compile(r"^\S+(?=: (?:complete|partial|failed)$)", re.MULTILINE), "1"),
    (re.compile(r"^s-\w+(?=: )", re.MULTILINE), "1"),  # a story
    (re.compile(r"(?<=: )(?:partial|failed)$", re.MULTILINE), "33"),  # yellow
    (re.compile(r"^ *-{2,}(?:  -+)*$|^ *-(?:  -+)+$", re.MULTILINE), "2"),  # dim: the rule below heads
    (re.compile(r"[✗≠]"), "31"),  # red
    (re.compile(r"Σ"), "32"),  # green
)


def wants_colour() -> bool:
    """Whether standard output is a terminal whose user did not say otherwise (NO_COLOR, TERM=dumb)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(text: str) -> str:
    """A text of `tables` with colours."""
    for pattern, style in _STYLES:
        text = pattern.sub(lambda found, style=style: f"\x1b[{style}m{found.group()}\x1b[0m", text)  # type: ignore[misc]
    return text
