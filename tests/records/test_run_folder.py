"""A run folder: parts that are written, read in any order, continued, packed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from extract.articles import Article, Unreadable, read_articles
from extract.errors import RunFileError, UsageError
from extract.records.folder_journal import FolderJournal
from extract.records.journal import Journal
from extract.records.lines import lines_of, open_lines
from extract.records.parts import RunFolder, part_name
from extract.records.results import ArticleResult, read_header, read_run, to_json
from extract.records.runs import Runs
from tests.records.test_journal import HEADER, SIGNATURE, article, result
from tests.small_task import Sightings

pytest.importorskip("pyarrow")


def filled(path: Path | str, *results: ArticleResult) -> None:
    """A run that writes these results itself."""
    journal = FolderJournal(path, SIGNATURE)
    for each in results:
        journal.write(each)
    journal.close()


def put(path: Path | str, generation: int, number: int, *results: ArticleResult) -> None:
    """A part, as a worker writes it."""
    RunFolder(path).write_part(part_name(generation, number), [f"{to_json(each)}\n".encode() for each in results])


def ids(items: Iterable[Article | Unreadable]) -> list[str]:
    return [item.id for item in items]


def test_a_folder_reads_as_the_run_file_of_the_same_lines(tmp_path: Path) -> None:
    results = [result(article(f"a{number}", f"A Wren\u2028 {number}.")) for number in range(150)]
    filled(tmp_path / "big", *results)
    journal = Journal(tmp_path / "r.jsonl", SIGNATURE)
    for each in results:
        journal.write(each)
    journal.close()
    theirs, ours = (list(lines_of(tmp_path / name))[1:] for name in ("r.jsonl", "big"))
    assert [line.data for line in ours] == [line.data for line in theirs]
    assert read_run(tmp_path / "big", Sightings).results == results
    assert read_header(tmp_path / "big").signature == SIGNATURE
    assert [path.suffix for path in (tmp_path / "big").iterdir()].count(".parquet") == 1


def test_each_line_is_found_by_where_it_begins(tmp_path: Path) -> None:
    for number in range(3):
        put(tmp_path, 1, number, *(result(article(f"a{number}-{row}")) for row in range(100)))
    filled_lines = tmp_path / "part-0002.jsonl"
    filled_lines.write_text("".join(f"{to_json(result(article(f'b{row}')))}\n" for row in range(5)), encoding="utf-8")
    (tmp_path / "run.json").write_text(HEADER, encoding="utf-8")
    lines = open_lines(tmp_path)
    found = [(start, line) for start, line, _ in lines.lines()]
    assert len(found) == 305
    random.Random(1).shuffle(found)
    assert all(lines.at(start) == line for start, line in found)
    starts = [start for start, _, _ in lines.known()]
    assert sorted(starts) == sorted(start for start, _ in found)
    lines.close()


def test_what_counts_does_not_depend_on_who_wrote_first(tmp_path: Path) -> None:
    one, other = article("one"), article("other")
    for folder, order in (("x", (1, 2)), ("y", (2, 1))):
        filled(tmp_path / folder)
        for generation in order:
            put(
                tmp_path / folder,
                generation,
                0,
                result(one, "failed" if generation == 1 else "complete"),
                result(other),
            )
        found = read_run(tmp_path / folder, Sightings).results
        assert {each.article_id: each.status for each in found} == {"one": "complete", "other": "complete"}
        assert len(Runs([tmp_path / folder])) == 2


def test_only_what_is_complete_is_not_done_again(tmp_path: Path) -> None:
    done, failed, changed, new = (article(name) for name in ("done", "failed", "changed", "new"))
    filled(tmp_path / "big", result(done), result(failed, "failed"), result(changed))
    journal = FolderJournal(tmp_path / "big", SIGNATURE)
    again: list[Article | Unreadable] = [
        done,
        failed,
        replace(changed, text="An Owl."),
        new,
        Unreadable("x", "x.txt", "no"),
    ]
    assert ids(journal.fresh(again)) == ["failed", "changed", "new", "x"]
    assert (journal.skipped, journal.generation) == (1, 2)
    assert ids(journal.earlier()) == []  # these results keep no texts
    journal.close()


def test_texts_of_earlier_runs_are_known_for_what_repeats_them(tmp_path: Path) -> None:
    filled(tmp_path / "big", result(article("a")).model_copy(update={"text": "A Wren."}))
    journal = FolderJournal(tmp_path / "big", SIGNATURE)
    assert [(each.id, each.text) for each in journal.earlier()] == [("a", "A Wren.")]
    journal.close()


def test_a_run_that_was_killed_keeps_its_lines_and_the_next_one_packs_them(tmp_path: Path) -> None:
    filled(tmp_path / "big", result(article("a")))
    torn = f"{to_json(result(article('b')))}\n{to_json(result(article('c')))[:50]}"
    (tmp_path / "big" / "part-0002.jsonl").write_text(torn, encoding="utf-8")
    assert [each.article_id for each in read_run(tmp_path / "big", Sightings).results] == ["a", "b"]
    journal = FolderJournal(tmp_path / "big", SIGNATURE)
    assert not list((tmp_path / "big").glob("*.jsonl"))
    assert (ids(journal.fresh(map(article, "abc"))), journal.generation) == (["c"], 3)
    journal.close()
    assert [each.article_id for each in read_run(tmp_path / "big", Sightings).results] == ["a", "b"]


def test_a_part_that_was_not_written_to_its_end_is_none(tmp_path: Path) -> None:
    filled(tmp_path / "big", result(article("a")))
    (tmp_path / "big" / ".part-0002-00000000.parquet.77").write_bytes(b"PAR1half")
    assert [each.article_id for each in read_run(tmp_path / "big", Sightings).results] == ["a"]


def test_a_part_that_is_none_is_named(tmp_path: Path) -> None:
    filled(tmp_path / "big")
    (tmp_path / "big" / part_name(1, 0)).write_bytes(b"no Parquet")
    with pytest.raises(RunFileError, match=r"cannot read '.*part-0001-00000000\.parquet' of a run folder: .*; without"):
        read_run(tmp_path / "big", Sightings)


def test_a_folder_that_was_made_otherwise_is_not_continued(tmp_path: Path) -> None:
    filled(tmp_path / "big")
    with pytest.raises(RunFileError, match=r"run folder '.*big' was made otherwise \(model 'a-model', now 'b'\)"):
        FolderJournal(tmp_path / "big", SIGNATURE.model_copy(update={"model": "b"}))


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunFileError, match="holds other things and no run"):
        FolderJournal(tmp_path, SIGNATURE)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_two_runs_do_not_write_one_folder(tmp_path: Path) -> None:
    journal = FolderJournal(tmp_path / "big", SIGNATURE)
    with pytest.raises(RunFileError, match="another run is writing"):
        FolderJournal(tmp_path / "big", SIGNATURE)
    journal.close()
    FolderJournal(tmp_path / "big", SIGNATURE).close()


def test_a_folder_at_an_address_is_read_and_continued(tmp_path: Path) -> None:
    address = (tmp_path / "big").as_uri()
    FolderJournal(address, SIGNATURE).close()
    put(address, 1, 0, result(article("a")), result(article("b"), "partial"))
    journal = FolderJournal(address, SIGNATURE)
    assert ids(journal.fresh(map(article, "abc"))) == ["b", "c"]
    journal.close()
    assert {each.article_id for each in read_run(address, Sightings).results} == {"a", "b"}


def test_an_address_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'hdfs://nowhere:1/x' cannot be reached"):
        FolderJournal("hdfs://nowhere:1/x", SIGNATURE)


def test_a_run_folder_is_no_input(tmp_path: Path) -> None:
    filled(tmp_path / "in" / "big", result(article("a")))
    (tmp_path / "in" / "a.txt").write_text("A Wren.", encoding="utf-8")
    skipped: list[object] = []
    found = list(read_articles([str(tmp_path / "in")], skipped=skipped.append))
    assert [type(each) for each in found] == [Article]
    assert "run folder" in str(skipped)
    (named,) = read_articles([str(tmp_path / "in" / "big")])
    assert isinstance(named, Unreadable)
    assert "holds results, not articles" in named.reason


def test_parts_are_plain_parquet(tmp_path: Path) -> None:
    from pyarrow import parquet

    filled(tmp_path / "big", result(article("a")))
    (row,) = parquet.read_table(tmp_path / "big" / part_name(1, 0)).to_pylist()
    assert json.loads(row.pop("line"))["records"] == {
        "sightings": [{"evidence": "Wren", "bird": "Wren", "count": None}]
    }
    assert row == {
        "article_id": "a",
        "source": "a.txt",
        "origin": None,
        "text_sha256": article("a").sha256,
        "published": None,
        "status": "complete",
    }


@pytest.mark.parametrize(
    ("head", "said"),
    [("", "its run.json is no header"), ("{}", "its run.json is no header"), (None, "it has no run.json")],
)
def test_a_folder_whose_head_is_broken_is_said_to_be_none(tmp_path: Path, head: str | None, said: str) -> None:
    if head is not None:
        (tmp_path / "run.json").write_text(head, encoding="utf-8")
    with pytest.raises(RunFileError, match=f"is not a run folder: {said}"):
        read_header(tmp_path)


def test_a_row_that_is_none_is_named_by_its_part(tmp_path: Path) -> None:
    filled(tmp_path / "big", result(article("a")))
    put(tmp_path / "big", 2, 7, result(article("b")), result(article("c")))
    lines = open_lines(tmp_path / "big")
    named = [where.removeprefix(str(tmp_path)) for _, _, where in lines.known()]
    assert named == [where.removeprefix(str(tmp_path)) for _, _, where in lines.lines()]
    assert named[1:] == [f"/big/part-0002-00000007.parquet, row {row}" for row in (1, 2)]
    lines.close()
