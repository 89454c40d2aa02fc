"""Where a gold set is looked for: the task's own place, a folder that somebody names, one that holds a folder per task."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.cli.scores import evaluate_command
from eval.gold.clone import article_folder, gold_folder
from extract.errors import UsageError
from tests.recalls import Recalls, begin
from tests.small_gold import ATTACK, make_run, perfect, run_file, write_gold


def test_a_task_of_one_s_own_has_its_gold_in_its_folder(tmp_path: Path) -> None:
    task = begin(tmp_path / "mine", Recalls)
    with pytest.raises(UsageError, match=r"no gold set of task 'recalls' at '.*mine.gold': make it"):
        gold_folder(task)
    (tmp_path / "mine" / "gold").mkdir()
    assert gold_folder(task) == tmp_path / "mine" / "gold"


def test_a_task_that_ships_has_its_gold_in_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"at 'gold.attack': .* run this in a clone"):
        gold_folder(ATTACK)
    (tmp_path / "gold" / "attack").mkdir(parents=True)
    assert gold_folder(ATTACK) == Path("gold") / "attack"


def test_a_folder_that_is_named_is_the_set_or_holds_it(tmp_path: Path) -> None:
    of_attack = write_gold(tmp_path / "gold" / "attack")
    assert gold_folder(ATTACK, of_attack) == of_attack
    assert gold_folder(ATTACK, tmp_path / "gold") == of_attack
    own = write_gold(tmp_path / "gold")  # has labels itself: what is named is meant
    assert gold_folder(ATTACK, own) == own


def test_texts_are_the_set_s_own_or_those_beside_it(tmp_path: Path) -> None:
    of_attack = write_gold(tmp_path / "gold" / "attack")
    assert article_folder(of_attack) == of_attack / "articles"
    (of_attack / "articles").rename(tmp_path / "gold" / "articles")
    assert article_folder(of_attack) == tmp_path / "gold" / "articles"


def test_a_folder_with_a_folder_per_task_is_a_gold_set_on_the_command_line(tmp_path: Path) -> None:
    of_attack = write_gold(tmp_path / "gold" / "attack")
    (of_attack / "articles").rename(tmp_path / "gold" / "articles")
    run = run_file(tmp_path, make_run(perfect()))
    for folder in (tmp_path / "gold", of_attack):
        command = ["--gold", str(folder), "--run", str(run)]
        done = CliRunner().invoke(evaluate_command, command)
        assert done.exit_code == 0, done.output
        assert "1.000" in done.stdout
