"""What is asked about an article, and how answers and rules are weighed. Articles made up."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.figures import OUTCOMES
from extract.tasks.attack.reading import NONE, Judgement, Judgements, Reading
from extract.tasks.attack.rules import AttackRules

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


def test_every_figure_is_asked_about_and_only_doubtful_things_are(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    nothing = Judgements({})
    assert [unit.slots["figure"] for unit in found.units("figure", nothing)] == ["three people", "12"]
    assert [unit.slots["thing"] for unit in found.units("thing", nothing)] == ["a bakery"]
    assert [unit.name for unit in found.units("lead", nothing)] == ["lead"]


def test_an_article_without_an_attack_is_asked_about_once(task: AttackRules) -> None:
    found = reading(task, BUDGET)
    assert found.main_kind(Judgements({}))[0] == NONE
    assert found.units("thing", Judgements({})) == []
    assert task.assemble(found.article, []).records.model_dump()["events"] == []


def test_a_model_that_is_sure_of_no_attack_overrules_the_words(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    assert found.main_kind(Judgements({}))[0] == "shelling"
    assert found.main_kind(judged(found, "lead", found.lead, none=0.999, shelling=0.001))[0] == NONE
    # not so sure: the words decide
    assert found.main_kind(judged(found, "lead", found.lead, none=0.6, shelling=0.4))[0] == "shelling"


def test_the_words_decide_on_the_kind_unless_the_model_is_sure(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    assert found.main_kind(judged(found, "lead", found.lead, shooting=0.7, shelling=0.2, none=0.1))[0] == "shelling"
    assert found.main_kind(judged(found, "lead", found.lead, shooting=0.98, shelling=0.01, none=0.01))[0] == "shooting"


def test_a_sure_model_changes_the_outcome_of_a_figure_and_an_unsure_one_does_not(task: AttackRules) -> None:
    found = reading(task, ATTACK)
    figure = found.figures[0]
    assert found.outcome(figure, Judgements({}))[0] == "killed"
    unsure = judged(found, "figure", figure.phrase, missing=0.6, killed=0.3, injured=0.1)
    assert found.outcome(figure, unsure)[0] == "killed"
    sure = judged(found, "figure", figure.phrase, missing=0.999, killed=0.001, injured=0.0)
    outcome, confidence = found.outcome(figure, sure)
    assert outcome == "missing"
    assert 0.5 < confidence < 1


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
    found = reading(task, ATTACK)
    lead = found.lead
    for word in ("shooting", "stabbing", NONE):
        said = Judgements({("lead", lead.start, lead.end): Judgement(word, {})})
        assert found.main_kind(said)[0] == word
    for figure in found.figures:
        for word in (*OUTCOMES, NONE):
            said = Judgements({("figure", figure.phrase.start, figure.phrase.end): Judgement(word, {})})
            outcome, confidence = found.outcome(figure, said)
            assert outcome == word
            assert 0.5 < confidence < 1
    calm = reading(task, BUDGET)
    said = Judgements({("lead", calm.lead.start, calm.lead.end): Judgement("bombing", {})})
    assert calm.main_kind(said)[0] == "bombing"
