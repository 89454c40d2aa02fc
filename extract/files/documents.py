"""Documents of ours as files: JSON and TOML read with a bound and checked against a model; written whole or not at all.

Whatever is wrong with a file is one line that names it and the place in it. Not here: run files, recordings and
articles, which are read line by line by modules of their own.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Literal, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from extract.errors import ExtractError

MOST_BYTES = 100_000_000
"""Of one document: an evaluation of a thousand articles takes a fifth of that."""

Model = TypeVar("Model", bound=BaseModel)


def load_document(
    path: Path,
    model: type[Model],
    what: str,
    fault: type[ExtractError],
    *,
    form: str = "",
    strict: bool = False,
    extra: Literal["forbid"] | None = None,
) -> Model:
    """Reads a document.

    Args:
        path: JSON, or TOML where the name ends so.
        model: what it has to be.
        what: what the user calls it ("evaluation").
        fault: the error to raise.
        form: its format, for the message ("attested-evaluation-1").
        strict: whether a number in quotation marks is a mistake.
        extra: "forbid" where a key that the model does not have is a mistake, whatever the model says.

    Raises:
        ExtractError: `fault`; it cannot be read, or is something else.
    """
    text = read_text(path, what, fault)
    try:
        if path.suffix == ".toml":
            return model.model_validate(_parsed_toml(text))
        parsed(text)
        return model.model_validate_json(text, strict=strict, extra=extra)
    except ValidationError as error:
        why = first_fault(error)
    except ValueError as error:
        why = str(error)
    named = f"{'an' if what[0] in 'aeiou' else 'a'} {what}{f' ({form})' if form else ''}"
    raise fault(f"{str(path)!r} is not {named}: {why}")


def read_text(source: Path | IO[bytes], what: str, fault: type[ExtractError]) -> str:
    """The text of a document.

    Args:
        source: a file, or a stream.
        what: what the user calls it.
        fault: the error to raise.

    Raises:
        ExtractError: `fault`; it cannot be read, is no UTF-8, or has more than `MOST_BYTES`.
    """
    name = str(source) if isinstance(source, Path) else getattr(source, "name", "<stdin>")
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                raw = stream.read(MOST_BYTES + 1)
        else:
            raw = source.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise ValueError(f"longer than {MOST_BYTES // 1_000_000} MB")
        return raw.decode("utf-8-sig")
    except OSError as error:
        why = error.strerror or str(error)
    except UnicodeDecodeError as error:
        why = f"not UTF-8 at byte {error.start}"
    except ValueError as error:
        why = str(error)
    raise fault(f"cannot read {what} {name!r}: {why}")


def parsed(text: str) -> Any:
    """The value of a JSON text, without what Python's parser lets pass: NaN, infinities, a key twice.

    Raises:
        ValueError: it is not JSON, or is nested too deeply; one line.
    """
    try:
        return json.loads(
            text, parse_constant=_refused, parse_float=_finite, parse_int=_integer, object_pairs_hook=_once
        )
    except _NoNumber as error:
        raise ValueError(f"{error} in line {_line(text, error.token)}") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def first_fault(error: ValidationError) -> str:
    """The first thing wrong, in one line: where, and what."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = pointer(first["loc"])
    what = first["msg"].removeprefix("Value error, ")
    return f"{place}: {what}" if place else what


def pointer(path: Sequence[str | int]) -> str:
    """A place in a document as JSON pointer; "" is the document."""
    return "".join(f"/{part}" for part in path)


def save_document(path: Path, content: BaseModel | str | Iterable[str], fault: type[ExtractError]) -> None:
    """Writes a document: a model as indented JSON, so that two can be diffed, a text, or the parts of one, as it is.

    The file is replaced once all of it is written; a reader, and who interrupts, finds the old one or the new one.

    Raises:
        ExtractError: `fault`; it cannot be written.
    """
    try:
        whole = content.model_dump_json(indent=1) + "\n" if isinstance(content, BaseModel) else content
        parts = [whole] if isinstance(whole, str) else whole
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # a pipe, a terminal
            _write(path, parts)
            return
        target = path.resolve()
        half = target.with_name(f".{target.name[:100]}.{os.getpid()}")
        try:
            _write(half, parts)
            if target.exists():
                shutil.copymode(target, half)
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
    except (OSError, ValueError) as error:  # a ValueError: half a character, which UTF-8 cannot write
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise fault(f"cannot write {str(path)!r}: {why}") from error


def _write(path: Path, parts: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(parts)


def _parsed_toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


class _NoNumber(ValueError):
    """A token that Python's parser would take for a number, or could not hold."""

    def __init__(self, token: str, why: str) -> None:
        super().__init__(f"{token[:20]} is {why}")
        self.token = token


def _refused(token: str) -> NoReturn:
    raise _NoNumber(token, "no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _NoNumber(digits, "a number too large")
    return number


def _integer(digits: str) -> int:
    if len(digits) > 300:  # no float holds it, and reading digits takes the square of their number
        raise _NoNumber(digits, "a number too large")
    return int(digits)


def _line(text: str, token: str) -> int:
    """The line of a token that stands in no string."""
    found = re.finditer(rf'"(?:[^"\\]|\\.)*+"|{re.escape(token)}', text)
    at = next((match.start() for match in found if match[0] == token), 0)
    return text.count("\n", 0, at) + 1


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found
