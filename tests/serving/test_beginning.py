"""How it begins, and what keeps it from that: one line each, and exit code 2."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from extract.cli.main import cli
from extract.cli.serve import serve
from extract.cli.settings import defaults_of
from extract.errors import ExtractError
from tests.serving.served import ROOT, served

KEY = "a-key-that-nobody-else-has"
TASK = ROOT / "prompts" / "diplomacy"


def failed(folder: Path, *options: str, before: str = "", **environment: str) -> str:
    """What the command says that cannot begin."""
    code = f"{before}\nfrom extract.cli.main import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", code, "serve", "--model", "rules", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert line == done.stderr.splitlines()[-1]
    return line


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = failed(tmp_path, "--port", str(port))
    assert line == (
        f"error: cannot listen on '127.0.0.1', port {port}: Address already in use; name another port with --port, or "
        "another host with --host"
    )


@dataclass(frozen=True)
class Case:
    options: Sequence[str]
    why: str
    key: str = ""


HOSTS = {
    "no host": Case(("--host", "a..b"), "no host 'a..b' to listen on"),
    "empty host": Case(("--host", ""), "no host '' to listen on"),
    "not ours": Case(("--host", "192.0.2.1", "--port", "0"), "cannot listen on '192.0.2.1'", KEY),
    "no key": Case(("--host", "0.0.0.0"), "set ATTESTED_SERVE_KEY to a key that they send"),
    "no key, IPv6": Case(("--host", "::"), "set ATTESTED_SERVE_KEY to a key that they send"),
}  # fmt: skip
CASES = {
    "short key": Case((), "ATTESTED_SERVE_KEY has fewer than 16 characters", "short"),
    "no header": Case((), "ATTESTED_SERVE_KEY is no API key", "a key with white space in it"),
    "no task": Case(("--task", "nonsense"), "no task 'nonsense'"),
    "same task": Case(("--task", "attack", "--task", "attack"), "two tasks are called 'attack'"),
    "kept": Case(("--task", "attack", "--task", str(TASK), "-o", "r.jsonl", "--prompts", "whole"), "-o is for one task"),
    "no run": Case(("-o", "a.jsonl"), "'a.jsonl' is not a run file"),
    "jobs": Case(("--jobs", "2"), "leave out --jobs"),
    "settings": Case(("--timeout", "5"), "rules ask no model: leave out --timeout"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTS.values(), ids=HOSTS)
def test_hosts_that_are_not_listened_on(tmp_path: Path, case: Case) -> None:
    # In a process of its own: in this one, tests look up no names.
    assert case.why in failed(tmp_path, *case.options, ATTESTED_SERVE_KEY=case.key)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_says_in_a_line_why_it_does_not_begin(tmp_path: Path, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def begun(*_: object) -> None:
        raise AssertionError("it began")

    monkeypatch.setattr("extract.serving.listening.serve", begun)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text('{"text": "no run"}\n', encoding="utf-8")
    monkeypatch.setenv("ATTESTED_SERVE_KEY", case.key)
    with pytest.raises(ExtractError) as raised:
        CliRunner().invoke(cli, ["serve", "--model", "rules", "--port", "0", *case.options], catch_exceptions=False)
    line = str(raised.value)
    assert case.why in line
    assert "\n" not in line
    assert not case.key or case.key not in line


def test_packages_that_are_missing(tmp_path: Path) -> None:
    line = failed(tmp_path, before="import sys; sys.modules['uvicorn'] = None")
    assert line == 'error: serving takes more packages (uvicorn): pip install -e ".[serve]" in your clone'


def test_with_a_key_it_is_there_for_others_and_keeps_the_key_to_itself(tmp_path: Path) -> None:
    with served(tmp_path, "--model", "rules", "--host", "0.0.0.0", ATTESTED_SERVE_KEY=f" {KEY}\r\n") as server:
        assert server.ask("GET", "/health", headers={"Host": "attested.example"})[0] == 401
        status, _, said = server.ask("GET", f"/{KEY}", headers={"Authorization": f"Bearer {KEY}"})
        assert (status, KEY in said.decode()) == (404, False)
        assert server.ask("GET", "/health", headers={"Authorization": f"Bearer {KEY}"})[0] == 200
        assert server.end() == 0
    assert KEY not in "\n".join(server.log)


def test_several_tasks_are_served_and_a_request_says_which(tmp_path: Path) -> None:
    options = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--model-id", "m", "--retries", "0")
    with served(tmp_path, "--task", "attack", "--task", str(TASK), *options) as server:
        health = server.health()
        assert health["tasks"] == ["attack", "diplomacy"]
        assert str(ROOT) not in json.dumps(health)
        # Nobody answers there; that says which task was asked about.
        assert server.ask("POST", "/extract?task=diplomacy", "A text.", {"Content-Type": "text/plain"})[0] == 502
        assert server.ask("POST", "/extract?task=other", "A text.", {"Content-Type": "text/plain"})[0] == 404
        schema = json.loads(server.ask("GET", "/openapi.json")[2])
        assert len(schema["components"]["schemas"]["ArticleResult"]["properties"]["records"]["anyOf"]) == 3
        assert 'name="task"' in server.ask("GET", "/")[2].decode()


def test_a_task_of_the_settings_file_is_taken(tmp_path: Path) -> None:
    assert defaults_of(serve, {"task": "diplomacy", "jobs": 3, "model": "rules"}) == {
        "tasks": ["diplomacy"], "jobs": 3, "model": "rules",
    }  # fmt: skip
    (tmp_path / "attested.toml").write_text('task = "diplomacy"\nmodel = "rules"\n', encoding="utf-8")
    assert "task 'diplomacy' has no rules" in failed(tmp_path, "--port", "0")
    assert "task 'diplomacy' has no rules" in failed(tmp_path, "--port", "0", ATTESTED_TASK="diplomacy")
