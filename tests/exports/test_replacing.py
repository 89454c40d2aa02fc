"""What an export replaces: an earlier one when it is told to, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.errors import RunFileError, UsageError
from extract.exports.exporting import Wanted, export
from extract.records.runs import Runs
from extract.tasks.loading import load_task
from tests.toll_run import RESULTS, write_run

OUTS = ("x.csv", "x.xlsx", "x.sqlite", "x.parquet", "folder")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "r.jsonl")


def made(run: Path, out: Path, *, overwrite: bool = False, bom: bool = False) -> None:
    export(Runs([run]), [run], load_task("attack"), Wanted(out, overwrite=overwrite, bom=bom))


@pytest.mark.parametrize("name", OUTS)
def test_an_earlier_export_is_replaced_only_when_that_is_said(run: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    made(run, out)
    with pytest.raises(RunFileError, match="is there already, and is not replaced"):
        made(run, out)
    made(run, out, overwrite=True)
    assert not list(tmp_path.glob(".*"))


def test_a_bom_does_not_hide_an_earlier_export(run: Path, tmp_path: Path) -> None:
    made(run, tmp_path / "x.csv", bom=True)
    made(run, tmp_path / "x.csv", overwrite=True)


@pytest.mark.parametrize("name", OUTS[:-1])
@pytest.mark.parametrize("start", [b"mine\n", b"PK\x03\x04", b"PAR1....", b"SQLite format 3\0" + bytes(84), b"\xff"])
def test_another_file_is_never_replaced(run: Path, tmp_path: Path, name: str, start: bytes) -> None:
    out = tmp_path / name
    out.write_bytes(start)
    with pytest.raises(RunFileError, match="is there already"):
        made(run, out, overwrite=True)
    assert out.read_bytes() == start


def test_a_run_file_is_never_replaced(run: Path, tmp_path: Path) -> None:
    other = write_run(tmp_path / "other.csv")
    before = other.read_bytes()
    with pytest.raises(RunFileError, match="is a run file"):
        made(run, other, overwrite=True)
    assert other.read_bytes() == before


def test_files_of_others_stay_in_a_folder(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "folder"
    made(run, out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "quote.csv").write_text("old", encoding="utf-8")
    made(run, out, overwrite=True)
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (out / "quote.csv").read_text(encoding="utf-8").startswith("id,")
    (out / "tables.json").write_text('{"format": "attested-export-1", "files": {}}', encoding="utf-8")
    with pytest.raises(RunFileError, match="no part of an export"):
        made(run, out, overwrite=True)
    (out / "tables.json").unlink()
    with pytest.raises(RunFileError, match="write to another folder"):
        made(run, out, overwrite=True)


def test_the_folder_that_one_is_in_is_a_place(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path / "folder")
    for overwrite in (False, True):
        made(run, Path("."), overwrite=overwrite)
    assert (tmp_path / "folder" / "quote.csv").is_file()
    assert not list(tmp_path.glob(".*"))


def test_a_device_is_no_place(run: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        export(Runs([run]), [run], load_task("attack"), Wanted(Path("/dev/null"), "csv", "event"))


def test_of_an_article_in_two_runs_the_last_counts(run: Path, tmp_path: Path) -> None:
    said: list[str] = []
    newer = RESULTS[0].model_copy(update={"status": "partial"})
    other = write_run(tmp_path / "other.jsonl", [newer])
    runs = Runs([run, other], said.append)
    assert [(len(runs), *said)] == [(3, "1 article in several runs: of each, the run that is named last counts")]
    statuses = [result.status for _, result in runs.results(load_task("attack").schema)]
    assert statuses == ["partial", "complete", "failed"]


def test_two_texts_of_one_id_are_no_article(run: Path, tmp_path: Path) -> None:
    other = write_run(tmp_path / "other.jsonl", [RESULTS[0].model_copy(update={"text_sha256": "0"})])
    with pytest.raises(RunFileError, match="article '=one' has another text"):
        Runs([run, other])
    with pytest.raises(RunFileError, match="give runs of one task"):
        Runs([run, write_run(tmp_path / "d.jsonl", [], "diplomacy")])


def test_of_an_article_in_one_run_the_last_line_counts(tmp_path: Path) -> None:
    newer = RESULTS[0].model_copy(update={"status": "partial"})
    path = write_run(tmp_path / "r.jsonl", [*RESULTS, newer])
    with path.open("a", encoding="utf-8") as stream:
        stream.write('\n{"article_id": "half')
    found = [(result.article_id, result.status) for _, result in Runs([path]).results(load_task("attack").schema)]
    assert found == [("=one", "partial"), ("two", "complete"), ("three", "failed")]
