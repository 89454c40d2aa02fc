"""Files at addresses of file systems (s3://, gs://, abfs://, hdfs://, file://), read by pyarrow as others are read here."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from extract.errors import ArticleError, UsageError
from extract.files.stored import Folder, below, told_as_oserror


def list_stored(address: str) -> list[str] | None:
    """The addresses of all files below a folder, sorted; None for a file.

    Raises:
        UsageError: there is nothing at that address, or it cannot be reached.
    """
    from pyarrow.fs import FileType

    folder = Folder(address)
    try:
        with told_as_oserror():
            kind = folder.fs.get_file_info(folder.path("")).type
        if kind == FileType.File:
            return None
        if kind == FileType.Directory:
            return [below(address, each.name) for each in folder.files(below=True)]
    except OSError as error:
        raise UsageError(f"{address!r} cannot be read: {error.strerror or error}") from error
    raise UsageError(f"no such file or folder: {address!r}")


def open_stored(address: str) -> BinaryIO:
    """A file as bytes.

    Raises:
        ArticleError: it cannot be opened.
    """
    try:
        folder = Folder(address)
        with told_as_oserror():
            stream = folder.fs.open_input_file(folder.path(""))
    except (OSError, UsageError) as error:
        raise ArticleError(f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return cast(BinaryIO, io.BufferedReader(stream, 1 << 20))
