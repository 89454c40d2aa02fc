"""Where the gold set of a task is: in the task's own folder, or, for tasks that ship, in a clone of the project.

The articles of the gold sets and the matrix of the leaderboard are no part of the installed package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from extract.errors import UsageError
from extract.prompting.prompt_sets import prompt_root
from extract.tasks.task import Task

MATRIX = Path("eval/matrix.toml")


def gold_folder(task: Task[Any], given: Path | None = None) -> Path:
    """The folder with the labels of a task.

    Args:
        task: the task.
        given: the folder that somebody named: the set's own, or one that holds a folder for each task.

    Raises:
        UsageError: there is none.
    """
    if given is not None:
        return given / task.name if not (given / "labels").is_dir() and (given / task.name).is_dir() else given
    folder = usual_folder(task)
    if not folder.is_dir():
        instead = CLONE if _ships(task) else "make it"
        raise UsageError(
            f"no gold set of task {task.name!r} at {str(folder)!r}: {instead}, or name a folder with articles and labels "
            "('extract gold draft' begins one)"
        )
    return folder


def usual_folder(task: Task[Any]) -> Path:
    """Where the gold set of a task lies, or will."""
    return Path("gold") / task.name if task.folder is None or _ships(task) else task.folder / "gold"


def _ships(task: Task[Any]) -> bool:
    return task.folder is None or task.folder.resolve().parent == prompt_root()


CLONE = "the project's own lies in its source, not in the installed package; run this in a clone of attested"


def article_folder(gold: Path) -> Path:
    """The texts of a gold set: its own, or those it shares with the sets beside it."""
    own = gold / "articles"
    return own if own.is_dir() or not (gold.parent / "articles").is_dir() else gold.parent / "articles"


def results_folder(task: Task[Any]) -> Path:
    """Where the live results of a task lie, or will: beside its gold set, or in a clone of the project."""
    return Path("eval/results") / task.name if task.folder is None or _ships(task) else task.folder / "results"


def matrix_file(given: Path | None) -> Path:
    """The matrix file of a benchmark.

    Raises:
        UsageError: nobody named one, and there is none where the project's own lies.
    """
    if given is None and not MATRIX.is_file():
        raise UsageError(
            f"no matrix file at {str(MATRIX)!r}: {CLONE}, or write one: [[cells]] with model = … and prompts = … for each row"
        )
    return given or MATRIX
