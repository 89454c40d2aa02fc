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
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from extract.articles import Article, read_articles
from extract.errors import TaskError
from extract.files.documents import load_document
from extract.prompting.examples import WorkedExample
from extract.prompting.prompt_sets import prompt_root
from extract.tasks.task import Kind, NoRules, Rules, Task, checked_task

TASK_FILE = "task.toml"


class TaskFile(BaseModel):
    """`task.toml`.

    Attributes:
        name: what runs and recordings call the task.
        model: "file.py:Model", seen from the folder, or "package.module:Model"; `schema` in the file.
        about: one line for people.
        codebook: version of the rules for labels.
        rules: "file.py:Class" or "package.module:Class" of rules of its own (see `extract.tasks.task.Rules`).
        usual: prompt sets taken where nobody names one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    model: str = Field(alias="schema")
    about: str = ""
    codebook: PositiveInt = 1
    rules: str | None = None
    usual: dict[Kind, str] = {}


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
    schema = _named(said.model, folder, file)
    if not (isinstance(schema, type) and issubclass(schema, BaseModel)):
        raise TaskError(f"{str(file)!r}: /schema: {said.model!r} is no pydantic model")
    rules: Rules = _named(said.rules, folder, file)() if said.rules else NoRules(schema)
    examples = tuple(_example(path, schema) for path in sorted((folder / "examples").glob("*.json")))
    return checked_task(
        Task(
            name=said.name,
            schema=schema,
            about=said.about,
            examples=examples,
            rules=rules,
            codebook=said.codebook,
            folder=folder,
            usual=said.usual,
        )
    )


def texts_without_records(folder: Path) -> list[Path]:
    """Texts of a task's examples that nobody has written the records of."""
    texts = [path for ending in ("txt", "md") for path in (folder / "examples").glob(f"*.{ending}")]
    return sorted(path for path in texts if not path.with_suffix(".json").is_file())


def task_of_run(name: str, given: str | None) -> Task[Any]:
    """The task of a finished run: one that ships, or the one that is given, if it is the same.

    Args:
        name: what the run calls it.
        given: name or folder that somebody says.

    Raises:
        TaskError: it is neither.
    """
    if name in shipped_tasks():
        return load_task(name)
    task = load_task(given) if given else None
    if task is None or task.name != name:
        raise TaskError(f"the run is of task {name!r}, which does not ship: name its folder with --task DIR")
    return task


def _named(reference: str, folder: Path, file: Path) -> Any:
    """What "file.py:Name" or "package.module:Name" means.

    Raises:
        TaskError: there is no such thing, or its module cannot be loaded.
    """
    where, _, name = reference.partition(":")
    if not name:
        raise TaskError(f"{str(file)!r}: {reference!r} should be file.py:Name or package.module:Name")
    try:
        module = _file_module(folder / where) if where.endswith(".py") else importlib.import_module(where)
    except Exception as error:  # whatever a module does when it is loaded
        raise TaskError(f"{str(file)!r}: cannot load {where!r}: {type(error).__name__}: {error}") from error
    if not hasattr(module, name):
        raise TaskError(f"{str(file)!r}: {where!r} has no {name!r}")
    return getattr(module, name)


def _file_module(path: Path) -> ModuleType:
    """A Python file as a module, loaded once as long as it does not change."""
    source = path.read_bytes()
    name = f"attested_task_{hashlib.sha256(str(path.resolve()).encode() + source).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic looks names up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _example(path: Path, schema: type[BaseModel]) -> WorkedExample[Any]:
    texts = [file for ending in (".txt", ".md") if (file := path.with_suffix(ending)).is_file()]
    if not texts:
        raise TaskError(f"example {str(path)!r} has no text: write {path.with_suffix('.txt').name!r} beside it")
    (article,) = read_articles([str(texts[0])])
    if not isinstance(article, Article):
        raise TaskError(f"example {str(texts[0])!r} cannot be read: {article.reason}")
    records = load_document(path, schema, "example", TaskError, strict=True, extra="forbid")
    return WorkedExample(article.text, records, article.title, article.published)
