"""The word lists of the attack task, compiled. The words themselves are data: prompts/attack/en.toml."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, cast

from extract.errors import PromptError
from extract.files.documents import read_text
from extract.prompting.prompt_sets import prompt_root
from extract.tasks.attack.schema import Group

_PLAIN_LETTERS = str.maketrans({"ı": "i", "İ": "I", "ſ": "s", "\N{KELVIN SIGN}": "K"})


def plain_letters(text: str) -> str:
    """The text with the letters that IGNORECASE takes for ASCII ones as these, character by character.

    Everything here is matched in any case and then looked up in small letters. "ſix" matches "six" and is no key of any
    table: rules read this text, and records take the words from the article's own.
    """
    return text.translate(_PLAIN_LETTERS)


def any_of(words: Sequence[str]) -> re.Pattern[str]:
    """A pattern for any of the words, longest first, on word borders, in any case; a space is any white space."""
    ordered = sorted((word.replace(" ", r"\s") for word in words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ordered)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind with the pattern of its words."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The lists of one language."""

    data: Mapping[str, Any]
    sha256: str

    @cached_property
    def words(self) -> Mapping[str, re.Pattern[str]]:
        """Plain lists by name."""
        lists = {name: any_of(words) for name, words in self.data["words"].items()}
        return lists | {
            "persons": any_of(
                [*self.data["words"]["persons"], *(word for row in self.data["group"] for word in row["words"])]
            ),
            "roles": any_of(self.data["roles"]["words"]),
            "forms": any_of(self.data["roles"]["forms"]),
            "countries": any_of(self.data["countries"]["names"]),
            "no_places": any_of(self.data["countries"]["no_places"]),
            "demonyms": any_of(list(self.data["countries"]["demonyms"].values())),
            # a building or body is named by its last word, or by the one before "of"
            "buildings": re.compile(rf"{lists['not_hit'].pattern}(?=\s(?:of|for)\s|\Z)", re.IGNORECASE),
        }

    @cached_property
    def sets(self) -> Mapping[str, frozenset[str]]:
        """Plain words by list, not patterns: looked up in small letters."""
        return {name: frozenset(words) for name, words in self.data["sets"].items()}

    def kinds(self, table: str) -> tuple[Kind, ...]:
        """An ordered table of kinds: weapon, event, group, thing, trait."""
        return self._kinds[table]

    @cached_property
    def _kinds(self) -> Mapping[str, tuple[Kind, ...]]:
        return {
            table: tuple(Kind(row["kind"], any_of(row["words"])) for row in self.data[table])
            for table in ("weapon", "event", "group", "thing", "trait")
        }

    @cached_property
    def sides(self) -> tuple[Kind, ...]:
        """Attackers: canonical name and what they are called, in these letters: "US" is none of "us"."""
        countries = self.data["countries"]
        forms: dict[str, list[str]] = {name: list(words) for name, words in self.data["sides"].items()}
        for name in countries["names"]:
            if name.replace(" ", "").isalpha():
                forms.setdefault(name, []).append(name)
        for name, demonym in countries["demonyms"].items():
            forms.setdefault(name, []).append(demonym)
        for name in countries["stateless"]:
            del forms[name]
        return tuple(Kind(name, re.compile(any_of(words).pattern)) for name, words in forms.items())

    @cached_property
    def _any_side(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{side.pattern.pattern})" for side in self.sides))

    def has(self, words: str, text: str) -> bool:
        """Whether a text holds a word of a list."""
        return self.words[words].search(text) is not None

    def find(self, words: str, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """All words of a list in `text[start:end]`."""
        return self.words[words].finditer(text, start, len(text) if end is None else end)

    def kind_of(self, table: str, text: str) -> str | None:
        """The first kind of a table whose words a text holds."""
        return next((kind.name for kind in self.kinds(table) if kind.pattern.search(text)), None)

    def group_of(self, text: str) -> Group | None:
        """The first group of people whose words a text holds."""
        found = self.kind_of("group", text)
        return found if found is None else cast(Group, found)

    def sides_in(self, text: str) -> list[tuple[int, int, str]]:
        """Sides named in a text, as start, end and canonical name, in order; no name inside a longer one."""
        found = [(match.start(), match.end()) for match in self._any_side.finditer(text)]
        return [(start, end, self.side_named(text[start:end]) or "") for start, end in found]

    @lru_cache(maxsize=4096)  # noqa: B019 - there is one lexicon per language
    def side_named(self, words: str) -> str | None:
        """The canonical name of the side that words are the name of."""
        return next((side.name for side in self.sides if side.pattern.fullmatch(words)), None)

    def side_of(self, text: str) -> str | None:
        """The canonical name of the first side that a text names."""
        return next((name for _, _, name in self.sides_in(text)), None)


@lru_cache(maxsize=4)
def load_lexicon(language: str = "en", root: Path | None = None) -> Lexicon:
    """Reads the word lists of a language.

    Raises:
        PromptError: there are none, or the file is broken.
    """
    file = prompt_root(root) / "attack" / f"{language}.toml"
    try:
        data = tomllib.loads(read_text(file, "word lists", PromptError).replace("\r\n", "\n"))
    except (PromptError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PromptError(f"no word lists for language {language!r} at {file}: {error}") from error
    content = json.dumps(data, ensure_ascii=False)  # a comment or another layout of the file changes no word
    return Lexicon(data, hashlib.sha256(content.encode()).hexdigest())
