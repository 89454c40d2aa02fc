"""What is asked for: the codebook's records and vocabularies (version 1), and nothing else.

Editing this file changes prompts, request keys and scores. gold/attack/CODEBOOK.md is the contract; the marks come
from `extract.records.marks`. Order of fields is the order in which a model writes them: evidence first, so that a value is
justified before it is given. Label and run files are written in the same order.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from extract.records.marks import Apart, Compare, Day, Evidence, Judged, Key, NumberOf, Silent, Totals, Verbatim

EventKind = Literal["air_strike", "shelling", "bombing", "shooting", "stabbing", "ground_assault", "other"]
Context = Literal["main", "other"]
Bound = Literal["exact", "at_least", "at_most", "about"]
WeaponKind = Literal[
    "drone",
    "missile",
    "ballistic_missile",
    "cruise_missile",
    "hypersonic_missile",
    "glide_bomb",
    "aerial_bomb",
    "rocket",
    "artillery",
    "explosive_device",
    "vehicle",
    "firearm",
    "blade",
    "mixed",
    "other",
]
WeaponOutcome = Literal["used", "intercepted", "hit"]
CasualtyOutcome = Literal["killed", "injured", "hospitalised", "missing", "captured"]
Group = Literal[
    "people",
    "children",
    "women",
    "men",
    "civilians",
    "soldiers",
    "militants",
    "police",
    "rescuers",
    "staff",
    "other",
]
DamageKind = Literal[
    "residential",
    "education",
    "medical",
    "energy",
    "transport",
    "industrial",
    "commercial",
    "government",
    "military",
    "religious_cultural",
    "vehicle",
    "other",
]
Extent = Literal["destroyed", "damaged", "on_fire", "disrupted", "unspecified"]

NAMED_MISSILES = frozenset({"ballistic_missile", "cruise_missile", "hypersonic_missile"})

EvidenceText = Annotated[str, Evidence()]
Words = Annotated[str, Verbatim(), Compare("text")]
Place = Annotated[str, Verbatim("place"), Compare("name")]


class Record(BaseModel):
    """Base of everything in a record tree: unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Quantity(Record):
    """A number as the article words it. `value` is null for "dozens", "several", "many"."""

    text: Annotated[str, Verbatim("number", "person"), Silent()]
    value: Annotated[
        int | None,
        Compare("number", wording="text", vague=("bound", "about")),
        NumberOf("text", bound="bound", least=1),
    ]
    bound: Bound


class Weapon(Record):
    """One record per kind and outcome per event."""

    evidence: EvidenceText
    kind: Annotated[WeaponKind, Compare("equal", broader={"missile": NAMED_MISSILES}), Key()]
    quantity: Quantity | None = None
    outcome: Annotated[WeaponOutcome, Key()] = "used"


class Casualty(Record):
    """People whom an attack killed or hurt, one record per figure stated; no totals of a war, no zeros, no accidents."""

    evidence: EvidenceText
    outcome: CasualtyOutcome
    quantity: Quantity
    who: Group
    place: Annotated[Place | None, Field(description="Where these were, if not everywhere.")] = None
    source: Annotated[
        str | None,
        Verbatim("speaker", full=True),
        Compare("name"),
        Field(description="Who gives the figure."),
    ] = None


class Damage(Record):
    """A thing or service that an attack hit, one record each."""

    evidence: EvidenceText
    object: Annotated[Words, Field(description="The thing, without its number.")]
    kind: DamageKind
    extent: Extent
    quantity: Quantity | None = None
    place: Place | None = None


class Event(Record):
    """One armed attack: one side, one operation, one time window. No accident, no threat, no drill, no total of a war."""

    evidence: EvidenceText
    kind: Annotated[EventKind, Judged()]
    context: Annotated[
        Context, Apart(), Judged(), Field(description="main: what the article reports; other: an earlier attack.")
    ]
    attacker: Annotated[str | None, Compare("name"), Field(description="Name of the side that attacked.")] = None
    date_text: Annotated[str | None, Verbatim("time"), Compare("text"), Field(description="When it happened.")] = None
    date: Annotated[str | None, Apart(), Day("date_text"), Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = None
    places: Annotated[list[str], Verbatim("place"), Compare("name")] = []
    weapons: list[Weapon] = []
    casualties: Annotated[list[Casualty], Totals(by=("outcome",), whole={"who": "people", "place": None})] = []
    damage: list[Damage] = []


class Quote(Record):
    """Words inside quotation marks that the article attributes to a speaker."""

    evidence: EvidenceText
    speaker: Annotated[
        str,
        Verbatim("speaker", full=True),
        Compare("name"),
        Field(description="Name without title."),
    ]
    role: Annotated[
        str | None, Verbatim("title", full=True), Compare("text"), Field(description="Title or office.")
    ] = None
    text: Annotated[str, Verbatim("quotation"), Compare("text", join=("continued",))]
    continued: Annotated[list[str], Verbatim("quotation"), Silent()] = []


class Records(Record):
    """All records of one article."""

    events: list[Event] = []
    quotes: list[Quote] = []
