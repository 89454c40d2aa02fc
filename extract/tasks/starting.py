"""A folder for a task of one's own, begun: it runs at once, and its README leads on to gold and a benchmark."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import unicodedata
from pathlib import Path
from string import Template

from extract.errors import TaskError
from extract.files.documents import read_text, save_document
from extract.tasks.loading import TASK_FILE, example_article, load_task, shipped_tasks
from extract.tasks.task import NAME

_TASK = Template("""name = "$name"
about = ""
schema = $schema
codebook = 1  # raise it when the rules for labels change
""")

_README = Template("""# $name

    extract check-task $folder                        # what is wrong, and what is weak
    extract run ARTICLES --task $folder -o run.jsonl  # extract with the embedded model, or --model openai/…
    extract show run.jsonl --task $folder

1. **Say what is meant.** Docstrings and field descriptions in the schema are the model's instructions. Marks (`from extract
   import Verbatim, Evidence, Compare`) say what is copied from the text and how values are compared.
2. **Show it.** `examples/NAME.txt` is a short text, `examples/NAME.json` all its records, in the form of `records` in a run
   file. One good example is worth more than any instruction. It is held against its text whenever the task is loaded.
3. **Label.** Put texts into `gold/articles/` and read them: `extract gold draft $folder/gold/articles/a.txt --from run.jsonl
   --task $folder` begins label files in `gold/labels/`, `extract gold accept` makes them gold, `extract gold check --task
   $folder` says what is wrong. Write the rules down in `gold/CODEBOOK.md` as you decide them.
4. **Measure.** `extract eval --task $folder --cache auto --json before.json`, change something, again, and
   `extract compare before.json after.json`. A matrix of models: `extract bench matrix.toml --task $folder --cache auto`, with

       models = ["local"]
       prompts = ["passages", "whole"]
""")


def begin_task(folder: Path, schema: str, example: Path | None) -> list[Path]:
    """Writes a folder for a task.

    Args:
        folder: to be made; its name is the task's.
        schema: "file.py:Model", whose file is copied into it, or "package.module:Model".
        example: a text to be shown with its records, which are still to be written.

    Returns:
        The files written.

    Raises:
        TaskError: the folder is there already, or the schema cannot be used; then nothing is left behind.
    """
    where, _, model = schema.partition(":")
    if not model:
        raise TaskError(f"schema {schema!r} should be file.py:Model or package.module:Model")
    if folder.exists():
        raise TaskError(f"{str(folder)!r} is there already: name a folder that is not")
    name = _name_of(folder)
    texts = {TASK_FILE: "", "README.md": _README.substitute(name=name, folder=shlex.quote(str(folder)))}
    if where.endswith(".py"):
        texts["schema.py"] = read_text(Path(where), "schema", TaskError)
        schema = f"schema.py:{model}"
    texts[TASK_FILE] = _TASK.substitute(name=name, schema=json.dumps(schema))
    if example is not None:
        texts.update(_shown(example))
    made = next(each for each in [*reversed(folder.parents), folder] if not each.exists())
    try:
        for path, text in texts.items():
            save_document(folder / path, text, TaskError)
        load_task(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return [folder / path for path in texts]


def _name_of(folder: Path) -> str:
    plain = unicodedata.normalize("NFKD", folder.resolve().name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not re.fullmatch(NAME, name):
        raise TaskError(
            f"the task is named for its folder, and {folder.name!r} is no name: begin it with a letter from a to z"
        )
    if name in shipped_tasks():
        raise TaskError(f"a task called {name!r} ships: name the folder otherwise")
    return name


def _shown(example: Path) -> dict[str, str]:
    """The file of an example's text: Markdown as it is, with title and day, of anything else the text alone."""
    article = example_article(example)
    if example.suffix == ".md":
        return {f"examples/{example.name}": read_text(example, "example", TaskError)}
    return {f"examples/{example.stem}.txt": article.text}
