"""Marks on fields and the walks over record trees, on a schema that has nothing to do with attacks."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel

from extract.records.marks import (
    Apart,
    Compare,
    Evidence,
    RecordValue,
    Silent,
    Verbatim,
    bare_type,
    is_verbatim,
    item_model,
    marks,
    part_model,
    record_values,
    verbatim_values,
)
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
    assert marks(Ingredient.model_fields["name"]) == (Verbatim(), Compare("name"))
    assert marks(Recipe.model_fields["serves"]) == ()


def test_marks_inside_an_optional_type_count() -> None:
    assert marks(Ingredient.model_fields["brand"]) == (Verbatim(), Compare("name"))
    assert is_verbatim(Ingredient.model_fields["brand"])


@pytest.mark.parametrize(
    ("model", "name", "verbatim"),
    [(Recipe, "line", True), (Recipe, "tools", True), (Recipe, "diet", False), (Amount, "grams", False)],
)
def test_evidence_and_verbatim_fields_are_substrings(model: type[BaseModel], name: str, verbatim: bool) -> None:
    assert is_verbatim(model.model_fields[name]) is verbatim


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
        assert {name for name, info in model.model_fields.items() if is_verbatim(info)} == names


def test_types_of_fields() -> None:
    assert bare_type(str | None) is str
    assert bare_type(int | str | None) == int | str | None
    assert item_model(Recipe.model_fields["ingredients"]) is Ingredient
    assert item_model(Recipe.model_fields["tools"]) is None
    assert item_model(Ingredient.model_fields["amount"]) is None
    assert part_model(Ingredient.model_fields["amount"]) is Amount
    assert part_model(Recipe.model_fields["ingredients"]) is None


def test_a_mark_with_a_mapping_can_be_hashed() -> None:
    broader = Compare("equal", broader={"fruit": frozenset({"apple"})})
    assert len({broader, Compare("name")}) == 2


def test_verbatim_values_name_their_owner() -> None:
    found = [
        (value.pointer, value.text, value.owner, value.is_evidence) for value in verbatim_values(Book(recipes=[SOUP]))
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


def test_record_values_are_all_values_but_null_ones() -> None:
    found = list(record_values(Book(recipes=[SOUP])))
    assert RecordValue("/recipes/0/serves", "/recipes/0", "Recipe", "serves", 0) in found
    assert RecordValue("/recipes/0/tested", "/recipes/0", "Recipe", "tested", False) in found
    assert [
        (value.pointer, value.field, value.value) for value in found if value.owner == "/recipes/0/ingredients/1"
    ] == [
        ("/recipes/0/ingredients/1/line", "line", "salt"),
        ("/recipes/0/ingredients/1/name", "name", "salt"),
        ("/recipes/0/ingredients/1/brand", "brand", "Sel"),
        ("/recipes/0/ingredients/1/amount/words", "amount.words", "a pinch"),
    ]
    assert {value.record for value in found} == {"Recipe", "Ingredient"}


def test_walks_of_an_empty_tree_are_empty() -> None:
    assert list(verbatim_values(Book())) == []
    assert list(record_values(Book())) == []
