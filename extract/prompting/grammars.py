"""Grammars for answers about a passage: lists of items in which every verbatim value is a piece of the passage.

Written for llguidance, in its Lark. The server is not believed: it answers without the grammar, and says nothing, where
it cannot read one. What a grammar rules out is ruled out again by `is_piece`.

A piece is limited by the passage as JSON spells it. Were it cut in the middle of an escape it would mean something
else: so control characters are spaces before, and no piece begins or ends in a quotation mark, backslash or space. Beyond
some size the engine gives up, so that there is no grammar for longer passages.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from extract.prompting.items import Kind, Slot
from extract.records.borders import runs_together

GRAMMAR_VERSION = 1
"""Changes when grammars do; part of the identity of prompt sets."""
LONGEST_BY_WORDS = 8_000
"""Characters; the engine held at 12 000 and failed at 16 000."""
LONGEST_BY_CHARACTERS = 3_000
"""Characters of a text that does not part its words; the engine failed at 3 600."""
MOST_ITEMS = 24
MOST_VALUES = 8
"""Of a list inside an item."""

_BARE = ' "\\'
_TERMINALS = {
    "words": r'/"[^"\\\x00-\x1f]{1,120}"/',
    "day": r'/"[0-9]{4}-[0-9]{2}-[0-9]{2}"/',
    "whole": r"/-?(0|[1-9][0-9]{0,14})/",
    "number": r"/-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?/",
}


def one_line(text: str) -> str:
    """A text with spaces for control characters and halves of characters, each for one: offsets stay."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in text)


def is_piece(value: str, passage: str) -> bool:
    """Whether a value is a piece of a passage (`one_line`) as a grammar allows them."""
    return value != "" and value[0] not in _BARE and value[-1] not in _BARE and value in passage


def grammar_of(kinds: Sequence[Kind], passage: str) -> str | None:
    """The grammar for items about a passage.

    Args:
        kinds: of item.
        passage: as `one_line` gives it.

    Returns:
        Lark for llguidance, or None for a passage that is too long.
    """
    by_words = not runs_together(passage)
    if len(passage) > (LONGEST_BY_WORDS if by_words else LONGEST_BY_CHARACTERS):
        return None
    pieces = any(char.isalpha() or char.isdecimal() for char in passage)  # else there is nothing that a value can be
    possible = [kind for kind in kinds if pieces or not any(_needs_piece(slot) for slot in kind.slots)]
    if not possible:
        return '%llguidance {}\nstart: "[]"\n'
    rules: dict[str, str] = {}  # right side → name of the rule
    items = " | ".join(_item(kind, rules, pieces) for kind in possible)
    written = "\n".join(f"{name}: {right}" for right, name in rules.items())
    return (
        f'%llguidance {{}}\nstart: "[" (item ("," item){{0,{MOST_ITEMS - 1}}})? "]"\nitem: {items}\n'
        f"{written}\n{''.join(_piece_rules(passage, by_words)) if pieces else ''}"
    )


def _needs_piece(slot: Slot) -> bool:
    return slot.sort == "piece" and not slot.optional and not slot.many


def _piece_rules(passage: str, by_words: bool) -> Iterator[str]:
    escaped = json.dumps(passage, ensure_ascii=False)[1:-1]
    limit = json.dumps({"substring_words" if by_words else "substring_chars": escaped}, ensure_ascii=False)
    yield 'PIECE: "\\"" INSIDE "\\""\n'
    yield 'INSIDE: ANY & /[^ "\\\\,.;:!?’”»)\\]}…–—\\/-](.*[^ "\\\\])?/\n'  # what ends a word begins no value
    yield f"ANY: %regex {limit}\n"


def _item(kind: Kind, rules: dict[str, str], pieces: bool) -> str:
    values = "".join(f' "," {_value(slot, rules, pieces)}' for slot in kind.slots)
    return _rule(f"{_literal(f'[{json.dumps(kind.tag, ensure_ascii=False)}')}{values} {_literal(']')}", "i", rules)


def _value(slot: Slot, rules: dict[str, str], pieces: bool) -> str:
    if slot.sort == "piece" and not pieces:
        return _literal("[]" if slot.many else "null")
    if slot.sort == "piece":
        one = "PIECE"
    elif slot.sort == "choice":
        one = _rule(" | ".join(_literal(_json(value)) for value in slot.choices), "C", rules)
    else:
        one = _rule(_TERMINALS[slot.sort], "V", rules)
    if slot.many:
        return _rule(f'"[" ({one} ("," {one}){{0,{MOST_VALUES - 1}}})? "]"', "l", rules)
    return f'({one} | "null")' if slot.optional else one


def _rule(right: str, letter: str, rules: dict[str, str]) -> str:
    return rules.setdefault(right, f"{letter}{len(rules)}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
