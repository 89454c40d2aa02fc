"""What makes two runs the same run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from extract.models.client import Sampling
from tests.small_task import ARTICLES, SENTENCES, FakeClient, bird_setup, sighted


def test_the_signature_says_what_made_a_run_and_not_how_fast(tmp_path: Path) -> None:
    client = FakeClient(lambda question: sighted())
    setup = bird_setup(tmp_path / "one", {"ask.md": ARTICLES}, client)
    assert replace(setup, jobs=9, articles_at_once=3, raise_misses=True).signature == setup.signature
    reworded = bird_setup(tmp_path / "two" / "one", {"ask.md": ARTICLES.replace("watch", "like")}, client)
    by_sentence = bird_setup(tmp_path / "three", {"ask.md": SENTENCES}, client)
    changed = [
        replace(setup, model="other"),
        replace(setup, sampling=Sampling(temperature=0.5)),
        replace(setup, sample=1),
        reworded,
    ]
    # How much is read at once decides where articles are cut, and nothing about sentences.
    changed.append(replace(setup, context_tokens=4000))
    assert len({str(each.signature) for each in (setup, *changed)}) == 6
    assert replace(by_sentence, context_tokens=4000).signature == by_sentence.signature
