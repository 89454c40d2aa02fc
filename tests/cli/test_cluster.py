"""`extract run --engine ray` from outside: what is refused, what is said, what Ctrl-C leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from extract.articles import read_articles
from extract.cli.main import cli
from extract.engines import cluster, machines
from extract.engines.cluster_worker import Environment, orders_of
from extract.engines.machines import Place, places
from extract.engines.session import open_setup
from extract.errors import ModelUnavailable, UsageError
from extract.records.lines import lines_of
from extract.spec import RunSpec
from tests.agreeable import agreeable
from tests.commands import extract
from tests.wordy_task import write_rows, write_task

ROOT = Path(__file__).parents[2]
RULES = ("--task", "words", "--model", "rules")
SERVER = ("--task", "words", "--model", "m", "--base-url", "http://127.0.0.1:1/v1", "--model-id", "server/m")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_task(tmp_path / "words")
    write_rows(tmp_path / "rows.jsonl", [f"slow: Wren {chr(65 + each % 26)}owl, number {each}" for each in range(40)])


def run(*options: str) -> Any:
    return extract("run", "rows.jsonl", *options)


@pytest.mark.parametrize("name", ["S3://bucket/run", "s3a://bucket/run", "https://example.org/run"])
def test_an_address_of_an_unknown_kind_is_no_folder_here(name: str) -> None:
    done = CliRunner().invoke(cli, ["run", "rows.jsonl", *RULES, "-o", name])
    assert done.exit_code == 2
    assert f"'{name}' is an address of a kind that is not known" in done.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["rows.jsonl", "words"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((*RULES, "--address", "127.0.0.1:1"), "--address is of a Ray cluster, and goes with --engine ray"),
        ((*RULES, "-o", "s3://bucket/run"), "'s3://bucket/run' is an address, to which --engine ray writes"),
        ((*SERVER, "--engine", "ray", "--max-cost", "1"), "--max-cost cannot be kept by many machines at once"),
        (
            (*SERVER, "--engine", "ray", "--address", "127.0.0.1:1", "-o", "r.jsonl"),
            "answers are kept where every machine finds them: write to a run folder, -o FOLDER",
        ),
        (
            (*SERVER, "--engine", "ray", "--address", "127.0.0.1:1", "-o", "big", "--store", "mine"),
            "answers are kept where every machine finds them",
        ),
        (
            (*RULES, "--engine", "ray", "--address", "ray://127.0.0.1:1"),
            "is no address of a Ray cluster: give HOST:6379",
        ),
        (
            (*RULES, "--engine", "ray", "--address", "127.0.0.1:1"),
            "no Ray cluster at '127.0.0.1:1': Connection refused",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(options: tuple[str, ...], said: str) -> None:
    pytest.importorskip("ray")
    with pytest.raises(UsageError) as refused:
        run(*options)
    assert said in str(refused.value)
    assert not Path("r.jsonl").exists()


def test_without_ray_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r'takes more packages: pip install -e "\.\[ray\]"'):
        run(*RULES, "--engine", "ray")


def test_workers_have_a_core_each_and_an_embedded_model_has_a_machine() -> None:
    nodes = {"a": 2, "b": 1, "head": 0}
    rules, embedded = RunSpec(model="rules"), RunSpec(model="local")
    server = RunSpec(model="m", base_url="http://x/v1")
    assert places(nodes, rules, 4) == [Place("a", 1, 1), Place("b", 1, 1), Place("a", 1, 1)]
    assert places(nodes, RunSpec(model="rules", jobs=2), 4) == [Place("a", 1, 1), Place("b", 1, 1)]
    assert places(nodes, embedded, 1) == [Place("a", 2, 1), Place("b", 1, 1)]
    assert places(nodes, server, 8) == [Place("a", 1, 2), Place("b", 1, 3), Place("a", 1, 3)]
    assert places(nodes, server, 2) == [Place("a", 1, 1), Place("b", 1, 1)]
    assert places({}, rules, 4) == []


def test_workers_are_told_paths_that_hold_everywhere_and_keys_that_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTESTED_API_KEY", "sk-not-to-be-seen")
    spec = RunSpec("words", model="rules", store=Path("store"), recordings=())
    with open_setup(spec) as setup:
        orders = orders_of(spec, setup, Path("big"), 3)
    assert (orders.spec["task"], orders.spec["store"]) == (str(tmp_path / "words"), tmp_path / "store")
    assert (orders.folder, orders.generation) == (str(tmp_path / "big"), 3)
    assert orders.environment == {"ATTESTED_API_KEY": "sk-not-to-be-seen"}
    assert "not-to-be-seen" not in repr(orders) + str(Environment(orders.environment))


def test_a_head_that_is_gone_ends_the_run_before_ray_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[Any] = []
    context = SimpleNamespace(gcs_address="127.0.0.1:1")
    ray = SimpleNamespace(get_runtime_context=lambda: context, remote=lambda actor: actor, kill=killed.append)
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(cluster, "_HEADLESS_SECONDS", 0.1)
    spec = RunSpec("words", model="rules")
    with open_setup(spec) as setup:
        pool = cluster.Pool(ray, orders_of(spec, setup), setup, spec, lambda line: None)
        with pytest.raises(ModelUnavailable, match="the head of the cluster is gone"):
            list(pool.run(read_articles(["rows.jsonl"])))
        pool.close()  # nobody would hear it
    assert killed == []


def test_without_a_node_here_no_worker_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    context = SimpleNamespace(gcs_address="", get_node_id=lambda: "mine")
    node = {"NodeID": "other", "Alive": True, "Resources": {"CPU": 2}}
    ray = SimpleNamespace(
        get_runtime_context=lambda: context,
        remote=lambda actor: actor,
        nodes=lambda: [node, node | {"NodeID": "mine", "Alive": False}],
    )
    monkeypatch.setattr(cluster, "head_answers", lambda ray: True)
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.01)
    spec = RunSpec("words", model="rules")
    with open_setup(spec) as setup:
        pool = cluster.Pool(ray, orders_of(spec, setup), setup, spec, lambda line: None)
        with pytest.raises(ModelUnavailable, match="this machine is no longer of the cluster"):
            list(pool.run(read_articles(["rows.jsonl"])))


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent")
def test_who_is_told_to_end_while_ray_begins_ends_as_always(monkeypatch: pytest.MonkeyPatch) -> None:
    def init(*given: object, **named: object) -> None:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(number))
        signal.raise_signal(signal.SIGTERM)

    def told(number: int, frame: object) -> None:
        raise InterruptedError("ours")

    monkeypatch.setitem(sys.modules, "ray", SimpleNamespace(init=init, is_initialized=lambda: False))
    before = signal.signal(signal.SIGTERM, told)
    try:
        with pytest.raises(InterruptedError, match="ours"), machines.joined(None):
            pass
        assert signal.getsignal(signal.SIGTERM) is told
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("host", ["127.0.0.1", "[127.0.0.1]"])
def test_another_server_at_the_address_is_no_cluster(host: str) -> None:
    pytest.importorskip("ray")
    with agreeable() as url, pytest.raises(UsageError, match=r"no Ray cluster at .*: another server answers there"):
        run(*RULES, "--engine", "ray", "--address", f"{host}:{urlsplit(url).port}")


def lines(path: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line.data) for line in list(lines_of(path))[1:]]
    assert len({row["article_id"] for row in rows}) == len(rows)
    return {row["article_id"]: {**row, "seconds": 0} for row in rows}


@pytest.mark.cluster
@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent")
def test_ctrl_c_keeps_what_is_finished_and_a_run_here_does_the_rest(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    out = "r.jsonl"
    with subprocess.Popen(
        [sys.executable, "-m", "extract", "run", "rows.jsonl", *RULES, "--engine", "ray", "--jobs", "1", "-o", out],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            if len(said) == 6:
                os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stdout is not None
        assert process.stdout.read() == ""
    assert said[0] == "no model: rules alone, the text stays on this machine\n"
    assert all(line.startswith("a") and ": complete, " in line for line in said[1:6])
    assert said[-1] == "interrupted\n"
    assert f"articles written to {out}; not finished: run the same command again to continue" in "".join(said[-4:])
    done = len(lines(tmp_path / out))
    assert 5 <= done < 40
    assert (
        f"{40 - done} articles written to {out}; continued: {done} were complete already"
        in run(*RULES, "-o", out).stderr
    )
    run(*RULES, "-o", "here.jsonl")
    assert lines(tmp_path / out) == lines(tmp_path / "here.jsonl")
