"""`extract batch …`: requests asked in a provider's batches, and their answers recorded."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extract.articles import MAX_CHARS
from extract.cli.settings import FILE, NewPath, of_file, run_options, spec_of, store_option, together
from extract.cli.telling import tell
from extract.spec import RunSpec

if TYPE_CHECKING:
    from extract.batches.filling import Limits
    from extract.batches.going import Seen
    from extract.batches.state import Job, Kept
    from extract.batches.working import Work


@click.group()
def batch() -> None:
    """Ask in a provider's batches: at half the price, within a day; a run then replays.

    The questions are those of `extract run`, and so are the answers once they are recorded: `extract run … --cache replay`
    has them. What is under way is remembered beside the store (--state).

    Exit code of `collect` and `import`: 1 while a question is without an answer; of the others: 1 if a question was left
    out; 2 if the command could not do its work.

    Example: extract batch collect
    """


state_option = click.option(
    "--state", type=NewPath("file"), help="JSON file that remembers batches; beside the store if not given."
)


_limit_options = together(
    click.option(
        "--max-requests", type=click.IntRange(1), default=50_000, show_default=True, help="In one file; OpenAI's limit."
    ),
    click.option(
        "--max-mb", type=click.FloatRange(0.001), default=200, show_default=True, help="Of one file; OpenAI's limit."
    ),
)
_input_options = together(
    click.argument("inputs", nargs=-1, required=True, metavar="INPUT…"),
    click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Publication day of articles without one."),
    click.option("--max-chars", type=click.IntRange(1), default=MAX_CHARS, show_default=True, help="Of a text."),
)
"""What `extract run` takes of articles."""


@batch.command()
@_input_options
@click.option("--dry-run", is_flag=True, help="Print requests, tokens and cost; send nothing.")
@click.option("--probe/--no-probe", default=True, help="First ask one question at once: what the server refuses shows.")
@state_option
@_limit_options
@run_options("auto")
def submit(
    inputs: tuple[str, ...],
    published: datetime | None,
    max_chars: int,
    dry_run: bool,
    probe: bool,
    state: Path | None,
    max_requests: int,
    max_mb: float,
    **settings: Any,
) -> None:
    """Send the questions about articles that have no answer yet, in as many batches as it takes.

    The options are those of `extract run`; --model is openai/NAME, or a name at --base-url, which has to have OpenAI's
    files and batches. What is in a batch already is not sent again. Some prompt sets ask in rounds, since later questions
    depend on answers: `extract batch collect` sends those.

    Example: extract batch submit articles/ --model openai/gpt-5-mini --max-cost 20
    """
    from extract.batches.jobs import articles_of
    from extract.engines.estimates import dry_run_of
    from extract.engines.session import whereto

    spec = spec_of(settings)
    tell(f"{whereto(spec, dry=dry_run)}{of_file()}")
    limits = _limits(spec, max_requests, max_mb)
    with _working(state, spec.store, dry=dry_run) as (work, kept):
        job = _begun(kept, inputs, spec, published, max_chars)
        if dry_run:
            click.echo(dry_run_of(spec, articles_of(job, Path.cwd()), batched=True))
            return
        seen = work.submit(job, limits, probe=probe)
    _told(seen, job, kept)
    if any(not each.ended for each in kept.state.of(job)):
        tell("`extract batch collect` fetches the answers; they come within 24 hours")
    click.get_current_context().exit(1 if seen.too_dear or seen.too_long or seen.refused else 0)


@batch.command()
@click.option("--submit/--no-submit", "send", default=True, help="Send what lacks an answer then.")
@click.option("--max-cost", type=click.FloatRange(0), metavar="USD", help="What a job may cost in all, from now on.")
@state_option
@_limit_options
@store_option
def collect(
    send: bool, max_cost: float | None, state: Path | None, max_requests: int, max_mb: float, store: Path | None
) -> None:
    """Fetch answers and record them; send anew what did not fit or was not answered, and what later rounds ask.

    An answer that does not fit is asked for once more, with the reason, as in a run. What a batch that expired left
    over is sent again; after one that failed or was cancelled nothing is, until `extract batch submit` says so.

    Example: extract batch collect
    """
    from extract.batches.jobs import spec_of as chosen
    from extract.engines.session import whereto
    from extract.errors import UsageError

    seen = []
    with _working(state, store) as (work, kept):
        under_way = {each.job for each in kept.state.batches if not each.ended}
        jobs = [job for job in kept.state.jobs if not job.whole or job.name in under_way]
        if not kept.state.jobs:
            raise UsageError(f"no batch is remembered in {str(kept.path)!r}: `extract batch submit` begins")
        for job in jobs:
            if max_cost is not None:
                job.settings = {**job.settings, "max_cost": max_cost}
            spec = chosen(job)
            tell(whereto(spec, dry=not send))
            seen.append(work.collect(job, _limits(spec, max_requests, max_mb), send=send))
            _told(seen[-1], job, kept)
        if not jobs:
            tell("every question of every job is answered")
    _leave(seen)


@batch.command()
@click.option("--offline", is_flag=True, help="What is remembered; ask no server.")
@click.option("--json", "as_json", is_flag=True, help="As JSON lines.")
@state_option
@store_option
def status(offline: bool, as_json: bool, state: Path | None, store: Path | None) -> None:
    """List the batches with how they stand, a line each; nothing is fetched and nothing sent.

    Example: extract batch status
    """
    from extract.errors import ModelError

    with _working(state, store, dry=True) as (work, kept):
        for job in kept.state.jobs:
            try:
                if not offline:
                    work.refresh(job)
            except ModelError as error:
                tell(f"warning: {error}")
            for each in kept.state.of(job):
                if as_json:
                    click.echo(json.dumps(each.model_dump(mode="json")))
                    continue
                cost = f"${each.spent:.4f}" if each.spent else f"at most ${each.most:.4f}" if each.most else "–"
                kind = each.status if each.ended or each.status != "completed" else "completed, to be collected"
                why = f"  {each.why}" if each.why else ""
                tell(f"{each.name}  {kind}  {each.answered}/{each.requests}  {cost}  {each.made}{why}", err=False)


@batch.command()
@_input_options
@click.option("-o", "--out", type=NewPath("folder"), required=True, help="Folder for the files.")
@state_option
@_limit_options
@run_options("auto")
def export(
    inputs: tuple[str, ...],
    published: datetime | None,
    max_chars: int,
    out: Path,
    state: Path | None,
    max_requests: int,
    max_mb: float,
    **settings: Any,
) -> None:
    """Write the questions that have no answer yet to batch files, for a provider that takes them by hand.

    Nothing is sent. `extract batch import` takes the answers; until then the questions count as asked.

    Example: extract batch export articles/ --model openai/gpt-5-mini -o to-send
    """
    spec = spec_of(settings)
    tell(f"the text is written to {out}, and sent nowhere{of_file()}")
    with _working(state, spec.store) as (work, kept):
        job = _begun(kept, inputs, spec, published, max_chars)
        seen, written = work.export(job, _limits(spec, max_requests, max_mb), out)
    for path in written:
        tell(str(path), err=False)
    _told(seen, job, kept)
    click.get_current_context().exit(1 if seen.too_dear or seen.too_long or seen.refused else 0)


@batch.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE…")
@state_option
@store_option
def import_(files: tuple[Path, ...], state: Path | None, store: Path | None) -> None:
    """Record the answers in FILES, output and error files of batches, together where there are several.

    `extract batch export` then writes what lacks an answer still: what did not fit, and later rounds.

    Example: extract batch import output.jsonl errors.jsonl
    """
    seen = []
    with _working(state, store) as (work, kept):
        for job, found in work.take_in(files):
            seen.append(found)
            _told(found, job, kept)
            if found.open:
                tell("`extract batch export`, or `submit`, asks them")
    _leave(seen)


@batch.command()
@click.argument("names", nargs=-1, required=True, metavar="BATCH…")
@state_option
@store_option
def forget(names: tuple[str, ...], state: Path | None, store: Path | None) -> None:
    """Give batches up that will never be answered, so that their questions are asked again.

    Example: extract batch forget batch_67a1
    """
    with _working(state, store) as (work, _):
        work.forget(names)


@contextmanager
def _working(state: Path | None, store: Path | None, *, dry: bool = False) -> Iterator[tuple[Work, Kept]]:
    """The document that is meant, and who works on it; `dry` for one that is not to be written."""
    from extract.batches.state import Kept, default_state, kept
    from extract.batches.working import Work
    from extract.store.working import default_folder

    path = state or default_state(store or default_folder())
    if dry:
        found = Kept(path)
        yield Work(found, Path.cwd(), tell), found
        return
    with kept(path) as found:
        yield Work(found, Path.cwd(), tell), found


def _begun(kept: Kept, inputs: Iterable[str], spec: RunSpec, published: datetime | None, max_chars: int) -> Job:
    from extract.batches.jobs import begin

    return begin(kept.state, inputs, spec, published.date() if published else None, max_chars, Path.cwd())


def _limits(spec: RunSpec, max_requests: int, max_mb: float) -> Limits:
    from extract.batches.filling import Limits
    from extract.errors import UsageError

    if not math.isfinite(max_mb):
        raise UsageError(f"--max-mb {max_mb}: it has to be a finite number")
    return Limits(max_requests, int(max_mb * 1_000_000), spec.max_cost)


def _told(seen: Seen, job: Job, kept: Kept) -> None:
    for line in seen.lines(job):
        tell(line)
    spent, under_way = kept.state.costs(job)
    if spent or under_way:
        more = f", and at most about ${under_way:.4f} for what is under way" if under_way else ""
        tell(f"cost: ${spent:.4f}{more}")


def _leave(seen: Iterable[Seen]) -> None:
    """Exits with 1 while a question is without an answer."""
    click.get_current_context().exit(1 if any(each.open or each.refused or each.too_long for each in seen) else 0)
