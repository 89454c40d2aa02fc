"""A story as a file keeps it: its reports, the figures that they give over time, where they differ, and what became of it.

A stories file is JSON lines: a header, then one line per story. It stands alone: what a report says, and where in its
article, is in it; the runs are needed only to bring it up to date.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from extract.errors import RunFileError
from extract.files.documents import first_fault, save_document
from extract.files.run_files import STORIES_FORMAT, is_stories_file
from extract.records.lines import lines_of, row_of
from extract.records.results import Count, is_day, json_line

DECISIONS_FORMAT: Final = "attested-decisions-1"
Day = Annotated[str, AfterValidator(is_day)]
BestRule = Literal["latest-official", "latest", "highest"]
"""Which figure is best: the latest of the most official source that gives a total (as UCDP does), the latest, the highest."""


class _Part(BaseModel):
    """Unknown keys, NaN and infinities are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Passage(_Part):
    """Words of an article, and where they stand; null where that is not known."""

    text: str
    start: Count | None = None
    end: Count | None = None


class Spot(_Part):
    """A place of a report; what a gazetteer knows of it, if one was asked."""

    words: str
    name: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: int | None = None


class Evidence(_Part):
    """What speaks for it that two reports tell of one thing, or against it, in bits."""

    about: str
    said: str
    weight: float


class Link(_Part):
    """How a report came into a story, or nearly did.

    Attributes:
        report: the other one.
        own: the report of this story that is compared with it; of a report's own link that report itself, and null.
        story: of the other, where it is another story.
        weight: all evidence together, in bits.
        by: who said so, where a person or a model did.
    """

    report: str
    own: str | None = None
    story: str | None = None
    weight: float
    evidence: list[Evidence] = []
    by: str | None = None


class Report(_Part):
    """What one article says of it.

    Attributes:
        id: ARTICLE#POINTER of its record.
        run: the run file that holds the article, as it was given.
        main: the article is about it.
        first, last: the days between which it lies, where they are known; `when` has the article's words.
        values: other fields of the record: {"kind": "air_strike", "attacker": "Russia"}.
        repeats: report whose text this one repeats; its figures are not counted again.
        because: the other report of the story that it has most in common with; null for a story of one.
    """

    id: str
    article_id: str
    pointer: str
    run: str
    source: str
    url: str | None = None
    headline: str | None = None
    published: Day | None = None
    main: bool = True
    when: str = ""
    first: Day | None = None
    last: Day | None = None
    places: list[Spot] = []
    values: dict[str, str] = {}
    evidence: Passage | None = None
    repeats: str | None = None
    because: Link | None = None


class Figure(_Part):
    """A number that a report gives.

    Attributes:
        report: its id.
        number: null for "dozens".
        bound: exact, at_least and so on; "" where the record does not say.
        words: the article's, with where they stand.
        source: who gives it; null is the article itself.
        rank: how official that is, 0 first.
        whole: it is a figure for all that the report counts; a sum of parts is none.
        part: the report tells of some places of the story alone.
    """

    report: str
    published: Day | None = None
    number: float | None
    bound: str = ""
    words: Passage
    source: str | None = None
    rank: Count = 0
    whole: bool = True
    part: bool = False


class Series(_Part):
    """The figures for one outcome, in order of time; without days of publication in order of the figure.

    Attributes:
        name: what is counted: "killed".
        low, best, high: null is not 0: nobody gives such a number.
        best_report: whose figure is best.
        rule: which was chosen and why, in words.
        repeated: figures of texts that repeat another, counted nowhere.
    """

    name: str
    figures: list[Figure]
    order: Literal["published", "number"]
    low: float | None = None
    best: float | None = None
    high: float | None = None
    best_report: str | None = None
    rule: str = ""
    repeated: list[Figure] = []

    @property
    def numbers(self) -> list[float]:
        """The numbers in order, one after another where they change; those for some places alone where there are no others."""
        found: list[float] = []
        wholes = [figure for figure in self.figures if not figure.part and figure.number is not None]
        for figure in wholes or self.figures:
            if figure.number is not None and (not found or found[-1] != figure.number):
                found.append(figure.number)
        return found


class Version(_Part):
    """One of the things that reports say of a field, and which say it."""

    value: str
    reports: list[str]


class Conflict(_Part):
    """A field of which reports say different things."""

    about: str
    said: list[Version]


class Change(_Part):
    """Something that happened to a story: `made`, reports `joined` or `left`, it was `merged` with others or `split`."""

    at: str
    what: Literal["made", "joined", "left", "merged", "split"]
    reports: list[str] = []
    stories: list[str] = []


class Story(_Part):
    """Reports of one thing.

    Attributes:
        id: stays when reports come and go.
        title: headline of its first report, or what that says.
        first, last: the days on which it was, as far as reports agree.
        dated: whether a day is known: without one, reports were joined by what their texts share, and that is less sure.
        figures: by outcome.
        conflicts: shown, not resolved.
        unsure: reports of other stories that nearly joined.
    """

    id: str
    title: str
    first: Day | None = None
    last: Day | None = None
    dated: bool = True
    reports: Annotated[list[Report], Field(min_length=1)]
    figures: list[Series] = []
    conflicts: list[Conflict] = []
    unsure: list[Link] = []
    history: list[Change] = []


class Decision(_Part):
    """What a person, or a model that was asked, said: reports are one, or the first is none with the others."""

    what: Literal["same", "apart"]
    reports: Annotated[list[str], Field(min_length=2)]
    by: str = ""
    at: str = ""
    why: str = ""


class DecisionFile(_Part):
    """A file of decisions."""

    format: Literal["attested-decisions-1"] = DECISIONS_FORMAT
    task: str
    by: str = ""
    decisions: list[Decision]


class RunOf(_Part):
    """A run that stories were made of: its path as seen from the stories file, and the digest of its signature."""

    path: str
    signature: str


class StoriesHeader(_Part):
    """First line of a stories file.

    Attributes:
        gazetteer: whether places were looked up; by names alone less is known to be apart.
        best: the rule for the best figure.
        weights: digest of the weights of evidence.
        decisions: what people said; kept by updates, and wins.
        gone: stories that are no more → the one that has their reports.
    """

    format: Literal["attested-stories-1"] = STORIES_FORMAT
    task: str
    runs: list[RunOf]
    made_at: str
    gazetteer: bool = False
    best: BestRule = "latest-official"
    weights: str = ""
    decisions: list[Decision] = []
    gone: dict[str, str] = {}


class StoryFile(NamedTuple):
    """A stories file, read."""

    header: StoriesHeader
    stories: list[Story]


def write_stories(path: Path, header: StoriesHeader, stories: Iterable[Story]) -> None:
    """Writes a stories file, whole or not at all.

    Raises:
        RunFileError: it cannot be written.
    """
    lines = (json_line(part.model_dump(mode="json")) for part in (header, *stories))
    save_document(path, (f"{line}\n" for line in lines), RunFileError)


def read_stories(path: Path) -> StoryFile:
    """Reads a stories file.

    Raises:
        RunFileError: it cannot be read, or is none.
    """
    if not is_stories_file(path):
        raise RunFileError(f"{str(path)!r} is not a stories file: `extract stories RUN -o FILE.jsonl` writes one")
    parts: list[Any] = []
    for line in lines_of(path):
        try:
            row = row_of(line.data + b"\n")
            parts.append((Story if parts else StoriesHeader).model_validate(row))
        except ValidationError as error:
            raise RunFileError(f"{path}:{line.number}: not a line of a stories file: {first_fault(error)}") from error
        except ValueError as error:
            raise RunFileError(f"{path}:{line.number}: {error}") from error
    return StoryFile(parts[0], parts[1:])
