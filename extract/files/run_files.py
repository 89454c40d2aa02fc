"""What a run file begins with, so that everybody knows one when they see it. What is in it is `records.results`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

RUN_FORMAT: Final = "attested-run-1"
_BEGINNING = f'{{"format": "{RUN_FORMAT}"'.encode()


def is_run_file(path: Path) -> bool:
    """Whether a file begins like a run file, perhaps one that was interrupted in its first line."""
    try:
        if not path.is_file():  # reading a pipe would take something away
            return False
        with path.open("rb") as stream:
            start = stream.read(len(_BEGINNING))
    except OSError:
        return False
    return bool(start) and _BEGINNING.startswith(start)
