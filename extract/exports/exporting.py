"""Exports of finished runs: which form and table is meant, and the order of the steps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from extract.errors import TaskError, UsageError
from extract.exports.csv_files import CsvFiles
from extract.exports.excel import Workbook
from extract.exports.named_tables import NamedTables
from extract.exports.parquet import ParquetFiles
from extract.exports.replacing import MANIFEST, check_place, put_in_place
from extract.exports.run_tables import ARTICLES, FOR_PROGRAMS, SPANS, Row, RunTables, fitting
from extract.exports.sqlite import Database
from extract.exports.writers import MARK, Writer
from extract.records.columns import ColumnMaker, Table
from extract.records.results import ArticleResult, Header, Status, to_json
from extract.records.runs import Runs
from extract.tasks.task import Summary, Task
from extract.views.export import COLUMNS, csv_form

ExportForm = Literal["csv", "xlsx", "parquet", "sqlite", "values", "jsonl"]
ENDINGS: dict[str, ExportForm] = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".jsonl": "jsonl",
}
"""What the name of an output says; without an ending it is a folder of CSV files."""
Results = Iterable[tuple[Header, ArticleResult]]


class AllTables(NamedTables):
    """All tables of runs of a task: those of its schema, and its summary, which comes first and is known last.

    The summary is the main one; without it there is one only where there is one record type.
    """

    for_programs = FOR_PROGRAMS

    def __init__(self, task: Task[Any], makers: Sequence[ColumnMaker] = (), *, texts: bool = True) -> None:
        """Plans them.

        Args:
            task: the task of the runs.
            makers: what adds columns of its own.
            texts: with the articles' texts.
        """
        self._summary = _summary_of(task, makers)
        summed = [Table(self._summary.name, tuple(self._summary.columns))] if self._summary else []
        self._of_run = RunTables(task.schema, makers, reserved=[table.name for table in summed])
        self._texts = texts
        self.by_type = self._of_run.by_type
        self.all = [*summed, *(self._shown(table) for table in self._of_run.all)]
        only = list(self.by_type.values())
        self.main = summed[0] if summed else only[0] if len(only) == 1 else None

    def _shown(self, table: Table) -> Table:
        return table if self._texts or table.name != ARTICLES else replace(table, columns=table.columns[:-1])

    def is_evidence(self, table: Table, column: str) -> bool:
        """Whether a column quotes; an article's title and text are not asked for twice."""
        return table.name != ARTICLES and super().is_evidence(table, column)

    def rows(self, results: Results) -> Iterator[Row]:
        """All rows, those that others refer to first; the summary's at the end."""
        for header, result in results:
            for row in self._of_run.rows(header, result):
                yield row if self._texts or row.table != ARTICLES else Row(row.table, row.cells[:-1])
            if self._summary:
                self._summary.add(result)
        if self._summary:
            yield from (Row(self._summary.name, [*map(fitting, cells)]) for cells in self._summary.rows())


def _summary_of(task: Task[Any], makers: Sequence[ColumnMaker]) -> Summary | None:
    try:
        return task.summary(makers) if task.summary else None
    except Exception as error:  # whatever a class of somebody else's does when it is called
        raise TaskError(f"cannot make the summary of task {task.name!r}: {type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written.

    Attributes:
        form: None for what the name of the output says.
        table: name of the only table that is wanted.
        bom: for CSV.
        overwrite: whether an earlier export may be replaced.
    """

    out: Path
    form: ExportForm | None = None
    table: str | None = None
    bom: bool = False
    overwrite: bool = False

    @property
    def kind(self) -> ExportForm:
        """The form.

        Raises:
            UsageError: nothing says it, or what was asked for does not go with it.
        """
        form = self.form or ENDINGS.get(self.out.suffix.lower())
        if form is None:
            if self.out.suffix and not self.out.is_dir():
                raise UsageError(
                    f"{str(self.out)!r} should end in {', '.join(ENDINGS)}, or in nothing, for a folder of CSV files; "
                    "or say what it is with --format"
                )
            form = "csv"
        if self.bom and form not in ("csv", "values"):
            raise UsageError(f"--bom is for CSV, and {str(self.out)!r} will be {form}: leave it out")
        if self.table and form in ("xlsx", "sqlite", "values", "jsonl"):
            raise UsageError(f"--table is for one file of CSV or Parquet, and {form} has all tables: leave it out")
        return form

    @property
    def is_folder(self) -> bool:
        """Whether a folder of files is meant."""
        return self.kind in ("csv", "parquet") and (
            self.out.is_dir() or (self.out.suffix.lower() != f".{self.kind}" and self.table is None)
        )


def export(
    runs: Runs,
    paths: Sequence[Path],
    task: Task[Any],
    wanted: Wanted,
    makers: Sequence[ColumnMaker] = (),
    watched: Callable[[Results], Results] = lambda results: results,
) -> tuple[Counter[Status], Counter[str]]:
    """Writes an export.

    Args:
        runs: what is read.
        paths: its files.
        task: the task of the runs.
        wanted: what is to be written.
        makers: what adds columns of its own.
        watched: is given the articles, and tells somebody how far they are.

    Returns:
        How many articles of each status there were, and how many rows each table has.

    Raises:
        UsageError: what is wanted is not clear, or a package is missing.
        TaskError: the task's summary cannot be made.
        RunFileError: something cannot be read or written, or would be replaced.
    """
    statuses: Counter[Status] = Counter()

    def counted_results() -> Iterator[tuple[Header, ArticleResult]]:
        for header, result in watched(runs.results(task.schema)):
            statuses[result.status] += 1
            yield header, result

    if wanted.kind == "jsonl":
        _write_run(runs, counted_results(), wanted.out, paths)
        return statuses, Counter()
    if wanted.kind == "values":
        check_place(wanted.out, paths, overwrite=wanted.overwrite, head=",".join(COLUMNS).encode())
        with put_in_place(wanted.out, folder=False) as part:
            _write_values(part, runs.headers[0][1], counted_results(), bom=wanted.bom)
        return statuses, Counter()
    tables = AllTables(task, makers, texts=wanted.kind in ("sqlite", "parquet"))
    return statuses, write_tables(tables, tables.rows(counted_results()), paths, wanted)


def write_tables(tables: NamedTables, rows: Iterable[Row], inputs: Sequence[Path], wanted: Wanted) -> Counter[str]:
    """Writes tables, all of them or the one that is wanted.

    Args:
        tables: what there is.
        rows: of all of them, those that others refer to first; read when all else is clear.
        inputs: files that they come from.
        wanted: what is to be written.

    Returns:
        How many rows each table has.

    Raises:
        UsageError: what is wanted is not clear, or a package is missing.
        RunFileError: something cannot be written, or would be replaced.
    """
    single = wanted.kind in ("csv", "parquet") and not wanted.is_folder
    # A workbook is for people: where each value stands is four fifths of all cells, and says little without the texts.
    chosen = [table for table in tables.all if wanted.kind != "xlsx" or table.name != SPANS]
    if single or wanted.table:
        chosen = [tables.the_one(wanted.table, "with --table; or export all of them to a folder, .xlsx or .sqlite")]
    check_place(wanted.out, inputs, overwrite=wanted.overwrite, head=tables.head(chosen[0]))
    written: Counter[str] = Counter()
    with put_in_place(wanted.out, folder=wanted.is_folder) as part:
        with ExitStack() as stack:
            writer = stack.enter_context(_writer(wanted, part, chosen))
            names = {table.name for table in chosen}
            for row in rows:
                if row.table in names:
                    writer.write(row.table, row.cells)
                    written[row.table] += 1
        if wanted.is_folder:
            _write_manifest(part, chosen, wanted.kind, written)
    return written


def _writer(wanted: Wanted, part: Path, tables: Sequence[Table]) -> Writer:
    files = [(part / f"{table.name}.{wanted.kind}" if wanted.is_folder else part, table) for table in tables]
    if wanted.kind == "csv":
        return CsvFiles(files, bom=wanted.bom)
    if wanted.kind == "parquet":
        return ParquetFiles(files)
    return Workbook(part, tables) if wanted.kind == "xlsx" else Database(part, tables)


def _write_run(runs: Runs, results: Results, out: Path, paths: Sequence[Path]) -> None:
    """A run, perhaps of a folder, as a run file: the last line of every article. It replaces nothing."""
    if len(runs.headers) > 1:
        raise UsageError(f"{str(out)!r} would be a run file, which is of one run: export these runs apart")
    check_place(out, paths, overwrite=False)
    with put_in_place(out, folder=False) as part, part.open("x", encoding="utf-8", newline="") as stream:
        stream.write(to_json(runs.headers[0][1]) + "\n")
        for _, result in results:
            stream.write(to_json(result) + "\n")


def _write_values(part: Path, first: Header, results: Results, *, bom: bool) -> None:
    """The long form of `extract run --format csv`: one row per value."""
    with part.open("x", encoding="utf-8-sig" if bom else "utf-8", newline="") as stream:
        stream.write(csv_form(first).head)
        for header, result in results:
            stream.write(csv_form(header).article(result))


def _write_manifest(folder: Path, tables: Sequence[Table], ending: str, rows: Counter[str]) -> None:
    """What the files of a folder are, for people and programs."""
    files = {
        f"{table.name}.{ending}": {
            "rows": rows[table.name],
            "columns": {
                column.name: {"type": column.kind, **({"about": column.about} if column.about else {})}
                for column in table.columns
            },
            **({"references": dict(table.references)} if table.references else {}),
        }
        for table in tables
    }
    said = json.dumps({"format": MARK, "files": files}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(said + "\n", encoding="utf-8")
