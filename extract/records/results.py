"""Results: what one article yielded, and the run file that keeps them.

A run file is JSON lines: a header with the signature of what made it, then one line per article, each flushed
as it is finished. An interrupted run keeps what it has; the last line of an article wins. This file is the
contract with `eval`, `view` and `export`.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, BinaryIO, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    model_serializer,
)

from extract.articles.sentences import Span
from extract.errors import RunFileError
from extract.files.run_files import RUN_FORMAT, is_export, is_run_file
from extract.records.corrections import Correction
from extract.records.lines import lines_of, named_faults, row_of
from extract.records.tree import record_lists, verbatim_values

_BLOCK = 1 << 16

_UNSAFE = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, overrides of direction and halves of characters: written as escapes, which mean the same in JSON."""

_LONGEST_HEADLINE = 200
_FEWEST_WORDS = 3
"""Fewer are the name of an agency, or a place."""
_HEADLINE = re.compile(r"(?:#+ +)?([^\r\n]*[^\s])[ \t]*((?:\r?\n[ \t]*)+)")

Status = Literal["complete", "partial", "failed"]
GroundingStatus = Literal["exact", "normalised", "absent"]
ProblemKind = Literal[
    "failed",
    "unanswered",
    "cut",
    "reasked",
    "dropped",
    "repaired",
    "absent",
    "chunked",
    "contradiction",
    "language",
    "set_aside",
    "unread",
    "duplicate",
]


Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=2**53)]
"""Counts beyond are no counts, and floats could not add them up."""


def is_day(text: str) -> str:
    """The text, if it is a day written as 2026-11-20; a ValueError otherwise."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no day") from error
    if day.isoformat() != text:  # other forms are read too: "2026W013"
        raise ValueError(f"{text[:40]!r} is no day written as 2026-11-20")
    return text


class Strict(BaseModel):
    """Base of the file's parts: unknown keys, NaN and infinities are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Grounding(Strict):
    """Where a verbatim value stands in the article: `text[start:end]`; both null when it is absent."""

    start: int | None = None
    end: int | None = None
    status: GroundingStatus

    @property
    def span(self) -> Span | None:
        """The same as one; None when it is absent."""
        return None if self.start is None or self.end is None else Span(self.start, self.end)


class Problem(Strict):
    """Something an analyst should know about a result.

    Attributes:
        kind: `failed` (no result at all), `unanswered` (a question without a valid answer), `cut` (an answer
            ran into the token limit), `reasked` (a first answer was not valid), `dropped` (a record that could
            not be kept), `repaired` (an answer whose JSON had to be mended), `absent` (a value not found in the
            article), `chunked` (the article was read in pieces), `contradiction` (a value that its own words deny, or
            that cannot be), `language` (the text is in one that the task's word lists do not know), `set_aside` (an item
            about a passage that no record could be made of, or that belongs to none), `unread` (there is no linguistic
            model for the text's language, so that any words could be chosen), `duplicate` (the text repeats an earlier
            article of the run).
        detail: one line.
        unit: which piece of the article.
        pointer: JSON pointer of the value it is about.
    """

    kind: ProblemKind
    detail: str
    unit: str = ""
    pointer: str = ""


class Spend(Strict):
    """What the answers cost, failed attempts included; `recorded_*` is what a replay would have cost live.

    Cached tokens are a part of those read, reasoning tokens of those written; `batched_*` are a part of those recorded, of
    answers from a provider's batch, and are not written where there are none.
    """

    requests: Count = 0
    attempts: Count = 0
    input_tokens: Count = 0
    output_tokens: Count = 0
    cached_input_tokens: Count = 0
    reasoning_tokens: Count = 0
    replayed: Count = 0
    recorded_input_tokens: Count = 0
    recorded_output_tokens: Count = 0
    recorded_cached_input_tokens: Count = 0
    batched_input_tokens: Count = 0
    batched_output_tokens: Count = 0
    batched_cached_input_tokens: Count = 0

    def __add__(self, other: Spend) -> Spend:
        return Spend(**{name: getattr(self, name) + getattr(other, name) for name in Spend.model_fields})

    @model_serializer(mode="wrap")
    def _written(self, writer: SerializerFunctionWrapHandler) -> dict[str, int]:
        fields: dict[str, int] = writer(self)
        return {name: count for name, count in fields.items() if count or not name.startswith("batched_")}


class Answered(Strict):
    """A question about an article that was answered.

    Attributes:
        prompt, unit: of the prompt file, and what it was asked about.
        start, end: where that stands in the text.
        key: of the recording that holds question and answer.
        said: a choice in its words; empty for records, which the result holds.
        share: how sure the model was of it among the legal choices, where it tells.
    """

    prompt: str
    unit: str
    start: Count
    end: Count
    key: str
    said: str = ""
    share: Share | None = None


class Repeated(Strict):
    """An earlier article of the run that this one repeats, and how much of both is the same (1: every word)."""

    article_id: str
    share: Share


class ArticleResult(Strict):
    """One article's line of a run file.

    Attributes:
        records: the task's records, in the codebook's label form; null when the article failed.
        grounding: JSON pointer of every verbatim value → where it stands.
        answers: what was asked and answered; none in older files.
        judged: JSON pointer of a leaf → how sure a model, or a rule, was of its verdict on it, 0…1; none in older files.
        confidence: JSON pointer of a leaf → 0…1, where a calibration for prompt set and model is there (`beliefs`).
        totals: JSON pointers of the records that add up, in lists marked `Totals`; none in older files.
        questions: how many were to be asked; 0 in older files.
        unanswered: of these, those without a whole and proper answer; at least, where the server was given up.
        url: the address that a page or row gives as its own, or that the article was found at.
        origin: digest of the address, or of the absolute path, behind `source`, which may be relative to any folder.
        pages: of a PDF, the number of each page and where it begins in the text; none in older files.
        duplicate_of: the earlier article of the run whose text this one repeats; also a problem of kind `duplicate`.
        corrections: what people corrected, in the order in which it was done; none in older files.
        text: the text the offsets refer to; run files of earlier versions have none where a file holds it.
        seconds: wall time of this article.
    """

    article_id: str
    source: str
    text_sha256: str | None = None
    published: Annotated[str, AfterValidator(is_day)] | None = None
    title: str | None = None
    url: str | None = None
    origin: str | None = None
    pages: list[tuple[Count, Count]] = []
    duplicate_of: Repeated | None = None
    status: Status
    records: SerializeAsAny[BaseModel] | None = None
    grounding: dict[str, Grounding] = {}
    answers: list[Answered] = []
    judged: dict[str, Share] = {}
    confidence: dict[str, Share] = {}
    totals: list[str] = []
    problems: list[Problem] = []
    corrections: list[Correction] = []
    questions: Count = 0
    unanswered: Count = 0
    usage: Spend = Spend()
    seconds: Annotated[float, Field(ge=0)] = 0.0
    text: str | None = None

    @property
    def headline(self) -> str | None:
        """The title, or else a first line of the text that looks like one: no sentence, and apart from what follows."""
        if self.title or not self.text:
            return self.title
        found = _HEADLINE.match(self.text.lstrip("\ufeff \t\r\n")[: 2 * _LONGEST_HEADLINE])
        if found is None or len(found[1]) >= _LONGEST_HEADLINE or found[1].endswith((".", ",", ";", ":")):
            return None
        is_apart = bool(self.pages) or bool(found[2].strip("\r\n \t") == "" and found[2].count("\n") > 1)
        return found[1] if is_apart and len(found[1].split()) >= _FEWEST_WORDS else None

    @property
    def counts(self) -> dict[str, int]:
        """How many records each list of the article has: {"events": 1, "quotes": 12}."""
        lists = () if self.records is None else record_lists(type(self.records))
        return {field.name: len(getattr(self.records, field.name) or ()) for field in lists}

    @property
    def attested(self) -> Counter[GroundingStatus]:
        """How the verbatim values were found; words that need not be in the text do not count, found or not."""
        pointers = (each.pointer for each in verbatim_values(self.records)) if self.records else ()
        return Counter(self.grounding[pointer].status for pointer in pointers if pointer in self.grounding)


class Signature(Strict):
    """What made a run; two runs with different signatures are not continued into one another."""

    task: str
    model: str
    prompts: str
    prompts_sha256: str
    schema_sha256: str
    sampling: dict[str, float | int | str]
    sample: int = 0

    @property
    def digest(self) -> str:
        """Sixteen hex digits that stand for all of it, for names of files."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class Header(Strict):
    """First line of a run file.

    Attributes:
        corrected: people corrected it since it was made, so that it is not continued, and scores are not the model's.
    """

    format: Literal["attested-run-1"] = RUN_FORMAT
    signature: Signature
    versions: dict[str, str] = {}
    started_at: str = ""
    corrected: bool = False


class Run(Strict):
    """A run file, read: its header and the last line of every article, in order of first appearance.

    Attributes:
        spent: US dollars for what was asked to make it, just now; 0 for a run that was read.
    """

    header: Header
    results: list[ArticleResult]
    path: str = ""
    spent: float = 0.0


def write_line(stream: IO[str], part: Header | ArticleResult) -> None:
    """Writes one line and flushes it, so that a killed run keeps what is finished."""
    stream.write(to_json(part) + "\n")
    stream.flush()


def to_json(part: Header | ArticleResult) -> str:
    """A part of a run as one line of JSON (`json_line`)."""
    return json_line(part.model_dump(mode="json"))


def json_line(value: object) -> str:
    """A value as one line of JSON, in which nothing is obeyed by a terminal or refused by UTF-8."""
    line = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", line)


def mend(path: Path) -> None:
    """Makes an interrupted run file ready for further lines.

    A half-written last line is cut off, or the next one would be glued to it; a finished one gets its line end.

    Raises:
        RunFileError: it cannot be read or written.
    """
    try:
        with path.open("r+b") as stream:
            start, last = _last_line(stream)
            if last.endswith(b"\n") or not last:
                return
            try:
                json.loads(last)
            except (ValueError, RecursionError):
                stream.truncate(start)
            else:
                stream.write(b"\n")
    except OSError as error:
        raise RunFileError(f"cannot continue run file {str(path)!r}: {error.strerror or error}") from error


def _last_line(stream: BinaryIO) -> tuple[int, bytes]:
    """Where the last line begins, and itself; what comes before is not read."""
    start = size = stream.seek(0, io.SEEK_END)
    while start:
        block = min(start, _BLOCK)
        start -= block
        stream.seek(start)
        end = stream.read(block).rfind(
            b"\n", 0, block - (start + block == size)
        )  # the line's own end is none before it
        if end >= 0:
            start += end + 1
            break
    stream.seek(start)
    return start, stream.read()


def read_header(path: Path | str) -> Header:
    """Reads the header of a run file, or of a run folder, which may be at an address.

    Raises:
        RunFileError: it is no header of a run.
    """
    no_run = f"{str(path)!r} is not a run file"
    if isinstance(path, Path) and is_export(path):
        raise RunFileError(
            f"{no_run} but an export of one, which is not read back: `extract run -o FILE.jsonl` writes run files"
        )
    for line in lines_of(path):
        try:
            if (row := row_of(line.data)) is not None:
                return Header.model_validate(row)
        except ValueError as error:
            raise RunFileError(f"{no_run}: its first line is no {RUN_FORMAT} header") from error
    cut = isinstance(path, Path) and is_run_file(path)
    raise RunFileError(f"{no_run}: it {'was cut off in its first line' if cut else 'holds no header of one'}")


def read_run(path: Path | str, schema: type[BaseModel]) -> Run:
    """Reads a run file, or a run folder.

    Args:
        path: the file or folder.
        schema: the task's record model.

    Raises:
        RunFileError: it cannot be read, or a line is not one of a run; a half-written last line is dropped.
    """
    header = read_header(path)
    last: dict[str, ArticleResult] = {}
    for line in islice(lines_of(path), 1, None):
        if (result := result_of(line.data, schema, f"{path}:{line.number}")) is not None:
            last[result.article_id] = result
    return Run(header=header, results=list(last.values()), path=str(path))


def result_of(line: bytes, schema: type[BaseModel], where: str) -> ArticleResult | None:
    """The article of a line; None for one that was half written.

    Args:
        where: what to call the line.

    Raises:
        RunFileError: it is no article's line, or has other records.
    """
    with named_faults(where):
        row = row_of(line)
        if row is None:
            return None
        records = row.get("records")
        parsed = None if records is None else schema.model_validate(records)
        return ArticleResult.model_validate({**row, "records": parsed})
