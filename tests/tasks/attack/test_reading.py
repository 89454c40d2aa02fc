"""What is asked about an article, and how its answer and the rules are weighed. Articles made up."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.errors import PromptError
from extract.tasks.attack.reading import NONE, Reading
from extract.tasks.attack.rules import AttackRules
from extract.tasks.task import Answer

ATTACK = (
    "Shells hit Aldane before dawn on Tuesday, killing three people and wounding 12, the mayor said.\n"
    "A school was damaged, and two rockets struck a bakery. It was the second shelling of the town this week."
)
BUDGET = (
    "Lawmakers in Torvik passed a budget on Tuesday after weeks of talks.\n"
    "The opposition walked out before the vote, saying pensions had been cut by eight percent."
)


@pytest.fixture(scope="module")
def task() -> AttackRules:
    return AttackRules()


def reading(task: AttackRules, text: str) -> Reading:
    return task.reading(Article("made-up", text, "made-up"))


def said(found: Reading, word: str, **shares: float) -> list[Answer]:
    (unit,) = found.units("lead")
    form = AttackRules().answer_form("attack", unit)
    return [Answer("1-lead", unit, form.model_validate(word), shares)]


def test_the_lead_is_all_that_is_asked_about(task: AttackRules) -> None:
    assert [unit.name for unit in reading(task, ATTACK).units("lead")] == ["lead"]
    with pytest.raises(PromptError, match="no kind of unit 'thing'"):
        reading(task, ATTACK).units("thing")


def test_rules_alone_tell_an_attack_from_a_budget(task: AttackRules) -> None:
    assert reading(task, ATTACK).main_kind([])[0] == "shelling"
    assert reading(task, BUDGET).main_kind([])[0] == NONE
    assert task.assemble(reading(task, BUDGET).article, []).records.model_dump()["events"] == []


def test_a_model_that_sees_no_attack_overrules_the_words_and_an_unsure_one_does_not(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    kind, sure = found.main_kind(said(found, "no", no=0.95, yes=0.05))
    assert kind == NONE
    assert 0.5 < sure < 1
    assert found.main_kind(said(found, "no", no=0.85, yes=0.15))[0] == "shelling"


def test_a_model_that_is_sure_of_an_attack_overrules_rules_that_see_none(task: AttackRules) -> None:
    calm = reading(task, BUDGET)
    assert calm.main_kind(said(calm, "yes", yes=0.95, no=0.05))[0] != NONE


def test_what_a_model_says_of_most_disasters_makes_no_attack_of_one(task: AttackRules) -> None:
    calm = reading(task, BUDGET)
    unsure = said(calm, "yes", yes=0.6, no=0.4)
    assert calm.main_kind(unsure)[0] == NONE
    assert task.assemble(calm.article, unsure).records.model_dump()["events"] == []


def test_the_kind_is_the_rules(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    assert found.main_kind(said(found, "yes", yes=0.99, no=0.01))[0] == "shelling"


def test_a_bare_word_without_logprobs_beats_every_rule(task: AttackRules) -> None:
    found, calm = reading(task, ATTACK), reading(task, BUDGET)
    for article, word, attack in ((found, "no", False), (calm, "yes", True)):
        assert (article.main_kind(said(article, word))[0] != NONE) == attack


def test_an_attack_that_only_the_model_sees_leaves_apart_what_is_told_apart(task: AttackRules) -> None:
    war = (
        "Norland's parliament extends the war budget\n\n"
        "Lawmakers in Torvik voted on Friday to spend more on the war with the north.\n\n"
        "In the town of Aldane, an air strike killed six people on Thursday. On Monday a bomb killed two in Lorvik."
    )
    found = reading(task, war)
    alone = task.assemble(found.article, []).records.model_dump()["events"]
    both = task.assemble(found.article, said(found, "yes", yes=0.95, no=0.05)).records.model_dump()["events"]
    assert len(alone) == 2
    assert both == alone
