"""What was sent in batches, as one document: written whole or not at all, and by one process at a time.

It holds no key and no text of an article; the files it names lie in a folder beside it and hold both requests and
answers, until they are recorded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from extract.errors import StoreError, UsageError
from extract.files.documents import load_document, save_document
from extract.files.locks import Lock

FORMAT: Literal["attested-batches-1"] = "attested-batches-1"

NOT_SENT = "prepared"
BY_HAND = "exported"
IMPORTED = "imported"
FORGOTTEN = "forgotten"
OURS = frozenset({NOT_SENT, BY_HAND, IMPORTED, FORGOTTEN})
"""What no server says of a batch."""
ENDED = frozenset({"completed", "failed", "expired", "cancelled", IMPORTED, FORGOTTEN})

_OURS = re.compile(r"attested-[0-9a-f]{16}\..*")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Sent(_Part):
    """A batch.

    Attributes:
        mark: our name for it: of its file, and in what the server knows about it.
        job: the articles and the model that it is about.
        requests: in it.
        size: of its file, bytes.
        made: when, ISO, UTC.
        most: US dollars that it can cost at most; None where no price is known.
        status: `prepared` (not sent yet), `exported` and `imported` (by hand), `forgotten`, else the server's word.
        file_id, batch_id, output_id, error_id: the server's names; empty where there are none yet.
        collected: its answers are here.
        answered: requests with an answer.
        spent: US dollars that these cost; None where no price is known.
        why: what the server says where something failed.
    """

    mark: str
    job: str
    requests: int
    size: int
    made: str
    most: float | None = None
    status: str = NOT_SENT
    file_id: str = ""
    batch_id: str = ""
    output_id: str = ""
    error_id: str = ""
    collected: bool = False
    answered: int = 0
    spent: float | None = None
    why: str = ""

    @property
    def ended(self) -> bool:
        """Whether no more answers come."""
        return self.status in ENDED and self.collected

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.batch_id or self.mark


class Job(_Part):
    """Articles, and how a model is asked about them.

    Attributes:
        name: a digest of the rest.
        folder: in which it was begun.
        inputs: files and folders, as they were named there.
        published: ISO day, or None.
        settings: of the run, without those of the machine.
        probed: it was found out what the server takes.
        left_out, asked_by: what it does not take (`models.asking.Manner`).
        spent: US dollars for what was not asked in a batch.
        held: why nothing is submitted until somebody says so, or "".
        full: the provider had no room for a batch beside those under way: more is sent when one of them has ended.
        whole: every question is answered, or refused.
    """

    name: str
    folder: str
    inputs: list[str]
    published: str | None = None
    max_chars: int
    settings: dict[str, str | int | float | bool | list[str] | None]
    probed: bool = False
    left_out: list[str] = []
    asked_by: Literal["json_schema", "tools", "json", "md_json"] | None = None
    spent: float = 0.0
    held: str = ""
    full: bool = False
    whole: bool = False


class State(_Part):
    """All batches that one document remembers."""

    format: Literal["attested-batches-1"] = FORMAT
    jobs: list[Job] = []
    batches: list[Sent] = []

    def job(self, name: str) -> Job | None:
        """The job of that name."""
        return next((job for job in self.jobs if job.name == name), None)

    def of(self, job: Job) -> list[Sent]:
        """The batches of a job, oldest first."""
        return [batch for batch in self.batches if batch.job == job.name]

    def costs(self, job: Job) -> tuple[float, float]:
        """US dollars that a job has cost, and what its batches under way can cost at most, as far as prices are known."""
        spent, under_way = job.spent, 0.0
        for batch in self.of(job):
            if batch.ended and batch.status != FORGOTTEN:
                spent += batch.spent or 0.0
            elif batch.status != FORGOTTEN or batch.batch_id:  # one that is at the server goes on there
                under_way += batch.most or 0.0
        return spent, under_way


def default_state(store: Path) -> Path:
    """Where the document lies if nobody says: beside the store."""
    store = store.absolute()
    return store.with_name(f"{store.name}-batches.json")


class Kept:
    """The document with its folder.

    Attributes:
        state: what it says; `save` after each change.
        folder: of the files.
    """

    def __init__(self, path: Path) -> None:
        """Reads it; one that is not there is empty.

        Raises:
            UsageError: the name is no JSON file's.
            StoreError: it cannot be read, or is something else.
        """
        if path.suffix != ".json":
            raise UsageError(f"--state {str(path)!r}: should end in .json")
        self.path = path
        self.folder = path.with_suffix("")
        self.state = State()
        if path.exists():
            self.state = load_document(path, State, "list of batches", StoreError, form=FORMAT)

    def save(self) -> None:
        """Writes it; StoreError where that cannot be done."""
        save_document(self.path, self.state, StoreError)

    def requests_of(self, mark: str) -> Path:
        """The file of a batch's requests."""
        return self.folder / f"{mark}.requests.jsonl"

    def answers_of(self, mark: str) -> Path:
        """The file of the answers that came."""
        return self.folder / f"{mark}.answers.jsonl"

    def make_folder(self) -> None:
        """Makes the folder, readable by its owner alone, and takes out what interrupted commands left there.

        Raises:
            StoreError: it cannot be made.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            known = {f.name for each in self.state.batches for f in self.files_of(each.mark)}
            for file in self.folder.iterdir():
                if _OURS.fullmatch(file.name) and file.name not in known:
                    file.unlink()
        except OSError as error:
            raise StoreError(f"cannot write to {str(self.folder)!r}: {error.strerror or error}") from error

    def files_of(self, mark: str) -> tuple[Path, Path]:
        """Both files of a batch, which need not be there."""
        return self.requests_of(mark), self.answers_of(mark)

    def drop_files(self) -> None:
        """Deletes texts once no job needs them any more: one may wait for what another has sent."""
        for batch in self.state.batches if all(job.whole for job in self.state.jobs) else ():
            for file in self.files_of(batch.mark) if batch.ended else ():
                file.unlink(missing_ok=True)


@contextmanager
def kept(path: Path) -> Iterator[Kept]:
    """The document for the time of the block, in which nobody else writes it.

    Raises:
        RunFileError: somebody else does.
        UsageError, StoreError: as `Kept`.
    """
    Kept(path)  # a name that is none is told before a folder is made for it
    os.makedirs(path.parent, exist_ok=True)
    lock = Lock(path)
    try:
        yield Kept(path)
    finally:
        lock.release()
