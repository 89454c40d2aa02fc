"""docs/serving.md is true: its server runs, its requests are sent to it, and what they answer is compared."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from extract.cli.serve import serve
from tests.serving.served import ROOT, served
from tests.test_docs import blocks, compare

PAGE = ROOT / "docs" / "serving.md"
PORT = "8765"


def test_the_page_is_true(tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here, by which the page asks")
    (begun, *others) = blocks(PAGE)
    command, _, shown = begun.text.removeprefix("$ extract serve ").partition("\n")
    options = shlex.split(command.replace(f" --port {PORT}", ""))
    asked = 0
    with served(tmp_path, *options) as server:
        compare("\n".join(server.log) + "\n", shown.replace(PORT, str(server.port)), "docs/serving.md")
        for block in others:
            if block.file:
                (tmp_path / block.file).write_text(block.text, encoding="utf-8")
                continue
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                words = shlex.split(command.replace(PORT, str(server.port)))
                assert words[0] == "curl"
                done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30)
                compare(re.sub(r"\n+", "\n", done.stdout), re.sub(r"\n+", "\n", shown), f"docs/serving.md:{block.line}")
                asked += 1
    assert asked == 6
    unit = (tmp_path / "attested.service").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=\S+/extract serve (.*)$", unit, re.MULTILINE)
    serve.make_context("serve", shlex.split(line)).close()


def test_every_limit_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = {option.opts[0] for option in serve.params if option.name in ("at_once", "waiting", "max_bytes", "max_chars", "seconds", "grace")}  # fmt: skip
    assert len(named) == 6
    assert [name for name in named if f"`{name}`" not in text] == []
