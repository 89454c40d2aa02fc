"""A run file while it is written: begun anew, or continued where an earlier run was left; by one run at a time."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import IO

from extract.files.locks import Lock
from extract.files.run_files import is_run_file
from extract.records.continuing import Continued, new_header
from extract.records.index import Index
from extract.records.results import ArticleResult, Header, Signature, mend, read_header, write_line


class Journal(Continued):
    """An open run file. Every line is flushed, so that a killed run keeps what it has."""

    path: Path

    def __init__(self, path: Path, signature: Signature) -> None:
        """Opens a run file; an existing one is continued.

        Raises:
            RunFileError: the file is no run, was made otherwise, or cannot be written.
        """
        super().__init__(path)
        with contextlib.ExitStack() as undo:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = Lock(path)
                undo.callback(self._lock.release)
                if is_run_file(path):  # any other file is left alone, and reading it says what is wrong
                    mend(path)
                begun = path.exists() and path.stat().st_size > 0
                if begun:
                    self._check(read_header(path), signature)
                    self._index = Index(path)
                    undo.callback(self._index.close)
                self._stream: IO[str] = path.open("a", encoding="utf-8", newline="\n")
            except OSError as error:
                raise self._unwritable(error) from error
            if not begun:
                self.write(new_header(signature))
            undo.pop_all()

    def write(self, part: Header | ArticleResult) -> None:
        """Adds a line: the header, or an article's.

        Raises:
            RunFileError: it cannot be written; what was written before is kept.
        """
        try:
            write_line(self._stream, part)
        except OSError as error:
            self.close()
            raise self._cut_short(error) from error

    def close(self) -> None:
        """Closes the file."""
        # A line that could not be written is still in the buffer, and cannot be written now either.
        with contextlib.suppress(OSError):
            self._stream.close()
        if self._index is not None:
            self._index.close()
        self._lock.release()
