"""The texts behind a run: kept, found again, changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from extract.articles.article import origin_of
from extract.records.results import ArticleResult, Header, Run, Signature
from extract.records.texts import find_texts

TEXT = "Two herons stood in the reeds."


def result(name: str, source: Path | str, *, kept: bool, text: str = TEXT) -> ArticleResult:
    return ArticleResult(
        article_id=name,
        source=str(source),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        status="complete",
        text=text if kept else None,
    )


def found(*results: ArticleResult) -> tuple[dict[str, str], list[str]]:
    notes: list[str] = []
    signature = Signature(task="t", model="m", prompts="p", prompts_sha256="0", schema_sha256="1", sampling={})
    return find_texts(Run(header=Header(signature=signature), results=list(results)), notes.append), notes


def test_a_text_that_the_run_keeps_is_found_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = result("a", "a.txt", kept=True), result("s", "-", kept=True), result("r", "feed.jsonl:3", kept=True)
    assert found(*rows) == ({"a": TEXT, "s": TEXT, "r": TEXT}, [])


def test_a_file_that_changed_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(TEXT, encoding="utf-8")
    kept, older = result("a", file, kept=True), result("b", file, kept=False)
    assert found(kept, older) == ({"a": TEXT, "b": TEXT}, [])
    file.write_text("Rewritten.", encoding="utf-8")
    changed = f"{str(file)!r} has changed since this run read it, or is another file of that name"
    assert found(kept) == ({"a": TEXT}, [changed])
    lost = f"the run keeps no text of b, and {str(file)!r} does not hold it here"
    assert found(kept, older) == ({"a": TEXT}, [changed, lost])


def test_a_text_that_is_nowhere_is_said(tmp_path: Path) -> None:
    texts, notes = found(result("a", tmp_path / "gone.txt", kept=False), result("b", "-", kept=False))
    assert texts == {}
    assert notes == [f"the run keeps no text of a, and {str(tmp_path / 'gone.txt')!r} does not hold it here"]


def test_rows_are_found_again_whatever_their_line(tmp_path: Path) -> None:
    file = tmp_path / "feed.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in ("New.", TEXT)), encoding="utf-8")
    assert found(result("a", f"{file}:1", kept=False)) == ({"a": TEXT}, [])


def test_an_article_that_could_not_be_read_has_no_text() -> None:
    failed = ArticleResult(article_id="f", source="f.txt", status="failed")
    assert found(failed) == ({}, [])


def test_what_came_from_standard_input_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert found(result("s", "-:1", kept=False), result("t", "-", kept=False)) == ({}, [])
    assert origin_of("-:1") is None


def test_a_source_that_is_a_folder_by_now_is_not_searched(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    texts, notes = found(result("a", tmp_path, kept=False))
    assert texts == {}
    assert notes == [f"the run keeps no text of a, and {str(tmp_path)!r} does not hold it here"]
