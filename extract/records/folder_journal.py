"""A run folder while it is written: begun anew, or continued; by one run at a time, perhaps on many machines.

A run that writes by itself appends to a part of lines, each flushed, and packs it when it ends, or the next run does; at
an address, where nothing can be appended, each line is a part.
Runs on a cluster have their workers write parts: they take their number, `generation`, from here.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import IO

from extract.errors import RunFileError
from extract.files.locks import Lock
from extract.files.run_files import RUN_HEAD
from extract.records.continuing import Continued, new_header
from extract.records.index import Index
from extract.records.parts import RunFolder, check_holds_no_others, lines_name, part_name
from extract.records.results import ArticleResult, Signature, read_header, to_json, write_line


class FolderJournal(Continued):
    """An open run folder.

    Attributes:
        folder: where parts are written.
        generation: the number of this run into the folder.
    """

    _what = "run folder"

    def __init__(self, path: Path | str, signature: Signature) -> None:
        """Opens a run folder; an existing one is continued.

        Args:
            path: a folder, or the address of one, in which nobody keeps two runs apart.

        Raises:
            RunFileError: the folder holds other things, was made otherwise, cannot be written, or another run writes it.
            UsageError: pyarrow is not installed, or does not know such an address.
        """
        super().__init__(path)
        self.folder = RunFolder(path)
        self._stream: IO[str] | None = None
        self._written = 0
        self._lock: Lock | None = None
        with contextlib.ExitStack() as undo:
            try:
                if isinstance(path, Path):
                    path.mkdir(parents=True, exist_ok=True)
                    check_holds_no_others(path)
                    self._lock = Lock(path / RUN_HEAD)
                    undo.callback(self._lock.release)
                if self.folder.exists(RUN_HEAD):
                    self._check(read_header(path), signature)
                    if self.folder.is_local:
                        self.folder.pack()
                    self._index = Index(path)
                    undo.callback(self._index.close)
                else:
                    self.folder.put(RUN_HEAD, f"{to_json(new_header(signature))}\n".encode())
                self.generation = self.folder.next_generation()
            except OSError as error:
                raise self._unwritable(error) from error
            undo.pop_all()

    def write(self, part: ArticleResult) -> None:
        """Adds an article's line.

        Raises:
            RunFileError: it cannot be written; what was written before is kept.
        """
        try:
            if not self.folder.is_local:
                self._written += 1
                line = f"{to_json(part)}\n".encode()
                self.folder.write_part(part_name(self.generation, self._written), [line])
                return
            if self._stream is None:
                path = Path(self.folder.path(lines_name(self.generation)))
                self._stream = path.open("a", encoding="utf-8", newline="\n")
            write_line(self._stream, part)
        except OSError as error:
            self.close()
            raise self._cut_short(error) from error

    def close(self) -> None:
        """Packs what was written here."""
        if self._stream is not None:
            with contextlib.suppress(OSError):  # a line that could not be written cannot be written now either
                self._stream.close()
            with contextlib.suppress(OSError, RunFileError):  # it is read as it is, and the next run tries again
                self.folder.pack()
            self._stream = None
        if self._index is not None:
            self._index.close()
        if self._lock is not None:
            self._lock.release()
