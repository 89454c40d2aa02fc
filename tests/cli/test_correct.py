"""`extract correct`: files, refusals, reports, and what the other commands make of a corrected run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extract.errors import ExtractError, RunFileError, TaskError, UsageError
from extract.records.grounding import ground
from extract.records.results import ArticleResult, Header, write_line
from extract.tasks.loading import load_task
from tests.commands import extract
from tests.digs import digest, run_of

TEXT = "A bomb killed two people in Aldane on Monday, the mayor said. “We are not afraid 🕊,” Ada Lund said. Oda left."
FIRST, SECOND = TEXT.split(". ")[0] + ".", "“We are not afraid 🕊,” Ada Lund said."
EVENT: dict[str, Any] = {
    "evidence": FIRST,
    "kind": "bombing",
    "context": "main",
    "places": ["Aldane"],
    "casualties": [
        {
            "evidence": FIRST,
            "outcome": "killed",
            "quantity": {"text": "two", "value": 2, "bound": "exact"},
            "who": "people",
            "source": "the mayor",
        }
    ],
}
QUOTE = {"evidence": SECOND, "speaker": "Oda", "text": "We are not afraid 🕊"}
ATTACK = {"events": [EVENT], "quotes": [QUOTE]}
KILLED = "/events/0/casualties/0"


def write_run(path: Path, records: dict[str, Any], task: str = "attack", model: str = "m") -> None:
    grounded = ground(load_task(task).schema.model_validate(records), TEXT)
    result = ArticleResult(
        article_id="a",
        source="a.txt",
        text_sha256=digest(TEXT),
        status="complete",
        records=grounded.records,
        grounding=grounded.grounding,
        text=TEXT,
    )
    with path.open("w", encoding="utf-8") as stream:
        made = run_of(task=task, model=model).header.signature.model_copy(update={"prompts": "whole"})
        write_line(stream, Header(signature=made))
        write_line(stream, result)


def correction(action: str, pointer: str, was: Any = None, value: Any = None, **more: Any) -> dict[str, Any]:
    evidence, kind = (SECOND, "Quote") if pointer.startswith("/quotes") else (FIRST, "Event")
    kind = "Casualty" if pointer.startswith(KILLED) else kind
    start = TEXT.index(evidence)
    anchor = {"type": kind, "start": start, "end": start + len(evidence)}
    made = {
        "article_id": "a",
        "text_sha256": digest(TEXT),
        "action": action,
        "pointer": pointer,
        "was": was,
        "value": value,
    }
    return (
        made
        | {"start": None, "end": None, "anchor": anchor, "at": "2026-11-26T11:20:00.123Z", "by": "", "note": ""}
        | more
    )


def write_file(path: Path, *corrections: dict[str, Any], **more: Any) -> None:
    content = {"format": "attested-corrections-1", "task": "attack", "by": "Ann", "corrections": list(corrections)}
    path.write_text(json.dumps(content | more), encoding="utf-8")


EDIT = correction("edit", f"{KILLED}/who", "people", "civilians", note="\x1b[31mred")
SPEAKER = correction("edit", "/quotes/0/speaker", "Oda", "Ada Lund", start=TEXT.index("Ada"), end=TEXT.index("Ada") + 8)
WRONG = correction("edit", "/quotes/0/speaker", "Oda", "Nobody\x1b[31m")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    write_run(tmp_path / "r.jsonl", ATTACK)
    write_file(tmp_path / "c.json", EDIT, SPEAKER)
    return tmp_path


def rows(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def test_a_corrected_run_is_a_run_that_says_so(folder: Path) -> None:
    done = extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl")
    assert (done.exit_code, done.stderr) == (0, "written to k.jsonl\n")
    assert done.stdout.splitlines() == [
        "corrections: 2 edited",
        "  a: 2 edited",
        "in the run: 2.0 changes per article, 1 of 1 article with any",
        "82% of the run's own 11 values were neither edited, rejected nor removed; 0 more were added",
    ]
    header, row = rows("k.jsonl")
    before, _ = rows("r.jsonl")
    assert (header["corrected"], header["signature"]) == (True, before["signature"])
    assert row["records"]["events"][0]["casualties"][0]["who"] == "civilians"
    place = row["grounding"]["/quotes/0/speaker"]
    assert TEXT[place["start"] : place["end"]] == row["records"]["quotes"][0]["speaker"] == "Ada Lund"
    assert [(each["by"], each["was"]) for each in row["corrections"]] == [("Ann", "people"), ("Ann", "Oda")]


def test_nothing_is_written_where_one_is_refused_but_for_keep_going(folder: Path) -> None:
    write_file(folder / "bad.json", EDIT, WRONG)
    done = extract("correct", "r.jsonl", "bad.json", "-o", "k.jsonl")
    assert done.exit_code == 1
    assert not Path("k.jsonl").exists()
    said = "refused: a /quotes/0/speaker: edit 'Nobody\\x1b[31m': 'Nobody\\x1b[31m' is not in the article"
    assert done.stderr.splitlines()[0] == said
    assert extract("correct", "r.jsonl", "bad.json", "-o", "k.jsonl", "--keep-going").exit_code == 1
    assert len(rows("k.jsonl")[1]["corrections"]) == 1


def test_twice_is_once_and_a_corrected_run_is_a_source(folder: Path) -> None:
    extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl")
    again = extract("correct", "k.jsonl", "c.json", "-o", "again.jsonl")
    assert "2 in the run already" in again.stdout
    assert Path("again.jsonl").read_bytes() == Path("k.jsonl").read_bytes()
    assert "2 in the run already" in extract("correct", "k.jsonl", "k.jsonl", "--dry-run").stdout
    other = {"events": [EVENT | {"casualties": [EVENT["casualties"][0] | {"who": "other"}]}], "quotes": []}
    write_run(folder / "other.jsonl", other, model="another")
    done = extract("correct", "other.jsonl", "k.jsonl", "-o", "carried.jsonl", "--keep-going")
    assert done.stderr.splitlines()[:2] == [
        "refused: a /quotes/0/speaker: edit 'Ada Lund': no record here has that evidence and says such things",
        "differs: a /events/0/casualties/0/who: you said 'civilians', this run says 'other' (Ann)",
    ]
    assert rows("carried.jsonl")[1]["records"]["events"][0]["casualties"][0]["who"] == "civilians"


def test_the_report_as_data(folder: Path) -> None:
    told = json.loads(extract("correct", "r.jsonl", "c.json", "--dry-run", "--json").stdout)
    assert (told["edited"], told["refused"], told["corrections_per_article"]) == (2, 0, 2.0)
    assert (told["values_untouched"], told["values"]) == (9, 11)
    assert told["by_article"]["a"]["edited"] == 2


def test_what_a_person_says_against_the_words_stands_and_is_told(folder: Path) -> None:
    three = correction("edit", f"{KILLED}/quantity/value", 2, 3)
    zorro = correction("edit", "/events/0/attacker", None, "Zorro Brigade")
    there = correction("edit", "/events/0/date_text", None, "Monday", start=TEXT.index("Monday"), end=None)
    there["end"] = there["start"] + len("Monday")
    day = correction("edit", "/events/0/date", None, "2026-11-23")
    write_file(folder / "c.json", three, zorro, there, day)
    done = extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl")
    assert (done.exit_code, done.stderr.splitlines()) == (
        0,
        [
            f"contradicts its own words: a {KILLED}/quantity/value: 'two' states 2, the value is 3; kept, "
            "because a person says so",
            "not in the article: a /events/0/attacker: 'Zorro Brigade' is not in the article; kept, "
            "because attacker need not be",
            "written to k.jsonl",
        ],
    )
    assert done.stdout.splitlines()[-1] == "1 value against their own words, kept: see above"
    told = json.loads(extract("correct", "r.jsonl", "c.json", "--dry-run", "--json").stdout)
    assert [told["contradictions"], told["not_in_article"]] == [
        [done.stderr.splitlines()[0]],
        [done.stderr.splitlines()[1]],
    ]
    again = extract("correct", "k.jsonl", "c.json", "--dry-run")
    assert (again.exit_code, again.stderr) == (0, "")  # told once, when it is done


def test_the_share_is_of_what_the_run_said_itself(folder: Path) -> None:
    whole = {"events": [EVENT], "quotes": []}
    write_run(folder / "r.jsonl", whole)
    spurious = correction("remove", KILLED, EVENT["casualties"][0])
    no_place = correction("reject", "/events/0/places/0", "Aldane")
    missed = correction("add", "/quotes/-", None, QUOTE | {"speaker": "Ada Lund"})
    right = correction("confirm", "/events/0/kind")
    write_file(folder / "c.json", spurious, no_place, missed, right)
    counts = ("values", "values_untouched", "values_missed", "confirmations")
    told = json.loads(extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl", "--json").stdout)
    assert [told[name] for name in counts] == [9, 2, 2, 1]  # kind and context are left
    assert "3.0 changes per article" in extract("correct", "r.jsonl", "c.json", "--dry-run").stdout
    assert "; besides, 1 confirmation\n" in extract("correct", "r.jsonl", "c.json", "--dry-run").stdout
    write_file(folder / "more.json", correction("edit", "/quotes/0/speaker", "Ada Lund", "Oda"))
    told = json.loads(extract("correct", "k.jsonl", "more.json", "--dry-run", "--json").stdout)
    assert [told[name] for name in counts] == [9, 2, 2, 1]  # what is said of people's own values changes nothing


def test_who_made_those_that_do_not_say(folder: Path) -> None:
    write_file(folder / "c.json", EDIT, by="")
    extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl", "--by", "Bo")
    assert rows("k.jsonl")[1]["corrections"][0]["by"] == "Bo"


def test_other_commands_take_it_and_say_what_people_did(folder: Path) -> None:
    write_file(folder / "c.json", EDIT, SPEAKER, correction("edit", f"{KILLED}/quantity/value", 2, 3))
    extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl")
    assert "✎ civilians" in extract("show", "k.jsonl").stdout
    review = extract("show", "k.jsonl", "--review").stdout
    assert review.startswith("1 of 1 value to review, least certain first; what 3 corrections settled is left out")
    assert "≠✎ contradiction" in review
    explained = extract("explain", "k.jsonl", f"{KILLED}/who").stdout
    assert "\npeople\n  corrected by Ann on 2026-11-26, was 'people': ␛[31mred\n" in explained
    assert "\nconfidence\n  1.00: a person says so" in explained


def test_a_draft_from_it_says_who_corrected_it(folder: Path) -> None:
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl")
    assert extract("gold", "draft", "a.txt", "--from", "k.jsonl", "--out", "labels").exit_code == 0
    label = json.loads(Path("labels/a.json").read_text(encoding="utf-8"))
    assert label["drafted_from"].endswith("; corrected by Ann (2 corrections)")
    assert label["draft"] is True


def test_a_run_that_people_corrected_is_not_what_beliefs_are_fitted_on(folder: Path) -> None:
    extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl")
    with pytest.raises(UsageError, match="what it said itself"):
        extract("calibrate", "k.jsonl")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{]", "not JSON"),
        ('{"format": "attested-corrections-2", "task": "attack", "corrections": []}', "/format"),
        ('{"format": "attested-corrections-1", "task": "diplomacy", "corrections": []}', "of task 'diplomacy'"),
        ('{"format": "attested-corrections-1", "task": "attack", "corrections": NaN}', "NaN is no number"),
        ('{"format": "attested-corrections-1", "task": "attack", "corrections": [], "__proto__": {}}', "/__proto__"),
        ('{"format": "attested-corrections-1", "task": "attack", "corrections": [{}]}', "/corrections/0"),
        ("[" * 100_000, "nested too deeply"),
        (json.dumps({"header": 1}), "not a corrections file"),
    ],
)
def test_what_is_no_corrections_file(folder: Path, content: str, said: str) -> None:
    (folder / "c.json").write_text(content, encoding="utf-8")
    with pytest.raises(RunFileError) as raised:
        extract("correct", "r.jsonl", "c.json", "-o", "k.jsonl")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not Path("k.jsonl").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"at": "yesterday"}, "/corrections/0/at"),
        ({"at": "2026-11-26T11:20:00"}, "without its zone"),
        ({"pointer": "events"}, "no JSON pointer"),
        ({"start": 1}, "start and end go together"),
        ({"action": "delete"}, "/corrections/0/action"),
        ({"start": -1, "end": 2}, "/corrections/0/start"),
    ],
)
def test_a_correction_that_is_none(folder: Path, changed: dict[str, Any], said: str) -> None:
    write_file(folder / "c.json", EDIT | changed)
    with pytest.raises(RunFileError) as raised:
        extract("correct", "r.jsonl", "c.json", "--dry-run")
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["r.jsonl", "c.json"], UsageError),
        (["r.jsonl", "c.json", "-o", "k.jsonl", "--dry-run"], UsageError),
        (["r.jsonl", "c.json", "-o", "r.jsonl"], UsageError),
        (["r.jsonl", "c.json", "-o", "k.csv"], UsageError),
        (["r.jsonl", "c.json", "-o", "there.jsonl"], RunFileError),
        (["r.jsonl", "r.jsonl", "--dry-run"], RunFileError),
        (["c.json", "c.json", "--dry-run"], RunFileError),
        (["own.jsonl", "c.json", "--dry-run"], TaskError),
    ],
)
def test_what_cannot_be_done(folder: Path, arguments: list[str], fault: type[ExtractError]) -> None:
    (folder / "there.jsonl").write_text("mine", encoding="utf-8")
    own = (folder / "r.jsonl").read_text(encoding="utf-8").replace('"attack"', '"own"')
    (folder / "own.jsonl").write_text(own, encoding="utf-8")
    with pytest.raises(fault):
        extract("correct", *arguments)
    assert (folder / "there.jsonl").read_text(encoding="utf-8") == "mine"


def test_another_task_without_rules(folder: Path) -> None:
    act = {"evidence": SECOND, "kind": "reject", "actor": "Oda", "topic": "other"}
    write_run(folder / "d.jsonl", {"acts": [act]}, "diplomacy")
    start = TEXT.index(SECOND)
    anchor = {"type": "Act", "start": start, "end": start + len(SECOND)}
    edit = correction("edit", "/acts/0/actor", "Oda", "Ada Lund", anchor=anchor)
    added = correction("add", "/acts/-", None, act | {"actor": "the mayor", "evidence": FIRST}, anchor=None)
    write_file(folder / "c.json", edit, added, task="diplomacy")
    assert extract("correct", "d.jsonl", "c.json", "-o", "k.jsonl").exit_code == 0
    assert [each["actor"] for each in rows("k.jsonl")[1]["records"]["acts"]] == ["Ada Lund", "the mayor"]
