"""The tasks there are. A second one is a second entry here, and a second folder of prompts."""

from __future__ import annotations

from extract.errors import UsageError
from extract.tasks.task import Task

TASKS = ("attack",)


def load_task(name: str) -> Task:
    """The task of that name.

    Raises:
        UsageError: there is none.
    """
    if name == "attack":
        from extract.tasks.attack.task import AttackTask

        return AttackTask()
    raise UsageError(f"no task {name!r}; there are: {', '.join(TASKS)}")
