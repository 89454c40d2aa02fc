"""Where corrections come from: files of the page, and corrected runs, whose corrections go into another run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from extract.correcting.applying import Source
from extract.correcting.spots import at
from extract.correcting.steps import Refusal
from extract.errors import RunFileError
from extract.files.documents import load_document
from extract.files.run_files import is_run_file
from extract.records.corrections import CORRECTIONS_FORMAT, Correction, Corrections
from extract.records.results import ArticleResult, Run, Signature, read_header, read_run


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file of corrections.

    Attributes:
        run: digest of the signature of the run that they were made for; "" where it does not say.
        kept: it is a corrected run.
    """

    corrections: Sequence[Correction]
    run: str = ""
    kept: bool = False


def load_corrections(path: Path, signature: Signature, schema: type[BaseModel], by: str | None = None) -> Loaded:
    """Reads a corrections file, or takes those of a corrected run.

    Args:
        path: the file.
        signature: of the run that they will go into.
        schema: the task's record model.
        by: who made those that do not say.

    Raises:
        RunFileError: it is neither, or of another task.
    """
    if is_run_file(path):
        found = _of_run(path, schema, signature.task)
    else:
        read = load_document(path, Corrections, "corrections file", RunFileError, form=CORRECTIONS_FORMAT)
        _check_task(path, read.task, signature.task)
        found = Loaded([_named(each, read.by) for each in read.corrections], read.run)
    return replace(found, corrections=[_named(each, by or "") for each in found.corrections])


def _named(correction: Correction, by: str) -> Correction:
    return correction if correction.by or not by else correction.model_copy(update={"by": by})


def _check_task(path: Path, theirs: str, ours: str) -> None:
    if theirs != ours:
        raise RunFileError(f"{str(path)!r} holds corrections of task {theirs!r}, the run is of {ours!r}")


def _of_run(path: Path, schema: type[BaseModel], task: str) -> Loaded:
    header = read_header(path)
    _check_task(path, header.signature.task, task)
    run = read_run(path, schema)
    if not header.corrected:
        raise RunFileError(f"{str(path)!r} is a run that nobody corrected: there is nothing to take from it")
    return Loaded([each for result in run.results for each in last_words(result)], header.signature.digest, kept=True)


def last_words(result: ArticleResult) -> list[Correction]:
    """What people said of an article in the end: of each place the last word, of what was added its present form."""
    document = result.records.model_dump(mode="json") if result.records else None
    kept: dict[str, Correction] = {}
    gone: list[Correction] = []
    for each in result.corrections:
        takes = each.action in ("remove", "reject")
        if each.now is None or (takes and isinstance(at(document, each.now), list)):
            gone += [each] if takes else []  # what was added and is gone again was never there
            continue
        known = kept.get(each.now)
        if known is None:
            kept[each.now] = each
        elif known.action != "add" and each.action != "confirm":
            kept[each.now] = each.model_copy(update={"was": known.was})
    return [*_as_it_is(kept, document), *gone]


def _as_it_is(kept: Mapping[str, Correction], document: Any) -> Iterator[Correction]:
    """Corrections with the records and values that they led to."""
    added = [place for place, each in kept.items() if each.action == "add"]
    for place, each in kept.items():
        if each.action == "add":
            yield each.model_copy(update={"value": at(document, place), "start": None, "end": None})
        elif not any(place.startswith(f"{other}/") for other in added):
            yield each.model_copy(update={"was": at(document, place)}) if each.action == "confirm" else each


def sources_for(run: Run, files: Sequence[Loaded]) -> tuple[Mapping[str, list[Source]], list[Refusal]]:
    """Article id → the corrections of each file about it; and those about no article of the run.

    An article is found by its id, or, where that is another, by its text.
    """
    known = {result.article_id: result for result in run.results}
    by_text: defaultdict[str | None, list[str]] = defaultdict(list)
    for result in run.results:
        by_text[result.text_sha256].append(result.article_id)
    found: defaultdict[str, list[Source]] = defaultdict(list)
    refused: list[Refusal] = []
    for file in files:
        mine: defaultdict[str, list[Correction]] = defaultdict(list)
        for each in file.corrections:
            there, alike = known.get(each.article_id), by_text[each.text_sha256]
            if there is not None and there.text_sha256 == each.text_sha256:
                mine[each.article_id].append(each)
            elif len(alike) == 1:
                mine[alike[0]].append(each)
            else:
                why = "the run has no such article" if there is None else "the run read another text as this article"
                refused.append(Refusal(each, why))
        opened = file.run == run.header.signature.digest if file.run and not file.kept else None
        if file.kept and file.run != run.header.signature.digest:
            opened = False
        for name, corrections in mine.items():
            found[name].append(Source(corrections, opened, file.kept))
    return found, refused
