"""Marker `live`: the embedded server writes under our grammars, up to their size limits, and it shows where it does not."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import BaseModel

from extract.errors import RequestRefused
from extract.models.catalogue import DEFAULT_MODEL, KNOWN_MODELS
from extract.models.client import Message, Request, Sampling
from extract.models.local import LocalClient
from extract.models.weights import whereabouts
from extract.prompting.grammars import LONGEST_BY_CHARACTERS, LONGEST_BY_WORDS
from extract.prompting.items import kinds_of
from extract.prompting.passages import form_of
from extract.tasks.loading import load_task
from tests.prompting.acts import Acts

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def client() -> Iterator[LocalClient]:
    if importlib.util.find_spec("xllamacpp") is None or whereabouts(KNOWN_MODELS[DEFAULT_MODEL]) == "absent":
        pytest.skip("no embedded server, or no weights")
    with LocalClient() as started:
        yield started


def asked(client: LocalClient, passage: str, words: str = "Write two lines about the sea, in prose.") -> Request:
    form = form_of(kinds_of(Acts), passage)
    messages = (Message("system", "You are a poet. You never write JSON."), Message("user", words))
    return Request(client.identity, messages, form, Sampling(max_tokens=200), grammar=form.grammar)


def test_a_poet_writes_items(client: LocalClient) -> None:
    passage = 'Orm met "Brill" \\ in Asmat 😀 on Monday.'
    for words in ("Write two lines about the sea.", f'List who met whom: [["Act", …]]. {passage}'):
        response = client.complete(asked(client, passage, words))
        assert response.text.startswith('{"')
        assert response.outcome in ("ok", "cut")  # what is not cut was checked by the client


@pytest.mark.parametrize("task", ["attack"])
def test_the_grammars_of_shipped_tasks_are_enforced(client: LocalClient, task: str) -> None:
    schema: type[BaseModel] = load_task(task).schema
    form = form_of(kinds_of(schema), "Shells hit Dorvan, killing two.")
    request = replace(asked(client, "x"), answer=form, grammar=form.grammar)
    assert client.complete(request).text.startswith('{"')


def test_the_longest_passages_are_enforced(client: LocalClient) -> None:
    chance = random.Random(1)
    words = " ".join(f"w{chance.randrange(10**6)}" for _ in range(2000))[:LONGEST_BY_WORDS]
    signs = "".join(chr(0x4E00 + chance.randrange(20000)) for _ in range(LONGEST_BY_CHARACTERS))
    for passage in (words, signs):
        assert client.complete(asked(client, passage)).text.startswith('{"')


@pytest.mark.parametrize(
    "grammar",
    [
        "%llguidance {}\nstart: nowhere\n",  # a rule that is not there
        '%llguidance {}\nstart: X\nX: "a" & "b"\n',  # nothing fits
        '%llguidance {}\nstart: X\nX: %regex {"substring_chars": "' + "".join(map(chr, range(0x4E00, 0x6E00))) + '"}\n',
    ],
    ids=["invalid", "unsatisfiable", "too large"],
)
def test_a_grammar_that_is_not_enforced_shows(client: LocalClient, grammar: str) -> None:
    with pytest.raises(RequestRefused, match="not enforce"):
        client.complete(replace(asked(client, "Orm met Brill."), grammar=grammar))
