"""Corrections: what people say of the records of a run, and the file in which they say it.

The page writes such a file, `extract correct` reads it; a corrected run keeps them with every article. How they are put
into records is `correcting`, how the record is found again in another run `placing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from extract.records.tree import Value

CORRECTIONS_FORMAT: Final = "attested-corrections-1"
MOST_CORRECTIONS = 100_000
"""In one file."""

Action = Literal["edit", "confirm", "reject", "add", "remove"]
Offset = Annotated[int, Field(ge=0, le=2**53)]
Line = Annotated[str, Field(max_length=1_000)]


def _moment(at: str) -> str:
    """A time with its zone; kept as it is written."""
    if datetime.fromisoformat(at).tzinfo is None:
        raise ValueError("a time without its zone: end it in Z")
    return at


def _place(pointer: str) -> str:
    if pointer and not pointer.startswith("/"):
        raise ValueError("no JSON pointer: it begins with /")
    return pointer


class _Said(BaseModel):
    """Unknown keys, NaN and infinities are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Anchor(_Said):
    """How a record is found again in another run.

    Attributes:
        type: name of the record's type.
        start, end: where its evidence stands.
        says: field, seen from the record ("/quantity/value") → its value in the run that was corrected; tells records
            of one evidence apart. `extract correct` fills it in where it is empty.
    """

    type: Line
    start: Offset
    end: Offset
    says: dict[str, Any] = {}


class Correction(_Said):
    """One thing that somebody says of one place.

    Attributes:
        article_id, text_sha256: the article, and its text.
        action: `edit` (the value is another), `confirm` (value or record is right), `reject` (a value is wrong: null, or
            out of its list), `add` (a record or value more; the pointer ends in "/-"), `remove` (the record goes).
        pointer: the place, in the records of the run as it was opened.
        was: what was there.
        value: what is there now; null where the action says it all.
        start, end: where a verbatim value stands in the text, in Unicode code points.
        anchor: of the record, null for one without evidence.
        holder: of the record that holds it, for records that may have to be put in again; `extract correct` fills it in.
        at, by: when, and who.
        note: why, in their words.
        now: in a corrected run, the place in its records: for a value that left a list the list, null for what is gone.
    """

    article_id: str
    text_sha256: str
    action: Action
    pointer: Annotated[str, Field(max_length=10_000), AfterValidator(_place)]
    was: Any = None
    value: Any = None
    start: Offset | None = None
    end: Offset | None = None
    anchor: Anchor | None = None
    holder: Anchor | None = None
    at: Annotated[str, AfterValidator(_moment)]
    by: Line = ""
    note: Annotated[str, Field(max_length=10_000)] = ""
    now: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Correction:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end go together")
        return self

    @property
    def order(self) -> tuple[datetime, str]:
        """Later ones are greater; what was said at one time has an order, too, whatever the order of the file."""
        return datetime.fromisoformat(self.at), self.model_dump_json()

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two of them the same correction, once in a file and once in the run that it went into."""
        return (self.article_id, self.action, self.pointer, repr(self.value), self.start, self.end, self.at, self.by)


class Corrections(_Said):
    """A corrections file.

    Attributes:
        task: of the run.
        run: digest of the signature of the run that was corrected, if whoever wrote the file knew it.
        by: who, for corrections that do not say.
    """

    format: Literal["attested-corrections-1"] = CORRECTIONS_FORMAT
    task: str
    run: str = ""
    by: Line = ""
    corrections: Annotated[list[Correction], Field(max_length=MOST_CORRECTIONS)]


def words_about(corrections: Sequence[Correction], value: Value) -> list[Correction]:
    """What was said of a value of a corrected run, of itself or of what it belongs to, last things first."""
    return [each for each in reversed(corrections) if _is_about(each, value)]


def _is_about(correction: Correction, value: Value) -> bool:
    if correction.now is None:
        return False
    if correction.action == "confirm":  # a record is right when what it says itself is
        return correction.now in (value.pointer, value.owner.pointer, value.node.pointer)
    inside = value.pointer.startswith(f"{correction.now}/") and correction.action in ("edit", "add")
    return value.pointer == correction.now or inside
