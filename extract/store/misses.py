"""Why a replay missed: the nearest recording, and what is different in it.

Nearest is, first, a recording of the same article and prompt file, the same unit before others; failing that,
the one with the closest messages. Nothing here reads files or opens stores: recordings come in through `Source`.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel

from extract.errors import UsageError
from extract.files.documents import parsed, read_text
from extract.files.run_files import RUN_FORMAT, is_run_file
from extract.models.client import About, canonical_json
from extract.records.results import read_run
from extract.store.recordings import Recording, json_text

SHORT = 16
"""Digits of a key that messages show: enough to name one, and `extract cache why` takes them."""

CLIP = 100
"""Characters of a text that a difference shows."""

MAX_SHOWN = 8
"""Differences shown per field."""

DEEPEST = 50
"""Levels of a schema that are compared one by one; what is deeper is compared as a whole."""

MISSED_KEY = re.compile(r"no recording answers .*\(key ([0-9a-f]{16})\)")
"""Finds the key in the one-line message of a miss, wherever that was kept."""


class Source(Protocol):
    """Recordings to compare with; `store.Store` is one."""

    def __iter__(self) -> Iterator[str]:
        """Every key once."""
        ...

    def labels(self, key: str) -> About:
        """Labels of one."""
        ...

    def read(self, key: str) -> Recording:
        """The whole of one."""
        ...


class Change(NamedTuple):
    """A piece of a field, as recorded and as asked; None where it is not there."""

    recorded: str | None
    asked: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs.

    Attributes:
        field: "temperature", "messages[1].content", "schema/properties/kind/enum".
        changes: what differs in it, in order.
    """

    field: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A miss explained.

    Attributes:
        key: of the request that was asked.
        about: where it comes from.
        nearest: the recording compared with, or None when there is none at all.
        reason: why that one is the nearest.
        differences: what differs, in the order of the request's fields.
    """

    key: str
    about: About
    nearest: Recording | None
    reason: str
    differences: tuple[Difference, ...]

    def line(self) -> str:
        """The miss in one line."""
        asked = f"no recording answers {_name(self.about)} (key {self.key[:SHORT]})"
        if self.nearest is None:
            return f"{asked}: nothing is recorded at all; record with --cache auto"
        fields = ", ".join(difference.field for difference in self.differences)
        return (
            f"{asked}: the nearest, {self.nearest.key[:SHORT]} ({self.reason}), differs in {fields}; "
            f"compare with `extract cache why {self.key[:SHORT]}`, or record with --cache auto"
        )

    def text(self) -> str:
        """The miss with a short diff; several lines."""
        lines = [f"asked:    {_name(self.about)}, key {self.key[:SHORT]}"]
        if self.nearest is None:
            return "\n".join([*lines, "recorded: nothing"])
        on = self.nearest.response.recorded_on
        lines.append(f"recorded: {_name(self.nearest.about)}, key {self.nearest.key[:SHORT]}, {on} ({self.reason})")
        for difference in self.differences:
            lines.append(f"{difference.field}:")
            for change in difference.changes[:MAX_SHOWN]:
                lines += [f"  - {change.recorded}"] if change.recorded is not None else []
                lines += [f"  + {change.asked}"] if change.asked is not None else []
            if len(difference.changes) > MAX_SHOWN:
                lines.append(f"  … and {len(difference.changes) - MAX_SHOWN} more")
        return "\n".join(lines)


def asked_text(content: Mapping[str, Any], about: About) -> str:
    """A request as JSON text, to be remembered for an explanation later."""
    return json_text(
        {"about": {"article": about.article, "prompt": about.prompt, "unit": about.unit}, "request": content}
    )


def explain_text(text: str, nearest: Nearest) -> Explanation:
    """Explains a request from its JSON text: what `asked_text` wrote, or a bare `Request.content`.

    Raises:
        UsageError: it is no such thing.
        DamagedRecording: a recording that had to be looked at is not what was written.
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
    return nearest.explain(key, content, about)


def explained(target: str, source: Source, noted: Callable[[str], Mapping[str, str]]) -> Iterator[str]:
    """Explains misses after the fact.

    Args:
        target: a run file, a JSON file with a request, or the first digits of a key.
        source: what is recorded now.
        noted: gives the missed requests that were remembered, by the first digits of their key.

    Yields:
        One text per missed request.

    Raises:
        UsageError: it is none of these, or nothing is known about it.
        RunFileError: a line of the run file is none.
        DamagedRecording: a recording that had to be looked at is not what was written.
    """
    nearest = Nearest(source)
    path = Path(target)
    if not path.is_file():
        yield from _explained_keys(target, source, noted, nearest)
        return
    text = read_text(path, "file", UsageError)
    if not (is_run_file(path) or f'"{RUN_FORMAT}"' in text.partition("\n")[0]):
        try:
            yield explain_text(text, nearest).text()
        except UsageError as error:
            raise UsageError(f"{target!r} is no run file, and {error}") from error
        return
    run = read_run(path, _Unread)
    details = [problem.detail for result in run.results for problem in result.problems]
    missed = {found[1]: found.string for found in map(MISSED_KEY.search, details) if found}
    if not missed:
        yield f"no problem in {target!r} comes from a request that was not recorded"
    for key, detail in missed.items():
        notes = noted(key)
        yield from (explain_text(note, nearest).text() for note in notes.values()) if notes else [detail]


def _explained_keys(
    prefix: str, source: Source, noted: Callable[[str], Mapping[str, str]], nearest: Nearest
) -> Iterator[str]:
    if not re.fullmatch(r"[0-9a-f]{4,64}", prefix):
        raise UsageError(f"{prefix!r} is neither a file nor the first digits (four or more) of a key")
    recorded = [key for key in source if key.startswith(prefix)]
    notes = {key: text for key, text in noted(prefix).items() if key not in recorded}
    if not recorded and not notes:
        raise UsageError(f"no request with a key {prefix!r}… was recorded or missed here; give the run file instead")
    for key in recorded:
        found = source.read(key)
        yield f"recorded: {_name(found.about)}, key {key[:SHORT]}, {found.response.recorded_on}"
    yield from (explain_text(text, nearest).text() for text in notes.values())


class _Unread(BaseModel):
    """Records of any task: what is looked for stands beside them."""


class Nearest:
    """Finds nearest recordings; reads labels once, for all misses of a run."""

    def __init__(self, source: Source) -> None:
        """Remembers where to look; reads at the first miss."""
        self._source = source
        self._by_label: dict[tuple[str, str], list[str]] | None = None
        self._prints: list[_Print] | None = None

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
        nearest, reason = self._nearest(content, about)
        found = () if nearest is None else differences(nearest.content, content)
        return Explanation(key, about, nearest, reason, found)

    def _nearest(self, content: Mapping[str, Any], about: About) -> tuple[Recording | None, str]:
        same = self._labelled(about)
        if same:
            candidates = [self._source.read(key) for key in same]
            units = [recording for recording in candidates if recording.about.unit == about.unit]
            asked = _fingerprint("", content)
            nearest = max(
                units or candidates, key=lambda found: _likeness(_fingerprint(found.key, found.content), asked)
            )
            return nearest, "same article, prompt file and unit" if units else "same article and prompt file"
        closest = self._closest(content)
        return (None if closest is None else self._source.read(closest)), "closest messages"

    def _labelled(self, about: About) -> list[str]:
        if self._by_label is None:
            self._by_label = defaultdict(list)
            for key in self._source:
                labels = self._source.labels(key)
                self._by_label[labels.article, labels.prompt].append(key)
        return self._by_label.get((about.article, about.prompt), []) if about.article and about.prompt else []

    def _closest(self, content: Mapping[str, Any]) -> str | None:
        if self._prints is None:
            self._prints = [_fingerprint(key, self._source.read(key).content) for key in self._source]
        asked = _fingerprint("", content)
        best = max(self._prints, key=lambda found: _likeness(found, asked), default=None)
        return None if best is None else best.key


class _Print(NamedTuple):
    """What of a request is compared to find a near one: fast, for thousands of them."""

    key: str
    fields: tuple[int, ...]
    fixed: tuple[int, ...]
    words: frozenset[str]


def _fingerprint(key: str, content: Mapping[str, Any]) -> _Print:
    texts = [str(message["content"]) for message in content["messages"]]
    fields = tuple(hash(json.dumps(content[name], sort_keys=True)) for name in sorted(content) if name != "messages")
    words = frozenset(map(sys.intern, " ".join(texts[-1:]).split()))
    return _Print(key, fields, tuple(map(hash, texts[:-1])), words)


def _likeness(one: _Print, other: _Print) -> tuple[float, int]:
    """Larger is nearer: messages first (fixed ones in common, words in common), then equal fields."""
    fixed = sum(a == b for a, b in zip(one.fixed, other.fixed, strict=False)) / max(len(one.fixed), len(other.fixed), 1)
    words = len(one.words & other.words) / max(len(one.words | other.words), 1)
    return fixed + words, sum(a == b for a, b in zip(one.fields, other.fields, strict=False))


def differences(recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs between the contents of two requests, in the order of the fields."""
    found: list[Difference] = []
    for name in dict.fromkeys([*asked, *recorded]):
        old, new = recorded.get(name), asked.get(name)
        if old == new:
            continue
        if name == "messages":
            found += _message_differences(old or [], new or [])
        elif name == "schema":
            found += _schema_differences(old, new)
        elif name == "grammar":
            found.append(Difference(name, tuple(text_changes(old or "", new or ""))))
        else:
            found.append(Difference(name, (_change(json.dumps(old), json.dumps(new)),)))
    return tuple(found)


def _message_differences(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    for number in range(max(len(old), len(new))):
        place = f"messages[{number}]"
        if number >= len(new):
            yield Difference(place, (Change(_clipped(f"{old[number]['role']}: {old[number]['content']!r}"), None),))
        elif number >= len(old):
            yield Difference(place, (Change(None, _clipped(f"{new[number]['role']}: {new[number]['content']!r}")),))
        else:
            was, now = old[number], new[number]
            if was["role"] != now["role"]:
                yield Difference(f"{place}.role", (Change(was["role"], now["role"]),))
            if was["content"] != now["content"]:
                yield Difference(f"{place}.content", tuple(text_changes(was["content"], now["content"])))


def text_changes(recorded: str, asked: str) -> Iterator[Change]:
    """The lines that differ, each cut to the place where it does, written so that white space shows."""
    old, new = recorded.splitlines(keepends=True), asked.splitlines(keepends=True)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for number in range(max(b - a, d - c)):
            was = old[a + number] if a + number < b else None
            now = new[c + number] if c + number < d else None
            yield _change(was, now)


def _change(was: str | None, now: str | None) -> Change:
    """Both, each cut to the place where they differ."""
    start = 0 if was is None or now is None else _first_difference(was, now)
    return Change(_excerpt(was, start), _excerpt(now, start))


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _excerpt(line: str | None, start: int) -> str | None:
    if line is None:
        return None
    begin = max(0, start - CLIP // 3)
    piece = repr(line[begin : begin + CLIP])[1:-1]
    return f"{'…' if begin else ''}{piece}{'…' if begin + CLIP < len(line) else ''}"


def _schema_differences(old: Any, new: Any) -> Iterator[Difference]:
    before, after = dict(_leaves(old, "schema")), dict(_leaves(new, "schema"))
    for place in dict.fromkeys([*after, *before]):
        if before.get(place) != after.get(place):
            yield Difference(place, (_change(before.get(place), after.get(place)),))


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


def _clipped(text: str) -> str:
    return text if len(text) <= CLIP else f"{text[:CLIP]}…"


def _name(about: About) -> str:
    parts = [
        f"{label}{value!r}"
        for label, value in (("", about.unit), ("article ", about.article), ("prompt ", about.prompt))
        if value
    ]
    return ", ".join(parts) or "this request"
