"""What was sent in batches and what came back, found again by key: the tape that clients are answered from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from extract.batches.lines import Received, kept_line, read_kept, read_received, read_request
from extract.batches.state import Kept, Sent
from extract.errors import StoreError, counted
from extract.models.taped import Played, digest_of

_OFTEN = 3
"""Reasons that are told, the most frequent first."""


class Tape:
    """Answers of all batches that a document remembers; callable as `extract.models.taped.Tape`."""

    def __init__(self, kept: Kept) -> None:
        """Reads which requests are under way, and where answers lie; texts stay on disk.

        Raises:
            StoreError: a file is gone.
        """
        self._places: dict[str, tuple[Path, int, int]] = {}
        self._heard: dict[str, str] = {}  # key → the job that got the answer
        self._flying: set[str] = set()
        self._streams: dict[Path, IO[bytes]] = {}
        for batch in kept.state.batches:
            requests, answers = kept.files_of(batch.mark)
            if answers.exists():
                self._index(answers, batch.job)
            if not batch.ended:
                if not requests.exists():
                    raise StoreError(
                        f"{str(requests)!r} is gone, and with it what batch {batch.name!r} asks: put it back, or give the "
                        f"batch up with `extract batch forget {batch.name}`"
                    )
                self._flying |= sent_in(requests).keys()

    def __call__(self, key: str, digest: str) -> Played | None:
        """What was said to the request of this key, sent as these bytes."""
        place = self._places.get(key + digest)
        if place is None:
            return None
        path, start, size = place
        if path not in self._streams:
            self._streams[path] = path.open("rb")
        stream = self._streams[path]
        stream.seek(start)
        found = read_kept(stream.read(size))
        assert found is not None  # it was read before
        return found[2]

    def is_flying(self, key: str) -> bool:
        """Whether a request is in a batch whose answers are not here yet."""
        return key in self._flying

    def was_heard(self, key: str) -> bool:
        """Whether something was said to a request, however it was sent."""
        return key in self._heard

    def idle(self, job: str, asked: set[str]) -> int:
        """How many answers that a job got are to none of the questions asked."""
        return sum(name == job and key not in asked for key, name in self._heard.items())

    def close(self) -> None:
        """Closes the files."""
        while self._streams:
            self._streams.popitem()[1].close()

    def _index(self, path: Path, job: str) -> None:
        start = 0
        with path.open("rb") as stream:
            for line in stream:
                if found := read_kept(line):
                    key, digest, _ = found
                    self._places[key + digest] = path, start, len(line)
                    self._heard[key] = job
                start += len(line)


def sent_in(path: Path) -> dict[str, str]:
    """Key → digest of the requests in a file of ours; empty where there is none."""
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        return dict(map(read_request, stream))


class Owners:
    """Which batch an answer belongs to that somebody brings: to the one that has this very answer already, else to the
    last one that asks the question. What did not fit is asked under the same key in a later batch, and answers not that."""

    def __init__(self, kept: Kept) -> None:
        """Reads what every batch asks, and which answers it has."""
        self._asks: dict[str, Sent] = {}
        self._has: dict[tuple[str, str], Sent] = {}
        for batch in kept.state.batches:
            requests, answers = kept.files_of(batch.mark)
            self._asks |= dict.fromkeys(sent_in(requests), batch)
            if answers.exists():
                with answers.open("rb") as stream:
                    for key, _, played in filter(None, map(read_kept, stream)):
                        self._has[key, digest_of(played.body)] = batch

    def of(self, received: Received | None) -> Sent | None:
        """The batch, or None where none asked."""
        if received is None:
            return None
        return self._has.get((received.key, digest_of(received.body))) or self._asks.get(received.key)


@dataclass(slots=True)
class Taken:
    """What became of lines that a server sent.

    Attributes:
        answered: answers, and refusals of a request for what it is.
        unanswered: requests without one, which are lacking again.
        unknown: lines about requests that are not in the batch.
        double: lines about a request that has an answer already.
        broken: lines that cannot be read.
        models: that answers name.
        reasons: why requests have none.
    """

    answered: int = 0
    unanswered: int = 0
    unknown: int = 0
    double: int = 0
    broken: int = 0
    models: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def lines(self, asked: str) -> list[str]:
        """What to tell of it; `asked` is the model that was asked."""
        told = [f"{count} × {reason}" for reason, count in self.reasons.most_common(_OFTEN)]
        odd = {
            "what they answer is not in the batch": self.unknown,
            "a second answer to one request": self.double,
            "broken": self.broken,
        }
        told += [f"{counted(count, 'line')} left out: {what}" for what, count in odd.items() if count]
        told += [
            f"{counted(count, 'answer')} of model {model!r}, where {asked!r} was asked"
            for model, count in self.models.most_common(_OFTEN)
            if not _same_model(asked, model)
        ]
        return told


def _same_model(asked: str, named: str) -> bool:
    """Whether a server means the model that was asked: it may add a day, or leave a folder out."""
    asked, named = (name.rpartition("/")[2].lower() for name in (asked, named))
    return asked.startswith(named) or named.startswith(asked)


def take(batch: Sent, kept: Kept, lines: Iterable[bytes], day: str) -> Taken:
    """Keeps answers beside those of the batch that are here already; all of them or none.

    Args:
        batch: in which the requests were sent.
        kept: where its files are.
        lines: of the server's files.
        day: on which the server answered, ISO.
    """
    done = Taken()
    requests, answers = kept.files_of(batch.mark)
    sent = sent_in(requests)
    half = answers.with_name(f"{answers.name}.half")
    known: set[str] = set()
    with half.open("wb") as out:
        if answers.exists():
            with answers.open("rb") as before:
                for line in before:
                    if found := read_kept(line):
                        known.add(found[0])
                        out.write(line)
        for line in filter(bytes.strip, lines):
            received = read_received(line)
            if received is None:
                done.broken += 1
            elif received.key not in sent:
                done.unknown += 1
            elif received.key in known:
                done.double += 1
            elif received.final:
                out.write(kept_line(received, sent[received.key], day) + b"\n")
                known.add(received.key)
                done.models[received.model] += bool(received.model)
            else:
                done.reasons[received.why] += 1
    half.chmod(0o600)
    half.replace(answers)
    done.answered, done.unanswered = len(known), len(sent) - len(known)
    return done
