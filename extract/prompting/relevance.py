"""Whether an article reports a kind of record at all: one question about its beginning, before its passages are asked.

A small model that is asked for the records of a passage finds some, also in news of an accident or a vote: then every
passage makes up a few. Asked about the beginning of the article as a whole, with a worked example of either answer, it
tells the two apart. Asked about are kinds that some worked example has, and another one has none of.

The example that has the kind comes last, so that in doubt the answer is yes: what is wrongly left out is seen by nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from string import Template
from typing import Any

from pydantic import BaseModel

from extract.prompting.examples import WorkedExample
from extract.prompting.grammars import one_line
from extract.prompting.items import Kind, kinds_of
from extract.prompting.outline import gist, instructions
from extract.prompting.prompt_sets import Example, Prompt

RELEVANCE = "beginning, whether"
"""What is asked about: the beginning of an article, and one kind of record."""
BEGINNING = 1200
"""Characters of it: a headline and what news says first. With 400, more articles were taken for what they are not."""
MOST_TITLE = 300
"""Characters of a headline that stands beside the text: the text has to be read, too."""
_TASK = "You read the beginning of an article and say whether it reports what is asked about. Answer true or false."


def optional_kinds(schema: type[BaseModel], examples: Sequence[WorkedExample[Any]]) -> list[Kind]:
    """The kinds of record that an article may have none of, as the worked examples show.

    None of a list that holds several types, or of a type that stands in several lists: a question names a type, and what
    is then not asked for is a list.
    """
    own = [kind for kind in kinds_of(schema) if len(kind.path) == 1]
    lists, types = Counter(kind.path for kind in own), Counter(kind.model for kind in own)
    return [kind for kind in own if lists[kind.path] == types[kind.model] == 1 and _told_apart(kind, examples)]


def relevance_prompt(schema: type[BaseModel], examples: Sequence[WorkedExample[Any]], answer: str) -> Prompt | None:
    """The question whether an article reports a kind of record; None where there is no such kind.

    Args:
        schema: form of all records of a text.
        examples: of each kind the shortest one without it and the shortest one with it are shown.
        answer: the task's name for the form of the answer.
    """
    kinds = optional_kinds(schema, examples)
    if not kinds:
        return None
    system = "\n\n".join([_TASK, *(f"{kind.tag}: {instructions(kind.model)}" for kind in kinds)])
    shown = [
        Example(relevance_slots(kind, example.title, example.text), said)
        for kind in kinds
        for example, said in _told_apart(kind, examples)
    ]
    return Prompt("relevance", RELEVANCE, answer, 8, system, Template("Passage: $text\n$question"), tuple(shown))


def relevance_slots(kind: Kind, title: str | None, text: str) -> dict[str, str]:
    """What fills the placeholders of the question."""
    whole = text if not title or text.startswith(title) else f"{title[:MOST_TITLE]} {text}"
    begins = " ".join(one_line(whole).split())[:BEGINNING]
    return {"text": begins, "question": f"Does it report {gist(kind.model)}? true or false"}


def without(kinds: Sequence[Kind], unreported: Collection[Kind]) -> tuple[Kind, ...]:
    """The kinds but for some and those that they hold."""
    paths = {kind.path for kind in unreported}
    return tuple(kind for kind in kinds if kind.path[:1] not in paths)


def _told_apart(kind: Kind, examples: Sequence[WorkedExample[Any]]) -> list[tuple[WorkedExample[Any], str]]:
    """The shortest example without a kind of the article's own records and the shortest one with it, if there are both."""
    told: dict[str, WorkedExample[Any]] = {}
    for example in sorted(examples, key=lambda each: len(each.text)):
        told.setdefault("true" if getattr(example.records, kind.path[0]) else "false", example)
    return [(told[said], said) for said in ("false", "true")] if len(told) == 2 else []
