"""Which story each record is in, as a column of the tables of a run (see `extract.records.columns.ColumnMaker`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extract.errors import TaskError, UsageError
from extract.records.columns import Cell, Column, free_names, record_id
from extract.records.results import ArticleResult
from extract.records.tree import Node, evidence_of
from extract.stories.story import Story, read_stories
from extract.tasks.task import Task

_STORY = Column("story", about="the story of the stories file that the record is in")


class StoryColumn:
    """The stories of records of one type.

    Attributes:
        strange: ids of records that were in no story.
    """

    def __init__(self, model: type[BaseModel], stories: Iterable[Story]) -> None:
        """Knows where each report is.

        Args:
            model: the type of the records that make stories.
            stories: the stories.
        """
        self._model = model
        self._reports = {report.id: (story.id, report.evidence) for story in stories for report in story.reports}
        self.strange: set[str] = set()

    def columns(self, model: type[BaseModel]) -> Sequence[Column]:
        """One for the records that make stories."""
        return free_names(model, (), [_STORY]) if model is self._model else ()

    def cells(self, node: Node, result: ArticleResult) -> Mapping[str, Cell]:
        """The story of a record; nothing where it is in none.

        A run that was corrected can have another record at the same place: that one is in no story.
        """
        if type(node.record) is not self._model:
            return {}
        name = record_id(result, node.pointer)
        story, words = self._reports.get(name, (None, None))
        if story is None or (words and words.text != evidence_of(node.record)):
            self.strange.add(name)
            return {}
        return {self.columns(self._model)[0].name: story}


def story_column(task: Task[Any], file: Path) -> StoryColumn:
    """The column that a stories file makes.

    Args:
        task: of the runs.
        file: the stories.

    Raises:
        UsageError: the stories are of another task.
        TaskError: nothing says what makes two records of the task one.
        RunFileError: the file cannot be read, or is no stories file.
    """
    header, stories = read_stories(file)
    if header.task != task.name:
        raise UsageError(f"{str(file)!r} has stories of task {header.task!r}, and the runs are of {task.name!r}")
    if task.stories is None:
        raise TaskError(f"task {task.name!r} has no stories: nothing says what makes two of its records one")
    return StoryColumn(task.stories.model, stories)
