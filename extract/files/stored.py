"""Folders, here and at addresses that pyarrow's file systems know: s3://, gs://, abfs://, hdfs://, file://."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from extract.errors import UsageError, install
from extract.files.run_files import is_stored

_MISSING = f"run folders and addresses of file systems take more packages: {install('parquet')}"

_SECRET = re.compile(
    r"[^/?#]+://[^/?#]*:[^/?#]*@|[?&][^=&]*(?:secret|password|token|signature|key)[^=&]*=", re.IGNORECASE
)
"""What in an address opens a store to others: addresses stand in run files and on terminals."""
_LEGAL = "%/:?@!$&'()*+,;=[]~"
"""What addresses may hold beside letters and digits; blanks and others are escaped here where who typed them did not."""
_SECONDS = 30
"""Google's file system asks for a quarter of an hour before it says that nobody answers, and hears no Ctrl-C meanwhile."""


class Entry(NamedTuple):
    """A file of a folder: its name in it, and its length in bytes."""

    name: str
    size: int


class Folder:
    """A folder, which need not be there.

    Every method raises OSError where the file system does not do what it should (`told_as_oserror`).

    Attributes:
        where: as it was given.
        is_local: it is a path, and not an address.
    """

    def __init__(self, where: str | Path) -> None:
        """Opens it; nothing is made.

        Raises:
            UsageError: pyarrow is not installed, or does not know such an address; or the address holds a secret.
        """
        try:
            from pyarrow import ArrowException, fs
        except ImportError:
            raise UsageError(_MISSING) from None
        self.where = str(where)
        self.is_local = not is_stored(self.where)
        if not self.is_local and _SECRET.search(self.where):
            raise UsageError(
                f"an address of {self.where.partition(':')[0]}:// with a key or password in it, which would stand in the run: "
                "give it in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and such)"
            )
        self.fs: Any
        try:
            if self.is_local:
                self.fs, self._root = fs.LocalFileSystem(), os.path.abspath(self.where)
            else:
                self.fs, self._root = fs.FileSystem.from_uri(_reachable(self.where))
        except (ArrowException, OSError, ValueError) as error:
            raise UsageError(f"{self.where!r} cannot be reached: {' '.join(str(error).split())[:200]}") from error

    def path(self, name: str) -> str:
        """What the file system calls a file of the folder."""
        return f"{self._root}/{name}" if name else self._root

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with told_as_oserror():
            return bool(self.fs.get_file_info(self.path(name)).is_file)

    def files(self, *, below: bool = False) -> list[Entry]:
        """The files in it, sorted; those in folders below as well, if that is wanted. None where there is no folder."""
        from pyarrow.fs import FileSelector

        with told_as_oserror():
            selector = FileSelector(self._root, recursive=below, allow_not_found=True)
            found = [each for each in self.fs.get_file_info(selector) if each.is_file]
        return sorted(Entry(each.path[len(self._root) :].lstrip("/"), each.size) for each in found)

    def read(self, name: str, start: int = 0, length: int | None = None) -> bytes:
        """A file, or a part of it."""
        with told_as_oserror(), self.fs.open_input_file(self.path(name)) as stream:
            stream.seek(start)
            return bytes(stream.read() if length is None else stream.read(length))

    def put(self, name: str, data: bytes) -> None:
        """Writes a file, whole or not at all."""
        folder, _, file = self.path(name).rpartition("/")
        is_disk = self.fs.type_name == "local"  # an object is there when it is whole, and cannot be renamed
        target = f"{folder}/.{file}.{os.getpid()}" if is_disk else self.path(name)
        with told_as_oserror():
            self.fs.create_dir(folder, recursive=True)
            with self.fs.open_output_stream(target) as stream:
                stream.write(data)
            if is_disk:
                self.fs.move(target, self.path(name))


def below(address: str, name: str) -> str:
    """The address of what is in a folder at an address; what follows a "?", how its file system is reached, stays last."""
    folder, mark, how = address.partition("?")
    return f"{folder.rstrip('/')}/{quote(name)}{mark}{how}"


def _reachable(address: str) -> str:
    """An address as pyarrow takes it."""
    folder, mark, how = quote(address, safe=_LEGAL).partition("?")
    if folder.startswith(("gs:", "gcs:")) and "retry_limit_seconds=" not in how:
        mark, how = "?", "&".join(filter(None, [how, f"retry_limit_seconds={_SECONDS}"]))
    return f"{folder.rstrip('/')}{mark}{how}"


@contextmanager
def told_as_oserror() -> Generator[None, None, None]:
    """Turns what pyarrow raises into OSError, with its words in one line."""
    from pyarrow import ArrowException

    try:
        yield
    except ArrowException as error:
        raise OSError(" ".join(str(error).split())[:200]) from error


def lines_in(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a piece of a file: where each begins in it, and itself with its end."""
    start = 0
    while (end := data.find(b"\n", start) + 1) > 0:
        yield start, data[start:end]
        start = end
