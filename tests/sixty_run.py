"""The sixty reports of tests/data/stories as a run whose records are what a reader found."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from eval.stories.sets import load_set
from extract.records.results import ArticleResult
from extract.stories.collecting import read_mentions
from extract.stories.mentions import Mention
from extract.tasks.loading import load_task
from tests.many_reports import attack_plan
from tests.toll_run import result

FOLDER = Path(__file__).parent / "data" / "stories"


@cache
def sixty_results() -> tuple[ArticleResult, ...]:
    """The articles, in the order in which they appeared."""
    read = next(load_set(FOLDER, load_task("attack"))).results
    return tuple(
        result(each.article_id, each.text or "", each.records, published=each.published, title=each.title)
        for each in read
        if each.records is not None
    )


@cache
def sixty_mentions() -> tuple[Mention, ...]:
    """Their reports."""
    return tuple(read_mentions(sixty_results(), attack_plan()))
