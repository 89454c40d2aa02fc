"""Texts are read by the model of their language, or by none."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from extract.articles.linguistics import MODELS, reader, reader_of, version_of

ENGLISH = "At least 12 people were killed in Dorvan on Tuesday, mayor Olena Dorn told reporters in the town hall."
GERMAN = (
    "Bei einem Drohnenangriff auf die Stadt sind in der Nacht zum Donnerstag mindestens fünf Menschen getötet worden. "
    "Das teilte der Gouverneur der Region mit. Mehrere Wohnhäuser wurden beschädigt."
)


def test_a_text_is_read_by_the_model_of_its_language() -> None:
    found = reader_of(ENGLISH)
    assert found is not None
    assert found is reader("en")
    assert [entity.text for entity in found.read(ENGLISH).ents if entity.label_ == "PERSON"] == ["Olena Dorn"]


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        "当地官员周四表示，无人机夜间袭击哈尔科夫市，造成至少五人死亡、十二人受伤，多栋住宅楼受损。救援人员仍在搜寻。",
    ],
)
def test_a_language_without_a_model_has_no_reader(text: str) -> None:
    assert reader_of(text) is None


@pytest.mark.parametrize("language", MODELS)
def test_versions_are_told_without_loading_anything(language: str) -> None:
    model, library = version_of(language).split(", ")
    assert re.fullmatch(r"\w+ [\d.]+", model)
    assert re.fullmatch(r"spacy 3\.[\d.]+", library)


def test_a_reader_is_loaded_once_and_reads_the_same_in_threads() -> None:
    assert reader("en") is reader("en")
    with ThreadPoolExecutor(4) as pool:
        read = pool.map(lambda _: [(token.text, token.pos_) for token in reader("en").read(ENGLISH)], range(8))
    assert len(set(map(tuple, read))) == 1
