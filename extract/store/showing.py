"""A recording as people read it: all that was asked, and every answer."""

from __future__ import annotations

from collections.abc import Iterator

from extract.errors import UsageError
from extract.store.misses import keys_of, name_of
from extract.store.places import Store
from extract.store.recordings import Recording

_NOT_SHOWN = frozenset({"version", "model", "messages", "schema", "grammar"})
"""Parts of a request that are said in a line of their own, or are long and for machines."""


def shown(prefix: str, store: Store) -> Iterator[str]:
    """The recordings of a key, or of its first digits, one text of several lines each.

    Raises:
        UsageError: it is no key, or nothing is recorded under it.
        DamagedRecording: a recording is not what was written.
    """
    if not (keys := keys_of(prefix, store)):
        raise UsageError(
            f"nothing is recorded here under a key {prefix!r}…: name its place with --store or --recordings"
        )
    for key in keys:
        yield "\n".join(_lines(store.read(key)))


def _lines(recording: Recording) -> Iterator[str]:
    content, response = recording.content, recording.response
    yield f"{name_of(recording.about)}, key {recording.key}, {response.recorded_on}"
    settings = [f"{name} {value}" for name, value in content.items() if name not in _NOT_SHOWN]
    yield f"{content['model']}: {', '.join(settings)}"
    for message in content["messages"]:
        yield from _part(message["role"], message["content"])
    for attempt in response.attempts:
        usage = attempt.usage
        said = f"answer ({attempt.finish_reason}; {usage.input_tokens} tokens in, {usage.output_tokens} out)"
        yield from _part(said, attempt.text)
        if attempt.error:
            yield from _part("not accepted", attempt.error)


def _part(head: str, text: str) -> Iterator[str]:
    """Indented, so that no text can pose as a head."""
    yield head
    yield from (f"    {line}" for line in text.split("\n"))
