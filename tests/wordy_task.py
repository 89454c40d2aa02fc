"""A task in a folder whose rules find words, and do to the process what a text says: it is for runs in processes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

_CODE = """from __future__ import annotations
import os, re, signal, time
from multiprocessing import parent_process
from typing import Annotated
from pydantic import BaseModel
from extract import Verbatim
from extract.tasks.task import Assembled, NoRules

class Word(BaseModel):
    word: Annotated[str, Verbatim()]

class Words(BaseModel):
    words: list[Word] = []

class Own(NoRules):
    def __init__(self):
        super().__init__(Words)

    def assemble(self, article, answers):
        if "slow" in article.text:
            time.sleep(0.05)
        if "deadly" in article.text and (parent_process() or "RAY_RAYLET_PID" in os.environ):
            os.kill(os.getpid(), signal.SIGKILL)
        return Assembled(Words(words=[Word(word=each) for each in re.findall("[A-Z][a-z]+", article.text)]))
"""


def write_task(folder: Path) -> Path:
    """Writes the task; returns its folder."""
    (folder / "rules").mkdir(parents=True)
    (folder / "task.toml").write_text(
        'name = "words"\nschema = "words.py:Words"\nrules = "words.py:Own"\n[usual]\nrules = "rules"\n',
        encoding="utf-8",
    )
    (folder / "words.py").write_text(_CODE, encoding="utf-8")
    (folder / "rules" / "set.toml").write_text('about = "words"\n', encoding="utf-8")
    return folder


def write_rows(path: Path, texts: Sequence[str]) -> Path:
    """Writes JSON lines with the ids a0, a1, …"""
    rows = ({"id": f"a{number}", "text": text} for number, text in enumerate(texts))
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path
