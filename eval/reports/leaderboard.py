"""The leaderboard: a document of its own, rendered as a table, as a picture, and into a page between two marks."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from eval.evaluation import Source
from eval.reports import notation
from eval.reports.chart import Point, scatter
from eval.reports.evaluation_report import flat_remark
from eval.reports.page import update_table
from eval.reports.report import Parts, Style, Table, render
from eval.stats import Interval
from extract.errors import GoldError, counted
from extract.files.documents import save_document
from extract.records.results import Signature, Strict

LEADERBOARD_FORMAT: Final = "attested-leaderboard-1"


class Cell(Strict):
    """One line of the leaderboard; figures are null when the cell could not be made.

    Attributes:
        types: strict F1 per record type.
        source: where the answers came from.
        problem: why there are no figures.
        failed: articles without a result, counted as all missed; over all repeats.
        partial: articles with a question left open; over all repeats.
        unanswered: questions without a whole answer; null where documents do not say.
        input_tokens: per article, had all of it been asked live; failed attempts included.
        output_tokens: likewise.
        seconds: wall seconds per article of the live result, null when there is none for this signature.
        cost: US dollars per article, live; null when the price is unknown.
    """

    model: str
    prompts: str
    repeats: int
    types: dict[str, float | None]
    source: Source | None = None
    problem: str | None = None
    signature: Signature | None = None
    failed: int = 0
    partial: int = 0
    unanswered: int | None = None
    f1: float | None = None
    interval: Interval | None = None
    precision: float | None = None
    recall: float | None = None
    input_tokens: float | None = None
    output_tokens: float | None = None
    seconds: float | None = None
    cost: float | None = None


class Leaderboard(Strict):
    """All cells, best first, with what makes them comparable."""

    format: Literal["attested-leaderboard-1"] = LEADERBOARD_FORMAT
    task: str = "attack"
    gold_sha256: str
    articles: int
    clusters: int
    scoring: int
    resamples: int
    seed: int
    level: float
    cells: list[Cell]


def save_leaderboard(board: Leaderboard, folder: Path) -> None:
    """Writes leaderboard.json, the document, and its renderings leaderboard.md and leaderboard.svg.

    Raises:
        GoldError: a file cannot be written.
    """
    save_document(folder / "leaderboard.json", board, GoldError)
    save_document(folder / "leaderboard.md", render_leaderboard(board, "markdown"), GoldError)
    save_document(folder / "leaderboard.svg", picture(board), GoldError)


def render_leaderboard(board: Leaderboard, style: Style = "text") -> str:
    """The table with what makes it comparable below it."""
    types = list(dict.fromkeys(name for cell in board.cells for name in cell.types))
    headers = ["model", "prompts", "answers", "F1", f"{notation.whole_percent(board.level)} interval", "P", "R", *types]
    headers += ["tokens in", "tokens out", "seconds", "cost"]
    rows = [_row(cell, types) for cell in board.cells]
    notes = [f"{cell.model}, {cell.prompts}: {note}" for cell in board.cells if (note := _note(cell))]
    said = (
        "Strict F1 over all leaves and per record type. Tokens, seconds and dollars are per article, as if nothing were "
        "replayed; seconds are wall time of a live run."
    )
    flat = flat_remark([cell.interval for cell in board.cells])
    return render([Table(headers, rows), *notes, *flat, said, _signature(board)], style)


def picture(board: Leaderboard) -> str:
    """F1 against seconds and against tokens written, as SVG."""
    points = [
        Point(
            label=f"{cell.model}, {cell.prompts} ({cell.source}): F1 {notation.share(cell.f1)}",
            group=cell.prompts,
            y=cell.f1,
            low=cell.interval.low if cell.interval else None,
            high=cell.interval.high if cell.interval else None,
            xs=(cell.seconds, cell.output_tokens),
        )
        for cell in board.cells
        if cell.f1 is not None
    ]
    axes = ("seconds per article, live", "tokens written per article")
    return scatter(
        f"{board.articles} gold articles, {notation.whole_percent(board.level)} intervals", "strict F1", axes, points
    )


def marks(task: str) -> tuple[str, str]:
    """The lines of a page between which the leaderboard of a task stands."""
    return f"<!-- leaderboard {task}: written by extract bench --update -->", f"<!-- /leaderboard {task} -->"


def update_page(path: Path, board: Leaderboard) -> bool:
    """Replaces what stands between the page's two marks with the table.

    Returns:
        Whether the page changed.

    Raises:
        UsageError: the page cannot be read or written, or has no such marks.
    """
    return update_table(path, marks(board.task), render_leaderboard(board, "markdown"))


def _row(cell: Cell, types: list[str]) -> list[str]:
    if cell.source is None:
        return [cell.model, cell.prompts, "failed", *(notation.NOTHING for _ in range(8 + len(types)))]
    return [
        cell.model,
        cell.prompts,
        cell.source,
        notation.share(cell.f1),
        notation.interval(cell.interval),
        notation.share(cell.precision),
        notation.share(cell.recall),
        *(notation.share(cell.types.get(name)) for name in types),
        notation.count(cell.input_tokens),
        notation.count(cell.output_tokens),
        notation.seconds(cell.seconds),
        notation.dollars(cell.cost),
    ]


def _note(cell: Cell) -> str:
    if cell.problem:
        return cell.problem
    if cell.failed or cell.partial or cell.unanswered:
        open_ = f"; without an answer: {counted(cell.unanswered, 'question')}" if cell.unanswered else ""
        return f"failed, and counted as missed: {counted(cell.failed, 'article')}; partial: {cell.partial}{open_}."
    return ""


def _signature(board: Leaderboard) -> Parts:
    parts = [
        f"gold {notation.digest(board.gold_sha256)}",
        f"scoring {board.scoring}",
        f"n {board.articles} in {board.clusters} clusters",
        f"repeats {', '.join(str(n) for n in sorted({cell.repeats for cell in board.cells}))}",
        f"resamples {board.resamples}",
        f"seed {board.seed}",
    ]
    prompts = {cell.prompts: notation.digest(cell.signature.prompts_sha256) for cell in board.cells if cell.signature}
    parts += [f"prompts {name} {digest}" for name, digest in sorted(prompts.items())]
    return Parts(parts)
