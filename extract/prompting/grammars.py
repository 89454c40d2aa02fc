"""Grammars for answers about a passage: a list of items for each kind, in which every verbatim value is of the passage.

Written for llguidance, in its Lark. The server is not believed: it answers without the grammar, and says nothing, where
it cannot read one. What a grammar rules out is ruled out again by `is_piece`.

A piece is limited by the passage as JSON spells it. Were it cut in the middle of an escape it would mean something
else: so control characters are spaces before, and no piece holds a double quotation mark or a backslash, or begins or ends
in a space. Beyond some size the engine gives up, so that there is no grammar for longer passages.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from extract.prompting.candidates import Candidates, Known, Mention, is_sure, of_kinds
from extract.prompting.items import Kind, Slot, anchor_of, depends, is_told_each, no_item
from extract.records.borders import runs_together
from extract.records.marks import Verbatim

GRAMMAR_VERSION = 4
"""Changes when grammars do; part of the identity of prompt sets."""
LONGEST_BY_WORDS = 8_000
"""Characters; the engine held at 12 000 and failed at 16 000."""
LONGEST_BY_CHARACTERS = 3_000
"""Characters of a text that does not part its words; the engine failed at 3 600."""
MOST_ITEMS = 24
MOST_TOLD = 12
"""Numbers of which each is told; more of them are a table, and an answer has an end."""
MOST_ALIKE = 4
"""Items of a kind that nothing in the passage tells apart."""
MOST_VALUES = 8
"""Of a list inside an item."""

_PARTING = re.compile(r'["\\“”„«»]+')
"""Quotation marks, and what JSON writes with a backslash: no piece goes across."""
_ACTING: tuple[Known, ...] = ("person", "organisation", "phrase")
_NULL = '"null"'
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
    return value.strip(" ") == value != "" and not _PARTING.search(value) and value in passage


def grammar_of(
    kinds: Sequence[Kind],
    passage: str,
    candidates: Candidates | None = None,
    repeats: int = 1,
    some: Collection[str] = (),
) -> str | None:
    """The grammar for items about a passage.

    With candidates, values that say what they are can be nothing else, and items that are told apart by such a value come
    in the order of the text: a model can neither go round in circles nor say the same twice. Where numbers tell them apart
    it passes over none: each is an item, or said to be no item.

    Args:
        kinds: of item.
        passage: as `one_line` gives it.
        candidates: its names, numbers and phrases; None where nobody can tell them.
        repeats: how many items can begin with the same candidate.
        some: tags of kinds of which there is at least one, if the passage has words for it.

    Returns:
        Lark for llguidance, or None for a passage that is too long.
    """
    by_words = not runs_together(passage)
    if len(passage) > (LONGEST_BY_WORDS if by_words else LONGEST_BY_CHARACTERS):
        return None
    pieces = any(char.isalpha() or char.isdecimal() for char in passage)  # else there is nothing that a value can be
    writer = _Writer(candidates, pieces, some)
    lists = [f"{_literal(_json(kind.tag) + ':')} {writer.items(kind, repeats)}" for kind in kinds]
    start = 'start: "{" ' + ' "," '.join(lists) + ' "}"'
    written = "\n".join(f"{name}: {right}" for right, name in writer.rules.items())
    return f"%llguidance {{}}\n{start}\n{written}\n{_piece_rules(passage, by_words) if pieces else ''}"


def choices_of(slot: Slot, candidates: Candidates | None) -> list[Mention] | None:
    """The candidates that a value has to be one of; None where any piece of the passage will do."""
    if candidates is None or slot.sort != "piece" or set(slot.field.what) <= {"phrase"}:
        return None
    what: tuple[Known, ...] = slot.field.what
    mark = slot.field.mark(Verbatim)
    if mark and mark.full and not slot.many and not set(what) <= {"speaker", "title"}:
        what = (*what, "pronoun")
    if "speaker" in what and not candidates.get("speaker") and not slot.optional and not slot.many:
        what = (*what, *_ACTING)  # somebody says it, whom the parse does not tell
    found = of_kinds(candidates, what)
    return [mention for mention in found if is_piece(mention.text, mention.text)]


def told_each(kind: Kind, candidates: Candidates | None) -> list[Mention]:
    """The numbers of a passage of which each is an item or said to be none; none of them where they are too many."""
    needed = [slot for slot in kind.slots[1:] if not slot.optional and not slot.many]
    if candidates is None or not is_told_each(kind) or any(choices_of(slot, candidates) == [] for slot in needed):
        return []
    numbers = candidates.get("number", ())
    told = [each for each in choices_of(kind.slots[0], candidates) or () if each in numbers and is_sure(each)]
    return told if len({each.end for each in told}) <= MOST_TOLD else []


def _piece_rules(passage: str, by_words: bool) -> str:
    kind = "substring_words" if by_words else "substring_chars"
    limits = [json.dumps({kind: part}, ensure_ascii=False) for part in _PARTING.split(passage) if part]
    written = "".join(f"ANY{at}: %regex {limit}\n" for at, limit in enumerate(limits))
    pieces = " | ".join(f"ANY{at}" for at in range(len(limits)))
    # what ends a word begins no value
    return f'PIECE: "\\"" INSIDE "\\""\nINSIDE: ({pieces}) & /[^ ,.;:!?’)\\]}}…–—\\/-](.*[^ ])?/\n{written}'


class _Step(NamedTuple):
    """One thing of several that come in their order.

    Attributes:
        item: name of its rule, or a literal.
        none: what may be written instead, once; nothing where it is empty.
        most: how many of it in a row.
        after: how many steps further the next one can be.
        must: it is not passed over, unless for one that overlaps with it.
    """

    item: str
    none: str
    most: int
    after: int
    must: bool = False


def _next(choices: Sequence[Mention], at: int) -> int:
    """How many candidates further the next one stands that does not overlap with this one."""
    return next((n for n, other in enumerate(choices[at:]) if other.start >= choices[at].end), len(choices) - at)


@dataclass
class _Writer:
    """Writes the rules of a passage's grammar.

    Attributes:
        rules: right side → name of the rule.
    """

    candidates: Candidates | None
    pieces: bool
    some: Collection[str] = ()
    rules: dict[str, str] = field(default_factory=dict)

    def items(self, kind: Kind, repeats: int) -> str:
        """A list of items of a kind: in the order of the words that tell them apart, where these are candidates."""
        anchor = anchor_of(kind)
        choices = choices_of(anchor, self.candidates) if anchor else None
        if anchor is None or choices is None:
            item = self._item(kind)
            if item and is_told_each(kind):
                item = self._rule(f"{item} | {self._none(kind, 'PIECE')}", "n")
            most = MOST_ITEMS if self.candidates is None else MOST_ALIKE
            if not item:
                return _literal("[]")
            listed = f'{item} ("," {item}){{0,{most - 1}}}'
            return self._rule(f'"[" {listed} "]"' if kind.tag in self.some else f'"[" ({listed})? "]"', "l")
        told = told_each(kind, self.candidates)
        steps = [
            _Step(
                item,
                self._none(kind, words) if is_told_each(kind) else "",
                repeats,
                _next(choices, at),
                mention in told,
            )
            for at, mention in enumerate(choices)
            if (item := self._item(kind, anchor.path, words := _literal(_json(mention.text))))
        ]
        if not steps:
            return _literal("[]")
        listed = f'"[" {self._one_after_another(steps)} "]"'
        return self._rule(
            listed if kind.tag in self.some or any(step.must for step in steps) else f'{listed} | "[]"', "l"
        )

    def _none(self, kind: Kind, words: str) -> str:
        """What is written where words begin no item."""
        _, *nulls = no_item(kind, words)
        return f'"[" {words}' + f' "," {_NULL}' * len(nulls) + ' "]"'

    def _one_after_another(self, steps: Sequence[_Step]) -> str:
        """The name of a rule for steps in their order, at least one of them; those that need not be may be passed over."""
        begun, more = [""] * len(steps), [""] * len(steps)
        for at, step in reversed(list(enumerate(steps))):
            again = f' ("," {step.item}){{0,{step.most - 1}}}' if step.most > 1 else ""
            taken = f"({step.item}{again} | {step.none})" if step.none else step.item + again
            taken += f" {more[at + step.after]}" if at + step.after < len(steps) else ""
            if at + 1 == len(steps) or (step.must and step.after == 1):
                begun[at] = self._rule(taken, "b")
                more[at] = self._rule(f'"," {taken}' if step.must else f'("," {taken})?', "m")
            else:
                begun[at] = self._rule(f"{taken} | {begun[at + 1]}", "b")
                more[at] = self._rule(f'"," {taken} | {more[at + 1]}', "m")
        return begun[0]

    def _item(self, kind: Kind, anchor: tuple[str, ...] = (), words: str = "") -> str | None:
        """An item of a kind; None where it needs words that the passage does not have.

        Args:
            anchor: path of a value that is given.
            words: what stands for it.
        """
        values: list[str] = []
        slots = list(kind.slots)
        while slots:
            slot = slots.pop(0)
            value = words if slot.path == anchor else self._value(slot)
            if value is None:
                return None
            bound = []
            while slot.optional and slots and depends(slots[0], slot):
                bound.append(slots.pop(0))
            nothing = "".join(f' "," {_literal("[]") if each.many else _NULL}' for each in bound)
            if bound and value != _NULL:
                given = "".join(f' "," {self._value(each) or _NULL}' for each in bound)
                value = self._rule(f"{self._one(slot)}{given} | {_NULL}{nothing}", "g")
            elif bound:
                value += nothing
            values.append(value)
        return self._rule('"[" ' + ' "," '.join(values) + ' "]"', "i")

    def _value(self, slot: Slot) -> str | None:
        if slot.many:
            return self._list(slot)
        one = self._one(slot)
        if one is None:
            return _NULL if slot.optional else None
        return f"({one} | {_NULL})" if slot.optional else one

    def _list(self, slot: Slot) -> str:
        choices = choices_of(slot, self.candidates)
        if choices is not None:  # nothing twice
            texts = [each.text for each in choices]
            first = [each for at, each in enumerate(choices) if each.text not in texts[:at]]
            steps = [_Step(_literal(_json(each.text)), "", 1, _next(first, at)) for at, each in enumerate(first)]
            return self._rule(f'"[" {self._one_after_another(steps)} "]" | "[]"', "l") if steps else _literal("[]")
        one = self._one(slot)
        return self._rule(f'"[" ({one} ("," {one}){{0,{MOST_VALUES - 1}}})? "]"', "l") if one else _literal("[]")

    def _one(self, slot: Slot) -> str | None:
        choices = choices_of(slot, self.candidates)
        if choices is not None:
            texts = dict.fromkeys(mention.text for mention in choices)
            return self._rule(" | ".join(_literal(_json(text)) for text in texts), "c") if texts else None
        if slot.sort == "piece":
            return "PIECE" if self.pieces else None
        if slot.sort == "choice":
            return self._rule(" | ".join(_literal(_json(value)) for value in slot.choices), "c")
        return self._rule(_TERMINALS[slot.sort], "v")

    def _rule(self, right: str, letter: str) -> str:
        return self.rules.setdefault(right, f"{letter}{len(self.rules)}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
