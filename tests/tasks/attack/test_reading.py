"""What is asked about an article, and how answers and rules are weighed. Articles made up."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.reading import NONE, Judgement, Judgements, Reading
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


def judged(found: Reading, kind: str, span: object, **shares: float) -> Judgements:
    value = max(shares, key=lambda name: shares[name])
    return Judgements({(kind, span.start, span.end): Judgement(value, shares)})  # type: ignore[attr-defined]


def answer(found: Reading, word: str, **shares: float) -> Answer:
    (unit,) = found.units("lead", Judgements({}))
    form = AttackRules().answer_form("attack", unit)
    return Answer("1-lead", unit, form.model_validate(word), shares)


def test_only_doubtful_things_are_asked_about(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    nothing = Judgements({})
    assert [unit.slots["thing"] for unit in found.units("thing", nothing)] == ["a bakery"]
    assert [unit.name for unit in found.units("lead", nothing)] == ["lead"]


def test_an_article_without_an_attack_is_asked_about_once(task: AttackRules) -> None:
    found = reading(task, BUDGET)
    assert found.main_kind(Judgements({}))[0] == NONE
    assert found.units("thing", Judgements({})) == []
    assert task.assemble(found.article, []).records.model_dump()["events"] == []


def test_a_model_that_sees_no_attack_overrules_the_words_and_an_unsure_one_does_not(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    assert found.main_kind(Judgements({}))[0] == "shelling"
    kind, sure = found.main_kind(judged(found, "lead", found.lead, no=0.8, yes=0.2))
    assert kind == NONE
    assert 0.5 < sure < 1
    assert found.main_kind(judged(found, "lead", found.lead, no=0.4, yes=0.6))[0] == "shelling"


def test_what_a_model_says_of_most_disasters_makes_no_attack_of_one(task: AttackRules) -> None:
    calm = reading(task, BUDGET)
    unsure = judged(calm, "lead", calm.lead, yes=0.6, no=0.4)
    assert calm.main_kind(unsure)[0] == NONE
    assert task.assemble(calm.article, [answer(calm, "yes", yes=0.6, no=0.4)]).records.model_dump()["events"] == []


def test_the_kind_is_the_rules(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    assert found.main_kind(judged(found, "lead", found.lead, yes=0.99, no=0.01))[0] == "shelling"


def test_a_yes_counts_for_less_than_a_no(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    bakery = next(thing for thing in found.things if found.text(thing.phrase) == "a bakery")
    assert found.extent(bakery, judged(found, "thing", bakery.phrase, yes=0.95, no=0.05))[0] == "unspecified"
    assert found.extent(bakery, judged(found, "thing", bakery.phrase, yes=0.55, no=0.45))[0] == NONE


def test_a_bare_word_without_logprobs_is_heard_too(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    bakery = next(thing for thing in found.things if found.text(thing.phrase) == "a bakery")
    said = Judgements({("thing", bakery.phrase.start, bakery.phrase.end): Judgement("no", {})})
    assert found.extent(bakery, said)[0] == NONE


def test_a_bare_word_beats_every_rule(task: AttackRules) -> None:
    found, calm = reading(task, ATTACK), reading(task, BUDGET)
    for article, word, attack in ((found, "no", False), (calm, "yes", True)):
        said = Judgements({("lead", article.lead.start, article.lead.end): Judgement(word, {})})
        assert (article.main_kind(said)[0] != NONE) == attack
