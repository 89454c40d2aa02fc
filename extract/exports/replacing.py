"""What an export may replace: an earlier export with --overwrite, and nothing else; and that one only when all is written.

Every form has its mark: a folder its `tables.json`, a workbook its author, SQLite its application, Parquet its metadata,
a CSV file its head.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from extract.errors import RunFileError, UsageError
from extract.exports.sqlite import APPLICATION
from extract.exports.writers import MARK
from extract.files.run_files import is_export, is_run_file

MANIFEST = "tables.json"
"""In a folder: which files are there, and what their columns mean."""


def check_place(out: Path, inputs: Sequence[Path], *, overwrite: bool, head: bytes = b"") -> None:
    """That an output replaces nothing; to be asked before anything costly is begun.

    Args:
        out: file or folder.
        inputs: what is read.
        overwrite: whether an earlier export may be replaced.
        head: the first line of a CSV file.

    Raises:
        UsageError: it is one of the inputs.
        RunFileError: there is something already.
    """
    if not out.exists():
        return
    if any(out.samefile(given) for given in inputs if given.exists()):
        raise UsageError(f"{str(out)!r} is an input: write to another file with -o")
    if out.is_dir():
        if not any(out.iterdir()) or (overwrite and files_of(out)):
            return
    elif not out.is_file():
        raise UsageError(f"{str(out)!r} is no file: an export is written beside, and put in its place when it is whole")
    elif not out.stat().st_size:
        return
    elif is_run_file(out):
        raise RunFileError(f"{str(out)!r} is a run file, which an export would replace: write to another file with -o")
    elif overwrite and _is_ours(out, head):
        return
    raise RunFileError(
        f"{str(out)!r} is there already, and is not replaced: write to another {'folder' if out.is_dir() else 'file'} "
        "with -o; an earlier export is replaced with --overwrite"
    )


def _is_ours(file: Path, head: bytes) -> bool:
    """Whether a file is an export of this program."""
    with suppress(OSError, zipfile.BadZipFile, KeyError), file.open("rb") as stream:
        start = stream.read(max(100, len(head) + 3))
        if start.startswith(b"SQLite format 3"):
            return start[68:72] == APPLICATION.to_bytes(4, "big")
        if start.startswith(b"PAR1"):
            stream.seek(-8, 2)
            length = int.from_bytes(stream.read(4), "little")
            stream.seek(-8 - min(length, file.stat().st_size - 8), 2)
            return MARK.encode() in stream.read(length)
        if start.startswith(b"PK"):
            with zipfile.ZipFile(file) as archive, archive.open("docProps/core.xml") as properties:
                return MARK.encode() in properties.read(10_000)
        return is_export(file) or (bool(head) and start.removeprefix(b"\xef\xbb\xbf").startswith(head))
    return False


def files_of(folder: Path) -> list[str]:
    """Names of the files of an earlier export in a folder; none where there is none."""
    with suppress(OSError, ValueError, AttributeError):
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if said.get("format") == MARK:
            return [MANIFEST, *(Path(str(name)).name for name in said.get("files", {}))]
    return []


@contextmanager
def put_in_place(out: Path, *, folder: bool) -> Generator[Path, None, None]:
    """A file or folder to write, which takes the place of `out` when all went well, and goes when it did not.

    Raises:
        RunFileError: it cannot be written, or would replace what is no part of an earlier export.
    """
    named = out.absolute()  # "." has no name of its own
    part = named.with_name(f".{named.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _remove(part)  # of an export that was killed
        if folder:
            part.mkdir()
        yield part
        if folder and out.is_dir():
            _into(part, out)
        else:
            part.replace(out)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RunFileError(f"cannot write {str(out)!r}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            _remove(part)


def _into(part: Path, out: Path) -> None:
    ours = set(files_of(out))
    new = sorted(path.name for path in part.iterdir())
    if strange := next((name for name in new if name not in ours and (out / name).exists()), None):
        raise RunFileError(
            f"{str(out / strange)!r} is there already and no part of an export: write to another folder with -o"
        )
    for name in ours - set(new):
        (out / name).unlink(missing_ok=True)
    for name in new:
        (part / name).replace(out / name)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
