"""The working store on disk: safe, private, durable, and honest when it cannot be written."""

from __future__ import annotations

import os
import pickle  # noqa: TID251 - to plant the exploit
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from extract.errors import DamagedRecording, StoreError, UsageError
from extract.store.disk import TextTable
from extract.store.recordings import Written
from extract.store.working import MARK, WorkingStore, clear_folder
from tests.handmade import response, written


@pytest.fixture
def store(working: WorkingStore) -> WorkingStore:
    return working


def change(folder: Path, statement: str, *values: object) -> None:
    """Writes into the database behind the program's back."""
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        connection.execute(statement, values)


def run(code: str, *arguments: object) -> str:
    """Runs Python in another process and gives what it prints."""
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


class Exploit:
    """Pickled, it makes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (self._path, "w")


def test_what_was_put_is_there_in_another_process(store: WorkingStore, folder: Path) -> None:
    store.put(written())
    code = """
        import sys
        from pathlib import Path
        from extract.store.working import WorkingStore
        usage = WorkingStore(Path(sys.argv[1])).answer(sys.argv[2]).usage
        print(usage.input_tokens, usage.output_tokens)
    """
    assert run(code, folder, written().key) == "812 25"  # 400 + 412, 7 + 18


def test_answers_are_what_was_put(store: WorkingStore) -> None:
    store.put(written(1))
    store.put(written(2))
    assert store.answer(written(1).key) == replace(response(1), replayed=True)
    assert store.answer(written(3).key) is None
    assert list(store) == sorted([written(1).key, written(2).key])
    assert store.written(written(2).key) == written(2)


def test_pickle_can_run_code(tmp_path: Path) -> None:
    # The premise of the next tests: loading this value does make the file.
    pickle.loads(pickle.dumps(Exploit(tmp_path / "owned"))).close()
    assert (tmp_path / "owned").exists()


def test_a_planted_pickle_is_refused_as_a_value(store: WorkingStore, folder: Path, tmp_path: Path) -> None:
    store.put(written())
    # Mode 4 is diskcache's MODE_PICKLE (CVE-2025-69872).
    change(folder, "UPDATE Cache SET mode = 4, value = ?", pickle.dumps(Exploit(tmp_path / "owned")))
    with pytest.raises(DamagedRecording, match=written().key):
        store.answer(written().key)
    with pytest.raises(DamagedRecording):
        store.written(written().key)
    assert not (tmp_path / "owned").exists()


def test_a_planted_pickle_is_refused_in_a_file(store: WorkingStore, folder: Path, tmp_path: Path) -> None:
    store.put(written())
    (folder / "planted.val").write_bytes(pickle.dumps(Exploit(tmp_path / "owned")))
    change(folder, "UPDATE Cache SET mode = 4, value = NULL, filename = 'planted.val'")
    with pytest.raises(DamagedRecording, match=written().key):
        store.answer(written().key)
    assert not (tmp_path / "owned").exists()


def test_a_planted_pickle_is_refused_as_a_key(store: WorkingStore, folder: Path, tmp_path: Path) -> None:
    store.put(written())
    change(
        folder, "UPDATE Cache SET raw = 0, key = ? WHERE length(key) = 64", pickle.dumps(Exploit(tmp_path / "owned"))
    )
    assert list(store) == []
    assert store.foreign() == 1
    assert not (tmp_path / "owned").exists()
    clear_folder(folder)
    assert store.foreign() == 0


def test_a_planted_file_name_deletes_nothing(store: WorkingStore, folder: Path, tmp_path: Path) -> None:
    store.put(written())
    precious = tmp_path / "precious.txt"
    precious.write_text("mine", encoding="utf-8")
    change(folder, "UPDATE Cache SET filename = ?", "../precious.txt")
    with pytest.raises(DamagedRecording):
        store.answer(written().key)
    store.put(written())  # diskcache removes the file of a row it replaces
    assert precious.exists()
    assert store.answer(written().key) is not None


def test_a_changed_row_is_named_and_never_answered(store: WorkingStore, folder: Path) -> None:
    store.put(written())
    change(folder, "UPDATE Cache SET value = replace(value, 'neuf', 'onze')")
    with pytest.raises(DamagedRecording, match=rf"{written().key}.*cache\.db"):
        store.answer(written().key)


def test_a_damaged_database_page_is_named(store: WorkingStore, folder: Path) -> None:
    store.put(written())
    store.close()  # writes the log into the database
    data = bytearray((folder / "cache.db").read_bytes())
    data[data.index(b"neuf")] ^= 1
    (folder / "cache.db").write_bytes(data)
    with pytest.raises(DamagedRecording, match=written().key):
        WorkingStore(folder).answer(written().key)


def test_the_folder_is_its_owners_alone(folder: Path) -> None:
    old = os.umask(0o000)
    try:
        WorkingStore(folder)
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    WorkingStore(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o555)  # read-only on purpose: that is not undone
    WorkingStore(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o500


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    before = stat.S_IMODE(tmp_path.stat().st_mode)
    with pytest.raises(UsageError, match="holds other things"):
        WorkingStore(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == before


def holdings(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, with its bytes."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_cache_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    import diskcache

    with diskcache.Cache(str(tmp_path), eviction_policy="none") as cache:  # the same package, and the same settings
        cache["their key"] = "their value"
        cache["f" * 64] = "their value"
        cache["lock:theirs"] = "their value"
    tmp_path.chmod(0o755)
    before = holdings(tmp_path)
    for touch in (WorkingStore, clear_folder):
        with pytest.raises(UsageError, match=r"'cache\.db' in folder .* is another program's"):
            touch(tmp_path)
    assert holdings(tmp_path) == before
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_cache_with_nothing_but_a_row_without_a_key_is_another_program_s(tmp_path: Path) -> None:
    import diskcache

    diskcache.Cache(str(tmp_path), eviction_policy="none").close()
    change(tmp_path, "INSERT INTO Cache (raw, mode, value) VALUES (1, 1, 'theirs')")
    with pytest.raises(UsageError, match="another program's"):
        WorkingStore(tmp_path)


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\x00" + bytes(200), b"no database at all " * 99])
def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "cache.db").write_bytes(data)
    for touch in (WorkingStore, clear_folder):
        with pytest.raises(UsageError):
            touch(tmp_path)
    assert holdings(tmp_path) == {"cache.db": data}


@pytest.mark.parametrize("numbers", [(), (1, 2)])
@pytest.mark.parametrize("logged", [True, False])
def test_a_store_of_an_earlier_version_is_known_by_its_rows(
    store: WorkingStore, folder: Path, numbers: tuple[int, ...], logged: bool
) -> None:
    for number in numbers:
        store.put(written(number))
    change(folder, "INSERT INTO Cache (key, raw, mode, value) VALUES ('lock:k', 1, 1, '\"x\"')")
    if not logged:
        store.close()  # writes the log into the database
    (folder / MARK).unlink()
    opened = WorkingStore(folder)
    assert len(opened) == len(numbers)
    assert opened.foreign() == 0
    assert (folder / MARK).exists()
    opened.close()


def test_many_processes_make_one_store_together(folder: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from extract.store.working import WorkingStore
        from tests.handmade import written
        WorkingStore(Path(sys.argv[1])).put(written(int(sys.argv[2])))
    """
    started = [
        subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), str(folder), str(number)]) for number in range(4)
    ]
    assert [process.wait(60) for process in started] == [0] * 4
    assert len(WorkingStore(folder)) == 4


def test_a_name_that_diskcache_would_expand_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELSEWHERE", "other")
    with pytest.raises(UsageError, match="environment variable"):
        WorkingStore(tmp_path / "$ELSEWHERE")
    assert list(tmp_path.iterdir()) == []


FOREIGN_ROWS = [
    ("user:1", 1, 1, "text"),
    (b"\x80\x04bytes", 0, 4, b"\x80\x04N."),
    (42, 1, 1, 43),
    (2.5, 1, 1, None),
    ("", 1, 1, ""),
    ("a" * 64, 2, 1, "not found by its key"),
    (None, 1, 1, "no key"),
]


def test_rows_of_another_program_are_counted_and_passed_over(store: WorkingStore, folder: Path) -> None:
    store.put(written(1))
    store.put(written(2))
    for row in FOREIGN_ROWS:
        change(folder, "INSERT INTO Cache (key, raw, mode, value) VALUES (?, ?, ?, ?)", *row)
    change(folder, "INSERT INTO Cache (key, raw, mode) VALUES (CAST(X'FF80' AS TEXT), 1, 1)")  # not UTF-8
    assert list(store) == sorted([written(1).key, written(2).key])
    assert store.foreign() == len(FOREIGN_ROWS) + 1
    store.remove([written(1).key])
    assert store.written(written(2).key) == written(2)
    assert store.misses("") == {}


@pytest.mark.parametrize(
    "name", ["get", "timeout", "directory", "disk_new", "sqlite_new", "sqlite_journal_mode", "size"]
)
@pytest.mark.parametrize("value", ["x", 7, None, b"\x80\x04N."])
def test_planted_settings_change_nothing(store: WorkingStore, folder: Path, name: str, value: object) -> None:
    store.put(written(1))
    change(folder, "INSERT OR REPLACE INTO Settings VALUES (?, ?)", name, value)
    opened = WorkingStore(folder)
    opened.put(written(2))
    assert opened.answer(written(1).key) is not None
    assert len(opened) == 2
    opened.clear()
    opened.close()


def test_a_row_that_cannot_be_read_stands_in_the_way_of_no_other(store: WorkingStore, folder: Path) -> None:
    for number in (1, 2, 3):
        store.put(written(number))
    change(folder, "UPDATE Cache SET mode = 4 WHERE key = ?", written(1).key)
    change(folder, "INSERT INTO Cache (key, raw, mode, value) VALUES ('miss:ab', 1, 4, 'x')")
    store.remove([written(2).key])
    assert store.written(written(3).key) == written(3)
    assert store.misses("") == {}
    assert store.take([written(1)], replace=True).added == 1
    assert store.answer(written(1).key) is not None


def test_taking_in_is_all_or_nothing(store: WorkingStore) -> None:
    store.put(written(1))

    def items() -> Iterator[Written]:
        yield written(2)
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left"):
        store.take(items())
    assert list(store) == [written(1).key]
    done = store.take([written(1), written(2)])
    assert (done.added, done.same) == (1, 1)


def test_nothing_is_evicted(folder: Path) -> None:
    # With diskcache's defaults it would drop the oldest at its limit; here the limit is 1 byte.
    WorkingStore(folder).close()
    change(folder, "UPDATE Settings SET value = 1 WHERE key = 'size_limit'")
    change(folder, "UPDATE Settings SET value = 'least-recently-stored' WHERE key = 'eviction_policy'")
    store = WorkingStore(folder)
    for number in range(30):
        store.put(written(number))
    assert len(store) == 30


def test_removing_keeps_shared_texts_that_are_needed(store: WorkingStore) -> None:
    store.put(written(1))
    store.put(written(2))
    store.remove([written(1).key])
    assert store.written(written(2).key) == written(2)
    store.remove([written(2).key])
    with pytest.raises(DamagedRecording, match="missing"):
        store.shared_text(next(iter(written(2).shared)))


def test_cleared_text_is_gone_from_the_disk(store: WorkingStore, folder: Path) -> None:
    for number in range(20):
        store.put(written(number))
    assert b"nine people came" in b"".join(file.read_bytes() for file in folder.iterdir())
    store.clear()
    assert b"nine people came" not in b"".join(file.read_bytes() for file in folder.iterdir())
    assert len(store) == 0
    store.put(written())
    assert len(store) == 1


def test_removed_text_is_gone_from_the_disk_too(store: WorkingStore, folder: Path) -> None:
    for number in range(40):
        store.put(written(number))
    store.remove([written(number).key for number in range(0, 40, 3)])
    left = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"Sentence 3: " not in left  # neither in a free page nor in a used one
    assert b"Sentence 4: " in left


def test_a_store_that_is_no_database_is_an_error_and_can_be_cleared(folder: Path) -> None:
    WorkingStore(folder).close()
    (folder / "cache.db").write_bytes(b"not a database, but long enough to be looked at" * 99)
    (folder / "cache.db.backup").write_bytes(b"mine")
    with pytest.raises(StoreError, match="cannot be opened"):
        WorkingStore(folder)
    clear_folder(folder)
    WorkingStore(folder).put(written())
    assert (folder / "cache.db.backup").read_bytes() == b"mine"


def test_under_a_regular_file_there_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="Not a directory"):
        WorkingStore(tmp_path / "file" / "store")


def read_only(folder: Path) -> None:
    """Makes SQLite itself treat the database as read-only, for root too: a write version it does not know."""
    with (folder / "cache.db").open("r+b") as stream:
        stream.seek(18)
        stream.write(b"\x03")


def test_a_read_only_store_still_answers(store: WorkingStore, folder: Path) -> None:
    store.put(written())
    store.close()
    read_only(folder)
    opened = WorkingStore(folder)
    assert opened.why_read_only is not None
    assert opened.answer(written().key) == replace(response(), replayed=True)
    assert list(opened) == [written().key]
    with pytest.raises(StoreError, match="cannot be written"):
        opened.put(written(2))
    opened.close()


def test_a_full_disk_is_an_error_that_passes(folder: Path) -> None:
    # RLIMIT_FSIZE holds for root: no file may grow beyond it, as on a full disk.
    code = """
        import resource, sys
        from pathlib import Path
        from extract.errors import StoreError
        from extract.store.working import WorkingStore
        from tests.handmade import written
        store = WorkingStore(Path(sys.argv[1]))
        store.put(written(1))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = max(file.stat().st_size for file in Path(sys.argv[1]).iterdir()) + 4096
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        failed = 0
        for number in range(2, 60):
            try:
                store.put(written(number))
            except StoreError as error:
                failed += 1
                assert "cannot be written" in str(error)
        assert failed > 10, failed
        assert store.answer(written(1).key)
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        store.put(written(100))
        assert store.answer(written(100).key)
        for key in store:
            assert store.answer(key)
        print("ok")
    """
    assert run(code, folder) == "ok"


def test_killed_at_any_moment_it_loses_nothing_that_was_recorded(folder: Path) -> None:
    # A driver forks recorders and kills each at another moment; a recorder says a number once it is recorded.
    code = """
        import os, random, select, sys, time
        from pathlib import Path
        from extract.store.working import WorkingStore
        from tests.handmade import written
        folder = Path(sys.argv[1])
        random.seed(1)
        said = set()
        for round in range(25):
            reader, writer = os.pipe()
            child = os.fork()
            if child == 0:
                store = WorkingStore(folder)
                for number in range(round * 10_000, (round + 1) * 10_000):
                    store.put(written(number))
                    os.write(writer, b"%d\\n" % number)
            os.close(writer)
            select.select([reader], [], [], 10)  # until the first one, so that every round has some
            time.sleep(random.random() * 0.03)
            os.kill(child, 9)
            os.waitpid(child, 0)
            with os.fdopen(reader, "rb") as lines:
                said |= {int(line) for line in lines if line.endswith(b"\\n")}
        store = WorkingStore(folder)
        lost = [number for number in said if store.answer(written(number).key) is None]
        assert not lost, lost
        for key in store:
            assert store.written(key).shared
        assert len(said) >= 25
        print("ok", len(store) - len(said) <= 25)
    """
    assert run(code, folder) == "ok True"
    with closing(sqlite3.connect(folder / "cache.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_store_that_was_closed_is_not_called_damaged(store: WorkingStore) -> None:
    store.put(written(1))
    store.close()
    with pytest.raises(StoreError, match="has been closed") as caught:
        store.line(written(1).key)
    assert not isinstance(caught.value, DamagedRecording)


def test_a_store_that_is_kept_locked_is_not_read_as_if_nobody_wrote(
    folder: Path, store: WorkingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(written(1))
    store.close()
    monkeypatch.setattr("extract.store.disk.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(folder / "cache.db")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            TextTable(folder / "cache.db")
