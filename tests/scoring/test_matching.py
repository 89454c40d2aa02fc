"""Comparators, hand-calculated from the codebook's table of leaves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.scoring.demonyms import TABLE, load_demonyms
from eval.scoring.matching import (
    NumberKey,
    Outcome,
    match_equal,
    match_name,
    match_number,
    match_text,
    name_key,
    text_key,
)
from extract.errors import GoldError
from extract.records.folding import fold
from extract.tasks.attack.schema import NAMED_MISSILES


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The U.S. Army", ("us", "army")),  # full stops deleted, article dropped
        ("Ukraine\u2019s State Emergency Service", ("ukraine", "state", "emergency", "service")),
        ("Ukraine's", ("ukraine",)),
        ("the U.S.'s", ("us",)),
        ("soldiers\u2019 homes", ("soldiers", "homes")),
        ("this 'so-called' aid", ("this", "so", "called", "aid")),
        ("Zelenskyy, Volodymyr (pr.)", ("zelenskyy", "volodymyr", "pr")),
        ("Türkiye", ("turkiye",)),  # NFKD, combining marks dropped
        ("Straße", ("strasse",)),  # case-folded, not just lower-cased
        ("\ufb01ve\u00a0homes", ("five", "homes")),  # ligature and no-break space are compatibility forms
        ("1,300 drones \u2014 \u201ca record\u201d", ("1", "300", "drones", "record")),
        ("$5m + 10 %", ("5m", "10")),
        ("the a an", ()),
        ("", ()),
    ],
)
def test_fold(text: str, tokens: tuple[str, ...]) -> None:
    assert fold(text) == tokens


@pytest.mark.parametrize(
    ("gold", "predicted", "outcome"),
    [
        ("Russia", "Russian", "COR"),
        ("Russia", "Moscow", "COR"),
        ("Russia", "the Russians", "COR"),
        ("Russia", "Russian forces", "PAR"),
        ("Russian forces", "Russia", "PAR"),
        ("Ukraine", "Kyiv", "INC"),  # no capital but Moscow is mapped
        ("Ukraine", "Russia", "INC"),
        ("Kyiv region", "Kyiv", "PAR"),
        ("Kyiv region", "Lviv region", "INC"),
        ("Oleksandr Khilko", "Khilko", "PAR"),
        ("South Korea", "South Korean", "COR"),
        ("Saudi Arabia", "Saudi", "COR"),
        ("United Kingdom", "British", "COR"),
        ("United States", "U.S.", "COR"),
        ("the", "Kyiv", "INC"),  # an empty set of tokens is a subset of all, but no near miss
        ("Kyiv", "...", "INC"),
    ],
)
def test_names(gold: str, predicted: str, outcome: Outcome) -> None:
    assert match_name(name_key(gold), name_key(predicted)) == outcome
    assert match_name(name_key(predicted), name_key(gold)) == outcome


@pytest.mark.parametrize(
    ("gold", "predicted", "outcome"),
    [
        ("one two three four five six seven eight nine ten", "ten nine eight seven six five four three two one", "COR"),
        # 9 of 10 on both sides: F1 = 18/20, exactly 0.9
        ("one two three four five six seven eight nine ten", "one two three four five six seven eight nine X", "COR"),
        # 9 shared of 10 and 11: F1 = 18/21 = 0.857
        ("one two three four five six seven eight nine ten", "one two three four five six seven eight nine X Y", "PAR"),
        ("apartment building", "building", "PAR"),  # 2/3
        ("one two three", "one", "PAR"),  # 2/4, exactly 0.5
        ("one two three four", "one", "INC"),  # 2/5
        ("two two", "two", "PAR"),  # multisets: 2/3
        ("two two one", "two two six", "PAR"),  # 4/6
        ("two two one", "two six six", "INC"),  # 2/6
        ("Russian tanks", "Russia tanks", "PAR"),  # no demonyms in texts: 1 shared of 2 and 2
        ("the", "a", "COR"),
        ("the", "two", "INC"),
    ],
)
def test_texts(gold: str, predicted: str, outcome: Outcome) -> None:
    assert match_text(text_key(gold), text_key(predicted)) == outcome
    assert match_text(text_key(predicted), text_key(gold)) == outcome


@pytest.mark.parametrize(
    ("gold", "predicted", "vague", "outcome"),
    [
        (100, 100, "", "COR"),
        (100, 105, "", "INC"),
        (100, 105, "gold", "PAR"),
        (100, 95, "predicted", "PAR"),
        (100, 106, "gold", "INC"),
        (60, 63, "gold", "PAR"),  # 5 % of 60 is 3
        (63, 60, "gold", "PAR"),  # 5 % of 63 is 3.15
        (57, 60, "gold", "INC"),  # 5 % of 57 is 2.85: of the gold value, not of the predicted one
        (60, 57, "gold", "PAR"),
        (0, 0, "gold", "COR"),
        (0, 1, "gold", "INC"),
        (None, 5, "gold", "INC"),
        (5, None, "predicted", "INC"),
    ],
)
def test_numbers(gold: int | None, predicted: int | None, vague: str, outcome: Outcome) -> None:
    first = NumberKey(gold, vague == "gold", ())
    second = NumberKey(predicted, vague == "predicted", ())
    assert match_number(first, second) == outcome


def test_numbers_without_a_value_go_by_their_words() -> None:
    dozens = NumberKey(None, True, fold("Dozens"))
    assert match_number(dozens, NumberKey(None, False, fold("dozens"))) == "COR"
    assert match_number(dozens, NumberKey(None, True, fold("dozens of"))) == "INC"


@pytest.mark.parametrize(
    ("gold", "predicted", "outcome"),
    [
        ("missile", "missile", "COR"),
        ("missile", "cruise_missile", "PAR"),
        ("ballistic_missile", "missile", "PAR"),
        ("ballistic_missile", "cruise_missile", "INC"),
        ("missile", "rocket", "INC"),
        (True, False, "INC"),
    ],
)
def test_equality(gold: str | bool, predicted: str | bool, outcome: Outcome) -> None:
    assert match_equal(gold, predicted, {"missile": NAMED_MISSILES}) == outcome


def test_the_demonym_table_is_folded_and_mapping_twice_changes_nothing() -> None:
    table = load_demonyms()
    assert len(set(table.values())) >= 120
    for token, meaning in table.items():
        assert fold(token) == (token,)
        assert fold(" ".join(sorted(meaning))) == tuple(sorted(meaning))
        assert name_key(" ".join(meaning)) == meaning


def test_moscow_is_the_only_capital() -> None:
    capitals = {"kyiv", "kiev", "minsk", "washington", "london", "paris", "tehran", "jerusalem", "beijing", "kabul"}
    assert not capitals & set(load_demonyms())
    assert load_demonyms()["moscow"] == {"russia"}


def test_the_table_is_found_from_any_folder(tmp_path: Path) -> None:
    code = "from eval.scoring.demonyms import load_demonyms; print(load_demonyms()['russian'])"
    root = str(TABLE.parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "frozenset({'russia'})"


def test_another_table_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text(json.dumps({"tokens": {"martian": "mars colony"}}), encoding="utf-8")
    assert load_demonyms(path) == {"martian": {"mars", "colony"}}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"tokens": ["russian"]}', '{"tokens": {"russian": 1}}'])
def test_a_broken_table_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "table.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=r"table\.json' is not a demonym table"):
        load_demonyms(path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"cannot read demonym table '.*nowhere\.json'"):
        load_demonyms(tmp_path / "nowhere.json")
