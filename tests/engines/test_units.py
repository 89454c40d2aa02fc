"""What an article is cut into, and what is asked about the pieces."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from extract.engines.units import plan
from extract.errors import PromptError
from tests.small_task import (
    ARTICLES,
    MOODS,
    SENTENCES,
    FakeClient,
    article,
    bird_setup,
    birds,
    extracted,
    front,
    sighted,
)


def test_every_sentence_is_a_unit(tmp_path: Path) -> None:
    client = FakeClient(lambda question: sighted())
    setup = replace(bird_setup(tmp_path, {"ask.md": SENTENCES}, client), jobs=1)
    extracted(setup)
    assert client.questions == ["Say: A Wren sang.", "Say: An Owl slept.", "Say: Nobody saw a Kite."]
    assert [request.about.unit for request in client.asked] == ["sentence 1", "sentence 2", "sentence 3"]
    assert client.asked[0].about.prompt == f"birds/{tmp_path.name}/ask"
    assert client.asked[0].about.article == "a"


def test_a_prompt_that_leaves_no_room_for_an_article_says_so(tmp_path: Path) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, FakeClient(lambda question: sighted()), context_tokens=256)
    with pytest.raises(PromptError, match=r"prompt 'ask' leaves no room .* up to 100, and the model takes 256 at once"):
        extracted(setup)


def test_a_plan_names_the_requests_and_calls_nothing(tmp_path: Path) -> None:
    client = FakeClient(lambda question: sighted())
    setup = bird_setup(tmp_path, {"1.md": SENTENCES, "2.md": MOODS}, client)
    planned = list(plan(article(), setup))
    assert client.asked == []
    extracted(replace(setup, jobs=1))
    assert [request.key for request in planned] == [request.key for request in client.asked]


def test_a_unit_that_the_task_does_not_know_is_an_error(tmp_path: Path) -> None:
    text = front("nest", "mood").replace("$text", "$bird")
    setup = bird_setup(tmp_path, {"ask.md": text}, FakeClient(lambda question: ""))
    with pytest.raises(PromptError, match="no kind of unit 'nest'"):
        extracted(setup)


def test_a_placeholder_that_the_unit_does_not_fill_is_an_error(tmp_path: Path) -> None:
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES.replace("$text", "$mood")}, FakeClient(lambda question: ""))
    with pytest.raises(PromptError, match=r"prompt 'ask': no value for placeholder \$mood"):
        extracted(setup)


def test_a_text_whose_lines_were_wrapped_is_read_as_one_whose_lines_were_not(tmp_path: Path) -> None:
    flowing = (
        "A Great Crested Grebe and her young were seen on the mill pond near the town of Lower Harsk, said the keeper of the "
        "lock, who counts the birds of the river every morning before the first boat comes down from the old Town Bridge."
    )
    wrapped = textwrap.fill(flowing, 50)
    client = FakeClient(lambda question: sighted("Great Crested Grebe", "Lower Harsk", "Town Bridge"))
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, client)
    one, other = extracted(setup, article(flowing, "one"), article(wrapped, "other"))
    assert client.questions[0] == client.questions[1]  # so a recording of one answers the other
    assert [" ".join(bird.split()) for bird in birds(other)] == birds(one)
    for pointer, place in other.grounding.items():
        assert wrapped[place.start : place.end] in birds(other), pointer


def test_a_text_with_decomposed_letters_is_read_as_one_with_composed_ones(tmp_path: Path) -> None:
    composed = "A Wren sang in Mikołajów, near the Café Żuraw."
    decomposed = unicodedata.normalize("NFD", composed)
    client = FakeClient(lambda question: sighted("Mikołajów", "Café Żuraw"))
    setup = bird_setup(tmp_path, {"ask.md": ARTICLES}, client)
    one, other = extracted(setup, article(composed, "one"), article(decomposed, "other"))
    assert client.questions[0] == client.questions[1]  # so a recording of one answers the other
    planned = [next(iter(plan(article(text), setup))).content for text in (composed, decomposed)]
    assert planned[0] == planned[1]
    assert birds(one) == ["Mikołajów", "Café Żuraw"]
    assert [unicodedata.normalize("NFC", bird) for bird in birds(other)] == birds(one)
    for pointer, place in other.grounding.items():
        assert decomposed[place.start : place.end] in birds(other)
        assert place.status == "normalised", pointer
    assert other.text_sha256 == article(decomposed).sha256
