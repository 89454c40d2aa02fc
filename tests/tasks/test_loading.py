"""Tasks from folders: whatever is wrong with one is told in one line, with the file, the place and what to do."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from extract.errors import TaskError
from extract.prompting.prompt_sets import prompt_root
from extract.tasks.loading import load_task, shipped_tasks, task_of_run, texts_without_records
from extract.tasks.task import Task
from tests.recalls import RECALLED, Recalls, begin

TASK = 'name = "recalls"\nschema = "schema.py:Recalls"\n'
SCHEMA = """from __future__ import annotations
from typing import Annotated
from pydantic import BaseModel
from extract import Verbatim

class Recall(BaseModel):
    product: Annotated[str, Verbatim()]
    parts: list[Part] = []

class Part(BaseModel):
    name: str

class Recalls(BaseModel):
    recalls: list[Recall] = []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A task that can be loaded."""
    return made(tmp_path / "recalls")


def made(folder: Path, task: str = TASK, schema: str | None = SCHEMA) -> Path:
    folder.mkdir(parents=True)
    (folder / "task.toml").write_text(task, encoding="utf-8")
    if schema is not None:
        (folder / "schema.py").write_text(schema, encoding="utf-8")
    return folder


def shows(folder: Path, records: object, text: str | bytes = RECALLED, name: str = "a.txt") -> Path:
    """An example; its records are JSON unless they are text already."""
    (folder / "examples").mkdir(exist_ok=True)
    (folder / "examples" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    said = records if isinstance(records, bytes | str) else json.dumps(records)
    file = (folder / "examples" / name).with_suffix(".json")
    file.write_bytes(said if isinstance(said, bytes) else said.encode())
    return file


def refused(folder: Path) -> str:
    with pytest.raises(TaskError) as found:
        load_task(folder)
    assert "\n" not in str(found.value)
    return str(found.value)


# Where a task is


def test_a_shipped_task_goes_by_its_name_whatever_lies_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "attack", TASK.replace("recalls", "attack"))
    monkeypatch.chdir(tmp_path)
    assert load_task("attack").folder == prompt_root() / "attack"
    assert load_task("./attack").schema.__name__ == "Recalls"


def test_every_shipped_task_can_be_loaded() -> None:
    assert {name: load_task(name).name for name in shipped_tasks()} == {name: name for name in shipped_tasks()}
    assert {"attack", "diplomacy"} <= set(shipped_tasks())


@pytest.mark.parametrize("reach", ["plain", "dots", "spaces", "link"])
def test_a_folder_is_reached_by_any_path(tmp_path: Path, reach: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path / "my tasks" / "a recall")
    monkeypatch.chdir(folder.parent)
    (tmp_path / "link").symlink_to(folder)
    paths = {
        "plain": "a recall",
        "dots": "../my tasks/./a recall/../a recall",
        "spaces": str(folder),
        "link": str(tmp_path / "link"),
    }
    assert load_task(paths[reach]).name == "recalls"


def test_no_task_is_told_with_those_that_ship(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "none", tmp_path / "none" / "task.toml"):
        assert "holds a task.toml; tasks that ship: attack, diplomacy; extract new-task begins one" in refused(path)


# task.toml


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (TASK + "bogus = 1\n", "task.toml' is not a task file: /bogus: "),
        ('name = 3\nschema = "schema.py:Recalls"\n', "is not a task file: /name: Input should be a valid string"),
        ('name = "recalls"\n', "is not a task file: /schema: Field required"),
        ("", "is not a task file: /name: Field required"),
        ("name = \n", "is not a task file: Invalid value (at line 1, column 8)"),
        (TASK + "codebook = 0\n", "/codebook: Input should be greater than 0"),
        (TASK + '[usual]\nhuman = "whole"\n', "Input should be 'rules', 'embedded' or 'server'"),
        (
            TASK + '[usual]\nserver = "careful"\n',
            "task.toml': task 'recalls': its usual prompt set 'careful' is none of",
        ),
        (TASK.replace('"recalls"', '"../recalls"'), "task.toml': task name '../recalls': lower-case letters"),
    ],
)
def test_a_task_file_is_what_it_has_to_be(tmp_path: Path, task: str, said: str) -> None:
    assert said in refused(made(tmp_path / "recalls", task))


# The schema


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (None, "schema.py': No such file or directory"),
        ("class Recalls(:\n", "cannot load 'schema.py': SyntaxError: invalid syntax (schema.py, line 1)"),
        ("\n1 / 0\n", "cannot load 'schema.py': ZeroDivisionError: division by zero (schema.py, line 2)"),
        ("raise ValueError('a\\nb')\n", "ValueError: a b (schema.py, line 1)"),
        ("import json\njson.loads('{')\n", "(schema.py, line 2)"),
        ("import sys\nsys.exit(3)\n", "cannot load 'schema.py': SystemExit: 3 (schema.py, line 2)"),
        ("raise SystemExit\n", "cannot load 'schema.py': SystemExit (schema.py, line 1)"),
        ("x = '\0'\n", "cannot load 'schema.py': "),
        ("import no_such_thing\n", "No module named 'no_such_thing'; a file of a task stands alone"),
        ("Other = 3\n", "'schema.py' has no 'Recalls'"),
        ("Recalls = 3\n", "schema 'schema.py:Recalls' is no pydantic model"),
        ("class Recalls: pass\n", "schema 'schema.py:Recalls' is no pydantic model"),
        (SCHEMA + "Recalls = Recalls()\n", "schema 'schema.py:Recalls' is no pydantic model"),
        ("from pydantic import BaseModel as Recalls\n", "schema 'schema.py:Recalls' has no fields"),
        (SCHEMA.replace("class Part", "class Piece"), "you should define `Part`"),
    ],
)
def test_a_schema_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, schema: str | None, said: str) -> None:
    told = refused(made(tmp_path / "recalls", schema=schema))
    assert told.startswith(f"'{tmp_path / 'recalls' / 'task.toml'}': ")
    assert said in told


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("schema.py", "'schema.py' should be file.py:Name or package.module:Name"),
        (":Recalls", "cannot load ''"),
        (".schema:Recalls", "cannot load '.schema'"),
        ("no_such_module:Recalls", "No module named 'no_such_module'"),
        ("schema.py:Recalls:x", "'schema.py' has no 'Recalls:x'"),
        ("../none.py:Recalls", "none.py': No such file or directory"),
        ("examples.py:Recalls", "examples.py': Is a directory"),
    ],
)
def test_a_reference_that_leads_nowhere_is_told(tmp_path: Path, reference: str, said: str) -> None:
    folder = made(tmp_path / "recalls", TASK.replace("schema.py:Recalls", reference))
    (folder / "examples.py").mkdir()
    assert said in refused(folder)


def test_a_schema_can_lie_elsewhere_or_in_a_module(folder: Path, tmp_path: Path) -> None:
    other = made(tmp_path / "other", TASK.replace("schema.py", "../recalls/schema.py"), schema=None)
    assert load_task(other).schema.__name__ == "Recalls"
    assert begin(tmp_path / "third", Recalls).schema is Recalls


def test_who_interrupts_a_schema_is_not_told_of_a_broken_task(tmp_path: Path) -> None:
    folder = made(tmp_path / "recalls", schema="raise KeyboardInterrupt\n")
    for _ in range(2):  # and no half of a module is left behind
        with pytest.raises(KeyboardInterrupt):
            load_task(folder)


def test_a_schema_is_loaded_once_as_long_as_it_does_not_change(folder: Path) -> None:
    before = load_task(folder).schema
    assert load_task(folder).schema is before
    changed = SCHEMA.replace("product", "article")  # of the same length, within a second
    (folder / "schema.py").write_text(changed, encoding="utf-8")
    after = load_task(folder).schema
    assert after is not before
    assert "article" in after.model_fields["recalls"].annotation.__args__[0].model_fields


def test_nothing_is_left_in_the_folder(folder: Path) -> None:
    load_task(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["schema.py", "task.toml"]


def test_several_threads_load_one_schema(tmp_path: Path) -> None:
    folder = made(
        tmp_path / "recalls", schema=SCHEMA.replace("class Recall(", "import time\ntime.sleep(0.05)\n\nclass Recall(")
    )
    found: list[Task[Any]] = []
    threads = [threading.Thread(target=lambda: found.append(load_task(folder))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({task.schema for task in found}) == 1


def test_a_schema_is_read_as_python_reads_it(tmp_path: Path) -> None:
    plain = "from pydantic import BaseModel\nclass Recalls(BaseModel):\n    recalls: list[int] = []\n"
    here = f"{plain}assert Recalls.__annotations__ == {{'recalls': list[int]}}, 'read with imports from the future'\n"
    assert load_task(made(tmp_path / "recalls", schema=here)).name == "recalls"


# Rules


def test_rules_are_a_class_of_one_s_own(tmp_path: Path) -> None:
    own = "from extract.tasks.task import NoRules\nclass Own(NoRules):\n    def __init__(self): super().__init__(Recalls)\n"
    folder = made(tmp_path / "recalls", TASK + 'rules = "schema.py:Own"\n', SCHEMA + own)
    assert type(load_task(folder).rules).__name__ == "Own"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("schema.py:Part", "cannot make rules of 'schema.py:Part': ValidationError: 1 validation error"),
        ("schema.py:Recalls", "'schema.py:Recalls' has not all methods of extract.tasks.task.Rules"),
        ("schema.py:None", "'schema.py' has no 'None'"),
        ("schema.py:SCHEMA", "cannot make rules of 'schema.py:SCHEMA': TypeError: 'int' object is not callable"),
    ],
)
def test_rules_that_are_none_are_refused(tmp_path: Path, rules: str, said: str) -> None:
    assert said in refused(made(tmp_path / "recalls", f'{TASK}rules = "{rules}"\n', f"{SCHEMA}SCHEMA = 3\n"))


# Examples


def test_an_example_is_a_text_and_its_records(folder: Path) -> None:
    shows(folder, {"recalls": [{"product": "kettles"}]})
    shows(folder, {"recalls": []}, "---\ntitle: Nothing\ndate: 2026-11-02\n---\nNo news.\n", "b.md")
    first, second = load_task(folder).examples
    assert (first.text, first.records.recalls[0].product) == (RECALLED, "kettles")
    assert (second.title, str(second.published)) == ("Nothing", "2026-11-02")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_byte_order_marks_and_line_ends_of_other_systems_are_read(folder: Path, ends: str) -> None:
    records = json.dumps({"recalls": [{"product": "kettles"}]}, indent=1).replace("\n", ends)
    shows(folder, b"\xef\xbb\xbf" + records.encode(), b"\xef\xbb\xbf" + f"They recall{ends}kettles.{ends}".encode())
    (shown,) = load_task(folder).examples
    assert shown.text == f"They recall{ends}kettles.{ends}"


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ({"recalls": [{"product": "toasters"}]}, "/recalls/0/product: 'toasters' is not in its text"),
        ({"recalls": [{"product": "kettle"}]}, "/recalls/0/product: 'kettle' is not in its text"),
        ({"recalls": [{"product": ""}]}, "/recalls/0/product: '' is not in its text"),
        ({"recalls": [{"product": "kettles", "price": 3}]}, "/recalls/0/price: Extra inputs are not permitted"),
        ({"recalls": [{"product": 3}]}, "/recalls/0/product: Input should be a valid string"),
        ({"recall": []}, "/recall: Extra inputs are not permitted"),
        ([], "Input should be an object"),
        ("null", "Input should be an object"),
        ("", "not JSON: Expecting value in line 1, column 1"),
        ("{", "not JSON: "),
        ('{"recalls": [], "recalls": []}', "the key 'recalls' stands twice in one object"),
        ('{"recalls": NaN}', "NaN is no number in line 1"),
        ("[" * 100_000, "nested too deeply"),
        ('{"recalls": [{"product": "café"}]}'.encode("latin-1"), "not UTF-8 at byte 29"),
    ],
)
def test_records_that_are_wrong_are_told_with_file_and_place(folder: Path, records: object, said: str) -> None:
    file = shows(folder, records)
    told = refused(folder)
    assert str(file) in told
    assert said in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty: there is no text to read"),
        (" \n ", "empty: there is no text to read"),
        ("Kettles. " * 30_000, "over the limit of 200000"),
        ("Café recalls kettles".encode("latin-1"), "not UTF-8"),
    ],
    ids=["empty", "blank", "huge", "latin"],
)
def test_a_text_that_cannot_be_read_is_told_with_its_file(folder: Path, text: str | bytes, said: str) -> None:
    file = shows(folder, {"recalls": []}, text)
    told = refused(folder)
    assert str(file.with_suffix(".txt")) in told
    assert said in told


def test_records_have_one_text(folder: Path) -> None:
    file = shows(folder, {"recalls": []})
    shutil.copy(file.with_suffix(".txt"), file.with_suffix(".md"))
    assert "has two texts, 'a.txt' and 'a.md': keep one" in refused(folder)
    file.with_suffix(".md").unlink()
    file.with_suffix(".txt").unlink()
    assert "has no text: write 'a.txt' beside it" in refused(folder)


def test_texts_that_nobody_has_written_records_of_are_found(folder: Path) -> None:
    assert texts_without_records(folder) == []
    file = shows(folder, {"recalls": []})
    for name in ("c.md", "b.txt"):
        (file.parent / name).write_text(RECALLED, encoding="utf-8")
    assert [path.name for path in texts_without_records(folder)] == ["b.txt", "c.md"]


# The task of a run


def test_the_task_of_a_run_is_the_one_that_is_given_or_ships(tmp_path: Path) -> None:
    mine = begin(tmp_path / "mine", Recalls)
    assert task_of_run("recalls", str(tmp_path / "mine")).folder == mine.folder
    assert task_of_run("attack", None).name == "attack"
    assert task_of_run("attack", str(tmp_path / "mine")).name == "attack"  # a setting of this folder, another's run


def test_a_task_of_one_s_own_may_be_called_like_one_that_ships(tmp_path: Path) -> None:
    folder = made(tmp_path / "attack", TASK.replace("recalls", "attack"))
    assert task_of_run("attack", str(folder)).folder == folder


def test_the_task_of_a_run_is_found_where_one_works_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "recalls", TASK)
    monkeypatch.chdir(tmp_path)
    assert task_of_run("recalls", None).name == "recalls"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in ("recalls", "../recalls"):
        with pytest.raises(TaskError, match="does not ship"):
            task_of_run(name, None)


@pytest.mark.parametrize("given", [None, "attack"])
def test_a_run_of_another_task_wants_its_folder(given: str | None) -> None:
    with pytest.raises(
        TaskError, match="the run is of task 'recalls', which does not ship: name its folder with --task"
    ):
        task_of_run("recalls", given)
