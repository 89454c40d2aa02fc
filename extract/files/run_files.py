"""What a run file, an export of one and a stories file begin with, so that everybody knows one when they see it.

What is in them is in `records.results` and `views.export`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

RUN_FORMAT: Final = "attested-run-1"
STORIES_FORMAT: Final = "attested-stories-1"
_STORIES = f'{{"format": "{STORIES_FORMAT}"'.encode()
_BEGINNING = f'{{"format": "{RUN_FORMAT}"'.encode()
_EXPORTS = (b"article_id,pointer,record,field,value", b'{"header": {"format": "attested-run-')


def is_run_file(path: Path) -> bool:
    """Whether a file begins like a run file, perhaps one that was interrupted in its first line."""
    start = _start(path)[: len(_BEGINNING)]
    return bool(start) and _BEGINNING.startswith(start)


def is_stories_file(path: Path) -> bool:
    """Whether a file begins like a stories file."""
    return _start(path).startswith(_STORIES)


def is_export(path: Path) -> bool:
    """Whether a file begins like an export (CSV, JSON) that this program wrote."""
    return _start(path).startswith(_EXPORTS)


def _start(path: Path) -> bytes:
    try:
        if not path.is_file():  # reading a pipe would take something away
            return b""
        with path.open("rb") as stream:
            return stream.read(100)
    except OSError:
        return b""
