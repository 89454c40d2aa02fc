"""The rules' declared version moves when what they yield does, and for no other reason."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from extract.articles.linguistics import version_of
from extract.prompting.prompt_sets import prompt_root
from extract.tasks.attack import RULES_VERSION
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.rules import AttackRules
from extract.tasks.loading import load_task
from tests.behaviour import behaviour, fault, main, version


@pytest.fixture(scope="module")
def task() -> AttackRules:
    return AttackRules()


@pytest.fixture(scope="module")
def outputs(task: AttackRules) -> dict[str, str]:
    return behaviour(task)


def test_what_the_rules_yield_is_what_was_recorded_for_their_version() -> None:
    assert main() is None


def test_every_text_is_told_from_the_others(outputs: dict[str, str]) -> None:
    assert len(set(outputs.values())) == len(outputs) > 25


def test_changed_behaviour_under_the_same_version_is_a_fault_that_names_the_texts(
    task: AttackRules, outputs: dict[str, str]
) -> None:
    now = version(task)
    assert fault({now: outputs}, now, outputs) is None
    said = fault({now: outputs}, now, outputs | {"ranges": "0"})
    assert said is not None
    assert said.startswith(
        "the rules yield something else, and their version is still the same, on: ranges; raise RULES"
    )
    assert "python -m tests.behaviour --record" in said


def test_a_new_version_is_to_be_recorded(task: AttackRules, outputs: dict[str, str]) -> None:
    said = fault({"rules 0, word lists 0": outputs}, version(task), outputs)
    assert said == (
        f"what the rules yield is not recorded for {version(task)}; "
        "record it: .venv/bin/python -m tests.behaviour --record"
    )


def test_recording_keeps_what_was_recorded_before(task: AttackRules, outputs: dict[str, str], tmp_path: Path) -> None:
    file, now = tmp_path / "behaviour.json", version(task)
    old = {"rules 0, word lists 0": {"ranges": "0"}}
    file.write_text(json.dumps(old), encoding="utf-8")
    assert main("--record", file=file) is None
    assert json.loads(file.read_text(encoding="utf-8")) == {**old, now: outputs}
    file.write_text(json.dumps({**old, now: {"ranges": "0"}}), encoding="utf-8")
    assert main("--record", file=file) is not None  # landed is landed
    assert main("--again", file=file) is None
    assert json.loads(file.read_text(encoding="utf-8")) == {**old, now: outputs}


def test_again_writes_over_what_a_merge_left(task: AttackRules, outputs: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "behaviour.json"
    file.write_text("<<<<<<< ours\n{}\n", encoding="utf-8")
    assert main("--again", file=file) is None
    assert json.loads(file.read_text(encoding="utf-8")) == {version(task): outputs}


@pytest.mark.parametrize("options", [["--recrod"], ["now"], ["--record", "--again"]])
def test_what_is_no_option_records_nothing(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "behaviour.json"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(*options, file=file)
    assert file.read_text(encoding="utf-8") == "{}"


def test_a_small_change_of_the_word_lists_is_noticed(
    task: AttackRules, outputs: dict[str, str], tmp_path: Path
) -> None:
    words = edited(tmp_path, '"hurt"', '"hurt-not"')
    other = AttackRules()
    other.lexicon = load_lexicon(root=words)
    assert other.fingerprint != task.fingerprint
    assert "ranges" in {name for name, digest in behaviour(other).items() if outputs[name] != digest}


def edited(folder: Path, before: str, after: str) -> Path:
    """A copy of the prompts' root with another text in the word lists."""
    shutil.copytree(prompt_root(), folder / "prompts")
    file = folder / "prompts" / "attack" / "en.toml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return folder / "prompts"


def test_a_comment_or_another_layout_of_the_word_lists_voids_nothing(task: AttackRules, tmp_path: Path) -> None:
    words = edited(tmp_path, "\n[words]\n", "\n# a comment\n\n\n[words]  # and another\n")
    assert load_lexicon(root=words).sha256 == task.lexicon.sha256


class Newer(AttackRules):
    """The task with rules of a later version."""

    fingerprint = "rules 10000"


@pytest.mark.parametrize("name", ["sentence", "rules", "whole"])
def test_the_declared_version_is_part_of_what_the_rules_take_part_in(task: AttackRules, name: str) -> None:
    shipped = load_task("attack")
    prompts = shipped.prompt_set(name)
    assert task.fingerprint == f"rules {RULES_VERSION}, words {task.lexicon.sha256}, {version_of('en')}"
    assert (shipped.identity(prompts) == replace(shipped, rules=Newer()).identity(prompts)) is (name == "whole")
