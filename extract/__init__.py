"""News articles in, attested records out.

    errors      every error a user can meet
    spec        what a run is made of, as one value
    files       documents of ours on disk, locks
    web         web addresses → bytes
    articles    bytes → articles with sentences
    records     marks of a schema; where values stand in a text; results and run files
    correcting  corrections that people make, put into results
    places      words for a place → where it is, offline; a map
    stories     records of many articles that tell of one thing, put together
    models      requests and responses, and every way to a model that answers
    store       recordings: a client in front of a client
    prompting   what is asked
    tasks       a record schema and all that is particular to it; `attack` is one
    views       results for people and for other programs
    exports     finished runs as tables: CSV, Excel, Parquet, SQLite
    engines     a spec opened, an article worked on, many articles run
    batches     a provider's batches: requests sent together, answers recorded later
    serving     articles in over HTTP, results out
    cli         the commands

Arrows go from the last to the first (contracts in pyproject.toml). In code: `errors`, `spec`, `files`, `web`,
`articles`, `records`, `correcting`, `places`, `stories`, `models`, `store`, `prompting`, `tasks`, `views`, `exports`, `engines`,
`batches`, `serving`, `cli`.

The library is what `__all__` names, and loads when it is first used:

    from extract import Extractor, load_task

    with Extractor(load_task("attack")) as extractor:
        print(extractor.extract("A car bomb killed two people in Garowe on Monday, police said.").records)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.articles import Article, Span
    from extract.engines.extractor import Extractor, Result
    from extract.errors import ArticleError, ExtractError, ModelError, PromptError, StoreError, TaskError, UsageError
    from extract.records.marks import Apart, Compare, Day, Evidence, Judged, Key, NumberOf, Silent, Totals, Verbatim
    from extract.records.results import Grounding, Problem
    from extract.spec import RunSpec
    from extract.stories.collecting import find_stories
    from extract.stories.story import Story
    from extract.tasks.loading import load_task
    from extract.tasks.task import Task

__all__ = [
    "Apart",
    "Article",
    "ArticleError",
    "Compare",
    "Day",
    "Evidence",
    "ExtractError",
    "Extractor",
    "Grounding",
    "Judged",
    "Key",
    "ModelError",
    "NumberOf",
    "Problem",
    "PromptError",
    "Result",
    "RunSpec",
    "Silent",
    "Span",
    "StoreError",
    "Story",
    "Task",
    "TaskError",
    "Totals",
    "UsageError",
    "Verbatim",
    "find_stories",
    "load_task",
]

_HOMES = {
    "articles": ("Article", "Span"),
    "engines.extractor": ("Extractor", "Result"),
    "errors": ("ArticleError", "ExtractError", "ModelError", "PromptError", "StoreError", "TaskError", "UsageError"),
    "records.marks": (
        "Apart",
        "Compare",
        "Day",
        "Evidence",
        "Judged",
        "Key",
        "NumberOf",
        "Silent",
        "Totals",
        "Verbatim",
    ),
    "records.results": ("Grounding", "Problem"),
    "spec": ("RunSpec",),
    "stories.collecting": ("find_stories",),
    "stories.story": ("Story",),
    "tasks.loading": ("load_task",),
    "tasks.task": ("Task",),
}


def __getattr__(name: str) -> Any:
    """A public name, loaded now: a command that shows its help needs none of them."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"extract.{module}"), name)
    raise AttributeError(f"module 'extract' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
