"""Finished runs read article by article, several as one: only where each article's line stands is kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from extract.errors import RunFileError, counted
from extract.records.lines import lines_of, named_faults, open_lines, row_of
from extract.records.results import ArticleResult, Header, read_header, result_of


class _Place(NamedTuple):
    """Where an article's line is: number of the run, of the line, where it begins; and which text it is about."""

    run: int
    number: int
    start: int
    text: object


class Runs:
    """Some finished runs of one task, read as one.

    Attributes:
        task: what the runs call their task.
    """

    def __init__(self, paths: Sequence[Path], warn: Callable[[str], object] = lambda line: None) -> None:
        """Finds out where each article's last line is.

        Args:
            paths: run files or folders, at least one.
            warn: told how many articles are in several files; the file that is named last counts.

        Raises:
            RunFileError: one is no run file, they are of several tasks, or one id stands for two different texts.
        """
        self._paths = list(paths)
        self._headers = [read_header(path) for path in paths]
        self._places: dict[str, _Place] = {}
        self.task = self._headers[0].signature.task
        again = sum(map(self._find, range(len(paths))))
        if again:
            warn(f"{counted(again, 'article')} in several runs: of each, the run that is named last counts")

    def __len__(self) -> int:
        """How many articles there are."""
        return len(self._places)

    def run_of(self, article_id: str) -> Path:
        """The run file that holds an article."""
        return self._paths[self._places[article_id].run]

    @property
    def headers(self) -> Sequence[tuple[Path, Header]]:
        """The run files, with their headers."""
        return list(zip(self._paths, self._headers, strict=True))

    def _find(self, run: int) -> int:
        """Adds the articles of a run; how many of them earlier runs have, too."""
        path, task = self._paths[run], self._headers[run].signature.task
        if task != self.task:
            raise RunFileError(
                f"{str(path)!r} is a run of task {task!r}, {str(self._paths[0])!r} of {self.task!r}: "
                "give runs of one task"
            )
        again = 0
        for line in islice(lines_of(path), 1, None):
            with named_faults(f"{path}:{line.number}"):
                row = row_of(line.data)
            if row is not None:
                name, text = str(row.get("article_id")), row.get("text_sha256")
                before = self._places.get(name)
                if before is not None and before.run != run:
                    again += 1
                    self._check_texts(name, before, run, text)
                self._places[name] = _Place(run, line.number, line.start, text)
        return again

    def _check_texts(self, name: str, before: _Place, run: int, text: object) -> None:
        if None not in (before.text, text) and before.text != text:
            one, other = str(self._paths[before.run]), str(self._paths[run])
            raise RunFileError(
                f"article {name!r} has another text in {other!r} than in {one!r}: two articles of one id cannot stand "
                "in one output; give these runs apart"
            )

    def results(self, schema: type[BaseModel]) -> Iterator[tuple[Header, ArticleResult]]:
        """The articles in order of first appearance, each with the header of its run.

        Raises:
            RunFileError: a line is not one of a run of this schema.
        """
        with ExitStack() as stack:
            lines = [stack.enter_context(closing(open_lines(path))) for path in self._paths]
            for at in self._places.values():
                result = result_of(lines[at.run].at(at.start), schema, f"{self._paths[at.run]}:{at.number}")
                if result is not None:
                    yield self._headers[at.run], result
