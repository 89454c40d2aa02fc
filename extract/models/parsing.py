"""Model text → validated answer, and what had to be left out. No model calls here.

An answer is validated anew each time it is read, also from a recording. JSON is found behind thoughts, in fences and
in prose, and mended where only its syntax is wrong. One bad record never costs its neighbours: it is dropped and
named. A cut answer keeps the records that were finished.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[str | int, ...]

_FENCE = re.compile(r"(?P<marks>`{3,})(?:json)?[ \t]*\n?(?P<inside>.*?)(?:(?P=marks)|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHTS_END = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
# A string, perhaps without its end, or a bracket; nothing else of JSON can hold a bracket.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?P<end>"?)|(?P<bracket>[\[\]{}])', re.DOTALL)
_OPENING = re.compile(r"[{\[]")
_HALF = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff])"
)
"""Half of a character outside the basic plane, as an escape or as it is; a whole one is two escapes."""
_CLOSING = {"{": "}", "[": "]"}
_MOST_FALSE_STARTS = 16  # brackets in prose before a JSON value; each costs a look at all the rest
_MOST_DIGITS = 30
_DEEPEST = 100
LONGEST_LINE = 300
_LONGEST_MENDED = 200_000
_ESCAPE = re.compile(r"\\(?:u(?P<code>[0-9a-fA-F]{4})|(?P<space>[bfnrt])|(?P<plain>.))", re.DOTALL)
_SUBSTANCE = re.compile(r"-?\d+(?:\.\d+)?|[^\W\d]+|[^\s\w\"'`,:\\]")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Model]):
    """A read answer.

    Attributes:
        value: the answer, or None when nothing of it is usable.
        dropped: one line per record or answer that had to be left out.
        repaired: the text was no JSON, and only its syntax was wrong.
    """

    value: Model | None
    dropped: tuple[str, ...] = ()
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The JSON value in a text.

    Attributes:
        repaired: as in `Parsed`.
    """

    value: Any
    repaired: bool = False


def parse(text: str, form: type[Model], *, cut: bool = False) -> Parsed[Model]:
    """Reads an answer; never raises.

    Args:
        text: the model's text: JSON, perhaps inside a Markdown fence or after some prose.
        form: what it has to be.
        cut: the answer ran into the token limit. The record that was being written is left out; one that holds
            others is kept with those of them that were finished.
    """
    bare = whole_characters(text)
    try:
        found = _found(bare, cut)
    except ValueError as error:
        return Parsed(None, (one_line(f"not JSON: {error}"),))
    parsed = _validated(found.value, form)
    return replace(parsed, repaired=found.repaired and parsed.value is not None)


def find_value(text: str) -> Found | None:
    """The JSON value that `parse` would read in a whole answer, or None."""
    try:
        return _found(whole_characters(text), cut=False)
    except ValueError:
        return None


def read_json(text: str) -> Any:
    """JSON, as leniently as can be done without guessing: what is wrong with a value costs only that value.

    Raises:
        ValueError: it is none.
    """
    try:
        return json.loads(text, strict=False, parse_int=_integer)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def is_json(text: str, *, cut: bool = False) -> bool:
    """Whether a text is a JSON value and nothing else, or, if it was cut, the beginning of one."""
    try:
        from_json(text, allow_partial="trailing-strings" if cut else "off")
    except ValueError:
        return cut and not text.strip()
    return True


def _integer(digits: str) -> int | float:
    # Python refuses to read very long integers at all; infinity is no valid count, so it costs only its record.
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def whole_characters(text: str) -> str:
    """A text without halves of characters, which no file can hold, and without the space around it.

    The record of one stays, and its value will not be found in the article.
    """
    return _HALF.sub(lambda found: "\ufffd" if found["half"] else found.group(), text.strip().lstrip("\ufeff"))


def _found(text: str, cut: bool) -> Found:
    """The value of a text: as it stands, behind thoughts, in a fence, in prose, and at last with its syntax mended.

    Raises:
        ValueError: there is none.
    """
    fault = ""
    for piece in _pieces(text):
        try:
            return Found(read_json(piece))
        except ValueError as error:
            fault = fault or str(error)
    said = _THOUGHTS_END.split(text)[-1].strip() or text
    data = _finished_part(said) if cut else _last_value(said)
    if data is not None:
        return Found(data)
    for piece in () if cut else _pieces(said):
        mended = _mended(piece)
        if mended is not None:
            return Found(mended, repaired=True)
    raise ValueError(fault)


def _pieces(text: str) -> list[str]:
    """Where a value may stand: the text, what follows thoughts, and fences, the last one first: what the model came to."""
    said = _THOUGHTS_END.split(text)[-1].strip()
    pieces = [text, said] if said and said != text else [text]
    fenced = [] if _OPENING.match(said) else [fence["inside"] for fence in _FENCE.finditer(said)][::-1]
    return pieces + fenced


def _last_value(text: str) -> Any:
    """The last JSON object or list after some prose, or None.

    A text that begins with one is broken JSON, and what can be read in it is a part of the answer, not the answer.
    """
    if _OPENING.match(text):
        return None
    decoder = json.JSONDecoder(strict=False, parse_int=_integer)
    found, false_starts, position = None, 0, 0
    while (opening := _OPENING.search(text, position)) and false_starts < _MOST_FALSE_STARTS:
        try:
            found, position = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            false_starts += 1
            position = opening.end()
    return found or None


def _mended(text: str) -> Any:
    """An object or list with its syntax mended (commas, quotes, escapes), or None where more than that was wrong.

    The library guesses: it ends what was cut, fills in what is missing and leaves out what it cannot place. Its guess
    is taken only if nothing but quotes, commas, colons and backslashes differs from the text.
    """
    opening = _OPENING.search(text)
    if opening is None or len(text) > _LONGEST_MENDED:
        return None
    piece = text[opening.start() : max(text.rfind("}"), text.rfind("]")) + 1]
    if any(piece.count(bracket) != piece.count(_CLOSING[bracket]) for bracket in _CLOSING):
        return None
    # The library reads two escapes of one character as two characters.
    piece = _HALF.sub(
        lambda found: json.loads(f'"{found.group()}"') if len(found.group()) > 6 else found.group(), piece
    )
    import json_repair  # takes 20 ms, and is rarely needed

    try:
        value = json_repair.loads(piece, skip_json_loads=True)
        mended = json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) and _substance(mended) == _substance(piece) else None


def _substance(text: str) -> tuple[list[str], int]:
    """What must not change when syntax is mended: all that is no punctuation of JSON, and the number of empty strings."""
    plain = _ESCAPE.sub(_unescaped, text)
    found = [part.casefold() for part in _SUBSTANCE.findall(plain)]
    return ["null" if part == "none" else part for part in found], plain.count('""') + plain.count("''")


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found["code"], 16)) if found["code"] else found["plain"] or " "


def _finished_part(text: str) -> Any:
    """What a cut answer holds up to the end of the last record in a list that was finished, or None.

    A record is an object, or a list in an answer that is a list or holds lists.

    `{"events": [{"n": 1}, {"n": 12` is `{"events": [{"n": 1}]}`: nobody knows whether 12 was going to be 120.
    """
    opening = _OPENING.search(text)
    if opening is None:
        return None
    opened: list[str] = []
    end, left_open = 0, ""
    for token in _TOKEN.finditer(text, opening.start()):
        bracket = token["bracket"]
        if len(opened) > _DEEPEST or (bracket is None and not token["end"]):
            break
        if bracket in _CLOSING:
            opened.append(bracket)
        elif bracket:
            if not opened or _CLOSING[opened.pop()] != bracket:
                break
            if opened[-1:] == ["["] and (bracket == "}" or opened in (["["], ["{", "["])):
                end, left_open = token.end(), "".join(opened)
    try:
        return read_json(text[opening.start() : end] + "".join(_CLOSING[bracket] for bracket in reversed(left_open)))
    except ValueError:
        return None


def _validated(data: Any, form: type[Model]) -> Parsed[Model]:
    dropped: list[str] = []
    # Each round leaves out at least one value, so this ends.
    while True:
        try:
            return Parsed(form.model_validate(data), tuple(dropped))
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            culprits: dict[Path, str] = {}
            for fault in faults:
                path = _culprit(data, fault)
                field = f"{fault['loc'][-1]}: " if fault["loc"][-1:] != path[-1:] else ""
                culprits.setdefault(path, f"{field}{fault['msg']}")
            dropped += [one_line(f"/{'/'.join(map(str, path))}: {message}") for path, message in culprits.items()]
            data = _without(data, list(culprits))
            # Every part of an answer may be optional: with nothing left it would be taken for "nothing found".
            if () in culprits or data == {}:
                return Parsed(None, tuple(dropped))


def _culprit(data: Any, fault: ErrorDetails) -> Path:
    """What to leave out for a fault: an unknown key, the innermost list item, or a whole key of the answer."""
    steps = fault["loc"]
    path: Path = ()
    culprit: Path = steps[:1] if isinstance(data, dict) and steps and steps[0] in data else ()
    for step in steps:
        if isinstance(data, list) and isinstance(step, int) and step < len(data):
            path = culprit = (*path, step)
        elif isinstance(data, dict) and step in data:
            path = (*path, step)
        elif isinstance(data, dict) and step in data.values():  # the word that tells which type of a union it is
            continue
        else:
            return culprit
        data = data[step]
    return path if fault["type"] == "extra_forbidden" else culprit


def _without(data: Any, paths: Sequence[Path]) -> Any:
    """A copy of the data without what the paths lead to."""
    if not paths:
        return data
    inside: dict[str | int, list[Path]] = {}
    for first, *rest in filter(None, paths):
        inside.setdefault(first, []).append(tuple(rest))
    gone = {first for first, rests in inside.items() if () in rests}
    if isinstance(data, dict):
        return {key: _without(value, inside.get(key, ())) for key, value in data.items() if key not in gone}
    if isinstance(data, list):
        return [_without(item, inside.get(at, ())) for at, item in enumerate(data) if at not in gone]
    return data


def one_line(text: str) -> str:
    """A text of any length as one line of a bounded one."""
    return " ".join(text.split())[:LONGEST_LINE]
