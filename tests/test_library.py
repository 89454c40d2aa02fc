"""The library as its user sees it: its names, what importing it loads, the types that a type checker knows."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import extract
from extract.errors import ExtractError
from tests.test_docs import ROOT, blocks

NAMES = {
    *("Extractor", "Result", "Task", "load_task", "Article", "Span", "RunSpec", "Grounding", "Problem"),
    *("Apart", "Compare", "Day", "Evidence", "Judged", "Key", "NumberOf", "Silent", "Totals", "Verbatim"),
    *("Story", "find_stories"),
    *("ExtractError", "ArticleError", "ModelError", "PromptError", "StoreError", "TaskError", "UsageError"),
}
LIBRARY = ROOT / "docs" / "library.md"


def python(code: str, *flags: str) -> str:
    command = [sys.executable, *flags, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_these_are_the_names() -> None:
    assert set(extract.__all__) == NAMES
    assert len(extract.__all__) == len(NAMES)
    assert set(dir(extract)) >= NAMES
    assert all(getattr(extract, name).__name__ == name for name in NAMES)


def test_every_name_is_at_home_where_it_is_looked_for() -> None:
    homes = {name: module for module, names in extract._HOMES.items() for name in names}
    assert set(homes) == NAMES
    for name, module in homes.items():
        assert getattr(extract, name) is getattr(importlib.import_module(f"extract.{module}"), name)


def test_errors_are_of_one_tree() -> None:
    errors = [getattr(extract, name) for name in NAMES if name.endswith("Error")]
    assert all(issubclass(error, ExtractError) for error in errors)


def test_another_name_is_none_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match="module 'extract' has no attribute 'extract_everything'"):
        _ = extract.extract_everything
    with pytest.raises(ImportError):
        exec("from extract import extract_everything")


def test_importing_it_loads_nothing_slow() -> None:
    said = python("import sys, extract; dir(extract); print(*sys.modules)")
    assert not {"pydantic", "openai", "instructor", "numpy", "click", "diskcache"} & set(said.split())


def test_a_star_brings_these_names() -> None:
    said = python("from extract import *; print(*(name for name in dir() if not name.startswith('__')))")
    assert set(said.split()) == NAMES


def test_no_warning_is_given_on_the_way() -> None:
    code = "from extract import Extractor, load_task\nwith Extractor(load_task('attack'), 'rules') as e: print(e.extract('A bomb killed two.').status)"
    assert python(code, "-W", "error") == "complete\n"


def checked(code: str, folder: Path) -> tuple[int, str]:
    """What a strict type checker says of a user's file."""
    (folder / "mine.py").write_text(code, encoding="utf-8")
    flags = ["--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={ROOT / '.mypy_cache' / 'library'}"]
    command = [sys.executable, "-m", "mypy", *flags, "mine.py"]
    env = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=env)
    return done.returncode, done.stdout


def test_a_type_checker_knows_the_records_of_the_guide(tmp_path: Path) -> None:
    page = "\n".join(block.text for block in blocks(LIBRARY) if block.language == "python")
    more = "reveal_type(result.records)\nreveal_type(result.records.recalls[0].units)\nreveal_type(result.span(''))\n"
    status, said = checked(f"{page}\n{more}", tmp_path)
    assert status == 0, said
    assert [line.partition("type is ")[2] for line in said.splitlines() if "Revealed" in line] == [
        '"mine.Recalls"',
        '"int | None"',
        '"extract.articles.sentences.Span | None"',
    ]


def test_a_type_checker_finds_a_slip(tmp_path: Path) -> None:
    page = "\n".join(block.text for block in blocks(LIBRARY) if block.language == "python")
    status, said = checked(f"{page}\nresult.records.recall\nextractor.extract(3)\n", tmp_path)
    assert status == 1
    assert '"Recalls" has no attribute "recall"' in said
    assert 'expected "Article | str"' in said


def test_the_first_example_of_the_guide_is_short() -> None:
    first = next(block for block in blocks(LIBRARY) if block.language == "python").text
    _, _, use = first.partition("class Recalls(BaseModel):")
    assert len([line for line in use.splitlines() if line.strip()]) <= 10
