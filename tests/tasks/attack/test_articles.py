"""Whole made-up articles against labels made by reading them: a floor per article, so that a regression fails."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eval.gold.labels import load_labels
from eval.scoring.metrics import score_article
from extract.articles import Article
from extract.tasks.attack.rules import AttackRules
from extract.tasks.attack.schema import Records
from tests.small_gold import ATTACK, attacks

FOLDER = Path(__file__).parents[2] / "data" / "attack"
LABELS = load_labels(FOLDER, ATTACK)
TASK = AttackRules()
FLOORS = {
    "airbase-drones": 0.88,
    "carnival-ramming": 0.95,
    "cup-final": 0.81,
    "dock-strike": 0.71,
    "drone-bill": 0.76,
    "factory-fire": 0.65,
    "gaza-strikes": 0.92,
    "hospital-shelling": 0.91,
    "market-bombing": 0.94,
    "night-raid-kharkiv": 0.95,
    "roadside-bomb": 0.94,
    "school-shooting": 0.92,
    "station-stabbing": 0.92,
    "village-massacre": 0.97,
    "yemen-port": 0.80,
}


def read(name: str) -> tuple[Article, Records]:
    label = LABELS[name]
    day = date.fromisoformat(label.head.published) if label.head.published else None
    article = Article(name, (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), name, day)
    records = TASK.assemble(article, []).records
    assert isinstance(records, Records)
    return article, records


@pytest.mark.parametrize("name", sorted(LABELS))
def test_strict_f1(name: str) -> None:
    article, records = read(name)
    f1 = score_article(name, LABELS[name].records, records, article.text).tallies["overall"].f1()
    assert f1 is not None
    assert f1 >= FLOORS[name]


@pytest.mark.parametrize("name", sorted(name for name, label in LABELS.items() if not attacks(label).events))
def test_articles_without_an_attack_have_no_event(name: str) -> None:
    assert read(name)[1].events == []
