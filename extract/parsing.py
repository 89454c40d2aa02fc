"""Model text → validated answer, and what had to be left out. No model calls here.

An answer is validated anew each time it is read, also from a recording. One bad record never costs its
neighbours: it is dropped and named. A cut answer keeps the records that were finished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

Model = TypeVar("Model", bound=BaseModel)

_FENCED = re.compile(r"```(?:json)?\s*(.*?)(?:```|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Model]):
    """A read answer.

    Attributes:
        value: the answer, or None when nothing of it is usable.
        dropped: one line per record or answer that had to be left out.
    """

    value: Model | None
    dropped: tuple[str, ...] = ()


def parse(text: str, form: type[Model], *, cut: bool = False) -> Parsed[Model]:
    """Reads an answer.

    Args:
        text: the model's text, perhaps inside a Markdown fence.
        form: what it has to be.
        cut: the answer ran into the token limit; its finished part is used.
    """
    fenced = _FENCED.search(text)
    bare = (fenced[1] if fenced else text).strip()
    try:
        data = from_json(bare, allow_partial=cut)
    except ValueError as error:
        return Parsed(None, (f"not JSON: {error}",))
    return _validated(data, form)


def _validated(data: Any, form: type[Model]) -> Parsed[Model]:
    dropped: list[str] = []
    # Each round removes at least one list item, so this ends.
    while True:
        try:
            return Parsed(form.model_validate(data), tuple(dropped))
        except ValidationError as error:
            faults = error.errors()
            bad = {_list_item(data, fault["loc"]) for fault in faults}
            if None in bad:
                first = faults[0]
                return Parsed(None, (*dropped, f"{_pointer(first['loc'])}: {first['msg']}"))
            for path in sorted((path for path in bad if path), key=_deepest_last_first):
                dropped.append(f"{_pointer(path)}: not a valid record")
                _remove(data, path)


def _deepest_last_first(path: tuple[str | int, ...]) -> tuple[int, list[tuple[int, str]]]:
    return -len(path), [(-part, "") if isinstance(part, int) else (0, part) for part in path]


def _list_item(data: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...] | None:
    """The path of the innermost list item that holds a fault, or None."""
    path: tuple[str | int, ...] = ()
    found = None
    for part in loc:
        if isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
            path += (part,)
            found = path
        elif isinstance(data, dict) and part in data:
            data = data[part]
            path += (part,)
        else:
            break
    return found


def _remove(data: Any, path: tuple[str | int, ...]) -> None:
    for part in path[:-1]:
        try:
            data = data[part]
        except (IndexError, KeyError):
            return
    last = path[-1]
    if isinstance(last, int) and last < len(data):
        del data[last]


def _pointer(loc: tuple[str | int, ...]) -> str:
    return "/" + "/".join(str(part) for part in loc)
