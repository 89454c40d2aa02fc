"""`extract stories`: runs to a stories file, kept up to date, and what people say of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import pytest
from click.testing import Result
from pydantic import BaseModel

from extract.errors import RunFileError, TaskError, UsageError
from extract.records.marks import Evidence, Key, Verbatim
from extract.records.results import ArticleResult
from extract.stories.story import read_stories
from tests.commands import ROOT, begun, extract, program, write_lines
from tests.many_reports import HEADER, article, event, figure
from tests.tasks.test_loading import made

DAY = {"date_text": "Friday", "date": "2026-09-04"}
FIRST = article("first", event(**DAY, casualties=[figure(8)]), published="2026-09-04", text="Eight died in Mardan.")
LATER = article("later", event(**DAY, casualties=[figure(12)]), published="2026-09-05")
THIRD = article("third", event(**DAY, casualties=[figure(14)]), published="2026-09-06")
OTHER = article(
    "other", event(date_text="Monday", date="2026-09-07", evidence="They came back."), published="2026-09-07"
)
OF_RECALLS = HEADER.model_copy(update={"signature": HEADER.signature.model_copy(update={"task": "recalls"})})


def write(path: Path, *results: ArticleResult) -> None:
    write_lines(path, HEADER, *results)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "r.jsonl", FIRST, LATER, OTHER)
    write(tmp_path / "more.jsonl", THIRD)
    return tmp_path


def stories(*arguments: str) -> Result:
    return extract("stories", "--no-gazetteer", *arguments)


def joined(path: str = "s.jsonl") -> list[list[str]]:
    return [[report.article_id for report in each.reports] for each in read_stories(Path(path)).stories]


def test_a_stories_file_is_written_and_never_replaced(folder: Path) -> None:
    done = stories("r.jsonl", "-o", "s.jsonl")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "3 reports in 3 articles: 1 story of several, 1 of one; written to s.jsonl\n"
    assert joined() == [["first", "later"], ["other"]]
    before = Path("s.jsonl").read_bytes()
    with pytest.raises(RunFileError, match=r"bring it up to date with --update s\.jsonl"):
        stories("r.jsonl", "-o", "s.jsonl")
    with pytest.raises(RunFileError, match="not replaced"):
        stories("r.jsonl", "-o", "r.jsonl")
    with pytest.raises(UsageError, match=r"should end in \.jsonl"):
        stories("r.jsonl", "-o", "s.csv")
    assert Path("s.jsonl").read_bytes() == before


def test_without_a_file_stories_are_lines_of_json() -> None:
    lines = [json.loads(line) for line in stories("r.jsonl").stdout.splitlines()]
    assert [len(line["reports"]) for line in lines] == [2, 1]


def test_an_update_takes_further_runs_and_keeps_ids(folder: Path) -> None:
    stories("r.jsonl", "-o", "s.jsonl")
    (name,) = [each.id for each in read_stories(Path("s.jsonl")).stories if len(each.reports) == 2]
    done = stories("--update", "s.jsonl", "more.jsonl")
    assert "1 story of several, 1 of one; written to s.jsonl" in done.stderr
    found = read_stories(Path("s.jsonl"))
    (story,) = [each for each in found.stories if each.id == name]
    assert [report.article_id for report in story.reports] == ["first", "later", "third"]
    assert [change.what for change in story.history] == ["made", "joined"]
    assert [run.path for run in found.header.runs] == ["r.jsonl", "more.jsonl"]
    (killed,) = story.figures
    assert killed.numbers == [8, 12, 14]
    again = stories("--update", "s.jsonl", "more.jsonl")
    assert again.exit_code == 0
    assert [change.what for change in read_stories(Path("s.jsonl")).stories[0].history] == ["made", "joined"]


def test_what_comes_in_another_order_is_the_same_stories(folder: Path) -> None:
    stories("r.jsonl", "more.jsonl", "-o", "s.jsonl")
    stories("more.jsonl", "r.jsonl", "-o", "t.jsonl")

    def plain(path: str) -> list[Any]:
        return [each.model_copy(update={"history": []}).model_dump() for each in read_stories(Path(path)).stories]

    assert plain("s.jsonl") == plain("t.jsonl")


def test_an_update_from_another_folder_finds_its_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deep").mkdir()
    stories("r.jsonl", "-o", "deep/s.jsonl")
    monkeypatch.chdir(folder / "deep")
    assert stories("--update", "s.jsonl").exit_code == 0
    (folder / "r.jsonl").unlink()
    with pytest.raises(RunFileError, match=r"was made of the run '\.\./r\.jsonl', which is not there"):
        stories("--update", "s.jsonl")


def test_what_people_say_is_kept_and_wins(folder: Path) -> None:
    stories("r.jsonl", "-o", "s.jsonl")
    stories("--update", "s.jsonl", "--not-same", "first#/events/0", "later#/events/0", "--by", "Ada Lund")
    assert sorted(joined()) == [["first"], ["later"], ["other"]]
    stories("--update", "s.jsonl", "more.jsonl")
    assert ["first"] in joined() or ["later"] in joined()
    said = {
        "format": "attested-decisions-1",
        "task": "attack",
        "by": "Ben Moe",
        "decisions": [{"what": "same", "reports": ["first#/events/0", "later#/events/0", "other#/events/0"]}],
    }
    Path("d.json").write_text(json.dumps(said), encoding="utf-8")
    stories("--update", "s.jsonl", "--decisions", "d.json")
    assert sorted(joined()) == [["first", "later", "third", "other"]]
    found = read_stories(Path("s.jsonl"))
    assert [(each.what, each.by) for each in found.header.decisions] == [("apart", "Ada Lund"), ("same", "Ben Moe")]
    (other,) = [report for report in found.stories[0].reports if report.article_id == "other"]
    assert other.because is not None
    assert other.because.by


def test_decisions_that_cannot_be_are_one_line(folder: Path) -> None:
    Path("d.json").write_text(
        '{"format": "attested-decisions-1", "task": "recalls", "decisions": []}', encoding="utf-8"
    )
    with pytest.raises(RunFileError, match="is of task 'recalls', and these runs are of 'attack'"):
        stories("r.jsonl", "-o", "s.jsonl", "--decisions", "d.json")
    with pytest.raises(RunFileError, match="is not a decisions file"):
        stories("r.jsonl", "-o", "s.jsonl", "--decisions", "r.jsonl")
    done = stories("r.jsonl", "-o", "s.jsonl", "--same", "nobody#/events/0", "first#/events/0")
    assert "decisions about 1 report that no run has, kept for later: 'nobody#/events/0'" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a stories file"),
        ("[]\n", "is not a stories file"),
        ('{"format": "attested-stories-1"}\n', "not a line of a stories file: /task: Field required"),
        ('{"format": "attested-stories-1", "task": "attack", "runs": [], "made_at": ""}\n{"id": \n', "not JSON"),
        (
            '{"format": "attested-stories-1", "task": "attack", "runs": [], "made_at": ""}\n{"id": "s", "title": "t", "reports": []}\n',
            ":2: not a line of a stories file: /reports",
        ),
    ],
)
def test_a_broken_stories_file_is_one_line(text: str, said: str) -> None:
    Path("s.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(RunFileError) as caught:
        stories("--update", "s.jsonl", "r.jsonl")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_a_run_there_is_nothing_to_put_together() -> None:
    with pytest.raises(UsageError, match="name at least one run"):
        stories("-o", "s.jsonl")
    write(Path("none.jsonl"))
    done = stories("none.jsonl", "-o", "s.jsonl")
    assert done.stderr == "0 reports in 0 articles: 0 stories of several, 0 of one; written to s.jsonl\n"
    assert joined() == []


def test_a_failed_article_makes_no_story() -> None:
    failed = ArticleResult(article_id="bad", source="bad.txt", status="failed")
    write(Path("bad.jsonl"), failed, FIRST)
    stories("bad.jsonl", "-o", "s.jsonl")
    assert joined() == [["first"]]


def test_hostile_words_stay_words() -> None:
    nasty = "\x1b[31m<script>\u202e=SUM(A1)"
    write(Path("nasty.jsonl"), article(nasty, event(**DAY, evidence=nasty, places=[nasty]), text=f"{nasty}\n\nText."))
    done = stories("nasty.jsonl")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout
    assert json.loads(done.stdout)["reports"][0]["article_id"] == nasty


class Recall(BaseModel):
    """A product that is called back."""

    evidence: Annotated[str, Evidence()]
    product: Annotated[str, Verbatim(), Key()]
    maker: Annotated[str | None, Verbatim("organisation"), Key()] = None
    units: int | None = None


class Recalls(BaseModel):
    recalls: list[Recall] = []


def recall(name: str, product: str, maker: str, units: int, text: str) -> ArticleResult:
    records = Recalls(recalls=[Recall(evidence=text, product=product, maker=maker, units=units)])
    return ArticleResult(
        article_id=name, source=name, published="2026-09-04", status="complete", records=records, text=text
    )


def test_a_task_of_one_s_own_has_stories(folder: Path) -> None:
    made(folder / "recalls", 'name = "recalls"\nschema = "tests.cli.test_stories:Recalls"\n', None)
    write_lines(
        Path("own.jsonl"),
        OF_RECALLS,
        recall("a", "kettles", "Bolt", 20000, "Bolt recalls 20,000 kettles with loose handles, the agency said."),
        recall("b", "Kettles", "Bolt", 25000, "Bolt now calls back 25,000 kettles because handles come loose."),
        recall("c", "bicycles", "Nordbike", 1200, "Nordbike takes 1,200 bicycles back after two riders fell."),
    )
    stories("own.jsonl", "-o", "s.jsonl")
    assert joined() == [["a", "b"], ["c"]]
    (units,) = read_stories(Path("s.jsonl")).stories[0].figures
    assert (units.name, units.numbers, units.best) == ("units", [20000, 25000], 25000)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "does not say what makes two records one"),
        ('[stories]\nrecord = "Kettle"\n', "there is no such record type; there are: Recall"),
        ('[stories]\nrecord = "Recall"\napart = ["colour"]\n', "Recall has no field 'colour'"),
        ('[stories]\nrecord = "Recall"\nsource = "who"\n', "no figure has that field"),
        ('[stories]\nrecord = "Recall"\nweights = 1\n', "/stories/weights"),
    ],
)
def test_a_task_that_says_too_little_or_wrong_things_is_one_line(folder: Path, table: str, said: str) -> None:
    made(folder / "recalls", f'name = "recalls"\nschema = "tests.recalls:Recalls"\n{table}', None)
    write_lines(Path("own.jsonl"), OF_RECALLS)
    with pytest.raises(TaskError) as caught:
        stories("own.jsonl")
    assert said in str(caught.value)


class Dated(BaseModel):
    """A product that is called back on a day."""

    evidence: Annotated[str, Evidence()]
    product: Annotated[str, Verbatim(), Key()]
    maker: Annotated[str | None, Verbatim("organisation"), Key()] = None
    on: Annotated[str | None, Verbatim("time")] = None
    units: int | None = None


class DatedRecalls(BaseModel):
    recalls: list[Dated] = []


def test_a_task_of_one_s_own_with_days_goes_from_run_to_tables(folder: Path) -> None:
    made(folder / "recalls", 'name = "recalls"\nschema = "tests.cli.test_stories:DatedRecalls"\n', None)

    def called_back(name: str, on: str, units: int, published: str) -> ArticleResult:
        text = f"Bolt calls back {units} kettles on {on} because of loose handles that may burn people."
        found = Dated(evidence=text, product="kettles", maker="Bolt", on=on, units=units)
        records = DatedRecalls(recalls=[found])
        return ArticleResult(
            article_id=name, source=name, published=published, status="complete", records=records, text=text
        )

    write_lines(
        Path("own.jsonl"),
        OF_RECALLS,
        called_back("a", "Friday", 20000, "2026-09-05"),
        called_back("b", "September 4", 25000, "2026-09-06"),
        called_back("c", "September 11", 300, "2026-09-12"),
    )
    done = stories("own.jsonl", "-o", "s.jsonl", "--task", "recalls")
    assert done.stderr == "3 reports in 3 articles: 1 story of several, 1 of one; written to s.jsonl\n"
    assert joined() == [["a", "b"], ["c"]]
    story = read_stories(Path("s.jsonl")).stories[0]
    assert (story.first, story.last) == ("2026-09-04", "2026-09-04")
    assert [(each.name, each.numbers) for each in story.figures] == [("units", [20000, 25000])]
    shown = extract("show", "s.jsonl")
    assert "20 000 → 25 000" in shown.stdout or "20000 → 25000" in shown.stdout


def test_two_reports_that_are_one_report_are_no_decision() -> None:
    for option in ("--same", "--not-same"):
        with pytest.raises(UsageError, match="'first#/events/0'"):
            stories("r.jsonl", option, "first#/events/0", "first#/events/0")


def test_decisions_that_contradict_each_other_leave_the_file_as_it_is() -> None:
    stories("r.jsonl", "-o", "s.jsonl")
    before = Path("s.jsonl").read_bytes()
    first, later, other = (f"{name}#/events/0" for name in ("first", "later", "other"))
    with pytest.raises(UsageError, match="contradict each other"):
        stories("--update", "s.jsonl", "--same", first, later, "--same", later, other, "--not-same", first, other)
    assert Path("s.jsonl").read_bytes() == before


def test_an_updated_file_can_be_written_beside_the_old_one() -> None:
    stories("r.jsonl", "-o", "s.jsonl")
    before = Path("s.jsonl").read_bytes()
    assert stories("--update", "s.jsonl", "more.jsonl", "-o", "t.jsonl").exit_code == 0
    assert Path("s.jsonl").read_bytes() == before
    assert joined("t.jsonl") == [["first", "later", "third"], ["other"]]


def test_a_run_of_another_task_and_a_file_that_is_no_run_are_one_line() -> None:
    write_lines(Path("recalls.jsonl"), OF_RECALLS)
    with pytest.raises(RunFileError, match="give runs of one task"):
        stories("r.jsonl", "recalls.jsonl", "-o", "s.jsonl")
    stories("r.jsonl", "-o", "s.jsonl")
    with pytest.raises(RunFileError, match=r"'s\.jsonl' is not a run file"):
        stories("s.jsonl", "-o", "t.jsonl")
    assert not Path("t.jsonl").exists()


def test_a_run_that_was_made_anew_keeps_stories_and_decisions(folder: Path) -> None:
    bomb, shots = event(**DAY, evidence="A bomb."), event(places=["Quetta"], evidence="Shots.", context="other")
    write(folder / "r.jsonl", article("a", bomb, shots, published="2026-09-04"), LATER)
    stories("r.jsonl", "-o", "s.jsonl")
    before = {report.id: each.id for each in read_stories(Path("s.jsonl")).stories for report in each.reports}
    write(folder / "r.jsonl", article("a", shots, bomb, published="2026-09-04"), LATER)
    done = stories("--update", "s.jsonl")
    assert "2 reports of the earlier stories stand elsewhere in their articles now" in done.stderr
    after = {report.id: each.id for each in read_stories(Path("s.jsonl")).stories for report in each.reports}
    assert after["a#/events/1"] == before["a#/events/0"] == after["later#/events/0"]
    assert after["a#/events/0"] == before["a#/events/1"]


def test_ids_and_places_with_odd_characters_are_ids_and_places() -> None:
    names = ["a#/events/0", "", "a\n\x1b[31mb", "x/../y", "é", "e\u0301", "\u202eabc", "🙂" * 50]
    write(Path("odd.jsonl"), *(article(name, event(**DAY)) for name in names))
    stories("odd.jsonl", "-o", "s.jsonl")
    assert sorted(joined()[0]) == sorted(names)
    before = Path("s.jsonl").read_bytes()
    stories("--update", "s.jsonl", "--not-same", "a#/events/0#/events/0", "é#/events/0")
    assert len(joined()) == 2
    assert len(before.splitlines()) == 2
    shown = extract("show", "--all", "s.jsonl")
    assert not {"\x1b", "\u202e"} & set(shown.stdout)


def test_an_article_with_hundreds_of_events_is_that_many_stories() -> None:
    many = [event(**DAY, evidence=f"Bomb {number} went off.") for number in range(200)]
    write(Path("many.jsonl"), article("big", *many, published="2026-09-04"), LATER)
    stories("many.jsonl", "-o", "s.jsonl")
    assert [articles.count("big") for articles in joined()].count(1) == 200
    assert sum(map(len, joined())) == 201


def test_the_gold_articles_by_rules_are_one_joined_story(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTESTED_STORE", str(folder / "store"))
    done = extract("run", str(ROOT / "gold/articles"), "--model", "rules", "-o", "gold.jsonl")
    assert done.exit_code == 0, done.stderr
    assert "1 story of several, 5 of one" in stories("gold.jsonl", "-o", "s.jsonl").stderr
    (story,) = [each for each in read_stories(Path("s.jsonl")).stories if len(each.reports) > 1]
    assert [report.article_id[:3] for report in story.reports] == ["000", "001", "002"]
    (killed,) = [each for each in story.figures if each.name == "killed"]
    assert (killed.numbers, killed.best) == ([8, 18, 21], 21)


# What a whole program does: pipes, signals, files that cannot be written.


def test_a_pipe_that_is_closed_early_is_no_fault(folder: Path) -> None:
    done = program("stories", "--no-gazetteer", "r.jsonl", folder=folder, shell="| head -c 10")
    assert (done.returncode, done.stdout[:6]) == (0, '{"id":')
    assert "Traceback" not in done.stderr


def test_what_could_not_run_says_so_and_leaves_the_file(folder: Path) -> None:
    stories("r.jsonl", "-o", "s.jsonl")
    before = Path("s.jsonl").read_bytes()
    for arguments in (
        ["nothere.jsonl"],
        ["--update", "s.jsonl", "nothere.jsonl"],
        ["r.jsonl", "-o", "r.jsonl/s.jsonl"],
    ):
        done = program("stories", "--no-gazetteer", *arguments, folder=folder)
        assert done.returncode == 2
        assert done.stderr.splitlines()[-1].startswith("error: ")
        assert "Traceback" not in done.stderr
    assert Path("s.jsonl").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_full_disk_leaves_the_old_file_and_no_half_one(folder: Path) -> None:
    stories("r.jsonl", "-o", "s.jsonl")
    before, names = Path("s.jsonl").read_bytes(), sorted(os.listdir())
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    code = f"import resource, sys; {limit}; sys.argv[0] = 'extract'; from extract.cli.main import main; main()"
    words = [sys.executable, "-B", "-c", code, "stories", "--no-gazetteer", "--update", "s.jsonl", "more.jsonl"]
    done = subprocess.run(
        words, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "error: cannot write 's.jsonl': File too large"
    assert Path("s.jsonl").read_bytes() == before
    assert sorted(os.listdir()) == names


def opened(pipe: Path, process: subprocess.Popen[str]) -> int:
    """A named pipe to write to, once a program has it open to read."""
    while process.poll() is None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.02)
    raise AssertionError(process.communicate()[1])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_ctrl_c_leaves_the_old_file(folder: Path) -> None:
    stories("r.jsonl", "-o", "s.jsonl")
    before = Path("s.jsonl").read_bytes()
    os.mkfifo("d.json")
    process = begun("stories", "--no-gazetteer", "--update", "s.jsonl", "--decisions", "d.json")
    pipe = opened(Path("d.json"), process)
    time.sleep(0.5)  # until it reads: a signal between Python's last look and the reading would wake nobody
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    os.close(pipe)
    assert (process.returncode, said.splitlines()[-1]) == (130, "interrupted")
    assert Path("s.jsonl").read_bytes() == before
    assert sorted(os.listdir()) == ["d.json", "more.jsonl", "r.jsonl", "s.jsonl"]


def test_help_has_an_example_that_works(folder: Path) -> None:
    done = program("stories", "--help", folder=folder)
    example = done.stdout.split("Example: extract stories ")[1].split("\n\n")[0]
    (folder / "runs").mkdir()
    write(folder / "runs/today.jsonl", FIRST, OTHER)
    write(folder / "runs/yesterday.jsonl", LATER)
    assert stories(*example.split()).exit_code == 0
    assert joined("stories.jsonl") == [["first", "later"], ["other"]]
