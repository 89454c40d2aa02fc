"""Shares of choices from logprobs, and what rule and model say together. Numbers by hand."""

import math

import pytest

from extract.models.client import TokenLogprob
from extract.models.confidence import choice_shares

LEGAL = ("killed", "injured", "none")


def token(text: str, share: float, **others: float) -> TokenLogprob:
    top = tuple((name, math.log(value)) for name, value in {text: share, **others}.items())
    return TokenLogprob(text, math.log(share), top)


def test_a_choice_in_one_token_is_renormalised_over_the_legal_ones() -> None:
    # before the grammar: killed 0.3, injured 0.1, prose 0.5; none is not reported, so half of the least: 0.05
    tokens = [token('"', 0.9), token("killed", 0.3, injured=0.1, Sure=0.5), token('"', 1.0)]
    shares = choice_shares(tokens, "killed", LEGAL)
    assert shares["killed"] == pytest.approx(0.3 / 0.45)
    assert shares["injured"] == pytest.approx(0.1 / 0.45)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_the_opening_quote_may_stick_to_the_first_token() -> None:
    tokens = [TokenLogprob('"none', math.log(0.6), (('"none', math.log(0.6)),)), token('"', 1.0)]
    assert max(choice_shares(tokens, "none", LEGAL).items(), key=lambda item: item[1])[0] == "none"


def test_alternatives_to_a_token_with_the_opening_quote_have_it_too() -> None:
    # injured is not reported: half of the least, 0.15
    first = token('"n', 0.6, **{' "k': 0.3, "No": 0.9})
    shares = choice_shares([first, token("one", 1.0), token('"', 1.0)], "none", LEGAL)
    assert shares == {
        "none": pytest.approx(0.6 / 1.05),
        "killed": pytest.approx(0.3 / 1.05),
        "injured": pytest.approx(0.15 / 1.05),
    }


def test_choices_that_begin_alike_are_told_apart_where_they_part() -> None:
    tokens = [token('"', 1.0), token("on", 0.8, none=0.2), token("_fire", 0.5, _hold=0.5), token('"', 1.0)]
    shares = choice_shares(tokens, "on_fire", ("on_fire", "on_hold", "none"))
    # on_fire and on_hold share 0.8 and halve it; none has 0.2
    assert shares["on_fire"] == pytest.approx(0.4)
    assert shares["on_hold"] == pytest.approx(0.4)
    assert shares["none"] == pytest.approx(0.2)


def test_without_alternatives_what_a_token_leaves_is_spread_over_the_others() -> None:
    tokens = [TokenLogprob('"', -0.01), TokenLogprob("killed", math.log(0.9)), TokenLogprob('"', -0.01)]
    # killed 0.9, the other two 0.05 each
    assert choice_shares(tokens, "killed", LEGAL)["injured"] == pytest.approx(0.05, abs=0.001)
    certain = [TokenLogprob('"', 0.0), TokenLogprob("killed", 0.0), TokenLogprob('"', 0.0)]
    assert choice_shares(certain, "killed", LEGAL)["killed"] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    "tokens", [[], [token('"', 1.0), token("other", 1.0), token('"', 1.0)], [token("killed", 1.0)]]
)
def test_tokens_that_do_not_spell_the_choice_say_nothing(tokens: list[TokenLogprob]) -> None:
    assert choice_shares(tokens, "killed", LEGAL) == {}
