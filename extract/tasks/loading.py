"""Tasks from folders: those that ship, by name, and your own, by path.

task.toml          name, schema, and what else `TaskFile` has
schema.py          the pydantic model, if `schema = "schema.py:Records"`
examples/x.txt     a short text (or .md with title and date), and
examples/x.json    the records that it holds
whole/             prompt sets of its own (see `extract.prompting.prompt_sets`)
gold/              articles, labels, codebook, if there are any
"""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from extract.articles import Article, read_articles
from extract.errors import TaskError
from extract.files.documents import load_document
from extract.prompting.examples import WorkedExample
from extract.prompting.prompt_sets import prompt_root
from extract.records.beliefs import Calibration
from extract.stories.plan import StoriesTable, plan_of
from extract.tasks.task import NAME, Kind, NoRules, Rules, Task, checked_example, checked_schema, checked_task

TASK_FILE = "task.toml"
MOST_SAID = 300
"""Characters of an exception that are told: it may quote a whole file."""
_LOADING = threading.RLock()


class TaskFile(BaseModel):
    """`task.toml`.

    Attributes:
        name: what runs and recordings call the task.
        model: "file.py:Model", seen from the folder, or "package.module:Model"; `schema` in the file.
        about: one line for people.
        codebook: version of the rules for labels.
        rules: "file.py:Class" or "package.module:Class" of rules of its own (see `extract.tasks.task.Rules`).
        usual: prompt sets taken where nobody names one.
        summary: "file.py:Class" or "package.module:Class" of a flat table for analysts (`extract.tasks.task.Summary`).
        stories: which records make stories (`extract.stories.plan`); without it those whose fields are marked `Key`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    model: str = Field(alias="schema")
    about: str = ""
    codebook: PositiveInt = 1
    rules: str | None = None
    usual: dict[Kind, str] = {}
    summary: str | None = None
    stories: StoriesTable | None = None


def shipped_tasks() -> list[str]:
    """Names of the tasks that come with the package, sorted."""
    return sorted(path.parent.name for path in prompt_root().glob(f"*/{TASK_FILE}"))


def load_task(name: str | Path) -> Task[Any]:
    """A task by its name, or by the path of its folder.

    Raises:
        TaskError: there is none, or something in its folder is wrong; file and place are named.
    """
    folder = prompt_root() / name if str(name) in shipped_tasks() else Path(name)
    if not (folder / TASK_FILE).is_file():
        raise TaskError(
            f"no task {str(name)!r}: no folder of that path holds a {TASK_FILE}; "
            f"tasks that ship: {', '.join(shipped_tasks())}; extract new-task begins one of your own"
        )
    return _loaded(folder)


def _loaded(folder: Path) -> Task[Any]:
    file = folder / TASK_FILE
    said = load_document(file, TaskFile, "task file", TaskError)
    try:
        schema = checked_schema(_named(said.model, folder), f"schema {said.model!r}")
        task = Task(
            name=said.name,
            schema=schema,
            about=said.about,
            rules=_rules(said.rules, folder) if said.rules else NoRules(schema),
            codebook=said.codebook,
            folder=folder,
            usual=said.usual,
            summary=_named(said.summary, folder) if said.summary else None,
            stories=plan_of(schema, said.stories),
        )
        checked_task(task)
    except TaskError as error:
        raise TaskError(f"{str(file)!r}: {error}") from error
    examples = (_example(path, schema) for path in sorted((folder / "examples").glob("*.json")))
    measured = sorted((folder / "calibration").glob("*.json"))
    fitted = (load_document(path, Calibration, "calibration", TaskError) for path in measured)
    return replace(task, examples=tuple(examples), calibrations=tuple(fitted))


def _rules(reference: str, folder: Path) -> Rules:
    made = _named(reference, folder)
    try:
        rules = made()
    except Exception as error:  # whatever a class of somebody else's does when it is called
        raise TaskError(f"cannot make rules of {reference!r}: {_said(error, folder)}") from error
    if not isinstance(rules, Rules):
        raise TaskError(f"{reference!r} has not all methods of extract.tasks.task.Rules")
    return rules


def example_article(path: Path) -> Article:
    """The text of an example, with title and day.

    Raises:
        TaskError: it cannot be read.
    """
    (article,) = read_articles([str(path)])
    if not isinstance(article, Article):
        raise TaskError(f"example {str(path)!r} cannot be read: {article.reason}")
    return article


def texts_without_records(folder: Path) -> list[Path]:
    """Texts of a task's examples that nobody has written the records of."""
    texts = [path for ending in ("txt", "md") for path in (folder / "examples").glob(f"*.{ending}")]
    return sorted(path for path in texts if not path.with_suffix(".json").is_file())


def task_of_run(name: str, given: str | None) -> Task[Any]:
    """The task of a finished run: the one that is given, if it is the same, one that ships, or a folder of that name here.

    Args:
        name: what the run calls it.
        given: name or folder that somebody says.

    Raises:
        TaskError: it is neither.
    """
    task = load_task(given) if given else None
    if task is not None and task.name == name:
        return task
    if name in shipped_tasks():
        return load_task(name)
    # A task is code: it is loaded from where one works, and from nowhere that a run, or who sent it, says.
    if re.fullmatch(NAME, name) and Path(name, TASK_FILE).is_file() and (found := load_task(name)).name == name:
        return found
    raise TaskError(f"the run is of task {name!r}, which does not ship: name its folder with --task DIR")


def _named(reference: str, folder: Path) -> Any:
    """What "file.py:Name" or "package.module:Name" means.

    Raises:
        TaskError: there is no such thing, or its module cannot be loaded.
    """
    where, _, name = reference.partition(":")
    if not name:
        raise TaskError(f"{reference!r} should be file.py:Name or package.module:Name")
    try:
        module = _file_module(folder / where) if where.endswith(".py") else importlib.import_module(where)
    except OSError as error:
        raise TaskError(f"cannot read {str(folder / where)!r}: {error.strerror or error}") from error
    except ModuleNotFoundError as error:
        raise TaskError(
            f"cannot load {where!r}: {error}; a file of a task stands alone: what it imports has to be installed"
        ) from error
    except (Exception, SystemExit) as error:  # whatever a module does when it is loaded
        raise TaskError(f"cannot load {where!r}: {_said(error, folder)}") from error
    if not hasattr(module, name):
        raise TaskError(f"{where!r} has no {name!r}")
    return getattr(module, name)


def _said(error: BaseException, folder: Path) -> str:
    """An exception of a module that is not ours, in one line: what, and where in the task's folder."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [
        f" ({Path(frame.filename).name}, line {frame.lineno})"
        for frame in frames
        if frame.filename.startswith(str(folder))
    ]
    text = " ".join(str(error).split())[:MOST_SAID]
    return f"{type(error).__name__}{f': {text}' if text else ''}{lines[-1] if lines else ''}"


def _file_module(path: Path) -> ModuleType:
    """A Python file as a module, loaded once as long as it does not change, and nothing left beside it."""
    source = path.read_bytes()
    name = f"attested_task_{hashlib.sha256(str(path.resolve()).encode() + source).hexdigest()[:16]}"
    with _LOADING:
        if name not in sys.modules:
            module = ModuleType(name)
            module.__file__ = str(path)
            sys.modules[name] = module  # pydantic looks names up there
            try:
                exec(compile(source, str(path), "exec", dont_inherit=True), vars(module))
            except BaseException:
                del sys.modules[name]
                raise
        return sys.modules[name]


def _example(path: Path, schema: type[BaseModel]) -> WorkedExample[Any]:
    texts = [file for ending in (".txt", ".md") if (file := path.with_suffix(ending)).is_file()]
    if len(texts) != 1:
        told = f"two texts, {texts[0].name!r} and {texts[1].name!r}: keep one" if texts else "no text"
        hint = "" if texts else f": write {path.with_suffix('.txt').name!r} beside it"
        raise TaskError(f"example {str(path)!r} has {told}{hint}")
    article = example_article(texts[0])
    records = load_document(path, schema, "example", TaskError, strict=True, extra="forbid")
    shown = WorkedExample(article.text, records, article.title, article.published)
    return checked_example(shown, schema, f"example {str(path)!r}")
