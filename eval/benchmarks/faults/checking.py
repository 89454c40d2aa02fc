"""What a result, a run file and a store have to be, whatever was done to them; a fault is one line, "" is none."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from eval.benchmarks.growth import GivenUp, within
from extract.articles import Article
from extract.engines.pipeline import extract_article
from extract.engines.setup import Setup
from extract.errors import ExtractError
from extract.records.grounding import TextIndex
from extract.records.lines import lines_of, row_of
from extract.records.results import ArticleResult, result_of, to_json
from extract.records.tree import values
from extract.store.exchange import faults
from extract.store.working import WorkingStore

Row = dict[str, Any]

_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal would obey, or UTF-8 cannot write."""


def fault_of_article(article: Article, setup: Setup, patience: float) -> str:
    """What goes wrong when an article is read: it takes too long, an exception escapes, or its result is wrong."""
    try:
        # of computing, for other programs take time too; ten times as long on the wall is a hang
        with within(10 * patience), within(patience, computing=True), ThreadPoolExecutor(1) as pool:
            result = extract_article(article, setup, pool)
    except GivenUp:
        return f"not done after {patience:g} s of computing, or ten times as long"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return fault_of_result(result, article.text, setup.task.schema)


def fault_of_result(result: ArticleResult, text: str, schema: type[BaseModel]) -> str:
    """What is wrong with an article's result: a bug, a wrong offset, a line that does not read back."""
    for problem in result.problems:
        if problem.detail.startswith("internal error"):
            return problem.detail
        if len(problem.detail.splitlines()) > 1:
            return f"a problem of several lines: {problem.detail!r}"
    line = to_json(result)
    if odd := _STEERING.search(line):
        return f"the line holds {odd[0]!r}"
    again = result_of(f"{line}\n".encode(), schema, "line")
    if again is None or to_json(again) != line:
        return "the line reads back as something else"
    return fault_of_offsets(result, text) if result.records is not None else ""


def fault_of_offsets(result: ArticleResult, text: str) -> str:
    """What is wrong with where values stand."""
    assert result.records is not None
    known = {value.pointer: value for value in values(result.records)}
    for pointer, place in result.grounding.items():
        if pointer not in known:
            return f"{pointer} is grounded, and no record has it"
        if place.status == "absent":
            continue
        if place.start is None or place.end is None or not 0 <= place.start < place.end <= len(text):
            return f"{pointer}: {place.start}:{place.end} is no place of the text"
        there, value = text[place.start : place.end], known[pointer].value
        same = there == value or (place.status == "normalised" and _folded(there) == _folded(value))
        if not same:
            return f"{pointer}: {value!r} is said to stand where {there!r} does ({place.status})"
    for pointer, value in known.items():
        if value.field.verbatim and pointer not in result.grounding:
            return f"{pointer} is verbatim, and nobody says where it stands"
    return ""


def _folded(text: str) -> str:
    return TextIndex(text).folded.strip()


def rows_of(run: Path) -> list[Row]:
    """The lines of a run file as far as they are whole, its header first."""
    if not run.exists():
        return []
    return [row for line in lines_of(run) if (row := row_of(line.data)) is not None]


def what_counts(run: Path) -> Mapping[str, Row]:
    """Article id → its last line, without what differs from run to run: how long it took and what was asked anew."""
    found = {row["article_id"]: row for row in rows_of(run)[1:]}
    return {name: {key: row[key] for key in row if key not in ("seconds", "usage")} for name, row in found.items()}


def fault_of_run(run: Path, whole: Mapping[str, Row]) -> str:
    """What a finished run file lacks, has twice or has otherwise than one that nobody disturbed."""
    try:
        rows, found = rows_of(run), what_counts(run)
    except (ExtractError, ValueError) as error:
        return f"the run file cannot be read: {error}"
    if twice := _twice(rows):
        return twice
    if lost := whole.keys() - found.keys():
        return f"{min(lost)} is not in the run file"
    if found.keys() - whole.keys():
        return f"{min(found.keys() - whole.keys())} came out of nowhere"
    differing = [name for name in sorted(whole) if found[name] != whole[name]]
    if differing:
        name = differing[0]
        keys = [key for key in whole[name] if found[name].get(key) != whole[name][key]]
        return f"{name} is otherwise in {', '.join(keys)}: {json.dumps(found[name].get(keys[0]) if keys else None)}"
    return ""


def _twice(rows: Sequence[Row]) -> str:
    complete = Counter(row["article_id"] for row in rows[1:] if row["status"] == "complete")
    return next((f"{name} is complete twice" for name, many in complete.items() if many > 1), "")


def keys_of(store: Path) -> frozenset[str]:
    """The recordings of a store, every one of which is checked.

    Raises:
        ExtractError: it cannot be opened, or something in it is not what was written.
    """
    if not store.exists():
        return frozenset()
    with closing(WorkingStore(store)) as opened:
        for fault in faults(opened):
            raise ExtractError(fault)
        return frozenset(opened)


def fault_of_store(store: Path, meant: frozenset[str], *, or_empty: bool = False) -> str:
    """What is wrong with a store that has to hold these recordings and no others; `or_empty`: none is fine, too."""
    try:
        keys = keys_of(store)
    except ExtractError as error:
        return str(error)
    return (
        ""
        if keys == meant or (or_empty and not keys)
        else f"{len(keys)} recordings, or others, where {len(meant)} belong"
    )


def fault_of_kept(run: Path, store: Path, known: frozenset[str]) -> tuple[str, frozenset[str]]:
    """What was lost of a run that ended in the middle.

    Args:
        known: recordings that were there before.

    Returns:
        The fault, and the recordings that are there now: all that were, and all that lines of the run file stand on.
    """
    try:
        keys, rows = keys_of(store), rows_of(run)
    except (ExtractError, ValueError) as error:
        return f"cannot be read: {error}", known
    if lost := known - keys:
        return f"{len(lost)} recordings are lost, {min(lost)[:16]} for one", keys
    named = frozenset(answer["key"] for row in rows[1:] for answer in row["answers"])
    if lost := named - keys:
        return f"the run file stands on {len(lost)} recordings that are not there, {min(lost)[:16]} for one", keys
    return _twice(rows), keys
