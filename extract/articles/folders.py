"""Which files are read: those that are named, and in folders those that can be articles. The others are told."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from extract.articles.apart import missing_for
from extract.articles.article import STDIN, Skipped, Unreadable
from extract.articles.forms import DOCUMENTS, PAGES, ending_of, stem_of
from extract.articles.packed import MISSING, PACKED_ROWS, PARQUET, has_parquet
from extract.articles.stored import list_stored
from extract.errors import ArticleError, UsageError, counted
from extract.files.run_files import is_run_file, is_run_folder, is_stored, plain_name
from extract.web import is_address
from extract.web.addresses import checked_address

ROWS = (".jsonl", ".ndjson")
FOLDER_ENDINGS = (*(".txt", ".md", ".markdown", *PAGES), *DOCUMENTS, *ROWS, *PACKED_ROWS, PARQUET)

_ABOUT_THE_FOLDER = re.compile(r"(?:readme|licen[cs]e|changelog)(?![a-z])", re.IGNORECASE)


def list_inputs(inputs: Sequence[str], skipped: Callable[[Skipped], None]) -> list[str | Unreadable]:
    """The files that inputs stand for, in order; a folder's are sorted. A file is read once, however often given.

    Args:
        inputs: paths as typed, or "-" for standard input.
        skipped: told of every file and folder that is passed over.

    Raises:
        UsageError: an input does not exist, a folder holds nothing to read, an address is none, or a file needs packages
            that are not installed.
    """
    found: dict[str, str | Unreadable] = {}
    for given in inputs:
        for item in _files(given, skipped):
            path = item if isinstance(item, str) else item.source
            if (
                found.setdefault(path if path == STDIN or _is_elsewhere(path) else os.path.realpath(path), item)
                is not item
            ):
                skipped(Skipped(path, "given twice"))
    return list(found.values())


def _is_elsewhere(given: str) -> bool:
    """Whether a name is an address, of a page or of a file system."""
    return is_address(given) or is_stored(given)


def _files(given: str, skipped: Callable[[Skipped], None]) -> list[str | Unreadable]:
    if not given.strip():
        raise UsageError(f"{given!r} is no file or folder; the working folder is called .")
    if given == STDIN:
        return [given]
    if is_address(given):
        try:
            return [checked_address(given)]
        except ArticleError as error:
            raise UsageError(str(error)) from error
    if is_stored(given):
        return _stored(given, skipped)
    if is_run_folder(Path(given)):
        return [
            Unreadable(
                Path(given).name, given, "a run folder, which holds results, not articles: extract show shows it"
            )
        ]
    if os.path.isdir(given):
        return _inside(given, skipped)
    if os.path.lexists(given):
        if missing := _missing(ending_of(given)):
            raise UsageError(f"{given!r} is {missing}")
        return [given]
    raise UsageError(f"no such file or folder: {given!r}")


def _stored(given: str, skipped: Callable[[Skipped], None]) -> list[str | Unreadable]:
    """The files that an address of a file system stands for."""
    inside = list_stored(given)
    if inside is None:
        if missing := _missing(ending_of(given)):
            raise UsageError(f"{given!r} is {missing}")
        return [given]
    read: list[str | Unreadable] = []
    for path in inside:
        names = plain_name(path)[len(plain_name(given).rstrip("/")) + 1 :].split("/")
        reason = "hidden" if any(name.startswith(".") for name in names) else _why_not_read(path)
        if reason:
            skipped(Skipped(path, reason))
        else:
            read.append(path)
    if not read:
        raise UsageError(f"folder {given!r} holds no article: looked for {', '.join(FOLDER_ENDINGS)}")
    return read


def _inside(folder: str, skipped: Callable[[Skipped], None]) -> list[str | Unreadable]:
    items = sorted(_walk(folder), key=lambda item: Path(item if isinstance(item, str) else item.source))
    passed = [item for item in items if isinstance(item, Skipped)]
    read = [item for item in items if not isinstance(item, Skipped)]
    for each in passed:
        skipped(each)
    if not read:
        others = f"; {skipped_line(passed)}" if passed else ""
        raise UsageError(f"folder {folder!r} holds no article: looked for {', '.join(FOLDER_ENDINGS)}{others}")
    return read


def _walk(folder: str) -> Iterator[str | Unreadable | Skipped]:
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                inside = list(entries)
        except OSError as error:
            yield Unreadable(Path(here).name, here, f"a folder that cannot be read: {error.strerror or error}")
            continue
        for entry in inside:
            path = str(Path(entry.path))
            if reason := _why_not(entry):
                yield Skipped(path, reason)
            elif os.path.isdir(path):
                waiting.append(path)
            else:
                yield path


def _why_not(entry: os.DirEntry[str]) -> str | None:
    """Why something in a folder is no article of its; None if it is one, or a folder to look into."""
    if entry.name.startswith("."):
        return "hidden"
    if os.path.isdir(entry.path):
        if is_run_folder(Path(entry.path)):
            return "run folder"
        return "link to a folder" if entry.is_symlink() else None
    return _why_not_read(entry.path) or ("run file" if _is_run(entry.path) else None)


def _why_not_read(given: str) -> str | None:
    """Why a file is no article, as far as its name says."""
    path, ending = Path(plain_name(given)), ending_of(given)
    if _ABOUT_THE_FOLDER.match(path.name):
        return path.stem.upper()
    if ending not in FOLDER_ENDINGS:
        return ending or "no ending"
    if missing := _missing(ending):
        return f"{ending} ({missing.rpartition(': ')[2]})"
    return None


def _is_run(given: str) -> bool:
    return ending_of(given) in ROWS and is_run_file(Path(given))


def _missing(ending: str) -> str | None:
    """What to say where a form needs packages that are not installed."""
    if ending == PARQUET:
        return None if has_parquet() else MISSING
    return missing_for(DOCUMENTS[ending]) if ending in DOCUMENTS else None


def skipped_line(skipped: Iterable[Skipped]) -> str:
    """What was passed over, counted: "skipped 5 files: 3 .pdf, 1 README, 1 hidden"."""
    counts = Counter(each.reason for each in skipped)
    kinds = ", ".join(f"{number} {reason}" for reason, number in counts.most_common())
    return f"skipped {counted(counts.total(), 'file')}: {kinds}"


def name_files(paths: Sequence[str]) -> list[str]:
    """A name for each file: its stem, or where several share one, the folders that tell them apart before it."""
    alike, paths = defaultdict(list), [plain_name(path) for path in paths]
    for path in paths:
        alike[stem_of(path)].append(os.path.dirname(os.path.abspath(path)))
    names = []
    for path in paths:
        stem, here = stem_of(path), os.path.dirname(os.path.abspath(path))
        apart = Path(os.path.relpath(here, os.path.commonpath(alike[stem])))
        names.append("-".join([*apart.parts, stem]))
    return names
