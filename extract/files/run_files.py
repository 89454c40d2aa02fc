"""What a run file, a run folder, an export of one and a stories file begin with, so that everybody knows one when they
see it.

What is in them is in `records.results`, `records.parts` and `views.export`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

RUN_FORMAT: Final = "attested-run-1"
STORIES_FORMAT: Final = "attested-stories-1"
RUN_HEAD: Final = "run.json"
"""File of a run folder that holds the header; it is written first."""
_STORED = re.compile(r"(?:s3|gs|gcs|abfss?|hdfs|viewfs|file)://")
"""What pyarrow's file systems know."""
_STORIES = f'{{"format": "{STORIES_FORMAT}"'.encode()
_BEGINNING = f'{{"format": "{RUN_FORMAT}"'.encode()
_EXPORTS = (b"article_id,pointer,record,field,value", b'{"header": {"format": "attested-run-')


def is_run_file(path: Path) -> bool:
    """Whether a file begins like a run file, perhaps one that was interrupted in its first line."""
    start = _start(path)[: len(_BEGINNING)]
    return bool(start) and _BEGINNING.startswith(start)


def is_run_folder(path: Path) -> bool:
    """Whether a folder is one of a run."""
    return os.path.isdir(path) and is_run_file(path / RUN_HEAD)  # which knows of names that are none


def is_stored(where: str) -> bool:
    """Whether a name is the address of a file system ("s3://bucket/folder"): neither a path nor a web address."""
    return _STORED.match(where) is not None


def plain_name(where: str) -> str:
    """The path to a file or folder: of an address of a file system without its kind, its escapes, and what follows a "?"."""
    return unquote(where.partition("?")[0].partition("://")[2]) if is_stored(where) else where


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
