"""What is done with batches: submitted, collected, written to files and taken from files by hand.

The document is saved before and after everything that costs money, so that a command that is interrupted is gone on
with by the next one, and nothing is paid twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from extract.batches.filling import Limits
from extract.batches.going import Seen, first_lacking, go_over, spent_on
from extract.batches.jobs import note_manner, spec_of
from extract.batches.lines import read_received
from extract.batches.server import BatchServer, Remote
from extract.batches.state import BY_HAND, ENDED, FORGOTTEN, IMPORTED, NOT_SENT, Job, Kept, Sent
from extract.batches.tape import Owners, Taken, take
from extract.engines.session import open_setup
from extract.errors import ModelUnavailable, NotThere, RequestRefused, StoreError, UsageError, counted
from extract.models.client import Client
from extract.models.openai_client import InstructorClient

Say = Callable[[str], None]


class Work:
    """Works on the jobs of one document, which nobody else writes meanwhile."""

    def __init__(self, kept: Kept, folder: Path, say: Say) -> None:
        """Begins.

        Args:
            kept: the document.
            folder: the working folder.
            say: told, in one line, of what happens.
        """
        self._kept = kept
        self._folder = folder
        self._say = say

    def submit(self, job: Job, limits: Limits, *, probe: bool) -> Seen:
        """Sends what lacks an answer.

        Args:
            limits: of files and money.
            probe: whether one question is asked at once where it is not known yet what the server takes.

        Raises:
            ModelUnavailable, TransportError: the server did not take it; what it took is remembered.
            UsageError, PromptError, StoreError: as `go_over`.
        """
        with closing(BatchServer(spec_of(job))) as server:
            if probe and not job.probed:
                self._probe(job)
            seen = self._go_over(job, limits)
            self._send(job, server)
        return seen

    def collect(self, job: Job, limits: Limits, *, send: bool) -> Seen:
        """Fetches answers, records them, and sends what lacks one then.

        Nothing is sent after a batch that failed or was cancelled as a whole, until `submit` says so; where the provider
        only had no room for it, when another one has ended.

        Args:
            limits: of files and money.
            send: whether anything is.

        Raises:
            ModelUnavailable, TransportError: the server does not answer; what came is kept.
            UsageError, PromptError, StoreError: as `go_over`.
        """
        with ExitStack() as held:
            server = None
            if any(not batch.ended and batch.status != BY_HAND for batch in self._kept.state.of(job)):
                server = held.enter_context(closing(BatchServer(spec_of(job))))
                self._adopt(job, server)
                under_way = [batch for batch in self._kept.state.of(job) if batch.batch_id and not batch.ended]
                found = [self._fetch(batch, job, server) for batch in under_way]
                self._note_room(job, [remote for remote in found if remote])
            send = send and not job.held and not job.full
            seen = self._go_over(job, limits if send else None)
            if send and any(batch.status == NOT_SENT for batch in self._kept.state.of(job)):
                server = server or held.enter_context(closing(BatchServer(spec_of(job))))
                self._send(job, server)
        if job.held and seen.open:
            self._say(f"nothing is sent until `extract batch submit` says so: {job.held}")
        elif job.full and seen.open:
            self._say("the provider has no room for more: the rest is sent when something of it has ended")
        return seen

    def export(self, job: Job, limits: Limits, target: Path) -> tuple[Seen, list[Path]]:
        """Writes what lacks an answer to files that somebody takes to a provider by hand.

        Args:
            limits: of files and money.
            target: folder, made if it is not there.

        Raises:
            StoreError: it cannot be written.
            UsageError, PromptError: as `go_over`.
        """
        seen = self._go_over(job, limits, status=BY_HAND)
        written = []
        try:
            target.mkdir(parents=True, exist_ok=True)
            for batch in seen.batches:
                written.append(target / f"{batch.mark}.jsonl")
                shutil.copyfile(self._kept.requests_of(batch.mark), written[-1])
        except OSError as error:
            raise StoreError(
                f"cannot write to {str(target)!r}: {error.strerror or error}; the files are in {str(self._kept.folder)!r}"
            ) from error
        return seen, written

    def take_in(self, files: Sequence[Path]) -> Iterator[tuple[Job, Seen]]:
        """Takes answers from files, whichever batches they belong to, and records them.

        Yields:
            Each job that got some, and what was seen of it.

        Raises:
            UsageError: no answer is to a request that is remembered.
        """
        owner = Owners(self._kept)
        day = datetime.now(UTC).date().isoformat()
        found: dict[str, Sent] = {}
        lines = unknown = 0
        for line in _lines_of(files):
            received = read_received(line)
            lines += 1
            batch = owner.of(received)
            unknown += batch is None
            if batch:
                found[batch.mark] = batch
        if not found:
            raise UsageError(
                f"none of {counted(lines, 'line')} answers a request that {str(self._kept.path)!r} remembers: they are of "
                "another model, of other settings, or of another --state"
            )
        if unknown:
            self._say(f"{counted(unknown, 'line')} left out: broken, or an answer to what was not asked")
        for batch in found.values():
            mine = (line for line in _lines_of(files) if owner.of(read_received(line)) is batch)
            self._keep(batch, mine, day)
            if batch.status == BY_HAND:
                batch.status, batch.collected = IMPORTED, True
            self._kept.save()
        for name in dict.fromkeys(batch.job for batch in found.values()):
            if job := self._kept.state.job(name):
                yield job, self._go_over(job, None)

    def forget(self, names: Sequence[str]) -> None:
        """Gives batches up: what they hold lacks an answer again.

        Args:
            names: the server's, or ours.

        Raises:
            UsageError: there is none of that name that is under way.
        """
        for name in names:
            batch = next((each for each in self._kept.state.batches if name in (each.batch_id, each.mark)), None)
            if batch is None or batch.ended:
                raise UsageError(f"no batch {name!r} is under way: see `extract batch status`")
            batch.status, batch.collected = FORGOTTEN, True
            self._say(f"{batch.name} is forgotten; if it is at the server, it goes on there, and costs what it costs")
        self._kept.save()

    def refresh(self, job: Job) -> None:
        """Asks how a job's batches stand, and keeps nothing of it on disk."""
        under_way = [batch for batch in self._kept.state.of(job) if batch.batch_id and not batch.ended]
        if under_way:
            with closing(BatchServer(spec_of(job))) as server:
                for batch in under_way:
                    _note(batch, server.get(batch.batch_id))

    def _go_over(self, job: Job, limits: Limits | None, status: str | None = None) -> Seen:
        return go_over(job, self._kept, limits, folder=self._folder, warn=self._warn, status=status)

    def _warn(self, line: str) -> None:
        self._say(f"warning: {line}")

    def _probe(self, job: Job) -> None:
        """Asks the first question at once: a server that refuses something refuses it in every line of a batch."""
        request = first_lacking(job, self._kept, self._folder, self._warn)
        if request is None:
            return
        self._say("one question is asked at once, at the full price, to find out what the server takes (--no-probe)")
        asked: list[InstructorClient] = []

        def between(client: Client) -> Client:
            assert isinstance(client, InstructorClient)
            asked.append(client)
            return client

        with open_setup(spec_of(job), between=between, warn=self._warn) as setup:
            try:
                setup.client.complete(request)
            except RequestRefused as error:  # this one; others may fare better
                self._say(f"warning: {error}")
            note_manner(job, asked[0].manner)
            job.probed = True
            job.spent += setup.budget.spent if setup.budget else 0.0
            self._kept.save()

    def _send(self, job: Job, server: BatchServer) -> None:
        """Uploads and makes every batch of the job that is not sent yet."""
        self._adopt(job, server)
        for batch in self._kept.state.of(job):
            if batch.status != NOT_SENT:
                continue
            if not batch.file_id:
                batch.file_id = server.upload(self._kept.requests_of(batch.mark))
                self._kept.save()
            try:
                remote = server.create(batch.file_id, batch.mark)
            except (ModelUnavailable, RequestRefused):
                batch.file_id = ""  # it was not made, for sure; perhaps the file is gone
                self._kept.save()
                raise
            self._made(batch, remote, "submitted")

    def _adopt(self, job: Job, server: BatchServer) -> None:
        """Finds batches that were made while nobody could remember them."""
        for batch in self._kept.state.of(job):
            if batch.status == NOT_SENT and batch.file_id and (remote := server.find(batch.mark, batch.file_id)):
                self._made(batch, remote, "found at the server, submitted before")

    def _made(self, batch: Sent, remote: Remote, how: str) -> None:
        batch.batch_id = remote.batch_id
        _note(batch, remote)
        self._kept.save()
        most = f", at most about ${batch.most:.4f}" if batch.most else ""
        self._say(f"{batch.name} {how}: {counted(batch.requests, 'request')}, {batch.size / 1e6:.1f} MB{most}")

    def _note_room(self, job: Job, found: Sequence[Remote]) -> None:
        """Whether the provider takes more: what it had no room for goes there when something else has ended."""
        refused = next((remote for remote in found if remote.full), None)
        has_left = any(remote.status in ENDED and not remote.full for remote in found)
        is_waited_for = any(batch.batch_id and not batch.ended for batch in self._kept.state.of(job))
        job.full = is_waited_for and not has_left and (job.full or refused is not None)
        if refused and not has_left and not is_waited_for:
            job.held = (
                f"a file is more than the provider takes at once (--max-requests makes smaller ones): {refused.why}"
            )

    def _fetch(self, batch: Sent, job: Job, server: BatchServer) -> Remote | None:
        """Asks how a batch stands, and takes its answers if it has ended; None where the server has it no more, which
        holds no other batch up."""
        try:
            return self._fetched(batch, job, server)
        except NotThere as error:
            self._warn(f"{batch.name} cannot be collected; `extract batch forget {batch.name}` gives it up: {error}")
            return None

    def _fetched(self, batch: Sent, job: Job, server: BatchServer) -> Remote:
        remote = server.get(batch.batch_id)
        _note(batch, remote)
        if remote.status not in ENDED:
            self._say(f"{batch.name}: {remote.status}{_counts(remote)}")
            self._kept.save()
            return remote
        self._kept.make_folder()
        came = []
        for number, file_id in enumerate(filter(None, (remote.output_id, remote.error_id))):
            came.append(self._kept.folder / f"{batch.mark}.came{number}")
            server.download(file_id, came[-1])
        done = self._keep(batch, _lines_of(came), remote.day)
        if remote.done and not (done.answered or done.reasons):  # all of it would be paid for again
            self._warn(
                f"{batch.name}: {remote.status}{_counts(remote)}, but the server's files hold none of it yet; `extract batch "
                f"forget {batch.name}` gives it up"
            )
            self._kept.save()
            return remote
        batch.collected = True
        if remote.status in ("failed", "cancelled") and not remote.full:
            job.held = f"{batch.name} is {remote.status}{f': {remote.why}' if remote.why else ''}"
        self._kept.save()
        for file in came:
            file.unlink()
        spent = f", ${batch.spent:.4f}" if batch.spent else ""
        lost = f", {done.unanswered} without an answer" if done.unanswered else ""
        why = f": {remote.why}" if remote.why else ""
        self._say(f"{batch.name}: {remote.status}, {done.answered} of {batch.requests} answered{lost}{spent}{why}")
        return remote

    def _keep(self, batch: Sent, lines: Iterator[bytes], day: str) -> Taken:
        job = self._kept.state.job(batch.job)
        assert job is not None  # no job is ever taken out
        done = take(batch, self._kept, lines, day)
        batch.answered = done.answered
        batch.spent = spent_on(batch, job, self._kept)
        for line in done.lines(spec_of(job).named_model):
            self._say(f"{batch.name}: {line}")
        return done


def _note(batch: Sent, remote: Remote) -> None:
    batch.status, batch.why = remote.status, remote.why
    batch.output_id, batch.error_id = remote.output_id, remote.error_id
    batch.answered = remote.done or batch.answered


def _counts(remote: Remote) -> str:
    failed = f", {remote.failed} failed" if remote.failed else ""
    return f", {remote.done} of {remote.total} done{failed}" if remote.total else ""


def _lines_of(files: Sequence[Path]) -> Iterator[bytes]:
    for file in files:
        with file.open("rb") as stream:
            yield from filter(bytes.strip, stream)
