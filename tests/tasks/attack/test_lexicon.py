"""Word lists and the letters they are matched in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.growth import GivenUp, within
from extract.errors import PromptError
from extract.files.documents import MOST_BYTES
from extract.tasks.attack.lexicon import any_of, load_lexicon, plain_letters

LOOKALIKES = str.maketrans({"i": "ı", "I": "İ", "s": "ſ", "K": "\N{KELVIN SIGN}"})


def test_every_letter_that_ignorecase_takes_for_an_ascii_one_becomes_it() -> None:
    letter = re.compile("[a-z]", re.IGNORECASE)
    odd = [char for char in map(chr, range(128, sys.maxunicode + 1)) if letter.fullmatch(char)]
    assert len(odd) == 4
    for char in odd:
        plain = plain_letters(char)
        assert plain.isascii()
        assert re.fullmatch(plain, char, re.IGNORECASE)


def test_plain_letters_keep_every_offset_and_every_other_character() -> None:
    text = "".join(map(chr, range(0xD800)))
    plain = plain_letters(text)
    assert len(plain) == len(text)
    assert {a for a, b in zip(text, plain, strict=True) if a != b} == set("ıİſ\N{KELVIN SIGN}")


@pytest.mark.parametrize("words", ["said", "killed", "areas", "roles", "countries", "peaceful"])
def test_lists_find_their_words_in_such_letters_too(words: str) -> None:
    pattern = load_lexicon().words[words]
    for word in ("kills", "sisters said", "minister", "district", "Pakistan", "strike, walkouts"):
        swapped = word.translate(LOOKALIKES)
        assert [found.span() for found in pattern.finditer(plain_letters(swapped))] == [
            found.span() for found in pattern.finditer(word)
        ]


def test_words_are_found_longest_first_on_word_borders_with_any_white_space() -> None:
    pattern = any_of(["air", "air strikes?"])
    assert [found.group() for found in pattern.finditer("Air\u00a0Strike by air, unfair airs")] == [
        "Air\u00a0Strike",
        "air",
    ]


def test_word_lists_of_any_length_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "attack").mkdir()
    with (tmp_path / "attack" / "en.toml").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(PromptError, match=rf"en\.toml': longer than {MOST_BYTES // 1_000_000} MB"):
        load_lexicon(root=tmp_path)


def written(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from written(each)


def test_no_entry_takes_for_ever_where_words_are_repeated() -> None:
    # "(?:\\w+s? )*Day" tries two ways for each word: thirty of them are a billion
    repeated = [
        (words * 60)[:200] + "!" for words in ("Hes ", "of Hes ", "ss ", "a-", "A. ", "'s ", "1,000 ", "the Hes, ")
    ]
    endless = []
    for entry in set(written(load_lexicon().data)):
        try:
            with within(2, computing=True):
                for text in repeated:
                    re.compile(entry, re.IGNORECASE).fullmatch(text)
        except GivenUp:
            endless.append(entry)
    assert endless == []


def lists(node: object, name: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Each list of words with its name."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from lists(inner, f"{name}.{key}")
    elif isinstance(node, list):
        yield name, node


def test_no_entry_stands_twice_in_a_list() -> None:
    twice = [
        (name, word)
        for name, words in lists(load_lexicon().data)
        for word in {word for word in words if isinstance(word, str) and word and words.count(word) > 1}
    ]
    assert twice == []
