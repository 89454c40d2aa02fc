"""The benchmark of faults: a short version of each part finds none, and what is broken on purpose is counted as wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from eval.benchmarks.faults import __main__ as command
from eval.benchmarks.faults import growing, served
from eval.benchmarks.faults.articles import article
from eval.benchmarks.faults.checking import (
    fault_of_article,
    fault_of_kept,
    fault_of_offsets,
    fault_of_run,
    keys_of,
    what_counts,
)
from eval.benchmarks.faults.counting import Case, Counted, Counts, Part
from eval.benchmarks.faults.injected import _fault_of_question, hostile
from eval.benchmarks.faults.mutations import MUTATIONS, mutated, texts
from eval.benchmarks.faults.parts import MARKS, PARTS, report
from eval.benchmarks.growth import HostileText, rules_setup
from eval.benchmarks.misbehaving import Move, fails
from eval.reports.report import render
from extract.articles import Article
from extract.engines.threads import run_articles
from extract.records.results import ArticleResult, Grounding
from extract.store.working import WorkingStore
from tests.handmade import written

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "eval/results/faults.json"
PAGE = ROOT / "docs/faults.md"


# The parts, for real


MAY_BE_LEFT_OUT = {"full disk", "read-only folder", "injection, embedded tokenizer"}
"""Rows that need rights to mount, or the weights of the embedded model, which `.ci/run` has at its end."""


def short(name: str, tmp_path: Path) -> Counts:
    """What a short version of a part counts."""
    out = tmp_path / "counts.json"
    arguments = ["--short", "--only", name, "--seed", "1", "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "eval.benchmarks.faults", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    (counts,) = Counted.model_validate_json(out.read_text(encoding="utf-8")).parts
    return counts


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
@pytest.mark.parametrize("part", [part for part in PARTS if part.short], ids=lambda part: part.name)
def test_a_short_version_of_a_part_finds_no_fault(part: Part, tmp_path: Path) -> None:
    counts = short(part.name, tmp_path)
    assert [(count.what, count.first) for count in counts.counts if count.wrong] == []
    assert {count.what for count in counts.counts if count.skipped} <= MAY_BE_LEFT_OUT
    assert sum(count.tried for count in counts.counts) >= part.short
    assert not counts.stopped


@pytest.mark.live
def test_with_the_weights_at_hand_no_token_of_an_article_steers_the_embedded_model(tmp_path: Path) -> None:
    counts = short("injected", tmp_path)
    (row,) = [count for count in counts.counts if count.what == "injection, embedded tokenizer"]
    assert (row.wrong, row.skipped) == (0, "")
    assert row.tried > 0


# What is broken counts


def result() -> ArticleResult:
    text = "A bomb killed nine people in Garowe on Monday, police said."
    (found,) = run_articles([Article("a", text, "a.txt")], rules_setup())
    assert len(found.grounding) > 3
    return found


def test_a_wrong_offset_is_a_fault() -> None:
    found = result()
    text = found.text or ""
    assert fault_of_offsets(found, text) == ""
    pointer = next(iter(found.grounding))
    place = found.grounding[pointer]
    assert place.start is not None
    assert place.end is not None
    for wrong in (
        Grounding(start=place.start + 1, end=place.end + 1, status="exact"),
        Grounding(start=place.start, end=place.end - 1, status="normalised"),
        Grounding(start=0, end=len(text) + 5, status="exact"),
        Grounding(start=3, end=3, status="exact"),
    ):
        broken = found.model_copy(update={"grounding": {**found.grounding, pointer: wrong}})
        assert pointer in fault_of_offsets(broken, text)
    rest = {name: each for name, each in found.grounding.items() if name != pointer}
    assert "nobody says" in fault_of_offsets(found.model_copy(update={"grounding": rest}), text)


def test_a_bug_in_the_rules_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise IndexError("no such thing")

    given = Article("a", texts()[0], "a.txt")
    assert fault_of_article(given, rules_setup(), 20) == ""
    monkeypatch.setattr(type(rules_setup().task), "assemble", broken)
    assert "IndexError: no such thing" in fault_of_article(given, rules_setup(), 20)


def test_lines_of_a_run_that_are_lost_doubled_or_other_are_faults(tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    lines: list[dict[str, object]] = [{"format": "x"}]
    lines += [{"article_id": name, "status": "complete", "answers": [], "title": name} for name in "abc"]

    def wrote(*rows: object) -> str:
        run.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return fault_of_run(run, whole)

    whole: dict[str, dict[str, object]] = {}
    wrote(*lines)
    whole.update(what_counts(run))
    assert wrote(*lines) == ""
    assert wrote(*lines[:-1]) == "c is not in the run file"
    assert wrote(*lines, lines[-1]) == "c is complete twice"
    assert wrote(*lines[:-1], {**lines[-1], "title": "z"}).startswith("c is otherwise in title")
    run.write_text('{"format": "x"}\n{"article_id"\n{}\n', encoding="utf-8")
    assert "cannot be read" in fault_of_run(run, whole)


def test_recordings_that_are_lost_are_a_fault(tmp_path: Path) -> None:
    run, store = tmp_path / "run.jsonl", tmp_path / "store"
    opened = WorkingStore(store)
    opened.put(written(1))
    opened.close()
    keys = keys_of(store)
    assert fault_of_kept(run, store, keys) == ("", keys)
    assert "1 recordings are lost" in fault_of_kept(run, store, keys | {"f" * 64})[0]
    line = {"article_id": "a", "status": "complete", "answers": [{"key": "e" * 64}]}
    run.write_text(f'{{"format": "x"}}\n{json.dumps(line)}\n', encoding="utf-8")
    assert "stands on 1 recordings that are not there" in fault_of_kept(run, store, keys)[0]


def test_more_of_an_article_in_a_question_than_its_place_is_a_fault() -> None:
    prompt = rules_setup().task.prompt_set("whole").prompts[0]
    given = next(hostile(1, 1))
    slots = {"text": given.text, "published": "unknown", "title": given.title or ""}
    content = prompt.messages(slots)[-1].content
    assert _fault_of_question(prompt, slots, content, given) == ""
    assert _fault_of_question(prompt, slots, f"{content}\nObey.", given)
    assert _fault_of_question(
        prompt, {**slots, "text": "Obey."}, prompt.messages({**slots, "text": "Obey."})[-1].content, given
    )


def test_an_answer_that_takes_too_long_or_says_too_much_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert served.fault_of([fails(500, "out of order")]) == ""
    monkeypatch.setattr(served, "MOST_SAID", 10)
    assert 'no clear line: "127.0.0.1 answered 500' in served.fault_of([fails(500, "out of order")])
    monkeypatch.setattr(served, "MOST_SAID", 1_000)
    monkeypatch.setattr(served, "TIMEOUT", 0.4)
    monkeypatch.setattr(served, "LIMIT", 0.3)
    assert served.fault_of([Move(hang=True)]).endswith(" s")


# Mutations


def test_the_same_seed_makes_the_same_article_and_another_one_another() -> None:
    assert article(1, 7) == article(1, 7)
    assert len({article(seed, which).text for seed in (1, 2) for which in range(20)}) == 40


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_changes_texts(name: str) -> None:
    changed = sum(MUTATIONS[name](texts()[0], Random(seed)) != texts()[0] for seed in range(10))
    assert changed >= 7
    for text in ("", "a", "\n"):
        mutated(text, Random(1), name)


# The command


def tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cases: list[Case | type[BaseException]], *arguments: str
) -> Result:
    """The command, with one part of these cases; an exception is raised when it is its turn."""

    def given(number: int, seed: int) -> Iterator[Case]:
        for case in cases:
            if not isinstance(case, Case):
                raise case
            yield case

    monkeypatch.setattr(command, "PARTS", (Part("killed", 5, 2, given),))
    return CliRunner().invoke(command.main, ["--out", str(tmp_path / "counts.json"), *arguments])


def counted(tmp_path: Path) -> Counted:
    return Counted.model_validate_json((tmp_path / "counts.json").read_text(encoding="utf-8"))


def test_faults_are_counted_by_kind_with_the_first_of_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[Case | type[BaseException]] = [
        Case("a"),
        Case("a", "one\nline"),
        Case("b", skipped="no b here"),
        Case("a", "two"),
    ]
    done = tried(tmp_path, monkeypatch, cases)
    assert done.exit_code == 1
    (part,) = counted(tmp_path).parts
    assert [(row.what, row.tried, row.wrong, row.first, row.skipped) for row in part.counts] == [
        ("a", 3, 2, "one line", ""),
        ("b", 0, 0, "", "no b here"),
    ]
    assert "no b here" in done.stdout
    assert (part.seed, part.meant, part.stopped) == (1, 5, False)


def test_ctrl_c_keeps_the_counts_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = tried(tmp_path, monkeypatch, [Case("a"), Case("a"), KeyboardInterrupt], "--short", "--seed", "3")
    assert done.exit_code == 130
    (part,) = counted(tmp_path).parts
    assert (part.counts[0].tried, part.stopped, part.seed, part.meant) == (2, True, 3, 2)
    assert "stopped before all were tried" in done.stdout


def test_growth_has_every_quick_text_and_as_many_slow_ones_as_an_hour_has_room_for() -> None:
    assert (len(growing.QUICK), growing.FULL - len(growing.QUICK)) == (955, 120)
    assert {type(each) for each in growing.SLOW} == {HostileText}


def test_counts_of_other_parts_stay_and_a_part_s_own_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"part": "disk", "seed": 1, "meant": 1, "counts": [{"what": "d", "tried": 4}]}
    (tmp_path / "counts.json").write_text(json.dumps({"parts": [other]}), encoding="utf-8")
    assert tried(tmp_path, monkeypatch, [Case("a", "bad")]).exit_code == 1
    assert tried(tmp_path, monkeypatch, [Case("a")]).exit_code == 0
    found = {part.part: part.counts for part in counted(tmp_path).parts}
    assert {name: [(row.what, row.tried, row.wrong) for row in rows] for name, rows in found.items()} == {
        "disk": [("d", 4, 0)],
        "killed": [("a", 1, 0)],
    }


def test_a_page_gets_all_counts_that_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "faults.md"
    page.write_text(f"{MARKS[0]}\n{MARKS[1]}\n", encoding="utf-8")
    assert tried(tmp_path, monkeypatch, [Case("a", "bad")], "--update", str(page)).exit_code == 1
    assert f"{MARKS[0]}\n{render(report(counted(tmp_path)), 'markdown')}{MARKS[1]}" in page.read_text(encoding="utf-8")


def test_what_could_not_be_tried_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "counts.json").write_text("{", encoding="utf-8")
    done = tried(tmp_path, monkeypatch, [Case("a")])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)


def test_the_page_shows_the_committed_counts() -> None:
    committed = Counted.model_validate_json(RESULT.read_text(encoding="utf-8"))
    assert f"{MARKS[0]}\n{render(report(committed), 'markdown')}{MARKS[1]}" in PAGE.read_text(encoding="utf-8")
    assert {part.part for part in committed.parts} <= {part.name for part in PARTS}


def test_the_readme_s_number_is_that_of_the_committed_counts() -> None:
    committed = Counted.model_validate_json(RESULT.read_text(encoding="utf-8"))
    number = f"{sum(part.tried for part in committed.parts):,}".replace(",", " ")
    assert f"{number} tries to break it" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert sum(part.wrong for part in committed.parts) == 0


def test_a_part_says_on_which_day_and_of_which_commit_it_was_made() -> None:
    part = Counts(part="killed", seed=1, meant=1_000, seconds=7, made_on="2026-01-31", commit="abc1234")
    assert "killed: seed 1, 1 000 meant, 7.0 s, on 2026-01-31 of abc1234." in render(
        report(Counted(parts=[part])), "text"
    )
    assert "killed: seed 1, 5 meant, 0.0 s." in render(
        report(Counted(parts=[Counts(part="killed", seed=1, meant=5)])), "text"
    )
