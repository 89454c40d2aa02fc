"""What tokens cost, and what is said when nobody knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.errors import UsageError
from extract.models.prices import load_prices


def price_file(folder: Path, **models: object) -> Path:
    path = folder / "prices.json"
    path.write_text(json.dumps({"format": "attested-prices-1", "free": ["mine"], "models": models}), encoding="utf-8")
    return path


def test_cost_by_hand() -> None:
    # gpt-4.1: 2 USD and 8 USD a million; 500 000 in, 250 000 out = 1 + 2
    assert load_prices().cost("openai/gpt-4.1", 500_000, 250_000) == pytest.approx(3.0)


def test_cached_tokens_have_a_price_of_their_own_where_it_is_known(tmp_path: Path) -> None:
    # gpt-5-mini: 0.25 and 0.025 a million; 100 000 and 900 000
    assert load_prices().cost("openai/gpt-5-mini", 1_000_000, 0, 900_000) == pytest.approx(0.0475)
    mine = load_prices(price_file(tmp_path, m={"input": 1, "output": 1, "as_of": "2026-11-01"}))
    assert mine.cost("openai/gpt-6-luna", 1_000_000, 0, 900_000) == pytest.approx(0.1)
    assert load_prices().cost("openai/gpt-5-mini", 10, 0, 10**6) == pytest.approx(10 * 0.025 / 1e6)


def test_a_batch_costs_half_unless_a_price_says_otherwise(tmp_path: Path) -> None:
    assert load_prices().cost("openai/gpt-4.1", 500_000, 250_000, batched=True) == pytest.approx(1.5)
    mine = load_prices(price_file(tmp_path, **{"a/m": {"input": 1, "output": 1, "batch": 0.8, "as_of": "2026-11-01"}}))
    assert mine.cost("a/m", 1_000_000, 0, batched=True) == pytest.approx(0.8)
    assert mine.cost("a/m", 1_000_000, 0) == pytest.approx(1.0)
    assert load_prices().cost("a/unknown", 1, 1, batched=True) is None


@pytest.mark.parametrize("name", ["gpt-4.1", "openai/gpt-4.1-2025-04-14", "gpt-4.1-20250414"])
def test_a_bare_or_dated_name_is_the_same_model(name: str) -> None:
    assert load_prices().cost(name, 1_000_000, 0) == 2.0


@pytest.mark.parametrize("name", ["local", "local/qwen2.5-coder-1.5b", "local:cc324af0", "rules"])
def test_local_models_cost_nothing(name: str) -> None:
    assert load_prices().cost(name, 10**9, 10**9) == 0.0


@pytest.mark.parametrize("name", ["openai/gpt-99", "openrouter/openai/gpt-4.1", "localhost/gpt-4.1", "gpt-4.1-mini"])
def test_an_unlisted_model_has_an_unknown_price_not_zero(name: str) -> None:
    assert load_prices().cost(name, 1000, 1000) is None


def test_the_user_s_entries_replace_the_shipped_ones_and_leave_the_rest(tmp_path: Path) -> None:
    mine = {"input": 1, "output": 1, "as_of": "2026-11-01"}
    prices = load_prices(price_file(tmp_path, **{"openai/gpt-4.1": mine}))
    assert prices.cost("gpt-4.1", 1_000_000, 1_000_000) == 2.0
    assert prices.cost("openai/gpt-5-mini", 1_000_000, 0) == 0.25
    assert prices.cost("mine/model", 1, 1) == 0.0
    assert prices.cost("local", 1, 1) == 0.0


def test_every_shipped_price_is_dated_and_says_its_source() -> None:
    for name, price in load_prices().models.items():
        assert price.as_of, name
        assert price.source, name


def test_a_broken_price_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="models/openai/x/output"):
        load_prices(price_file(tmp_path, **{"openai/x": {"input": 1, "as_of": "2026-01-01"}}))
    with pytest.raises(UsageError, match="cannot read price file"):
        load_prices(tmp_path / "none.json")


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"models": ' * 5_000, "1" * 5_000, "{}", "null", '{"format": "attested-prices-1", "free": 7}'],
)
def test_a_file_that_is_something_else_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="price file") as caught:
        load_prices(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", ["1e999", "Infinity", "NaN", "-1", "9" * 400])
def test_a_price_is_a_number_that_one_can_pay(tmp_path: Path, number: str) -> None:
    path = tmp_path / "prices.json"
    entry = f'{{"input": {number}, "output": 1, "as_of": "2026-01-01"}}'
    path.write_text(f'{{"format": "attested-prices-1", "models": {{"openai/x": {entry}}}}}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"a number too large|is no number|/models/openai/x/input: "):
        load_prices(path)


def test_a_price_fits_a_server_whatever_it_says_of_itself(tmp_path: Path) -> None:
    prices = load_prices(price_file(tmp_path, **{"server/m": {"input": 2, "output": 0, "as_of": "2026-01-01"}}))
    assert prices.cost("server/m@llama.cpp:q.gguf;size=5", 1_000_000, 0) == 2.0
    assert prices.cost("server/m2@llama.cpp:q.gguf", 1_000_000, 0) is None
