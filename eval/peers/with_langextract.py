"""Peer: langextract with the task's worked examples as flat extractions (`flat`), read by `mapping`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

from eval.peers.flat import Found, as_extractions, kinds_of, values_of
from eval.peers.mapping import as_records
from eval.peers.worker import Endpoint, Extract
from extract.articles import Article
from extract.errors import TaskError
from extract.prompting.examples import WorkedExample
from extract.prompting.outline import outline
from extract.tasks.task import Task

if TYPE_CHECKING:
    from langextract.core.data import ExampleData

WORKERS = 4
MAX_TOKENS = 1536
"""Per chunk of 1000 characters, langextract's default; it sets no limit by itself, and then runs away."""

DESCRIPTION = """\
Extract records from news, in order of appearance. Use exact text from the article for extractions and for whatever is \
copied; do not paraphrase. Each type of record is a class: {classes}. The extraction is the record's evidence; its other \
fields are attributes, with the name of the field in front where they belong to one (quantity: quantity_text). Records \
that a record holds are no attribute of it but extractions of their own: first the record, then what belongs to it. \
Attributes are null for what the article does not say.

"""


def description(schema: type[BaseModel]) -> str:
    """The prompt for a schema."""
    classes = [kind.name for kind in kinds_of(schema) if any(values_of(kind.model))]
    return DESCRIPTION.format(classes=", ".join(classes)) + outline(schema)


def as_example(shown: WorkedExample[Any]) -> ExampleData:
    """A worked example as langextract takes it."""
    from langextract.core.data import ExampleData, Extraction

    # Its own type says text and lists of text; its schema takes numbers and null from an example too.
    extractions = [
        Extraction(one.kind, one.text, attributes=cast("Any", dict(one.attributes))) for one in as_extractions(shown)
    ]
    return ExampleData(text=shown.text, extractions=extractions)


def open_langextract(endpoint: Endpoint, task: Task[Any]) -> Extract:
    """Prepares langextract's OpenAI provider, which takes its schema from the examples.

    Raises:
        TaskError: there are none.
    """
    import langextract
    from langextract import factory

    if not task.examples:
        raise TaskError(f"task {task.name!r} has no worked example, and langextract needs one: write one in examples/")

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
    examples = [as_example(shown) for shown in task.examples]
    ask = partial(
        langextract.extract,
        prompt_description=description(task.schema),
        examples=examples,
        model=factory.create_model(config, examples=examples, use_schema_constraints=True),
        use_schema_constraints=False,  # the model has them already
        max_workers=WORKERS,
        show_progress=False,
    )

    def extract(article: Article) -> BaseModel:
        published = f"Published: {article.published.isoformat()}" if article.published else None
        found = ask(article.text, additional_context=published).extractions or []
        # As its README advises: what cannot be located is mostly copied from the example.
        located = [one for one in found if one.char_interval or one.extraction_text in article.text]
        flat = [Found(one.extraction_class, one.extraction_text, one.attributes or {}) for one in located]
        records: BaseModel = as_records(flat, task.schema)
        return records

    return extract
