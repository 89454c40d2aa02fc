"""Mutated articles through the rules: no traceback, no hang, no wrong offset, a line that reads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from eval.benchmarks.faults.checking import fault_of_article
from eval.benchmarks.faults.counting import Case
from eval.benchmarks.faults.mutations import MUTATIONS, excerpt, mutated, texts
from eval.benchmarks.growth import rules_setup
from extract.articles import Article

PATIENCE = 20.0
"""Seconds for one article."""
WHOLE = 0.2
"""Share of articles that are spoilt whole; of the others, some paragraphs are."""


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many mutated articles, each with dice of its own, so that one can be had again: `article(seed, which)`."""
    names = list(MUTATIONS)
    for which in range(number):
        fault = fault_of_article(article(seed, which), rules_setup(), PATIENCE)
        yield Case(f"article, {names[which % len(names)]} first", fault and f"article({seed}, {which}): {fault}")


def article(seed: int, which: int) -> Article:
    """One of the mutated articles."""
    dice = Random(f"{seed} {which}")
    text = dice.choice(texts()) if dice.random() < WHOLE else excerpt(dice)
    names = list(MUTATIONS)
    published = (
        date.min + timedelta(dice.randrange(date.max.toordinal())) if dice.random() < 0.3 else date(2026, 11, 20)
    )
    spoilt = mutated(text, dice, names[which % len(names)])
    return Article(f"a{which}", spoilt, "mutated", published if dice.random() < 0.8 else None)
