"""A task begun: the folder can be loaded and run at once, and where it cannot be begun nothing is left behind."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.main import cli
from extract.errors import TaskError
from extract.tasks.loading import load_task
from extract.tasks.starting import begin_task
from tests.recalls import RECALLED
from tests.tasks.test_loading import SCHEMA


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a schema and a text."""
    monkeypatch.chdir(tmp_path)
    Path("kettles.py").write_text(SCHEMA, encoding="utf-8")
    Path("a.txt").write_text(RECALLED, encoding="utf-8")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_folder_is_begun_that_can_be_loaded(here: Path) -> None:
    written = begin_task(Path("recalls"), "kettles.py:Recalls", Path("a.txt"))
    assert [str(path) for path in written] == [
        "recalls/task.toml",
        "recalls/README.md",
        "recalls/schema.py",
        "recalls/examples/a.txt",
    ]
    task = load_task("recalls")
    assert (task.name, task.schema.__name__, task.codebook, task.examples) == ("recalls", "Recalls", 1, ())
    assert Path("recalls/schema.py").read_text(encoding="utf-8") == SCHEMA


def test_its_readme_names_commands_that_there_are(here: Path) -> None:
    begin_task(Path("my recalls"), "kettles.py:Recalls", None)
    readme = Path("my recalls/README.md").read_text(encoding="utf-8")
    found = re.findall(r"^ {4}extract (.*?)(?: {2,}#|$)|`extract ([^`]+)`", readme, re.MULTILINE)
    assert len(found) >= 8
    for words in (shlex.split(block or inline) for block, inline in found):
        group = words[: 2 if words[0] == "gold" else 1]
        assert CliRunner().invoke(cli, [*group, "--help"]).exit_code == 0
        if "--task" in words:
            assert words[words.index("--task") + 1] == "my recalls"


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("recalls", "recalls"),
        ("My Recalls 2026", "my-recalls-2026"),
        ("a/b/c d", "c-d"),
        ("Überfälle", "uberfalle"),
        ("it's $name", "it-s-name"),
    ],
)
def test_the_task_is_named_for_its_folder(here: Path, folder: str, name: str) -> None:
    begin_task(Path(folder), "kettles.py:Recalls", None)
    assert load_task(folder).name == name


def test_a_schema_of_a_module_is_named_not_copied(here: Path) -> None:
    begin_task(Path("recalls"), "tests.recalls:Recalls", None)
    assert names(Path("recalls")) == ["README.md", "task.toml"]


def test_an_example_is_a_text_as_run_reads_it(here: Path) -> None:
    Path("page.html").write_text(f"<html><body><p>{RECALLED}</p></body></html>", encoding="utf-8")
    Path("front.md").write_text(f"---\ntitle: Kettles\ndate: 2026-11-02\n---\n{RECALLED}", encoding="utf-8")
    begin_task(Path("one"), "kettles.py:Recalls", Path("page.html"))
    assert Path("one/examples/page.txt").read_text(encoding="utf-8").strip() == RECALLED.strip()
    begin_task(Path("two"), "kettles.py:Recalls", Path("front.md"))
    Path("two/examples/front.json").write_text('{"recalls": []}', encoding="utf-8")
    (shown,) = load_task("two").examples
    assert (shown.title, str(shown.published)) == ("Kettles", "2026-11-02")


@pytest.mark.parametrize(
    ("folder", "schema", "example", "said"),
    [
        ("new", "kettles.py", None, "'kettles.py' should be file.py:Model or package.module:Model"),
        ("new", "none.py:Recalls", None, "cannot read schema 'none.py': No such file"),
        ("new", "kettles.py:Nothing", None, "'schema.py' has no 'Nothing'"),
        ("new", "collections:OrderedDict", None, "is no pydantic model"),
        ("new", 'a"b:Model', None, "cannot load 'a\"b'"),
        ("new", "kettles.py:Recalls", "blank.txt", "example 'blank.txt' cannot be read: empty"),
        (".", "kettles.py:Recalls", None, "'.' is there already: name a folder that is not"),
        ("a.txt", "kettles.py:Recalls", None, "'a.txt' is there already"),
        ("a.txt/new", "kettles.py:Recalls", None, "cannot write"),
        ("attack", "kettles.py:Recalls", None, "a task called 'attack' ships: name the folder otherwise"),
        ("2026", "kettles.py:Recalls", None, "'2026' is no name: begin it with a letter from a to z"),
        ("日本", "kettles.py:Recalls", None, "'日本' is no name"),
        ("deep/er/new", "kettles.py:Nothing", None, "'schema.py' has no 'Nothing'"),
    ],
)
def test_what_cannot_be_begun_leaves_nothing_behind(
    here: Path, folder: str, schema: str, example: str | None, said: str
) -> None:
    Path("blank.txt").write_text(" \n", encoding="utf-8")
    before = names(here)
    with pytest.raises(TaskError, match=re.escape(said)):
        begin_task(Path(folder), schema, Path(example) if example else None)
    assert names(here) == before


def test_a_file_that_ends_the_program_leaves_nothing_behind(here: Path) -> None:
    Path("kettles.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    before = names(here)
    with pytest.raises(KeyboardInterrupt):
        begin_task(Path("recalls"), "kettles.py:Recalls", None)
    assert names(here) == before
