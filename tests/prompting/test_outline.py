"""A schema in words: what a model reads of docstrings, descriptions, types and marks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import BaseModel, Field, create_model

from extract.prompting.outline import gist, instructions, outline
from extract.records.marks import Compare, Evidence, Verbatim
from extract.records.tree import choices_of, types_in


class Colour(Enum):
    """Of a thing."""

    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Part(BaseModel):
    """A part
    of a thing."""

    name: Annotated[str, Verbatim()]


class Thing(BaseModel):
    """A thing that is sold:
        whatever it is.

    In two paragraphs.
    """

    evidence: Annotated[str, Evidence()]
    parts: list[Part] = []
    inside: list[Thing] = []


class Things(BaseModel):
    things: list[Thing] = []
    lead: Part | None = None


class Said(BaseModel):
    kind: Literal["said"]


class Done(BaseModel):
    kind: Literal["done"]


def line(annotation: Any, default: Any = ...) -> str:
    """What is said of a field of this type."""
    return outline(create_model("Model", field=(annotation, default))).split("\n")[1].removeprefix("- field: ")


def test_types_come_outer_ones_first_each_once() -> None:
    assert [model.__name__ for model in types_in(Things)] == ["Things", "Thing", "Part"]


def test_a_record_type_is_a_paragraph_of_docstring_and_fields() -> None:
    assert outline(Things) == (
        "Things\n- things: a list; each Thing\n- lead: Part, or null\n\n"
        "Thing: A thing that is sold: whatever it is. In two paragraphs.\n"
        "- evidence: the shortest piece of the text that by itself supports the record, copied\n"
        "- parts: a list; each Part\n- inside: a list; each Thing\n\n"
        "Part: A part of a thing.\n- name: words, copied"
    )


def test_a_docstring_is_the_type_s_own() -> None:
    class Child(Part):
        pass

    assert (instructions(Part), instructions(Child), instructions(Things)) == ("A part of a thing.", "", "")


@pytest.mark.parametrize(
    ("docstring", "said"),
    [
        ("One armed attack: one side, one operation. No accident.", "one armed attack"),
        ("EU law (of any kind).", "EU law"),
        ("An act", "an act"),
        ("A visit", "a visit"),
        ("", "a Record"),
        (None, "a Record"),
    ],
)
def test_the_gist_of_a_docstring_goes_on_a_sentence(docstring: str | None, said: str) -> None:
    assert gist(create_model("Record", __doc__=docstring)) == said


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (str, "words"),
        (int, "a whole number"),
        (float, "a number"),
        (Decimal, "a number"),
        (bool, "true or false"),
        (date, "a day, YYYY-MM-DD"),
        (datetime, "a time, YYYY-MM-DDThh:mm:ss"),
        (int | None, "a whole number, or null"),
        (Optional[int], "a whole number, or null"),  # noqa: UP045
        (int | str, "a whole number or words"),
        (int | str | None, "a whole number or words, or null"),
        (list[int], "a list; each a whole number"),
        (list[str] | None, "a list; each words, or null"),
        (list[Said | Done], "a list; each Said or Done"),
        (list[Annotated[Said | Done, Field(discriminator="kind")]], "a list; each Said or Done"),
        (Colour, "one of red, blue"),
        (Size | None, "one of 1, 2, or null"),
        (Literal["a", "b"], "one of a, b"),
        (Literal["a", "b", None], "one of a, b, or null"),
        (Literal["said"], "always said"),
        (Literal[True, False], "one of true, false"),
        (Any, "a value"),
    ],
)
def test_a_type_in_words(annotation: Any, said: str) -> None:
    assert line(annotation) == said


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (Annotated[str, Verbatim()], "words, copied"),
        (Annotated[str | None, Verbatim(), Compare("name")], "words, copied, or null"),
        (Annotated[str, Verbatim()] | None, "words, copied, or null"),
        (Annotated[list[str], Verbatim()], "a list; each words, copied"),
        (
            Annotated[str | None, Evidence()],
            "the shortest piece of the text that by itself supports the record, copied, or null",
        ),
        (Annotated[str, Evidence(), Field(description="its sentence")], "its sentence, copied"),
        (Annotated[int, Field(description="how\n  many")], "a whole number. how many"),
    ],
)
def test_marks_and_descriptions_in_words(annotation: Any, said: str) -> None:
    assert line(annotation) == said


def test_a_vocabulary_is_closed_words_without_null() -> None:
    assert choices_of(Colour) == ("red", "blue")
    assert choices_of(Literal["a", None]) == ("a",)
    assert choices_of(str) == choices_of(list[Colour]) == ()
