"""Why a replay missed: the nearest recording, and what is different in it.

Nearest is, first, a recording of the same article and prompt file, the same unit before others; failing that,
the one with the closest messages.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extract.errors import UsageError
from extract.files.documents import parsed, read_text
from extract.files.run_files import RUN_FORMAT, is_run_file
from extract.models.client import About, canonical_json
from extract.records.results import read_run
from extract.store.places import Store
from extract.store.recordings import Recording, json_text

SHORT = 16
"""Digits of a key that messages show: enough to name one, and `extract cache why` and `show` take them."""

CLIP = 100
"""Characters of a text that a difference shows."""

MAX_SHOWN = 16
"""Lines shown per field."""

DEEPEST = 50
"""Levels of a schema that are compared one by one; what is deeper is compared as a whole."""

MISSED_KEY = re.compile(r"no recording answers .*\(key ([0-9a-f]{16})\)")
"""Finds the key in the one-line message of a miss, wherever that was kept."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A miss explained.

    Attributes:
        key: of the request that was asked.
        about: where it comes from.
        nearest: the recording compared with, or None when there is none at all.
        reason: why that one is the nearest.
        differences: field that differs ("temperature", "messages[1].content") → lines of a diff.
    """

    key: str
    about: About
    nearest: Recording | None
    reason: str
    differences: Mapping[str, list[str]]

    def line(self) -> str:
        """The miss in one line."""
        asked = f"no recording answers {name_of(self.about)} (key {self.key[:SHORT]})"
        if self.nearest is None:
            return f"{asked}: nothing is recorded at all; record with --cache auto"
        return (
            f"{asked}: the nearest, {self.nearest.key[:SHORT]} ({self.reason}), differs in "
            f"{', '.join(self.differences)}; compare with `extract cache why {self.key[:SHORT]}`, or record with "
            "--cache auto"
        )

    def text(self) -> str:
        """The miss with a short diff; several lines."""
        lines = [f"asked:    {name_of(self.about)}, key {self.key[:SHORT]}"]
        lines.append(f"recorded: {f'{_named(self.nearest)} ({self.reason})' if self.nearest else 'nothing'}")
        for field, changes in self.differences.items():
            lines += [f"{field}:", *(f"  {change}" for change in changes[:MAX_SHOWN])]
            lines += [f"  … and {len(changes) - MAX_SHOWN} more lines"] if len(changes) > MAX_SHOWN else []
        return "\n".join(lines)


def asked_text(content: Mapping[str, Any], about: About) -> str:
    """A request as JSON text, to be remembered for an explanation later."""
    return json_text({"about": asdict(about), "request": content})


def explained(target: str, store: Store) -> Iterator[str]:
    """Explains misses after the fact.

    Args:
        target: a run file, a JSON file with a request, or the first digits of a key.
        store: what is recorded now, and the missed requests that it remembers.

    Yields:
        One text per missed request.

    Raises:
        UsageError: it is none of these, or nothing is known about it.
        RunFileError: a line of the run file is none.
        DamagedRecording: a recording that had to be looked at is not what was written.
    """
    nearest = Nearest(store)
    path = Path(target)
    if not path.is_file():
        yield from _explained_keys(target, store, nearest)
        return
    text = read_text(path, "file", UsageError)
    if not (is_run_file(path) or f'"{RUN_FORMAT}"' in text.partition("\n")[0]):
        try:
            yield nearest.explain_text(text).text()
        except UsageError as error:
            raise UsageError(f"{target!r} is no run file, and {error}") from error
        return
    details = [problem.detail for result in read_run(path, _Unread).results for problem in result.problems]
    missed = {found[1]: found.string for found in map(MISSED_KEY.search, details) if found}
    if not missed:
        yield f"no problem in {target!r} comes from a request that was not recorded"
    for key, detail in missed.items():
        notes = store.missed(key)
        yield from (nearest.explain_text(note).text() for note in notes.values()) if notes else [detail]


def _explained_keys(prefix: str, store: Store, nearest: Nearest) -> Iterator[str]:
    recorded = keys_of(prefix, store, "neither a file nor")
    notes = [text for key, text in store.missed(prefix).items() if key not in recorded]
    if not recorded and not notes:
        raise UsageError(f"no request with a key {prefix!r}… was recorded or missed here; give the run file instead")
    yield from (f"recorded: {_named(store.read(key))}" for key in recorded)
    yield from (nearest.explain_text(text).text() for text in notes)


def keys_of(prefix: str, store: Store, is_not: str = "not") -> list[str]:
    """The keys in a store that begin with some digits.

    Raises:
        UsageError: they are no digits of a key; `is_not` says what they are.
    """
    if not re.fullmatch(r"[0-9a-f]{4,64}", prefix):
        raise UsageError(f"{prefix!r} is {is_not} the first digits (four or more) of a key")
    return [key for key in store if key.startswith(prefix)]


class _Unread(BaseModel):
    """Records of any task: what is looked for stands beside them."""


class Nearest:
    """Finds nearest recordings; reads labels once, for all misses of a run."""

    def __init__(self, store: Store) -> None:
        """Remembers where to look; reads at the first miss."""
        self._store = store
        self._print = cache(lambda key: _fingerprint(store.read(key).content))

    @cached_property
    def _labels(self) -> dict[str, About]:
        return {key: self._store.labels(key) for key in self._store}

    def explain(self, key: str, content: Mapping[str, Any], about: About) -> Explanation:
        """Explains why this request is not answered.

        Args:
            key: of the request.
            content: what its key is made of (`Request.content`).
            about: where it comes from.

        Raises:
            DamagedRecording: a recording that had to be looked at is not what was written; the one that is
                missing may be that one.
        """
        alike = [
            other
            for other, labels in self._labels.items()
            if about.article and about.prompt and (labels.article, labels.prompt) == (about.article, about.prompt)
        ]
        units = [other for other in alike if self._labels[other].unit == about.unit]
        reason = "same article, prompt file and unit" if units else "same article and prompt file"
        asked = _fingerprint(content)

        def likeness(other: str) -> float:
            return len(asked & self._print(other)) / len(asked | self._print(other))

        best = max(units or alike or self._labels, key=likeness, default=None)
        nearest = None if best is None else self._store.read(best)
        return Explanation(
            key,
            about,
            nearest,
            reason if alike else "closest messages",
            {} if nearest is None else differences(nearest.content, content),
        )

    def explain_text(self, text: str) -> Explanation:
        """The same from JSON text: what `asked_text` wrote, or a bare `Request.content`.

        Raises:
            UsageError: it is no such thing.
            DamagedRecording: as `explain`.
        """
        try:
            data = parsed(text)
            content = data.get("request", data)
            labels = data.get("about", {})
            about = About(*(str(labels.get(name, "")) for name in ("article", "prompt", "unit")))
            messages = [(message["role"], message["content"]) for message in content["messages"]]
            if not all(isinstance(part, str) for message in messages for part in message) or "schema" not in content:
                raise TypeError("no request")
            key = hashlib.sha256(canonical_json(content).encode()).hexdigest()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError("not the JSON of a request: it needs messages (role, content) and a schema") from error
        return self.explain(key, content, about)


def _fingerprint(content: Mapping[str, Any]) -> frozenset[int]:
    """What of a request is compared to find a near one, fast: its fields, and the words of its question."""
    words = [word for message in content["messages"][-1:] for word in message["content"].split()]
    return frozenset(map(hash, [*_fields(content), *words]))


def differences(recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, list[str]]:
    """What differs between the contents of two requests: field → lines of a diff, in the order of the fields."""
    old, new = dict(_fields(recorded)), dict(_fields(asked))
    fields = [field for field in {**new, **old} if old.get(field) != new.get(field)]
    return {field: list(text_changes(old.get(field, ""), new.get(field, ""))) for field in fields}


def _fields(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field of a request as text: each part of a message and each leaf of the schema is one."""
    for name, value in content.items():
        if name == "messages":
            for number, message in enumerate(value):
                yield from ((f"messages[{number}].{part}", message[part]) for part in ("role", "content"))
        elif name == "schema":
            yield from _leaves(value, name)
        else:
            yield name, value if isinstance(value, str) else json.dumps(value)


def _leaves(schema: Any, place: str) -> Iterator[tuple[str, str]]:
    """JSON pointer → value; `properties`, which a key holds as pairs, by name and with their order apart."""
    if isinstance(schema, dict) and place.count("/") < DEEPEST:
        for name, value in schema.items():
            here = f"{place}/{name}"
            if name == "properties" and _is_pairs(value):
                yield f"{here} (order)", ", ".join(str(key) for key, _ in value)
                for key, item in value:
                    yield from _leaves(item, f"{here}/{key}")
            else:
                yield from _leaves(value, here)
    else:
        yield place, json.dumps(schema, ensure_ascii=False, sort_keys=True)


def _is_pairs(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, list) and len(item) == 2 for item in value)


def text_changes(recorded: str, asked: str) -> Iterator[str]:
    """The lines that differ as "- recorded" and "+ asked", each cut to the place where it does, white space visible."""
    old, new = recorded.splitlines(keepends=True), asked.splitlines(keepends=True)
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for was, now in zip_longest(old[a:b], new[c:d]) if kind != "equal" else ():
            alike = takewhile(lambda pair: pair[0] == pair[1], zip(was or "", now or "", strict=False))
            start = sum(1 for _ in alike)
            yield from (
                f"{sign} {_excerpt(line, start)}" for sign, line in (("-", was), ("+", now)) if line is not None
            )


def _excerpt(line: str, start: int) -> str:
    begin = max(0, start - CLIP // 3)
    piece = repr(line[begin : begin + CLIP])[1:-1]
    return f"{'…' if begin else ''}{piece}{'…' if begin + CLIP < len(line) else ''}"


def _named(recording: Recording) -> str:
    return f"{name_of(recording.about)}, key {recording.key[:SHORT]}, {recording.response.recorded_on}"


def name_of(about: About) -> str:
    """What labels call a request."""
    parts = (("", about.unit), ("article ", about.article), ("prompt ", about.prompt))
    return ", ".join(f"{label}{value!r}" for label, value in parts if value) or "this request"
