"""Fields of a schema and walks over its records, on one that has nothing to do with attacks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from extract.records.marks import Apart, Compare, Evidence, Key, Silent, Verbatim
from extract.records.tree import bare_type, fields_of, path_of, rewritten, slots_of, values, verbatim_values
from extract.tasks.attack import schema

Name = Annotated[str, Verbatim(), Compare("name")]


class Amount(BaseModel):
    """A part."""

    words: Annotated[str, Verbatim(), Silent()]
    grams: int | None


class Ingredient(BaseModel):
    """A child record."""

    line: Annotated[str, Evidence()]
    name: Name
    brand: Name | None = None
    amount: Amount | None = None


class Recipe(BaseModel):
    """A record."""

    line: Annotated[str, Evidence()]
    tools: Annotated[list[str], Verbatim()] = []
    diet: Annotated[Literal["any", "vegan"], Apart()] = "any"
    serves: int | None = None
    tested: bool = False
    ingredients: list[Ingredient] = []


class Book(BaseModel):
    """The root."""

    recipes: list[Recipe] = []


SOUP = Recipe(
    line="Boil in a pot.",
    tools=["pot", "spoon"],
    serves=0,
    ingredients=[
        Ingredient(line="500 g flour", name="flour", amount=Amount(words="500 g", grams=500)),
        Ingredient(line="salt", name="salt", brand="Sel", amount=Amount(words="a pinch", grams=None)),
    ],
)


def test_marks_keep_their_order() -> None:
    assert fields_of(Ingredient)["name"].marks == (Verbatim(), Compare("name"))
    assert fields_of(Recipe)["serves"].marks == ()


def test_marks_inside_an_optional_type_count() -> None:
    assert fields_of(Ingredient)["brand"].marks == (Verbatim(), Compare("name"))
    assert fields_of(Ingredient)["brand"].verbatim


@pytest.mark.parametrize(
    ("model", "name", "verbatim"),
    [(Recipe, "line", True), (Recipe, "tools", True), (Recipe, "diet", False), (Amount, "grams", False)],
)
def test_evidence_and_verbatim_fields_are_substrings(model: type[BaseModel], name: str, verbatim: bool) -> None:
    assert fields_of(model)[name].verbatim is verbatim


def test_every_verbatim_field_of_the_codebook_is_marked() -> None:
    # The fields that the codebook marks *verbatim*, and evidence.
    expected: dict[type[BaseModel], set[str]] = {
        schema.Event: {"evidence", "date_text", "places"},
        schema.Weapon: {"evidence"},
        schema.Casualty: {"evidence", "place", "source"},
        schema.Damage: {"evidence", "object", "place"},
        schema.Quote: {"evidence", "speaker", "role", "text", "continued"},
        schema.Quantity: {"text"},
    }
    for model, names in expected.items():
        assert {name for name, field in fields_of(model).items() if field.verbatim} == names


def test_types_of_fields() -> None:
    assert bare_type(str | None) is str
    assert bare_type(int | str | None) == int | str
    fields = {**fields_of(Ingredient), **fields_of(Recipe)}
    assert {name: (fields[name].shape, fields[name].types) for name in ("ingredients", "tools", "amount", "diet")} == {
        "ingredients": ("records", (Ingredient,)),
        "tools": ("values", ()),
        "amount": ("part", (Amount,)),
        "diet": ("value", ()),
    }


def test_verbatim_values_name_their_owner() -> None:
    found = [
        (each.pointer, each.value, each.owner.pointer, each.field.evidence)
        for each in verbatim_values(Book(recipes=[SOUP]))
    ]
    first, second = "/recipes/0/ingredients/0", "/recipes/0/ingredients/1"
    assert found == [
        ("/recipes/0/line", "Boil in a pot.", "/recipes/0", True),
        ("/recipes/0/tools/0", "pot", "/recipes/0", False),
        ("/recipes/0/tools/1", "spoon", "/recipes/0", False),
        (f"{first}/line", "500 g flour", first, True),
        (f"{first}/name", "flour", first, False),
        (f"{first}/amount/words", "500 g", first, False),
        (f"{second}/line", "salt", second, True),
        (f"{second}/name", "salt", second, False),
        (f"{second}/brand", "Sel", second, False),
        (f"{second}/amount/words", "a pinch", second, False),
    ]


def test_values_are_all_but_null_ones() -> None:
    found = list(values(Book(recipes=[SOUP])))
    (serves,) = [each for each in found if each.field.name == "serves"]
    assert (serves.pointer, serves.owner.pointer, serves.owner.type) == ("/recipes/0/serves", "/recipes/0", "Recipe")
    assert (serves.name, serves.value) == ("serves", 0)
    assert ("/recipes/0/tested", False) in [(each.pointer, each.value) for each in found]
    assert [
        (each.pointer, each.name, each.value) for each in found if each.owner.pointer == "/recipes/0/ingredients/1"
    ] == [
        ("/recipes/0/ingredients/1/line", "line", "salt"),
        ("/recipes/0/ingredients/1/name", "name", "salt"),
        ("/recipes/0/ingredients/1/brand", "brand", "Sel"),
        ("/recipes/0/ingredients/1/amount/words", "amount.words", "a pinch"),
    ]
    assert {each.owner.type for each in found} == {"Recipe", "Ingredient"}


def test_walks_of_an_empty_tree_are_empty() -> None:
    assert list(verbatim_values(Book())) == []
    assert list(values(Book())) == []


def test_rewriting_copies() -> None:
    book = Book(recipes=[SOUP])
    pot, words = "/recipes/0/tools/0", "/recipes/0/ingredients/1/amount/words"
    new = rewritten(book, {pot: "pan", words: "much"})
    changed = {each.pointer: each.value for each in values(new)}
    assert changed == {each.pointer: each.value for each in values(book)} | {pot: "pan", words: "much"}
    assert book == Book(recipes=[SOUP])


def test_slots_are_the_fields_with_those_of_parts() -> None:
    assert [".".join(path_of(trail)) for trail in slots_of(Ingredient)] == [
        "line",
        "name",
        "brand",
        "amount.words",
        "amount.grams",
    ]


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[str | None, Verbatim("place"), Compare("name"), Field(max_length=9)],
        Annotated[Annotated[str, Verbatim("place")] | None, Field(max_length=9), Compare("name")],
        Annotated[str, Verbatim("place"), Compare("name")] | None,
        Annotated[list[Annotated[str, Verbatim("place")]], Compare("name")],
        tuple[Annotated[str, Field(max_length=9), Verbatim("place"), Compare("name")], ...],
    ],
)
def test_marks_count_wherever_they_stand(annotation: Any) -> None:
    field = fields_of(create_model("Model", field=(annotation, ...)))["field"]
    assert {type(mark) for mark in field.marks} == {Verbatim, Compare}
    assert (field.kind, field.verbatim, field.what, field.loose) == (str, True, ("place",), False)


@pytest.mark.parametrize(
    ("annotation", "loose"),
    [
        (str, True),
        (str | None, True),
        (list[str], True),
        (Annotated[str, Key()], True),
        (Annotated[str, Compare("name")], False),
        (Annotated[str, Silent()], False),
        (Literal["a"], False),
        (int, False),
    ],
)
def test_words_without_a_mark_are_looked_for(annotation: Any, loose: bool) -> None:
    field = fields_of(create_model("Model", field=(annotation, ...)))["field"]
    assert (field.loose, field.verbatim) == (loose, False)
