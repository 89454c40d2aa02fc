"""`extract stories`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from extract.cli.settings import FILE, OF_A_MODEL, NewPath, RunPath, asking_options, of_file, spec_of, typed
from extract.cli.telling import tell
from extract.spec import RULES

if TYPE_CHECKING:
    from pydantic import BaseModel

    from extract.engines.same import Asking
    from extract.places.gazetteer import Gazetteer
    from extract.records.runs import Runs
    from extract.stories.story import Decision
    from extract.tasks.task import Task


@click.command()
@click.argument("run_files", nargs=-1, metavar="RUN…", type=RunPath())
@click.option("-o", "--out", type=NewPath("file"), help="Write the stories here (.jsonl); a new file.")
@click.option("--update", metavar="FILE", type=FILE, help="Bring this stories file up to date: its own runs, and RUN….")
@click.option("--decisions", multiple=True, metavar="FILE", type=FILE, help="What people said: same, not the same.")
@click.option("--same", nargs=2, multiple=True, metavar="ID ID", help="Say that two reports are one: a.txt#/events/0.")
@click.option("--not-same", nargs=2, multiple=True, metavar="ID ID", help="Say that two reports are not one.")
@click.option("--by", default="", help="Who says it.")
@click.option(
    "--best",
    type=click.Choice(["latest-official", "latest", "highest"]),
    help="Which figure is best: the latest of the most official source that gives a total, the latest, the highest.",
)
@click.option(
    "--gazetteer/--no-gazetteer", default=None, help="Look places up; the default where its package is installed."
)
@click.option("--task", envvar="ATTESTED_TASK", help="Folder of the runs' task, where it is not found by its name.")
@click.option("--ask", is_flag=True, help="Put undecided pairs of reports to a model; what it says is evidence.")
@click.option("--ask-most", type=click.IntRange(1), default=200, show_default=True, help="Ask about so many at most.")
@asking_options
def stories(
    run_files: tuple[Path, ...],
    out: Path | None,
    update: Path | None,
    decisions: tuple[Path, ...],
    same: tuple[tuple[str, str], ...],
    not_same: tuple[tuple[str, str], ...],
    by: str,
    best: Literal["latest-official", "latest", "highest"] | None,
    gazetteer: bool | None,
    task: str | None,
    ask: bool,
    ask_most: int,
    **settings: Any,
) -> None:
    """Put the reports of many articles together that tell of one thing: stories.

    Records of one or many runs become one story where evidence speaks for it (day, places, names, numbers, rare words)
    and nothing against it: another day, places apart. A story keeps every report, the figures over time, low, best and
    high, and what reports differ in. What people said of two reports wins, and is kept. An updated file keeps its ids;
    what joined, left, was merged or split stands in each story's history.

    With --ask a model is asked about pairs that evidence leaves undecided, and its answers are recorded as those of a run;
    Ctrl-C keeps them, and the same command goes on from there. Name a strong --model: the embedded one said yes to nearly
    all such pairs, the wrong ones as well. Exit code 1: a question was left open.

    `extract show`, `extract view` and `extract export` take the file.

    Example: extract stories runs/today.jsonl runs/yesterday.jsonl -o stories.jsonl
    """
    from extract.cli.export import watched
    from extract.errors import TaskError, UsageError, counted
    from extract.records.results import json_line
    from extract.records.runs import Runs
    from extract.stories.collecting import Wanted, collect
    from extract.stories.story import read_stories, write_stories
    from extract.tasks.loading import task_of_run

    if not ask and (needless := typed(["model", *OF_A_MODEL, "ask_most"])):
        raise UsageError(f"nobody is asked without --ask: add it, or leave out {', '.join(needless)}")
    target = _target(out, update)
    earlier = read_stories(update) if update else None
    paths = _paths(run_files, update, [run.path for run in earlier.header.runs] if earlier else [])
    runs = Runs(paths, tell)
    found = task_of_run(runs.task, task)
    if found.stories is None:
        raise TaskError(
            f"task {found.name!r} does not say what makes two records one: mark fields of a record type with Key(), or "
            'write [stories] with record = "TYPE" in its task.toml'
        )
    wanted = Wanted(
        folder=(target or Path("x")).parent,
        best=best,
        decisions=[*_said(decisions, found.name), *_decisions(same, not_same, by)],
        earlier=earlier,
        gazetteer=_gazetteer(gazetteer, found.schema, needed=earlier is not None and earlier.header.gazetteer),
    )
    with _asking(settings, found, runs, ask_most) if ask else nullcontext() as asking:
        made = collect(
            runs, found.schema, found.stories, replace(wanted, ask=asking), lambda each: watched(each, len(runs)), tell
        )
    if target is not None:
        write_stories(target, *made)
    for story in made.stories if target is None else ():
        click.echo(json_line(story.model_dump(mode="json")))
    reports = sum(len(story.reports) for story in made.stories)
    many = sum(len(story.reports) > 1 for story in made.stories)
    tell(
        f"{counted(reports, 'report')} in {counted(len(runs), 'article')}: {many} {'story' if many == 1 else 'stories'} of "
        f"several, {len(made.stories) - many} of one{f'; written to {target}' if target else ''}"
    )
    click.get_current_context().exit(1 if asking and asking.unanswered else 0)


@contextmanager
def _asking(settings: dict[str, Any], task: Task[Any], runs: Runs, most: int) -> Iterator[Asking]:
    """Who asks a model about undecided pairs, for the time of the block."""
    from extract.engines.same import Asking
    from extract.engines.session import open_setup, whereto
    from extract.errors import UsageError
    from extract.tasks.task import SAME
    from extract.views.progress import Display

    def texts(wanted: Set[str]) -> dict[str, str]:
        read = (result for _, result in runs.results(task.schema) if result.article_id in wanted)
        return {result.article_id: result.text for result in read if result.text is not None}

    spec = replace(spec_of(settings), task=task.name, prompts=SAME)
    if spec.named_model == RULES:
        raise UsageError("--ask asks a model, and rules ask none: name another --model, or leave out --ask")
    tell(f"{whereto(spec)}{of_file()}")
    if spec.is_embedded:  # tried on undecided pairs of ninety articles: no better than chance, and stories became worse
        tell("warning: the embedded model is no judge of such pairs: name a strong --model")
    with (
        Display() as display,
        open_setup(spec, task=task, progress=display.step, warn=display.warn, told=display.answered) as setup,
    ):
        yield Asking(setup, texts, most, display.say, display.asked)
        if setup.budget and (said := setup.budget.line()):
            display.say(said)


def _target(out: Path | None, update: Path | None) -> Path | None:
    """The file to write; a stories file is replaced by --update alone."""
    from extract.errors import RunFileError, UsageError

    if out is None or (update is not None and out.exists() and out.samefile(update)):
        return update
    if out.suffix.lower() != ".jsonl":
        raise UsageError(f"{str(out)!r} should end in .jsonl: a stories file is JSON lines")
    if out.exists() and (not out.is_file() or out.stat().st_size):
        raise RunFileError(
            f"{str(out)!r} is there already, and is not replaced: bring it up to date with --update {out}, or write to "
            "another file with -o"
        )
    return out


def _paths(given: Iterable[Path], update: Path | None, known: Iterable[str]) -> list[Path]:
    """The runs of an earlier file, as it saw them, and new ones, each once."""
    from extract.errors import RunFileError, UsageError

    found: dict[Path, Path] = {}
    for name in known:
        path = (update.parent if update else Path()) / name
        if not path.exists():
            raise RunFileError(f"{str(update)!r} was made of the run {str(path)!r}, which is not there: put it back")
        found[path.resolve()] = path
    for path in given:
        found.setdefault(path.resolve(), path)
    if not found:
        raise UsageError("name at least one run: extract stories RUN.jsonl -o stories.jsonl")
    return list(found.values())


def _said(files: Iterable[Path], task: str) -> Iterator[Decision]:
    from extract.stories.decisions import load_decisions

    for file in files:
        yield from load_decisions(file, task)


def _decisions(same: Sequence[tuple[str, str]], apart: Sequence[tuple[str, str]], by: str) -> Iterator[Decision]:
    from datetime import UTC, datetime

    from extract.errors import UsageError
    from extract.stories.story import Decision

    if own := [one for one, other in (*same, *apart) if one == other]:
        raise UsageError(f"{own[0]!r} is one report: name two")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for pair in same:
        yield Decision(what="same", reports=list(pair), by=by, at=at)
    for pair in apart:
        yield Decision(what="apart", reports=list(pair), by=by, at=at)


def _gazetteer(wanted: bool | None, schema: type[BaseModel], *, needed: bool) -> Gazetteer | None:
    """The gazetteer: where it is asked for, or is installed and the task has places."""
    from extract.errors import UsageError
    from extract.places.columns import has_places
    from extract.places.gazetteer import open_gazetteer

    if wanted is False or not has_places(schema):
        return None
    try:
        return open_gazetteer(tell)
    except UsageError as error:
        if wanted or needed:
            raise
        tell(f"places by their names alone: {error}")
        return None
