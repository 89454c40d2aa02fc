"""Settings: option over environment over file over default, one name each, and what is refused."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from extract.cli.main import cli
from extract.cli.settings import MAX_BYTES, OF_A_MODEL, file_settings, run_options, spec_of, unknown_variables
from extract.errors import UsageError
from extract.models.client import Sampling
from extract.spec import RunSpec
from extract.store.working import WorkingStore


@click.command()
@run_options("auto")
def taken(**given: Any) -> None:
    click.echo(repr(spec_of(given)))
    assert given == {}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def spec(*arguments: str, file: dict[str, Any] | None = None, **environment: str) -> str:
    done = CliRunner().invoke(taken, arguments, default_map=file, env=environment, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output.strip()


def test_without_anything_the_defaults_of_the_spec_hold(folder: Path) -> None:
    assert spec() == repr(RunSpec())


def test_an_option_beats_the_environment_beats_the_file_beats_the_default(folder: Path) -> None:
    file = {"model": "of-file", "timeout": 7, "jobs": "3", "recordings": []}
    assert spec(file=file) == repr(RunSpec(model="of-file", timeout=7.0, jobs=3))
    assert spec(file=file, ATTESTED_MODEL="of-env") == repr(RunSpec(model="of-env", timeout=7.0, jobs=3))
    found = spec("--model", "typed", "--jobs", "1", file=file, ATTESTED_MODEL="of-env")
    assert found == repr(RunSpec(model="typed", timeout=7.0, jobs=1))


def test_every_field_is_an_option_an_environment_variable_and_a_key(folder: Path) -> None:
    options = {option.name: option for option in taken.params if isinstance(option, click.Option)}
    for name in {each.name for each in fields(RunSpec)} - {"sample"}:
        assert options[name].envvar == f"ATTESTED_{name.upper()}"
        assert f"--{name.replace('_', '-')}" in options[name].opts
    assert set(options) == {each.name for each in fields(RunSpec)} - {"sample"}


def test_recordings_of_the_project_are_read_if_nobody_names_others(folder: Path) -> None:
    (folder / "eval" / "recordings").mkdir(parents=True)
    (folder / "mine.jsonl").touch()
    assert spec() == repr(RunSpec(recordings=(Path("eval/recordings"),)))
    assert spec("--recordings", "mine.jsonl") == repr(RunSpec(recordings=(Path("mine.jsonl"),)))


def test_a_spec_can_be_sent_to_another_process_and_compared() -> None:
    whole = RunSpec(model="m", base_url="http://127.0.0.1:9/v1", recordings=(Path("r.jsonl"),), top_p=0.5)
    assert ForkingPickler.loads(bytes(ForkingPickler.dumps(whole))) == whole
    assert hash(whole) == hash(RunSpec(**{each.name: getattr(whole, each.name) for each in fields(whole)}))


@pytest.mark.parametrize("wrong", [{"timeout": float("nan")}, {"max_cost": float("inf")}, {"top_p": float("-inf")}])
def test_a_number_that_is_none_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} is .*finite"):
        RunSpec(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "attested.toml",
            'base-url = "http://127.0.0.1:9/v1"\njobs = 2\n',
            {"base_url": "http://127.0.0.1:9/v1", "jobs": 2},
        ),
        ("attested.toml", "\ufeff", {}),
        ("pyproject.toml", '[tool.attested]\nmodel = "m"\n', {"model": "m"}),
        ("pyproject.toml", "[project]\n", {}),
        ("pyproject.toml", "tool = 3\n", {}),
        ("pyproject.toml", "[broken\n", {}),
    ],
)
def test_settings_are_read_from_a_file(tmp_path: Path, name: str, text: str, found: dict[str, Any]) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert file_settings(tmp_path) == found


def test_attested_toml_comes_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.attested]\nmodel = "b"\n', encoding="utf-8")
    (tmp_path / "attested.toml").write_text('model = "a"\n', encoding="utf-8")
    assert file_settings(tmp_path) == {"model": "a"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('modell = "m"\n', "no setting 'modell', did you mean 'model'?; there are: answer_mode, "),
        ("sample = 1\n", "no setting 'sample'"),
        ('api_key = "k"\n', "no setting 'api_key'; keys are taken from the environment"),
        ("model = ['a']\n", "model: Input should be a valid string"),
        ("[model]\nname = 'a'\n", "model: Input should be a valid string"),
        ("model = 3\n", "model: Input should be a valid string"),
        ("store = 3\n", "store: Input"),
        ("seed = 1.7\n", "seed: Input should be a valid integer"),
        ("jobs = true\n", "jobs: Input should be a valid integer"),
        ("jobs = 0\n", "jobs is 0: it has to be 1 or more"),
        ("timeout = nan\n", "timeout"),
        ('temperature = "hot"\n', "temperature: Input should be a valid number"),
        ('recordings = "x"\n', "recordings: Input should be a valid"),
        ('cache = "sometimes"\n', "cache: Input should be 'auto', 'replay', 'refresh' or 'off'"),
        ("model = 2026-01-01\n", "model: Input should be a valid string"),
        ("recordings = [07:30:00]\n", "recordings/0: Input"),
        ("model = \n", "cannot read settings file"),
        ("a" + "=[" * 5000, "cannot read settings file"),
        ("#" * (MAX_BYTES + 1), "is larger than"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "attested.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"attested\.toml") as error:
        file_settings(tmp_path)
    assert said in str(error.value)


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_a_settings_file_that_is_none_is_not_passed_over(folder: Path, kind: str) -> None:
    path = folder / "attested.toml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes with names here")
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere")
    with pytest.raises(UsageError, match=r"cannot read settings file 'attested\.toml': it is no file"):
        CliRunner().invoke(cli, ["run", "a.txt"], catch_exceptions=False)


def test_a_mistyped_variable_is_told_once_and_stops_nothing(folder: Path) -> None:
    (folder / "a.txt").write_text("Nine people died.", encoding="utf-8")
    environment = {
        "ATTESTED_MODEL": "rules",
        "ATTESTED_MODLE": "x",
        "attested_store": "x",
        "ATTESTD_BASE_URL": "x",
        "ATTESTED_APIKEY": "secret",
        "ATTESTED_COLOUR\x1b[2J": "x",
        "ATTESTATION_TOKEN": "another program's",
        "ATESTED_MODEL": "x",
        "DATASET_SEED": "another program's",
    }
    done = CliRunner().invoke(cli, ["run", "a.txt"], env=environment, catch_exceptions=False)
    assert done.exit_code == 0
    assert [line.partition(" is no setting, and does nothing: ")[::2] for line in done.stderr.splitlines()[:-2]] == [
        ("warning: environment variable ATESTED_MODEL", "did you mean ATTESTED_MODEL?"),
        ("warning: environment variable ATTESTD_BASE_URL", "did you mean ATTESTED_BASE_URL?"),
        ("warning: environment variable ATTESTED_APIKEY", "did you mean ATTESTED_API_KEY?"),
        ("warning: environment variable ATTESTED_COLOUR␛[2J", "`extract run --help` lists the settings"),
        ("warning: environment variable ATTESTED_MODLE", "did you mean ATTESTED_MODEL?"),
        ("warning: environment variable attested_store", "did you mean ATTESTED_STORE?"),
    ]


def test_variables_that_are_settings_are_no_mistakes() -> None:
    names = [f"ATTESTED_{each.name.upper()}" for each in fields(RunSpec) if each.name != "sample"]
    assert unknown_variables([*names, "ATTESTED_API_KEY", "PATH"]) == []


def test_the_program_heeds_the_file_and_names_a_wrong_value(folder: Path) -> None:
    (folder / "a.txt").write_text("Nine people died.", encoding="utf-8")
    (folder / "attested.toml").write_text('model = "rules"\n', encoding="utf-8")
    done = CliRunner().invoke(cli, ["run", "a.txt"], catch_exceptions=False)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        0,
        "no model: rules alone, the text stays on this machine (model of the settings file in this folder)",
    )


@pytest.mark.parametrize("name", sorted(OF_A_MODEL))
def test_what_does_nothing_to_rules_is_refused_by_name(folder: Path, name: str) -> None:
    option = f"--{name.replace('_', '-')}"
    (folder / "r.jsonl").touch()
    values = {"answer_mode": "json", "base_url": "http://127.0.0.1:9/v1", "top_p": "0.5", "context": "1000"}
    values |= {"cache": "refresh", "prices": "r.jsonl", "recordings": "r.jsonl"}
    value = [] if name == "strict" else [values.get(name, "1")]
    with pytest.raises(UsageError, match=f"rules ask no model: leave out {option}$"):
        spec("--model", "rules", option, *value)
    with pytest.raises(UsageError, match=f"leave out {option}$"):
        spec("--prompts", "rules", option, *value)
    assert spec("--model", "openai/m", option, *value)


def test_settings_for_other_models_do_not_stop_rules(folder: Path) -> None:
    file = {"timeout": 7, "base_url": "http://127.0.0.1:9/v1", "max_cost": 1, "cache": "off"}
    assert spec("--model", "rules", file=file, ATTESTED_TEMPERATURE="1")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--cache", "off", "--store", "s"], "--cache off neither reads nor keeps an answer: leave out --store"),
        (["--cache", "replay", "--max-cost", "1"], "--cache replay asks no model: leave out --max-cost"),
        (["--reasoning-effort", "low"], "the embedded model does not know --reasoning-effort 'low': leave"),
        (["--model", "local/x", "--answer-mode", "tools"], "does not know --answer-mode 'tools': leave"),
        (["--model", "x.gguf", "--strict"], "does not know --strict: leave"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused_by_name(folder: Path, given: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        spec(*given)
    (folder / "a.txt").write_text("Nine people died.", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(said)):
        CliRunner().invoke(cli, ["run", "a.txt", "--dry-run", *given], catch_exceptions=False)


def test_a_setting_for_servers_stops_the_embedded_model_and_nothing_else(folder: Path) -> None:
    (folder / "attested.toml").write_text('reasoning_effort = "low"\n', encoding="utf-8")
    (folder / "a.txt").write_text("Nine people died.", encoding="utf-8")
    for dry in ([], ["--dry-run"]):
        with pytest.raises(UsageError, match="embedded model does not know --reasoning-effort 'low'"):
            CliRunner().invoke(cli, ["run", "a.txt", *dry], catch_exceptions=False)
    assert CliRunner().invoke(cli, ["run", "a.txt", "--model", "rules"], catch_exceptions=False).exit_code == 0
    assert spec(file={"reasoning_effort": "low"})  # as of `eval --run`, which asks nothing


def test_what_is_typed_is_chosen_also_where_it_is_the_default(folder: Path) -> None:
    assert spec("--seed", "0", "--temperature", "0") == repr(RunSpec(seed=0, temperature=0.0))
    assert Sampling(seed=0, temperature=0.0).chosen == {"seed": 0, "temperature": 0.0}
    assert Sampling().chosen == {}


@pytest.mark.parametrize("command", [["run", "a.txt"], ["cache", "verify"]])
def test_a_folder_without_recordings_is_told(folder: Path, command: list[str]) -> None:
    (folder / "a.txt").write_text("Nine people died.", encoding="utf-8")
    with pytest.raises(UsageError, match=r"folder '\.' holds no recordings: looked for files that end in \.jsonl"):
        CliRunner().invoke(cli, [*command, "--recordings", "."], catch_exceptions=False)


def test_one_setting_in_two_spellings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "attested.toml").write_text("answer-mode = 'json'\nanswer_mode = 'tools'\n", encoding="utf-8")
    with pytest.raises(UsageError, match="answer-mode and answer_mode are one setting"):
        file_settings(tmp_path)


def test_a_setting_is_no_default_of_another_option_of_that_name(folder: Path) -> None:
    (folder / "attested.toml").write_text('prompts = "sentence"\nstore = "mine"\n', encoding="utf-8")
    WorkingStore(folder / "mine").close()
    done = CliRunner().invoke(cli, ["cache", "prune", "--prompt", "attack/whole", "--dry-run"], catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (0, "0 recordings would be deleted\n")


def test_a_nul_in_a_settings_file_is_told_with_its_setting(folder: Path) -> None:
    (folder / "attested.toml").write_text('store = "a\\u0000b"\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"attested\.toml': store holds a NUL"):
        CliRunner().invoke(cli, ["cache", "stats"], catch_exceptions=False)


def test_a_broken_pyproject_that_holds_settings_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.attested]\nmodel = "m\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"cannot read settings file .*pyproject\.toml"):
        file_settings(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"retries": -1}, "retries is -1: it has to be 0 or more"),
        ({"temperature": 9.0}, "temperature is 9.0: it has to be 0 or more, 2 at most"),
        ({"top_p": 0.0}, "top_p is 0.0"),
        ({"max_cost": -1.0}, "max_cost is -1.0"),
        ({"answer_mode": "x"}, "answer_mode 'x'"),
        ({"answer_mode": "json", "strict": True}, "strict needs a schema"),
    ],
)
def test_what_cannot_be_is_refused_wherever_it_comes_from(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        RunSpec(**wrong)
