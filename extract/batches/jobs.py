"""Jobs: articles and how a model is asked about them, kept so that a later command can go on where this one ends."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from extract.articles import MAX_CHARS, STDIN
from extract.articles.article import Article, Unreadable
from extract.articles.reading import read_articles
from extract.batches.state import Job, State
from extract.errors import UsageError
from extract.models.asking import Manner
from extract.models.keys import password_of
from extract.spec import RunSpec
from extract.web import is_address

_OF_THE_MACHINE = frozenset({"timeout", "retries", "jobs", "max_cost", "prices"})
"""Settings that change no request: a job stays the same when they change."""
_PATHS = ("prices", "store", "recordings")


def begin(
    state: State, inputs: Iterable[str], spec: RunSpec, published: date | None, max_chars: int, folder: Path
) -> Job:
    """The job of these articles and settings: the one that was begun before, or a new one.

    Args:
        state: where jobs are remembered.
        inputs: files and folders.
        spec: how the model is asked.
        published: day of articles that do not say.
        max_chars: longer texts are not read.
        folder: the working folder.

    Raises:
        UsageError: what cannot be read again later, a model without batches, a cache mode that does not fit.
    """
    named = list(inputs)
    _check(named, spec)
    settings = _settings(spec, folder)
    same = {name: value for name, value in settings.items() if name not in _OF_THE_MACHINE}
    day = published.isoformat() if published else None
    what = json.dumps([str(folder), named, day, max_chars, same], sort_keys=True)
    name = hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()[:12]
    job = state.job(name)
    if job is None:
        job = Job(name=name, folder=str(folder), inputs=named, published=day, max_chars=max_chars, settings=settings)
        state.jobs.append(job)
    # Who served the model when the job was begun stays what its requests name.
    job.settings = settings | ({"model_id": job.settings["model_id"]} if job.settings.get("model_id") else {})
    job.held, job.full, job.whole = "", False, False
    return job


def _check(inputs: Iterable[str], spec: RunSpec) -> None:
    for each in inputs:
        if each == STDIN or is_address(each):
            what = "standard input" if each == STDIN else f"{each!r}"
            raise UsageError(f"{what} cannot be read again when answers come: save it as a file, and name that")
    if spec.is_embedded or (not spec.base_url and spec.named_model.partition("/")[0] != "openai"):
        raise UsageError(
            f"no batches of model {spec.named_model!r} are known here: name openai/MODEL, or a server in OpenAI's language "
            "by --base-url"
        )
    if spec.base_url and not spec.model:
        raise UsageError("--base-url needs --model: the name of a model at that server")
    if password_of(spec.base_url):
        raise UsageError("--base-url holds a password, which would be written down: put it into ATTESTED_API_KEY")
    if spec.cache != "auto":
        raise UsageError(f"--cache {spec.cache}: answers from batches are recordings, leave it out")


def _settings(spec: RunSpec, folder: Path) -> dict[str, Any]:
    """What was chosen, as JSON; paths as they are found from anywhere."""
    found: dict[str, Any] = {}
    usual = RunSpec()
    for each in fields(RunSpec):
        value = getattr(spec, each.name)
        if value == getattr(usual, each.name):
            continue
        if each.name == "recordings":
            value = [str(folder / path) for path in value]
        elif isinstance(value, Path) or (each.name in ("task", "prompts") and (folder / value).is_dir()):
            value = str(folder / value)
        found[each.name] = value
    return found


def spec_of(job: Job) -> RunSpec:
    """How the model is asked, as it was chosen."""
    values: dict[str, Any] = dict(job.settings)
    for name in _PATHS:
        if name in values:
            values[name] = tuple(map(Path, values[name])) if name == "recordings" else Path(values[name])
    try:
        return RunSpec(**values)
    except TypeError as error:
        raise UsageError(f"job {job.name!r} has settings of another version: begin it anew ({error})") from error


def pin(job: Job, model: str) -> None:
    """Remembers what requests call the model, from now on: a server that says less of itself later is the same."""
    spec = spec_of(job)
    if spec.base_url and not spec.model_id:
        job.settings = {**job.settings, "model_id": model}


def manner_of(job: Job) -> Manner:
    """How the server is asked, as was found out."""
    return Manner(frozenset(job.left_out), job.asked_by)


def note_manner(job: Job, manner: Manner) -> None:
    """Remembers how the server is asked."""
    job.left_out, job.asked_by = sorted(manner.refused), manner.mode


def articles_of(job: Job, folder: Path) -> Iterable[Article | Unreadable]:
    """The articles, read anew.

    Args:
        folder: the working folder.

    Raises:
        UsageError: an input is not there any more.
    """
    inputs = [each if str(folder) == job.folder else str(Path(job.folder) / each) for each in job.inputs]
    published = date.fromisoformat(job.published) if job.published else None
    return read_articles(inputs, published=published, max_chars=job.max_chars)


def run_command(job: Job) -> str:
    """The command that replays a job's answers."""
    words = ["extract", "run", *job.inputs]
    for name, value in job.settings.items():
        option = f"--{name.replace('_', '-')}"
        if name in _OF_THE_MACHINE:
            continue
        if isinstance(value, bool):
            words.append(option if value else f"--no-{option[2:]}")
        else:
            for each in value if isinstance(value, list) else [value]:
                words += [option, str(each)]
    words += ["--published", job.published] if job.published else []
    words += ["--max-chars", str(job.max_chars)] if job.max_chars != MAX_CHARS else []
    return shlex.join([*words, "--cache", "replay"])
