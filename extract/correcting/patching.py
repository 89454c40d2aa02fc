"""A JSON document changed at many places at once: every place is named as it was before any of the changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Patch:
    """Changes by JSON pointer.

    Attributes:
        new: place → its value; one inside another is put into the other's value.
        gone: items that leave their lists.
        more: list → what is put at its end.
    """

    new: Mapping[str, Any]
    gone: frozenset[str]
    more: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Patched:
    """A changed document.

    Attributes:
        document: it.
        moved: place before → place now; none for what is gone.
        added: list before → places now of what was put at its end.
    """

    document: Any
    moved: dict[str, str] = field(default_factory=dict)
    added: dict[str, list[str]] = field(default_factory=dict)


def patched(document: Any, patch: Patch) -> Patched:
    """A copy of a document, changed."""
    moved: dict[str, str] = {}
    added: dict[str, list[str]] = {}

    def copy(value: Any, old: str, now: str) -> Any:
        moved[old] = now
        value = patch.new.get(old, value)
        if isinstance(value, dict):
            return {name: copy(each, f"{old}/{name}", f"{now}/{name}") for name, each in value.items()}
        if not isinstance(value, list) and not (value is None and old in patch.more):
            return value
        items: list[Any] = []
        for number, each in enumerate(value or ()):
            if f"{old}/{number}" not in patch.gone:
                items.append(copy(each, f"{old}/{number}", f"{now}/{len(items)}"))
        for each in patch.more.get(old, ()):
            added.setdefault(old, []).append(f"{now}/{len(items)}")
            items.append(each)
        return items

    return Patched(copy(document, "", ""), moved, added)
