"""Peer: langextract with one worked example; what its extractions are as records is in `mapping`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast, get_args

from eval.peers.mapping import Found, as_records
from eval.peers.worker import Endpoint, Extract
from extract.articles import Article
from extract.tasks.attack.schema import (
    Bound,
    CasualtyOutcome,
    DamageKind,
    EventKind,
    Extent,
    Group,
    Records,
    WeaponKind,
    WeaponOutcome,
)

if TYPE_CHECKING:
    from langextract.core.data import ExampleData

WORKERS = 4
MAX_TOKENS = 1536
"""Per chunk of 1000 characters, langextract's default; it sets no limit by itself, and then runs away."""


def _listed(vocabulary: object) -> str:
    return ", ".join(get_args(vocabulary))


DESCRIPTION = f"""\
Extract armed attacks and quotations from news, in order of appearance. Use exact text from the article for \
extractions, names and wordings; do not paraphrase. Attributes are null for what the article does not say.

event: an armed attack that the article says happened; first the event, then what belongs to it. kind: \
{_listed(EventKind)}. context: main, or other for attacks only mentioned. attacker: the side. date_text: the wording \
of the time; date: YYYY-MM-DD. places: names of the places hit.
weapon: kind: {_listed(WeaponKind)}. outcome: {_listed(WeaponOutcome)}.
casualty: one for each figure. outcome: {_listed(CasualtyOutcome)}. who: {_listed(Group)}. source: who reports it. \
place: only if the figure is for one of several places.
damage: a thing hit. kind: {_listed(DamageKind)}. extent: {_listed(Extent)}.
quote: words inside quotation marks. speaker: name. role: description. continued: further parts of a broken quotation.
count_text is the wording of a number, count the number or null if vague, bound: {_listed(Bound)}."""

EXAMPLE_TEXT = (
    "An air strike on the port of Velmar early on Sunday killed at least three people and wounded dozens, regional"
    " governor Irena Tolvan said. Sarvia had sent 40 drones and two missiles; air defences shot down 14 drones. A"
    ' missile destroyed a school in the Old Town. "We heard the engines," said baker Tom Arel, "and then the windows'
    ' were gone." In March gunmen shot a police officer in Velmar.'
)
"""Made up; no place, person or attack of it exists."""

_NO_COUNT = {"count_text": None, "count": None, "bound": None}


def _count(text: str, count: int | None, bound: str) -> dict[str, object]:
    return {"count_text": text, "count": count, "bound": bound}


EXAMPLE: Sequence[tuple[str, str, dict[str, object]]] = (
    (
        "event",
        "An air strike on the port of Velmar",
        {
            "kind": "air_strike",
            "context": "main",
            "attacker": "Sarvia",
            "date_text": "early on Sunday",
            "date": None,
            "places": ["Velmar"],
        },
    ),
    (
        "casualty",
        "at least three people",
        {"outcome": "killed", **_count("at least three", 3, "at_least"), "who": "people", "place": None}
        | {"source": "Irena Tolvan"},
    ),
    (
        "casualty",
        "dozens",
        {"outcome": "injured", **_count("dozens", None, "about"), "who": "people", "place": None}
        | {"source": "Irena Tolvan"},
    ),
    ("weapon", "40 drones", {"kind": "drone", **_count("40", 40, "exact"), "outcome": "used"}),
    ("weapon", "two missiles", {"kind": "missile", **_count("two", 2, "exact"), "outcome": "used"}),
    ("weapon", "14 drones", {"kind": "drone", **_count("14", 14, "exact"), "outcome": "intercepted"}),
    ("damage", "a school", {"kind": "education", "extent": "destroyed", **_NO_COUNT, "place": "the Old Town"}),
    (
        "quote",
        "We heard the engines,",
        {"speaker": "Tom Arel", "role": "baker", "continued": ["and then the windows were gone."]},
    ),
    (
        "event",
        "gunmen shot",
        {
            "kind": "shooting",
            "context": "other",
            "attacker": None,
            "date_text": "In March",
            "date": None,
            "places": ["Velmar"],
        },
    ),
    (
        "casualty",
        "a police officer",
        {"outcome": "killed", **_count("a police officer", 1, "exact"), "who": "police", "place": None, "source": None},
    ),
)
"""Class, text and attributes, in order of appearance."""


def example() -> ExampleData:
    """The worked example as langextract takes it."""
    from langextract.core.data import ExampleData, Extraction

    # Its own type says text and lists of text; its schema takes numbers and null from an example too.
    listed = [Extraction(kind, text, attributes=cast("Any", attributes)) for kind, text, attributes in EXAMPLE]
    return ExampleData(text=EXAMPLE_TEXT, extractions=listed)


def open_langextract(endpoint: Endpoint) -> Extract:
    """Prepares langextract's OpenAI provider, which takes its schema from the example."""
    import langextract
    from langextract import factory

    config = factory.ModelConfig(
        model_id=endpoint.model,
        provider="openai",
        provider_kwargs={
            "api_key": endpoint.api_key,
            "base_url": endpoint.base_url,
            "temperature": 0.0,
            "seed": 0,
            "max_workers": WORKERS,
            "max_output_tokens": MAX_TOKENS,
        },
    )
    examples = [example()]
    ask = partial(
        langextract.extract,
        prompt_description=DESCRIPTION,
        examples=examples,
        model=factory.create_model(config, examples=examples, use_schema_constraints=True),
        use_schema_constraints=False,  # the model has them already
        max_workers=WORKERS,
        show_progress=False,
    )

    def extract(article: Article) -> Records:
        published = f"Published: {article.published.isoformat()}" if article.published else None
        found = ask(article.text, additional_context=published).extractions or []
        # As its README advises: what cannot be located is mostly copied from the example.
        return as_records(
            Found(one.extraction_class, one.extraction_text, one.attributes or {}) for one in found if one.char_interval
        )

    return extract
