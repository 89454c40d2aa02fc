"""`extract cache`: every command's example, output, exit code."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extract.cli.cache import cache
from extract.errors import ReplayMiss, UsageError
from extract.models.client import About
from extract.store import recordings
from extract.store.layers import Layer, write_layer
from extract.store.stored_client import StoredClient, open_store
from extract.store.working import WorkingStore
from extract.views.terminal import safe
from tests.handmade import request, response, written
from tests.recalls import Recalls, begin


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working store, found through the environment, in an empty project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTESTED_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def fill(folder: Path, *numbers: int) -> None:
    store = WorkingStore(folder)
    for number in numbers:
        store.put(written(number))
    store.close()


def run(*arguments: object, fails: bool = False) -> Result:
    result = CliRunner().invoke(cache, [str(argument) for argument in arguments], catch_exceptions=False)
    assert (result.exit_code != 0) == fails, result.output
    return result


def test_export_and_import(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1, 2)
    target = tmp_path / "committed.jsonl"
    result = run("export", target)
    assert result.stdout == ""
    assert "2 recordings" in result.stderr
    result = run("import", target, "--store", tmp_path / "other")
    assert "2 added, 0 known, 0 replaced" in result.stderr
    assert "0 added, 2 known" in run("import", target).stderr


def test_recordings_of_a_task_are_chosen_by_its_name_or_its_folder(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1, 2)
    both = sorted([written(1).key, written(2).key])
    for chosen in (["count"], ["count", "--prompt", "small"], ["count", "--prompt", "count/small/figures"]):
        assert run("prune", "--dry-run", "--task", *chosen).stdout.split() == both
    task = begin(tmp_path / "mine", Recalls)
    assert task.folder is not None
    toml = task.folder / "task.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(f'"{task.name}"', '"count"', 1), encoding="utf-8")
    assert run("prune", "--dry-run", "--task", task.folder).stdout.split() == both
    for other in (["counting"], ["count", "--prompt", "large"]):
        assert run("prune", "--dry-run", "--task", *other).stdout == ""
    with pytest.raises(UsageError, match="no recording has --prompt counting"):
        run("export", tmp_path / "c.jsonl", "--task", "counting")


def test_a_folder_without_recordings_is_told_and_nothing_is_taken(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "committed.jsonl"
    write_layer(target, [written(7)])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="empty' holds no recordings: looked for files that end"):
        run("import", target, tmp_path / "empty")
    assert not folder.exists()


def test_export_does_not_overwrite_unless_told(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "committed.jsonl"
    write_layer(target, [written(7)])
    fill(folder, 1)
    with pytest.raises(UsageError, match="--add"):
        run("export", target)
    run("export", target, "--add")
    assert set(Layer(target)) == {written(1).key, written(7).key}
    run("export", target, "--replace", "--prompt", "count/small")
    assert set(Layer(target)) == {written(1).key}


def test_export_of_live_keys_only(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1, 2)
    (tmp_path / "live").write_text(f"{written(2).key}\n\n", encoding="utf-8")
    run("export", tmp_path / "c.jsonl", "--live", tmp_path / "live")
    assert list(Layer(tmp_path / "c.jsonl")) == [written(2).key]


def test_stats(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1, 2)
    committed = tmp_path / "eval" / "recordings"
    committed.mkdir(parents=True)
    write_layer(committed / "c.jsonl", [written(2), written(3)])
    (tmp_path / "live").write_text(f"{written(1).key}\n{written(2).key}\n", encoding="utf-8")
    lines = run("stats", "--live", "live").stdout.splitlines()
    assert lines[0].split()[0] == "2"
    assert lines[0].endswith("cache.db")
    assert lines[1].endswith("c.jsonl")  # eval/recordings is found by itself
    assert "       3  model hand-made" in lines
    assert "       3  prompt count/small/figures" in lines
    assert "       1  not named in that file" in lines
    assert lines[-1].split() == [written(3).key[:16], "count/small/figures", "a1"]
    assert "in use" not in run("stats").stdout


def test_verify_names_every_fault_and_exits_1(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1)
    path = tmp_path / "c.jsonl"
    write_layer(path, [written(2)])
    assert "2 recordings checked, 0 faults" in run("verify", "--recordings", path).stderr
    path.write_text(path.read_text(encoding="utf-8").replace("neuf", "onze"), encoding="utf-8")
    result = run("verify", "--recordings", path, fails=True)
    assert result.exit_code == 1
    assert written(2).key in result.stdout


def test_prune(folder: Path) -> None:
    fill(folder, 1, 2)
    assert run("prune", "--prompt", "count", "--dry-run").stdout.split() == sorted([written(1).key, written(2).key])
    assert "0 recordings deleted" in run("prune", "--before", "2026-11-22").stderr
    assert "2 recordings deleted" in run("prune", "--before", "2026-11-23").stderr
    assert len(WorkingStore(folder)) == 0


def test_prune_of_what_is_not_in_use(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1, 2)
    (tmp_path / "live").write_text(f"{written(1).key}\n", encoding="utf-8")
    run("prune", "--unused", "--live", "live")
    assert list(WorkingStore(folder)) == [written(1).key]


@pytest.mark.parametrize("arguments", [[], ["--unused"], ["--dry-run"]])
def test_prune_needs_to_know_which(folder: Path, arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        run("prune", *arguments)


def test_clear_asks_first(folder: Path) -> None:
    fill(folder, 1)
    refused = CliRunner().invoke(cache, ["clear"], input="n\n")
    assert refused.exit_code == 1
    assert len(WorkingStore(folder)) == 1
    run("clear", "--yes")
    assert len(WorkingStore(folder)) == 0


@pytest.mark.parametrize("name", ["nowhere", "empty", "thesis", "file"])
def test_where_there_is_no_store_none_is_cleared(folder: Path, name: str) -> None:
    for made in ("empty", "thesis"):
        (folder.parent / made).mkdir()
    (folder.parent / "thesis" / "one.txt").write_text("mine", encoding="utf-8")
    (folder.parent / "file").write_text("mine", encoding="utf-8")
    for yes in ([], ["--yes"]):  # nor is anything asked
        with pytest.raises(UsageError, match=f"no store in '{name}'"):
            run("clear", "--store", name, *yes)


def test_the_store_of_the_user_may_not_be_there_yet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATTESTED_STORE")
    assert run("clear", "--yes").stderr.startswith("nothing is recorded: ")
    fill(folder, 1)
    for _ in range(2):
        run("clear", "--yes", "--store", folder)


@pytest.mark.parametrize("arguments", [["stats"], ["why", "abcd"], ["verify"], ["prune", "--damaged"], ["export", "x"]])
def test_a_file_is_no_store(folder: Path, arguments: list[str]) -> None:
    folder.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file, and a store is a folder"):
        run(*arguments)
    assert folder.read_text(encoding="utf-8") == "mine"


def test_a_foreign_cache_is_not_cleared(folder: Path) -> None:
    import diskcache

    with diskcache.Cache(str(folder)) as theirs:
        theirs["key"] = "value"
        for command in (["clear", "--yes"], ["stats"], ["prune", "--damaged"], ["verify"]):
            with pytest.raises(UsageError, match="another program's"):
                run(*command)
        assert theirs["key"] == "value"


def test_labels_do_nothing_to_a_terminal(folder: Path) -> None:
    evil = "\x1b]0;owned\x07\u202e\x9b2J"
    asked = replace(request(1), model=f"m{evil}", about=About(f"a{evil}", f"p{evil}", f"u{evil}\nu"))
    store = WorkingStore(folder)
    store.put(recordings.written(recordings.recorded(asked, response(1))))
    (folder.parent / "live").write_text(f"{written(2).key}\n", encoding="utf-8")
    with pytest.raises(ReplayMiss):
        StoredClient(None, open_store(folder), "replay").complete(replace(asked, model=f"n{evil}"))
    missed = replace(asked, model=f"n{evil}").key
    for command in (
        ["stats", "--live", "live"],
        ["why", asked.key],
        ["why", missed],
        ["show", asked.key],
        ["verify"],
        ["prune", "--damaged"],
    ):
        output = run(*command).output
        assert all(line.isprintable() for line in output.splitlines()), command
        assert "\x9b" not in output


def test_damaged_recordings_and_foreign_rows_are_said_and_stop_nothing(folder: Path) -> None:
    fill(folder, 1, 2)
    with closing(sqlite3.connect(folder / "cache.db")) as connection, connection:
        connection.execute("UPDATE Cache SET value = X'00' WHERE key = ?", (written(1).key,))
        connection.execute("INSERT INTO Cache (key, raw, mode, value) VALUES (7, 1, 1, 'x')")
    assert "       1  damaged; `extract cache verify` names them" in run("stats").stdout.splitlines()
    assert "2 faults" in run("verify", fails=True).stderr
    assert "1 recording deleted" in run("prune", "--damaged").stderr
    assert "1  damaged" not in run("stats").stdout


def test_without_keys_in_use_nothing_is_unused(folder: Path, tmp_path: Path) -> None:
    fill(folder, 1)
    (tmp_path / "live").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="extract bench --keys FILE"):
        run("prune", "--unused", "--live", "live")
    assert len(WorkingStore(folder)) == 1


def test_show_tells_what_was_asked_and_every_answer(folder: Path) -> None:
    store = WorkingStore(folder)
    asked, first = request(1), response(1)
    refused = replace(first.attempts[-1], text="no\nJSON", error="1 validation error")
    store.put(recordings.written(recordings.recorded(asked, replace(first, attempts=(refused, *first.attempts)))))
    store.close()
    lines = run("show", asked.key[:6]).stdout.splitlines()
    assert asked.key in lines[0]
    for message in asked.messages:
        said = [message.role, *(f"    {line}" for line in message.content.split("\n"))]
        assert said in [lines[at : at + len(said)] for at in range(len(lines))]
    at = lines.index("not accepted")
    assert lines[at - 2 : at] == ["    no", "    JSON"]
    assert lines[at + 1] == "    1 validation error"
    assert lines[-2:] == [safe(f"    {line}") for line in first.text.split("\n")]


def test_show_of_nothing(folder: Path) -> None:
    fill(folder, 1)
    with pytest.raises(UsageError, match="nothing is recorded here under a key '0000'"):
        run("show", "0000")
    with pytest.raises(UsageError, match=r"'r\.jsonl' is not the first digits"):
        run("show", "r.jsonl")


def test_why(folder: Path) -> None:
    fill(folder, 1)
    with pytest.raises(ReplayMiss):
        StoredClient(None, open_store(folder), "replay").complete(request(2))
    shown = run("why", request(2).key[:12]).stdout
    assert "messages[3].content:\n  - Sentence 1: nine people came.\n  + Sentence 2: nine people came.\n" in shown


def test_every_command_has_help_and_an_example() -> None:
    for name, command in cache.commands.items():
        assert command.help is not None
        assert f"Example: extract cache {name}" in command.help
        assert run(name, "--help").stdout.startswith("Usage:")


def test_help_loads_nothing_slow() -> None:
    code = (
        "import sys; from extract.cli.cache import cache\n"
        "try: cache(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'pydantic', 'diskcache', 'difflib', 'openai', 'platformdirs'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    "command", [["stats"], ["verify"], ["prune", "--damaged"], ["why", "3f2a"], ["export", "x.jsonl"]]
)
def test_a_store_that_is_named_and_is_not_there_is_told_and_not_made(tmp_path: Path, command: list[str]) -> None:
    with pytest.raises(UsageError, match=r"there is no store in '.*none'"):
        CliRunner().invoke(cache, [*command, "--store", str(tmp_path / "none")], catch_exceptions=False)
    assert not (tmp_path / "none").exists()
