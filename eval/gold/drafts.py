"""Drafts: label files prefilled from a run, for a person to correct by reading; not gold until accepted.

A label that began as a draft keeps `drafted_from` for ever, because whoever corrects a draft overlooks what it
overlooked: such labels flatter the model they came from and are reported apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from eval.gold.checking import Fault, check_file
from eval.gold.labels import Head, Label, file_name
from extract.articles import Article
from extract.errors import GoldError, UsageError, counted
from extract.files.documents import parsed, read_text, save_document
from extract.records.results import ArticleResult, Run, Signature
from extract.tasks.task import Task

UNREAD = "nobody yet"
"""Annotator of a draft."""


def draft_label(article: Article, run: Run, task: Task[Any], today: date) -> Label:
    """Makes a draft of one article's labels.

    Args:
        article: the article as it will be labelled.
        run: a run that extracted it.
        task: the run's.
        today: for `labelled_on`.

    Raises:
        GoldError: the run has nothing on the article, or read another text.
    """
    rows = [row for row in run.results if row.article_id == article.id]
    if not rows:
        raise GoldError(f"run {run.path!r} has no line for article {article.id!r}: extract it first")
    row = rows[0]
    if row.text_sha256 != article.sha256:
        raise GoldError(f"run {run.path!r} read another text as {article.id!r}: extract {article.source!r} again")
    if row.records is None:
        raise GoldError(f"run {run.path!r} failed on article {article.id!r}: nothing to draft from")
    head = Head(
        codebook=task.codebook,
        article_id=article.id,
        annotator=UNREAD,
        labelled_on=today.isoformat(),
        published=row.published,
        draft=True,
        drafted_from=describe(run.header.signature) + _by_people(row),
    )
    return Label(head, row.records)


def describe(signature: Signature) -> str:
    """What made a run, in one line."""
    return f"{signature.model}, prompts {signature.prompts} {signature.prompts_sha256[:12]}, sample {signature.sample}"


def _by_people(row: ArticleResult) -> str:
    """Who corrected the records of a run, and how much."""
    if not row.corrections:
        return ""
    names = ", ".join(dict.fromkeys(each.by for each in row.corrections if each.by)) or "a person"
    made = sum(each.action != "confirm" for each in row.corrections)
    confirmed = len(row.corrections) - made
    also = f", {confirmed} confirmed" if confirmed else ""
    return f"; corrected by {names} ({counted(made, 'correction')}{also})"


def write_new(label: Label, folder: Path) -> Path:
    """Writes a label file that is not there yet.

    Raises:
        GoldError: it is there already, or cannot be written.
    """
    path = folder / file_name(label.article_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(_as_text(label.document()))
    except FileExistsError as error:
        raise GoldError(f"{str(path)!r} exists; delete it first to have it made anew") from error
    except OSError as error:
        raise GoldError(f"cannot write {str(path)!r}: {error}") from error
    return path


def accept(path: Path, articles: Mapping[str, Article], task: Task[Any], annotator: str, today: date) -> list[Fault]:
    """Turns a draft into gold, if it has no fault.

    Args:
        path: the draft; rewritten in place, its keys in the order they have.
        articles: articles by id.
        task: what it labels.
        annotator: who read the article and corrected the draft.
        today: the day of acceptance.

    Returns:
        What has to be corrected first; empty when the draft was accepted.

    Raises:
        GoldError: the file is not a draft.
        UsageError: the annotator is blank.
    """
    if not annotator.strip():
        raise UsageError(f"annotator {annotator!r} is nobody: say who or what read the article")
    faults = check_file(path, articles, task, drafts=True)
    if faults:
        return faults
    data = parsed(read_text(path, "label file", GoldError))
    if not data.pop("draft", False):
        raise GoldError(f"{str(path)!r} is not a draft: there is nothing to accept")
    data.update(annotator=annotator, labelled_on=today.isoformat())
    save_document(path, _as_text(data), GoldError)
    return []


def _as_text(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
