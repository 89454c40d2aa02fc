"""Going over a job's articles: answers that are here are recorded, and what lacks one is put into files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from extract.batches.filling import Filling, Limits
from extract.batches.jobs import articles_of, manner_of, note_manner, pin, run_command, spec_of
from extract.batches.lines import read_kept
from extract.batches.looking import Look, look_at, rounds_of
from extract.batches.state import Job, Kept, Sent
from extract.batches.tape import Tape
from extract.engines.session import open_setup
from extract.engines.setup import Setup
from extract.errors import counted
from extract.models.attempts import read_answer
from extract.models.budget import CHARS_PER_TOKEN, Budget
from extract.models.client import Client, Request
from extract.models.openai_client import InstructorClient
from extract.models.prices import load_prices
from extract.models.taped import TapedClient

Warn = Callable[[str], None]
_OFTEN = 3


@dataclass(slots=True)
class Seen:
    """What was seen of a job.

    Attributes:
        articles, finished: all, and those without an open question.
        recorded, attempts: answers that were recorded now, and the tries that they took.
        unrecorded: answers that the store did not take.
        flying: questions in batches whose answers are not here yet.
        asked, again: questions put into files now; those of them whose answer did not fit.
        not_sent: questions that were to be put into none.
        too_long, too_dear: questions left out for their length and for --max-cost.
        refused: why questions are not answered, ever.
        unreadable: articles with nothing to ask about.
        stage, rounds: how many rounds of questions were begun, and how many there can be.
        idle: answers to questions that are asked no more.
        batches: files made now.
    """

    articles: int = 0
    finished: int = 0
    recorded: int = 0
    attempts: int = 0
    unrecorded: int = 0
    flying: int = 0
    asked: int = 0
    again: int = 0
    not_sent: int = 0
    too_long: int = 0
    too_dear: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    stage: int = 1
    rounds: int = 1
    idle: int = 0
    batches: list[Sent] = field(default_factory=list)

    @property
    def open(self) -> int:
        """Questions that can still be answered."""
        return self.flying + self.asked + self.not_sent + self.too_dear + self.unrecorded

    def lines(self, job: Job) -> list[str]:
        """What to tell of it."""
        told = []
        if self.recorded:
            tries = f" ({self.attempts} with those that did not fit)" if self.attempts > self.recorded else ""
            told.append(f"{counted(self.recorded, 'answer')} recorded{tries}")
        if self.open:
            what = {
                "answered in no batch yet": self.flying,
                "answered, but not recorded (the warning says why; the answers are kept)": self.unrecorded,
                "asked now": self.asked,
                "of these once more, because the answer did not fit": self.again,
                "not asked": self.not_sent,
                "left out for --max-cost": self.too_dear,
            }
            counts = ", ".join(f"{count} {words}" for words, count in what.items() if count)
            told.append(
                f"round {self.stage} of at most {self.rounds}: {self.finished} of {counted(self.articles, 'article')} "
                f"finished; questions: {counts}"
            )
            if self.stage < self.rounds:
                told.append("what is asked in a later round depends on these answers")
        elif not self.too_long:
            told.append(f"every question is answered: {run_command(job)}")
        told += [f"{count} × refused: {why}" for why, count in self.refused.most_common(_OFTEN)]
        if self.too_long:
            told.append(f"{counted(self.too_long, 'question')} longer than a file may be")
        if self.idle:
            told.append(
                f"{counted(self.idle, 'answer')} of no use: to questions that are asked no more, because articles or prompts "
                "were changed after `submit`"
            )
        if self.unreadable:
            told.append(f"{counted(self.unreadable, 'article')} cannot be read; a run says why")
        return told


def go_over(
    job: Job, kept: Kept, limits: Limits | None, *, folder: Path, warn: Warn, status: str | None = None
) -> Seen:
    """Records what is answered, and puts what lacks an answer into files, which the document then names.

    Args:
        job: whose articles.
        kept: the document.
        limits: of files and money; None where nothing is to be put into files.
        folder: the working folder.
        warn: told of what does not stop the work.
        status: of the batches that are made.

    Raises:
        UsageError: no price is known, and the cost is limited.
        ModelUnavailable, PromptError, StoreError: as a run.
    """
    seen = Seen()
    with opened(job, kept, warn) as (setup, tape):
        seen.rounds = rounds_of(setup.prompts)
        added: set[str] = set()
        asked: set[str] = set()
        # Once it is known what the server calls the model, for so is its price listed.
        with closing(Filling(kept, job, _left(job, kept, limits or Limits()), batch_price(job))) as filling:
            for article in articles_of(job, folder):
                look = look_at(article, setup)
                _count(seen, look)
                asked.update(look.keys)
                for request, body in look.lacking:
                    _sort(seen, request, body, tape, added, filling if limits else None)
            seen.batches = filling.done()
        seen.idle = tape.idle(job.name, asked)
        seen.too_long, seen.too_dear = filling.too_long, filling.too_dear
    for batch in seen.batches:
        batch.status = status or batch.status
    kept.state.batches += seen.batches
    job.whole = not seen.open
    kept.save()
    kept.drop_files()
    return seen


@contextmanager
def opened(job: Job, kept: Kept, warn: Warn) -> Iterator[tuple[Setup, Tape]]:
    """The job's setup, whose client is answered by what came back from batches."""
    kept.make_folder()
    tape = Tape(kept)
    found: list[TapedClient] = []

    def between(client: Client) -> Client:
        assert isinstance(client, InstructorClient)
        found.append(TapedClient(client, tape, manner_of(job)))
        return found[-1]

    try:
        # What was said once would be said again: a tape is not tried twice. What it costs is counted by batch.
        spec = replace(spec_of(job), retries=0, max_cost=None)
        with open_setup(spec, between=between, warn=warn) as setup:
            pin(job, setup.model)
            yield setup, tape
            note_manner(job, found[0].manner)
    finally:
        tape.close()


def _count(seen: Seen, look: Look) -> None:
    seen.articles += 1
    seen.finished += not look.lacking
    seen.recorded += look.recorded
    seen.attempts += look.attempts
    seen.unrecorded += look.unrecorded
    seen.refused.update(look.refused)
    seen.unreadable += bool(look.unreadable)
    seen.stage = max(seen.stage, look.stage)


def _sort(seen: Seen, request: Request, body: bytes, tape: Tape, added: set[str], filling: Filling | None) -> None:
    """Counts a request that lacks an answer, and puts it into a file unless it is in one."""
    if tape.is_flying(request.key):
        seen.flying += 1
    elif request.key in added:
        return
    elif filling is None:
        seen.not_sent += 1
    else:
        added.add(request.key)
        if filling.add(request.key, body, request.sampling.max_tokens):
            seen.asked += 1
            seen.again += tape.was_heard(request.key)


def _left(job: Job, kept: Kept, limits: Limits) -> Limits:
    """The limits with what is left to spend: less what was spent, and what batches under way can cost at most."""
    if limits.cost is None:
        return limits
    return replace(limits, cost=max(0.0, limits.cost - sum(kept.state.costs(job))))


def batch_price(job: Job) -> Callable[[float, float], float | None]:
    """What tokens of a job's batches cost: given those read and those written.

    Raises:
        UsageError: nobody knows, and the cost is limited.
    """
    spec = spec_of(job)
    model = spec.model_id or spec.named_model
    prices = load_prices(spec.prices)
    Budget(model, prices, spec.max_cost)
    return lambda read, written: prices.cost(model, round(read), round(written), batched=True)


def spent_on(batch: Sent, job: Job, kept: Kept) -> float | None:
    """US dollars that a batch's answers cost; tokens that the server does not tell are estimated from characters."""
    price = batch_price(job)
    path = kept.answers_of(batch.mark)
    if price(1, 1) is None:
        return None
    usual = batch.size / max(1, batch.requests) / CHARS_PER_TOKEN
    cost = 0.0
    with path.open("rb") as stream:
        for found in filter(None, map(read_kept, stream)):
            played = found[2]
            if played.status < 300:
                attempt = read_answer(played.body.decode())
                usage = attempt.usage
                cost += (
                    price(usage.input_tokens or usual, usage.output_tokens or len(attempt.text) / CHARS_PER_TOKEN)
                    or 0.0
                )
    return cost


def first_lacking(job: Job, kept: Kept, folder: Path, warn: Warn) -> Request | None:
    """The first question that lacks an answer and is under way in no batch."""
    with opened(job, kept, warn) as (setup, tape):
        for article in articles_of(job, folder):
            for request, _ in look_at(article, setup).lacking:
                if not tape.is_flying(request.key):
                    return request
    return None
