"""Recordings on their way between the working store and recordings files: choosing, checking, moving.

Everything that crosses is checked whole (`vetting`): a recording that is damaged, or that would carry something
private, is named and stops the move before anything is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from extract.errors import StoreError, UsageError
from extract.files.documents import read_text
from extract.store.layers import Layer, contents, text_of, write_layer
from extract.store.places import Place
from extract.store.recordings import Recording, Written
from extract.store.vetting import Privacy, vetted
from extract.store.working import Imported, WorkingStore


@dataclass(frozen=True, slots=True)
class Selection:
    """Which recordings are meant: those that fit every condition given.

    Attributes:
        articles: ids.
        prompts: prompt files, or the sets and tasks they are in ("attack/sentence").
        models: model identities.
        before: recorded before this ISO day.
        live: keys that are in use.
        unused: with `live`: those that are not in use instead.
    """

    articles: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    before: str | None = None
    live: frozenset[str] | None = None
    unused: bool = False

    def fits(self, recording: Recording) -> bool:
        """Whether a recording is meant."""
        about = recording.about
        return (
            (not self.articles or about.article in self.articles)
            and (not self.prompts or any(f"{about.prompt}/".startswith(f"{prompt}/") for prompt in self.prompts))
            and (not self.models or recording.content["model"] in self.models)
            and (self.before is None or recording.response.recorded_on < self.before)
            and (self.live is None or (recording.key in self.live) != self.unused)
        )

    def parts(self) -> dict[str, Selection]:
        """A selection of its own for each name given, as an option."""
        return {
            **{f"--article {name}": Selection(articles=(name,)) for name in self.articles},
            **{f"--prompt {name}": Selection(prompts=(name,)) for name in self.prompts},
            **{f"--model {name}": Selection(models=(name,)) for name in self.models},
        }


def checked(source: Place, key: str) -> tuple[Recording, Written]:
    """Reads a recording and checks its form.

    Raises:
        DamagedRecording: it is not exactly what was written.
    """
    item = source.written(key)
    return vetted(item.line, key, str(source.path), source.shared), item


def export(source: Place, selection: Selection, target: Path, kept: Place | None = None) -> int:
    """Writes recordings to a file, in canonical form.

    Args:
        selection: which ones of the source.
        target: replaced, whole or not at all.
        kept: whose recordings all go into the file too, but those that the source gives.

    Returns:
        How many were written.

    Raises:
        UsageError: no recording fits, or none has one of the names that the selection gives.
        StoreError: a recording holds something private, or the file cannot be written.
        DamagedRecording: a recording is not exactly what was written.
    """
    privacy = Privacy.of(os.environ)
    items: dict[str, Written] = {}
    unmet = selection.parts()
    for key in source:
        recording, item = checked(source, key)
        unmet = {option: part for option, part in unmet.items() if not part.fits(recording)}
        if selection.fits(recording):
            _refuse_private(privacy, recording, source)
            items[key] = item
    if unmet:
        raise UsageError(f"no recording has {', '.join(unmet)}: see `extract cache stats`")
    if not items:
        raise UsageError(f"nothing to write to {str(target)!r}: no recording is there that fits")
    for key in kept or ():
        if kept and key not in items:
            recording, items[key] = checked(kept, key)
            _refuse_private(privacy, recording, kept)
    write_layer(target, items.values())
    return len(items)


def import_layer(layer: Layer, working: WorkingStore, *, replace: bool = False) -> Imported:
    """Takes a file's recordings into the working store, all or none, after all of them have been checked.

    Args:
        layer: the file.
        working: where to.
        replace: what is recorded differently is replaced instead of kept.

    Raises:
        StoreError: a recording holds something private, or the store cannot be written.
        DamagedRecording: a recording is not exactly what was written.
    """
    privacy = Privacy.of(os.environ)
    items = []
    for key in layer:
        recording, item = checked(layer, key)
        _refuse_private(privacy, recording, layer)
        items.append(item)
    return working.take(items, replace=replace)


def faults(source: Place) -> Iterator[str]:
    """Everything wrong in one place, one line each; files are also checked for private things and their form."""
    privacy = Privacy.of(os.environ)
    items = []
    if isinstance(source, WorkingStore) and (rows := source.foreign()):
        yield f"{str(source.path)!r} holds {rows} rows of another program; `extract cache clear` deletes all there is"
    for key in source:
        try:
            recording, item = checked(source, key)
        except StoreError as error:
            yield str(error)
            continue
        items.append(item)
        if isinstance(source, Layer):
            for trace in privacy.traces(recording):
                yield f"recording {key!r} in {str(source.path)!r}: {trace}"
    is_canonical = isinstance(source, Layer) and not source.is_growing
    if is_canonical and len(items) == len(source) and text_of(items).encode() != contents(source.path):
        yield f"{str(source.path)!r} is not in canonical form; write it anew with `extract cache export --add`"


def to_prune(working: WorkingStore, selection: Selection | None, *, damaged: bool) -> list[str]:
    """Keys to delete from the working store: those meant, and the damaged ones if asked for."""
    keys = []
    for key in working:
        try:
            recording, _ = checked(working, key)
            meant = selection is not None and selection.fits(recording)
        except StoreError:
            meant = damaged
        keys += [key] if meant else []
    return keys


def read_keys(stream: IO[bytes]) -> frozenset[str]:
    """Keys that are in use, one a line.

    Raises:
        UsageError: it cannot be read, is too long, or holds another thing.
    """
    words = read_text(stream, "keys", UsageError).split()
    other = next((word for word in words if not re.fullmatch("[0-9a-f]{64}", word)), None)
    if other is not None:
        raise UsageError(
            f"{other[:70]!r} in {stream.name!r} is no key; `extract bench --keys FILE` writes a file of them"
        )
    return frozenset(words)


def _refuse_private(privacy: Privacy, recording: Recording, source: Place) -> None:
    traces = privacy.traces(recording)
    if traces:
        raise StoreError(
            f"recording {recording.key!r} in {str(source.path)!r} stays where it is: {'; '.join(traces)}; "
            "leave it out (--article, --prompt, --model), or prune it and record without that"
        )
