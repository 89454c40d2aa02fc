"""What `extract stories` costs as reports grow in number: `python -m eval.benchmarks.stories`.

Runs of made-up reports are put into stories by the command itself and, in the same minutes, by what else would do it:
splink (Fellegi and Sunter's linkage in DuckDB) with the same fields and without the texts, and scikit-learn with every
pair's similarity of words, as far as that goes. Each has a process of its own. Seconds are those
of computing, on all cores, which other programs on the machine lengthen less than those of the clock (`wall`). Where the
time of ours goes is sampled: every hundredth of a second of computing, whichever of `stages` is at work is counted.

What the reports are like is `made_up_reports`. B³ is measured against what was made up. It says that something sensible
was computed, not how good that is with real reports: that is `python -m eval.stories`.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import click
from pydantic import BaseModel

from eval.benchmarks.made_up_reports import MadeUpRun, Stories
from eval.reports import notation
from eval.reports.page import TableCommand, find_place, update_option, update_table
from eval.reports.report import Block, Table, render
from eval.stories.sets import reports_of
from eval.stories.systems import similar_texts
from extract.records.results import ArticleResult, read_run
from extract.tasks.loading import load_task

MARKS = (
    "<!-- growth of stories: written by python -m eval.benchmarks.stories --update docs/stories.md -->",
    "<!-- /growth of stories -->",
)
OURS, SPLINK, SIMILAR = "attested", "splink", "scikit-learn, every pair"
SIZES = (1_000, 10_000, 100_000)
MOST_SIMILAR = 10_000
"""Reports of which every pair is compared, which takes memory with the square."""
LEAST_COSINE = 0.06
"""From which on texts are one."""
SURE = 0.99
"""Probability from which on splink's pairs are one. Both thresholds are the best for 1 000 reports, which flatters the peers."""
EVERY = 0.01
"""Seconds of computing between two samples."""


class Cost(BaseModel):
    """What a process needed.

    Attributes:
        seconds: of computing, on all cores.
        wall: seconds by the clock.
        megabytes: the most memory that it had.
        stages: seconds by stage, of ours alone.
    """

    seconds: float
    wall: float
    megabytes: float
    stages: dict[str, float] = {}


class Row(BaseModel):
    """One system on one number of reports; `precision` and `recall` are B³."""

    system: str
    reports: int
    cost: Cost
    stories: int
    precision: float
    recall: float


def ours(run: Path) -> Callable[[], Stories]:
    """`extract stories`, as a user starts it."""
    from extract.cli.stories import stories
    from extract.stories.story import read_stories

    out = run.with_suffix(".stories.jsonl")
    stories.main([str(run), "-o", str(out)], standalone_mode=False)
    return lambda: [[report.id for report in story.reports] for story in read_stories(out).stories]


def by_splink(run: Path) -> Callable[[], Stories]:
    """Day, place, kind, side, toll, publication; blocked by place with day or week, trained on the reports themselves."""
    import pandas

    splink, kinds = importlib.import_module("splink"), importlib.import_module("splink.comparison_library")
    database, block_on = importlib.import_module("splink.backends.duckdb").DuckDBAPI(), splink.block_on
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            kinds.ExactMatch("place").configure(term_frequency_adjustments=True),
            *map(kinds.ExactMatch, ("day", "kind", "side")),
            kinds.CustomComparison(_within("killed", (0, 2, 5)), "killed"),
            kinds.CustomComparison(_within("published", (0, 1, 3)), "published"),
        ],
        blocking_rules_to_generate_predictions=[block_on("place", each) for each in ("day", "week", "shifted_week")],
    )
    rows = pandas.DataFrame([_fields(each) for each in _results(run)])
    whole = dict.fromkeys(("published", "week", "shifted_week"), "Int64")
    linker = splink.Linker(database.register(rows.astype(whole)), settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match([block_on("place", "day", "kind")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(1e6, seed=1)
    for block in (block_on("place", "day"), block_on("day", "kind", "killed")):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    likely = linker.inference.predict(threshold_match_probability=SURE)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(likely, SURE).as_pandas_dataframe()
    return lambda: [list(each) for _, each in groups.groupby("cluster_id")["unique_id"]]


def by_similar_texts(run: Path) -> Callable[[], Stories]:
    """TF-IDF of the words, average link."""
    found = similar_texts(_results(run), LEAST_COSINE)
    return lambda: found


SYSTEMS: Mapping[str, Callable[[Path], Callable[[], Stories]]] = {
    OURS: ours,
    SPLINK: by_splink,
    SIMILAR: by_similar_texts,
}
"""What puts a run into stories, and gives a way to have them, whose time is not counted."""


def _results(run: Path) -> list[ArticleResult]:
    return read_run(run, load_task("attack").schema).results


def _fields(result: ArticleResult) -> dict[str, Any]:
    [(name, record)] = reports_of(result)
    event = record.model_dump()
    published = date.fromisoformat(result.published).toordinal() if result.published else None
    return {
        "unique_id": name,
        "place": event["places"][0],
        "day": event["date"],
        "kind": event["kind"],
        "side": event["attacker"],
        "killed": event["casualties"][0]["quantity"]["value"],
        "published": published,
        "week": published and published // 7,
        "shifted_week": published and (published + 3) // 7,
    }


def _within(column: str, steps: Sequence[int]) -> list[Any]:
    """Levels of splink: a number of two records no more than so much apart."""
    levels = importlib.import_module("splink.comparison_level_library")
    near = (
        levels.CustomLevel(f'abs("{column}_l" - "{column}_r") <= {step}', f"{column} within {step}") for step in steps
    )
    return [levels.NullLevel(column), *near, levels.ElseLevel()]


def stages() -> dict[CodeType, str]:
    """Functions whose time is told by name; the innermost that is at work counts."""
    from extract.articles.duplicates import Repeats
    from extract.places.resolution import resolve_places
    from extract.records.lines import lines_of, row_of
    from extract.records.results import result_of
    from extract.stories.building import stories_of
    from extract.stories.linking import link
    from extract.stories.mentions import mentions_of
    from extract.stories.story import write_stories
    from extract.stories.updating import identified

    named: dict[str, tuple[Callable[..., object], ...]] = {
        "reading": (lines_of, row_of, result_of, mentions_of),
        "places": (resolve_places,),
        "repeats": (Repeats.add,),
        "linking": (link,),
        "building": (stories_of, identified),
        "writing": (write_stories,),
    }
    return {function.__code__: stage for stage, functions in named.items() for function in functions}


class Sampled:
    """Counts which stage is at work, until `stop`; main thread only."""

    def __init__(self, every: float = EVERY) -> None:
        """Begins."""
        self._stages, self._counts = stages(), Counter[str]()
        self._before = signal.signal(signal.SIGPROF, self._count)
        signal.setitimer(signal.ITIMER_PROF, every, every)

    def _count(self, number: int, frame: FrameType | None) -> None:
        while frame is not None and frame.f_code not in self._stages:
            frame = frame.f_back
        self._counts[self._stages[frame.f_code] if frame else "rest"] += 1

    def stop(self) -> dict[str, float]:
        """The share of each stage."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)
        total = sum(self._counts.values())
        return {stage: self._counts[stage] / max(1, total) for stage in (*dict.fromkeys(self._stages.values()), "rest")}


class _Told(BaseModel):
    """What a process says of itself."""

    cost: Cost
    stories: Stories


def _child(system: str, run: str) -> None:
    """Puts a run into stories, and writes to standard output what came of it."""
    began, sampled = time.perf_counter(), Sampled()
    found = SYSTEMS[system](Path(run))
    shares, wall, seconds = sampled.stop(), time.perf_counter() - began, _computed()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    spent = {stage: share * seconds for stage, share in shares.items()} if system == OURS else {}
    cost = Cost(seconds=seconds, wall=wall, megabytes=peak, stages=spent)
    click.echo(_Told(cost=cost, stories=found()).model_dump_json())


def _computed() -> float:
    """Seconds of computing of this process, and of those that it started and that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measured(system: str, run: Path, truth: Stories) -> Row:
    """One system on one run, in a process of its own."""
    code = f"import sys; from eval.benchmarks.stories import {_child.__name__} as child; child(*sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, system, str(run)], check=True, stdout=subprocess.PIPE)
    told = _Told.model_validate_json(done.stdout)
    precision, recall = b_cubed(truth, told.stories)
    reports = sum(map(len, truth))
    return Row(
        system=system,
        reports=reports,
        cost=told.cost,
        stories=len(told.stories),
        precision=precision,
        recall=recall,
    )


def b_cubed(truth: Stories, stories: Stories) -> tuple[float, float]:
    """Precision and recall over all reports (Bagga and Baldwin 1998); both sides hold the same ones."""
    home = {report: number for number, story in enumerate(truth) for report in story}
    shared = [(story, Counter(home[report] for report in story)) for story in stories]
    precise = sum(count**2 / len(story) for story, counts in shared for count in counts.values())
    found = sum(count**2 / len(truth[number]) for _, counts in shared for number, count in counts.items())
    return precise / len(home), found / len(home)


def growth(rows: Sequence[Row], value: Callable[[Row], float]) -> float | None:
    """Slope of a value of one system over the last two numbers of reports, both as logarithms: 1 is linear; None of one."""
    if len(rows) < 2:
        return None
    small, large = rows[-2:]
    return math.log(value(large) / value(small)) / math.log(large.reports / small.reports)


def table(rows: Sequence[Row]) -> Table:
    """All systems, sizes together; what ours costs to what a peer does for as many reports, and how each grows."""
    own = {row.reports: row for row in rows if row.system == OURS}
    cells = []
    for at, row in enumerate(rows):
        earlier = [each for each in rows[: at + 1] if each.system == row.system]
        times = own[row.reports].cost.seconds / row.cost.seconds if row.reports in own else None
        grows = growth(earlier, lambda each: each.cost.seconds)
        figures = (f"{row.cost.seconds:.1f}", *("" if each is None else f"{each:.2f}" for each in (times, grows)))
        found = (notation.count(row.cost.megabytes), f"{row.precision:.3f}", f"{row.recall:.3f}")
        cells.append((notation.count(row.reports), row.system, *figures, f"{row.cost.wall:.1f}", *found))
    return Table(
        ("reports", "system", "seconds", "ours is × that", "growth", "wall s", "peak MB", "B³ P", "B³ R"), cells, left=2
    )


def stage_table(rows: Sequence[Row]) -> Table:
    """Seconds of computing by stage, of ours."""
    told = [row for row in rows if row.cost.stages]
    cells = [(notation.count(row.reports), *(f"{each:.1f}" for each in row.cost.stages.values())) for row in told]
    return Table(("reports", *(told[0].cost.stages if told else ())), cells)


@click.command(cls=TableCommand)
@click.option("--size", "sizes", multiple=True, type=click.IntRange(min=200), default=SIZES, help="Reports of a run.")
@click.option("--system", "systems", multiple=True, type=click.Choice(list(SYSTEMS)), help="Only this; again for more.")
@update_option
def main(sizes: tuple[int, ...], systems: tuple[str, ...], update: Path | None) -> None:
    """Measure `extract stories` beside splink and scikit-learn.

    Example: python -m eval.benchmarks.stories --size 1000 --size 10000
    """
    if update:
        find_place(update, MARKS)
    names = [name for name in SYSTEMS if not systems or name in systems]
    if SPLINK in names and importlib.util.find_spec("splink") is None:
        click.echo("splink is left out: it is not installed; make bench BENCH=benchmarks.stories brings it", err=True)
        names.remove(SPLINK)
    rows: list[Row] = []
    for size in sorted(set(sizes)):
        with tempfile.TemporaryDirectory(prefix="attested-benchmark-") as folder:
            made, run = MadeUpRun(size), Path(folder) / "run.jsonl"
            made.write(run)
            rows += [measured(name, run, made.stories) for name in names if name != SIMILAR or size <= MOST_SIMILAR]
    report: list[Block] = [
        table(rows),
        "Growth: 1 is linear, 2 is quadratic. Seconds of computing by stage, of ours:",
        stage_table(rows),
    ]
    if update:
        update_table(update, MARKS, render(report, "markdown"))
    click.echo(render(report, "text"), nl=False)


if __name__ == "__main__":
    main()
