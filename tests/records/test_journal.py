"""A run file that is written, interrupted, continued, refused."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extract.articles import Article, Unreadable, origin_of
from extract.errors import RunFileError
from extract.files.run_files import is_run_file
from extract.records.continuing import new_header
from extract.records.journal import Journal
from extract.records.results import ArticleResult, Signature, Status, read_run, to_json
from tests.small_task import Sighting, Sightings

SIGNATURE = Signature(
    task="birds",
    model="a-model",
    prompts="small",
    prompts_sha256="ab" * 32,
    schema_sha256="cd" * 32,
    sampling={"temperature": 0.0, "seed": 0},
)
HEADER = to_json(new_header(SIGNATURE)) + "\n"


def article(name: str, text: str = "A Wren.", published: date | None = None) -> Article:
    return Article(name, text, f"{name}.txt", published)


def result(of: Article, status: Status = "complete", bird: str = "Wren") -> ArticleResult:
    return ArticleResult(
        article_id=of.id,
        source=of.source,
        text_sha256=of.sha256,
        published=of.published.isoformat() if of.published else None,
        status=status,
        records=None if status == "failed" else Sightings(sightings=[Sighting(evidence=bird, bird=bird)]),
    )


def journal(path: Path, signature: Signature = SIGNATURE) -> Journal:
    return Journal(path, signature)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, *results: ArticleResult) -> None:
    target = journal(path)
    for each in results:
        target.write(each)
    target.close()


def ids(path: Path, *articles: Article | Unreadable) -> list[str]:
    target = journal(path)
    try:
        return [each.id for each in target.fresh(articles)]
    finally:
        target.close()


def test_a_new_run_file_begins_with_what_made_it(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "new" / "r.jsonl"
    write(path, result(article("a")))
    header, row = lines(path)
    assert header["format"] == "attested-run-1"
    assert header["signature"] == SIGNATURE.model_dump()
    assert {"instructor", "openai", "pydantic"} <= set(header["versions"])
    assert header["started_at"].endswith("+00:00")
    assert list(row)[:5] == ["article_id", "source", "text_sha256", "published", "title"]
    assert row["records"] == {"sightings": [{"evidence": "Wren", "bird": "Wren", "count": None}]}


def test_every_line_is_there_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    target = journal(path)
    assert len(lines(path)) == 1
    target.write(result(article("a")))
    assert len(lines(path)) == 2
    target.close()


def test_lines_end_alike_on_every_platform_and_hold_any_text(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a"), bird="“Wren”\u2028\r\n– крапивник"))
    assert path.read_bytes().count(b"\n") == 2
    assert b"\r" not in path.read_bytes()
    found = read_run(path, Sightings).results[0].records
    assert isinstance(found, Sightings)
    assert found.sightings[0].bird == "“Wren”\u2028\r\n– крапивник"


def test_a_run_goes_on_with_what_is_not_complete(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    a, b, c, d = map(article, "abcd")
    write(path, result(a), result(b, "partial"), result(c, "failed"))
    target = journal(path)
    assert [each.id for each in target.fresh([a, b, c, d])] == ["b", "c", "d"]
    assert target.skipped == 1
    target.write(result(b, bird="Owl"))
    target.close()
    assert sum("signature" in line for line in lines(path)) == 1
    # The last line of an article wins.
    found = {each.article_id: each for each in read_run(path, Sightings).results}
    assert found["b"].status == "complete"
    assert isinstance(found["b"].records, Sightings)
    assert found["b"].records.sightings[0].bird == "Owl"


def test_an_article_that_changed_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")), result(article("b", published=date(2026, 5, 4))), result(article("c")))
    same = article("a")
    redated = article("b", published=date(2026, 5, 5))
    rewritten = article("c", "An Owl.")
    assert ids(path, same, redated, rewritten) == ["b", "c"]


def test_an_input_that_cannot_be_read_any_more_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")))
    assert ids(path, Unreadable("a", "a.txt", "empty")) == ["a"]


@pytest.mark.parametrize("left", [1, 40, 200])
def test_a_last_line_that_was_half_written_is_taken_away(tmp_path: Path, left: int) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")))
    good = path.read_bytes()
    path.write_bytes(good + to_json(result(article("b", "é" * 300))).encode()[:left])
    assert ids(path, article("a"), article("b")) == ["b"]
    assert path.read_bytes() == good


@pytest.mark.parametrize("length", [1, 65_535, 65_536, 65_537, 200_000])
def test_a_last_line_of_any_length_is_found(tmp_path: Path, length: int) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")))
    good = path.read_bytes()
    path.write_bytes(good + b"{" * length)
    assert ids(path, article("a"), article("b")) == ["b"]
    assert path.read_bytes() == good
    write(path, result(article("b", "x" * length)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert ids(path, article("a"), article("b", "x" * length)) == []
    assert path.read_bytes() == whole


def test_lines_of_any_order_and_with_any_words_are_known(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    a, b = article("a"), article("b")
    first = result(a, bird=', "records": {}, "text": "').model_copy(update={"title": ', "records": 1', "text": a.text})
    turned = dict(reversed(result(b).model_copy(update={"text": b.text}).model_dump(mode="json").items()))
    path.write_text(f"{HEADER}{to_json(first)}\n{json.dumps(turned)}\n", encoding="utf-8")
    target = journal(path)
    assert [(each.id, each.text) for each in target.earlier()] == [("a", a.text), ("b", b.text)]
    assert list(target.fresh([a, b])) == []
    target.close()


def test_half_a_character_at_the_end_is_taken_away_too(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")))
    good = path.read_bytes()
    path.write_bytes(good + '{"article_id": "é'.encode()[:-1])
    write(path, result(article("b")))
    assert path.read_bytes().startswith(good)
    assert [each.article_id for each in read_run(path, Sightings).results] == ["a", "b"]


def test_a_last_line_that_only_lacks_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")), result(article("b")))
    path.write_bytes(path.read_bytes()[:-1])
    assert ids(path, article("a"), article("b")) == []
    write(path, result(article("c")))
    assert [each.article_id for each in read_run(path, Sightings).results] == ["a", "b", "c"]


@pytest.mark.parametrize("length", [1, 15, 100, len(HEADER) - 1])
def test_a_run_that_was_interrupted_in_its_first_line_begins_anew(tmp_path: Path, length: int) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(HEADER[:length], encoding="utf-8")
    assert is_run_file(path)
    write(path, result(article("a")))
    assert [each.article_id for each in read_run(path, Sightings).results] == ["a"]
    assert len(lines(path)) == 2


def test_an_empty_file_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.touch()
    assert not is_run_file(path)
    write(path, result(article("a")))
    assert len(lines(path)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Dear diary",
        "Dear diary\nno line end",
        '{"id": "a", "text": "An article."}\n',
        "\n",
        '{"format": "x"}\n',
        "[]\n",
    ],
)
def test_a_file_that_is_no_run_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RunFileError, match=r"r\.jsonl"):
        journal(path)
    assert path.read_text(encoding="utf-8") == text
    assert not is_run_file(path)


def test_a_damaged_line_in_the_middle_is_refused_and_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")), result(article("b")))
    first, _, third = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{first}\n{{broken\n{third}\n", encoding="utf-8")
    with pytest.raises(RunFileError, match=r"r\.jsonl:2: not JSON"):
        journal(path)


def test_a_run_made_otherwise_is_refused_with_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")))
    before = path.read_bytes()
    other = SIGNATURE.model_copy(update={"model": "b-model", "prompts_sha256": "ef" * 32})
    with pytest.raises(RunFileError) as raised:
        journal(path, other)
    assert str(raised.value) == (
        f"run file {str(path)!r} was made otherwise (model 'a-model', now 'b-model'; prompts_sha256 abababababab, "
        "now efefefefefef): write to another file with -o, or delete it"
    )
    assert path.read_bytes() == before


def test_other_versions_of_the_software_go_on(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    header = new_header(SIGNATURE).model_copy(update={"versions": {"attested": "0.0.1"}})
    path.write_text(f"{to_json(header)}\n{to_json(result(article('a')))}\n", encoding="utf-8")
    assert ids(path, article("a")) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunFileError, match=r"cannot write run file '.*r\.jsonl': File exists$"):
        journal(tmp_path / "file" / "r.jsonl")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_said_in_one_line() -> None:
    with pytest.raises(RunFileError, match=r"'/dev/full': No space left on device; finished articles are kept"):
        journal(Path("/dev/full"))


class FullDisk:
    """A stream whose disk fills up in the middle of a line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(text[: len(text) // 2])
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        raise OSError(28, "No space left on device")


def test_a_disk_that_fills_up_costs_one_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.jsonl"
    target = journal(path)
    target.write(result(article("a")))
    target.close()
    monkeypatch.setattr(target, "_stream", FullDisk(path))  # no disk of ours fills up on demand
    with pytest.raises(RunFileError, match="No space left on device; finished articles are kept, run the same command"):
        target.write(result(article("b")))
    target.close()
    assert ids(path, article("a"), article("b")) == ["b"]
    write(path, result(article("b")))
    assert [each.article_id for each in read_run(path, Sightings).results] == ["a", "b"]


def test_an_article_of_the_same_name_as_a_failed_one_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, replace_status(result(article("a")), "failed"))
    assert ids(path, article("a"), replace(article("a"), id="a-2")) == ["a", "a-2"]


def replace_status(each: ArticleResult, status: Status) -> ArticleResult:
    return each.model_copy(update={"status": status, "records": None})


def other_file(name: str, folder: str, text: str = "An Owl.") -> Article:
    return Article(name, text, f"{folder}/{name}.txt")


def test_an_equal_name_from_another_folder_never_takes_the_line_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")))
    target = journal(path)
    (fresh,) = target.fresh([other_file("a", "elsewhere")])
    assert fresh == replace(other_file("a", "elsewhere"), id="a-2")
    assert isinstance(fresh, Article)
    target.write(result(fresh, bird="Owl"))
    target.close()
    assert [each.article_id for each in read_run(path, Sightings).results] == ["a", "a-2"]
    # Whatever they are called now, they are known by where they are from.
    assert ids(path, replace(article("a"), id="x-a"), other_file("a", "elsewhere")) == []
    assert ids(path, other_file("a", "elsewhere"), replace(article("a"), id="x-a")) == []
    assert ids(path, other_file("a", "elsewhere", "Rewritten.")) == ["a-2"]


def test_a_name_means_another_file_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "r.jsonl"
    for name, text in (("x", "A Wren."), ("y", "An Owl."), ("x", "A Kite.")):
        (tmp_path / name).mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / name)
        target = journal(path)
        for each in target.fresh([article("a", text)]):
            assert isinstance(each, Article)
            target.write(result(each).model_copy(update={"origin": origin_of(each.source)}))
        target.close()
    monkeypatch.chdir(tmp_path)
    assert ids(path, replace(article("a", "A Kite."), source="x/./a.txt")) == []
    found = {each.article_id: each.text_sha256 for each in read_run(path, Sightings).results}
    assert found == {"a": article("", "A Kite.").sha256, "a-2": article("", "An Owl.").sha256}


def test_a_file_that_moved_is_known_by_its_text(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(article("a")))
    moved = replace(article("a"), source="elsewhere/a.txt")
    assert ids(path, moved) == []
    # A copy beside it is an article of its own.
    assert ids(path, article("a"), replace(moved, id="a-2")) == ["a-2"]


def row(name: str, line: int, text: str = "A Wren.") -> Article:
    return Article(name, text, f"feed.jsonl:{line}")


def test_rows_are_known_by_their_ids_when_lines_move(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write(path, result(row("x", 1)), result(row("y", 2, "An Owl.")))
    assert ids(path, row("z", 1, "A Kite."), row("x", 2), row("y", 3, "An Owl.")) == ["z"]
    assert ids(path, row("x", 2, "Rewritten.")) == ["x"]
    assert ids(path, replace(row("x", 1, "Another feed's."), source="other.jsonl:1")) == ["x-2"]


def test_rows_of_a_file_of_that_name_in_another_folder_are_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.jsonl"
    for folder, texts in (("x", ("A Wren.", "An Owl.")), ("y", ("A Kite.", "A Tern."))):
        (tmp_path / folder).mkdir()
        monkeypatch.chdir(tmp_path / folder)
        given = [row("one", 1, texts[0]), row("two", 2, texts[1])]
        target = journal(path)
        for each in target.fresh(given):
            assert isinstance(each, Article)
            target.write(result(each).model_copy(update={"origin": origin_of(each.source)}))
        target.close()
    assert [each.article_id for each in read_run(path, Sightings).results] == ["one", "two", "one-2", "two-2"]
    assert ids(path, row("one", 1, "A Kite."), row("two", 2, "A Tern.")) == []


def test_a_row_that_could_not_be_read_then_is_the_same_line_now(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    failed = replace_status(result(row("feed-1", 1)), "failed").model_copy(update={"text_sha256": None})
    write(path, failed)
    assert ids(path, row("feed-0a1b2c3d", 1)) == ["feed-1"]


def test_every_standard_input_is_an_article_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    first, second = (Article(f"stdin-{text}", text, "-") for text in ("Wren", "Owl"))
    write(path, result(first))
    assert ids(path, second) == ["stdin-Owl"]
    write(path, result(second))
    assert ids(path, first, second) == []


def test_a_second_run_into_a_file_is_refused_while_the_first_writes(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    first = journal(path)
    with pytest.raises(
        RunFileError, match=r"another run is writing '.*r\.jsonl': wait until it ends, or write to another"
    ):
        journal(path)
    first.write(result(article("a")))
    first.close()
    write(path, result(article("b")))
    assert [line.get("article_id") for line in lines(path)] == [None, "a", "b"]
    assert os.listdir(tmp_path) == ["r.jsonl"]


def test_a_journal_that_cannot_be_opened_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("Dear diary\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RunFileError, match="is not a run file"):
            journal(path)
    assert os.listdir(tmp_path) == ["r.jsonl"]


def test_a_run_that_people_corrected_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(to_json(new_header(SIGNATURE).model_copy(update={"corrected": True})) + "\n", encoding="utf-8")
    with pytest.raises(RunFileError, match="was corrected by people, and is not continued"):
        journal(path)
    assert len(lines(path)) == 1
