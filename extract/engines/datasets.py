"""The rows of a Ray dataset, extracted on the workers of its pipeline: a step between its other steps.

Here Ray Data decides what runs where, and what is tried again. Rows have no order, so nothing is said of texts that
repeat others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from extract.articles import MAX_CHARS, Article, Unreadable
from extract.articles.rows import Rows, read_row
from extract.engines.cluster_worker import Orders, Worker, orders_of
from extract.engines.setup import Setup
from extract.errors import UsageError
from extract.records.parts import SMALL
from extract.records.results import to_json
from extract.spec import RunSpec
from extract.store.shared import make_shared
from extract.tasks.loading import shipped_tasks
from extract.tasks.task import Task

BATCH = 32
"""Rows that a worker is given together."""
COLUMNS = (*SMALL, "records", "line")
"""Of what comes out: those of a run folder's parts, and the records alone, as JSON; null where an article failed."""
SOURCE = "dataset"


def mapped(
    dataset: Any,
    setup: Setup,
    spec: RunSpec,
    columns: Mapping[str, str],
    *,
    workers: int | None,
    cores: float,
    recordings: str | Path | None,
) -> Any:
    """A dataset of results; see `Extractor.map_dataset`.

    Args:
        setup: what the spec was opened as, here.
        columns: what rows of articles call a thing (`rows.COLUMNS`) → column of the dataset.
        workers: most of them at once; None for as many as there is room for.
        cores: that each takes.
    """
    from ray.data import ActorPoolStrategy

    if spec.max_cost is not None:
        raise UsageError("max_cost cannot be kept by many machines at once: leave it out")
    if recordings is not None:
        make_shared(recordings)
    shared = os.path.abspath(recordings) if isinstance(recordings, Path) else recordings
    orders = orders_of(spec, setup, recordings=shared)
    return dataset.map_batches(
        Extraction,
        fn_constructor_kwargs={"orders": replace(orders, task=_shipped(setup.task)), "columns": dict(columns)},
        batch_size=BATCH,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(min_size=1, max_size=workers),
        num_cpus=cores,
    )


def _shipped(task: Task[Any]) -> Task[Any] | str:
    """A task as workers are told of it: by its name or folder where it has one, for modules of folders have no name."""
    if task.name in shipped_tasks():
        return task.name
    return task if task.folder is None else str(task.folder.absolute())


class Extraction:
    """A worker: batches of rows in, batches of results out."""

    def __init__(self, orders: Orders, columns: Mapping[str, str]) -> None:
        """Takes its orders."""
        self._worker, self._columns = Worker(orders), columns

    def __call__(self, batch: Any) -> Any:
        """Extracts a batch.

        Args:
            batch: a table of pyarrow.

        Raises:
            UsageError: it lacks a column.
            ModelUnavailable, PromptError, StoreError: the next article would fail as well.
        """
        import pyarrow

        lacking = [column for column in self._columns.values() if column not in batch.column_names]
        if lacking:
            raise UsageError(f"the dataset has no column {', '.join(map(repr, lacking))}; it has {batch.column_names}")
        rows = batch.select(list(self._columns.values())).rename_columns(list(self._columns)).to_pylist()
        results = self._worker.results([(self._article(row, number), None) for number, row in enumerate(rows, 1)])
        lines = [json.loads(to_json(result)) for result in results]
        found: dict[str, list[str | None]] = {column: [line[column] for line in lines] for column in SMALL}
        found["records"] = [
            None if line["records"] is None else json.dumps(line["records"], ensure_ascii=False) for line in lines
        ]
        found["line"] = [to_json(result) for result in results]
        return pyarrow.table(found, schema=pyarrow.schema([(column, pyarrow.string()) for column in COLUMNS]))

    @staticmethod
    def _article(row: Mapping[str, Any], number: int) -> Article | Unreadable:
        article = read_row(dict(row), number, Rows("row", SOURCE, None, MAX_CHARS))
        return replace(article, source=SOURCE)
