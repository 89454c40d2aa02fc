"""Settings: one name each, as an option, as an environment variable, as a key of a configuration file.

    extract run a.txt --base-url URL        option
    ATTESTED_BASE_URL=URL                   environment
    base_url = "URL"                        attested.toml, or [tool.attested] of pyproject.toml, in the working folder

An option beats the environment, the environment beats the file, the file beats the default, which stands in
`extract.spec.RunSpec` and nowhere else. Keys of providers are no settings: they are taken from the environment alone.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import click
from click.core import ParameterSource

from extract.errors import UsageError
from extract.spec import RANGES, RULES, AnswerMode, Mode, RunSpec, unknown_to_embedded

OF_A_MODEL = (
    *("base_url", "model_id", "temperature", "seed", "top_p", "reasoning_effort", "answer_mode", "strict"),
    *("context", "timeout", "retries", "max_cost", "prices", "cache", "store", "recordings"),
)
"""Settings that say how a model is asked: without one they do nothing."""
FILES = ("attested.toml", "pyproject.toml")
MAX_BYTES = 1_000_000
COMMITTED = Path("eval/recordings")
"""The recordings of the project one is in: read if nobody names others."""

Command = TypeVar("Command", bound=Callable[..., Any])

_PREFIX = "ATTESTED_"
SETTINGS = tuple(each.name for each in fields(RunSpec) if each.name != "sample")
_DEFAULTS = RunSpec()


class NewPath(click.Path):
    """A file or folder that may not be there yet: "" is none, and not the working folder, which a path makes of it, nor is "-"."""

    def __init__(self, kind: Literal["file", "folder"] | None = None) -> None:
        """Takes what `Path` makes of a name; `kind` is what may be there already."""
        super().__init__(file_okay=kind != "folder", dir_okay=kind != "file", path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; a usage error for an empty one, and for what other programs call the standard output."""
        if value == "":
            self.fail("an empty name is no file or folder; the working folder is called .", param, ctx)
        if value == "-":
            self.fail("- is no file here; without -o `extract run` writes to the standard output", param, ctx)
        return super().convert(value, param, ctx)


class OutPath(NewPath):
    """Where a run goes: a file or folder, or the address of a folder ("s3://…"), which stays a string."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path or address."""
        from extract.files.run_files import is_stored

        if isinstance(value, str) and "://" in value and not is_stored(value):
            self.fail(f"{value!r} is an address of a kind that is not known, such as s3:// or gs:// are", param, ctx)
        return value if isinstance(value, str) and is_stored(value) else super().convert(value, param, ctx)


class RunPath(click.Path):
    """A run that is there: a file, or a run folder."""

    def __init__(self) -> None:
        """Takes what `Path` makes of a name."""
        super().__init__(exists=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; a usage error for a folder that holds no run."""
        from extract.files.run_files import is_run_folder

        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.is_dir() and not is_run_folder(path):
            self.fail(f"{str(path)!r} is a folder, and holds no run", param, ctx)
        return path


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file that is there."""


def _setting(name: str, help_text: str, **how: Any) -> Callable[[Command], Command]:
    default = getattr(_DEFAULTS, name)
    shown = default is not None and default != () and not isinstance(default, bool)
    if name in RANGES:
        low, high = RANGES[name]
        whole = isinstance(default, int) or name in ("context", "jobs")
        how = {"type": click.IntRange(int(low)) if whole else click.FloatRange(low, high)} | how
    how = {"default": default, "show_default": shown} | how
    flags = f"--{name.replace('_', '-')}"
    if isinstance(default, bool):
        flags = f"{flags}/--no-{name.replace('_', '-')}"
    return click.option(flags, name, envvar=f"{_PREFIX}{name.upper()}", help=help_text, **how)


task_option = _setting("task", "What to extract.")
task_of_run_option = click.option(
    "--task", envvar="ATTESTED_TASK", help="Folder of the run's task, where it is not found by its name."
)
prompts_option = _setting(
    "prompts", "Prompt set, or a folder with one; sentence for embedded models, whole for others."
)
model_option = _setting(
    "model", "local (the default), local/NAME, a .gguf file, provider/model, rules (asks none), or a server's name."
)
store_option = _setting("store", "Folder of the working store; the user's cache folder if not given.", type=NewPath())
recordings_option = _setting(
    "recordings",
    "Recordings file, or folder of them, read under the working store; eval/recordings if it is there.",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
)
prices_option = _setting("prices", "Price file of your own, in front of the shipped one.", type=FILE)


def cache_option(default: Mode) -> Callable[[Command], Command]:
    """The option --cache; a run calls what is missing, an evaluation does not."""
    said = "What a missing recording does: auto calls and records, replay is an error, refresh calls anyway, off."
    return _setting("cache", said, type=click.Choice(get_args(Mode)), default=default, show_default=True)


_MODEL = (
    _setting("base_url", "OpenAI-compatible server; its key is taken from ATTESTED_API_KEY.", metavar="URL"),
    _setting("model_id", "What recordings call the model, with --base-url; else the server is asked what it serves."),
    _setting("temperature", "0, the default, takes the likeliest token each time."),
    _setting("seed", "For servers that take one; 0 by default.", type=int),
    _setting("top_p", "Draw from this share of the likeliest tokens."),
    _setting("reasoning_effort", "For models that think first: minimal, low, medium, high.", metavar="WORD"),
    _setting("answer_mode", "How a server is asked for structure.", type=click.Choice(get_args(AnswerMode))),
    _setting("strict", "Whether a server has to hold to the schema strictly."),
)
_LIMITS = (
    _setting(
        "jobs",
        "Requests at once: 4 for servers, 8 for providers, 1 for the embedded model; of rules, processes: all cores.",
    ),
    _setting("context", "What the model takes at once.", metavar="TOKENS"),
    _setting("timeout", "Seconds, for each try."),
    _setting("retries", "Further tries after a fault that may pass; no pause of over five minutes is waited for."),
    _setting("max_cost", "Ask nothing that could cost more than this in all.", metavar="USD"),
    prices_option,
)


def together(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options as one, in this order."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


asking_options = together(model_option, *_MODEL, *_LIMITS, cache_option("auto"), store_option, recordings_option)
"""The options that say which model is asked and how, for a command that knows its task and its prompt set."""


def run_options(cache: Mode, *, varied: bool = False) -> Callable[[Command], Command]:
    """All options that fill a RunSpec.

    Args:
        cache: default of --cache.
        varied: whether model and prompt set come from elsewhere, as in a benchmark.
    """
    named = () if varied else (model_option, prompts_option)
    return together(*named, task_option, *_MODEL, *_LIMITS, cache_option(cache), store_option, recordings_option)


def spec_of(given: dict[str, Any]) -> RunSpec:
    """The RunSpec of a command line; takes its settings out of what click hands over and leaves the rest.

    Raises:
        UsageError: a value is none, or an option was typed that does nothing here; as a setting of the environment or of
            a file it may be meant for other runs.
    """
    varied = "model" not in given
    values = {each.name: given.pop(each.name) for each in fields(RunSpec) if each.name in given}
    spec = RunSpec(**values | {"recordings": recordings_of(values["recordings"])})
    for why, names in _idle(spec):
        if needless := typed(names):
            raise UsageError(f"{why}: leave out {', '.join(needless)}")
    if not varied:
        check_embedded(spec, [name for name in SETTINGS if typed([name])])
    return spec


def check_embedded(spec: RunSpec, names: Iterable[str] = SETTINGS) -> None:
    """Refuses, before the embedded model is loaded, those of these settings that it does not know.

    Raises:
        UsageError: there is one.
    """
    if spec.is_embedded and (unknown := unknown_to_embedded({name: getattr(spec, name) for name in names})):
        raise UsageError(f"the embedded model does not know {' or '.join(unknown)}: leave that option out")


def _idle(spec: RunSpec) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Why options do nothing, and which."""
    if spec.named_model == RULES:
        yield "rules ask no model", OF_A_MODEL
    if spec.cache == "off":
        yield "--cache off neither reads nor keeps an answer", ("store", "recordings")
    if spec.cache == "replay":
        yield "--cache replay asks no model", ("timeout", "retries", "max_cost")


def typed(names: Iterable[str]) -> list[str]:
    """Those of these options that stand on the command line itself, as they are written there."""
    context = click.get_current_context()
    found = [name for name in names if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    return [f"--{name.replace('_', '-')}" for name in found]


def of_file() -> str:
    """Says when nobody typed where the text goes: a settings file may have come with a folder of somebody else's."""
    context = click.get_current_context()
    names = [
        name for name in ("base_url", "model") if context.get_parameter_source(name) is ParameterSource.DEFAULT_MAP
    ]
    return f" ({' and '.join(names)} of the settings file in this folder)" if names else ""


def recordings_of(given: tuple[Path, ...]) -> tuple[Path, ...]:
    """The recordings named, or those of the project one is in.

    Raises:
        UsageError: a folder that was named holds none.
    """
    for path in given:
        if path.is_dir() and not any(path.glob("*.jsonl")):
            raise UsageError(f"folder {str(path)!r} holds no recordings: looked for files that end in .jsonl")
    return given or ((COMMITTED,) if COMMITTED.is_dir() else ())


def file_settings(folder: Path) -> dict[str, Any]:
    """What a configuration file in a folder says: setting → value as TOML has it; empty without a file.

    Raises:
        UsageError: the file cannot be read, or names no setting.
    """
    for name in FILES:
        path = folder / name
        if name == FILES[0] and os.path.lexists(path) and not path.is_file():
            raise UsageError(f"cannot read settings file {str(path)!r}: it is no file, or a link to none")
        found = _table(path) if path.is_file() else None
        if found is not None:
            return _checked(found, path)
    return {}


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """What to say of variables that are called like settings and are none; a line each, with the name that is near.

    Args:
        environment: names of the variables that are set.
    """
    known = [f"{_PREFIX}{each.upper()}" for each in (*SETTINGS, "api_key", "serve_key")]
    told = []
    for name in sorted(environment):
        if name not in known and len(set(_PREFIX) & set(name.upper()[: len(_PREFIX)])) >= 5:
            near = _nearest(name.upper(), known)
            if near or name.startswith(_PREFIX):
                meant = f"did you mean {near}?" if near else "`extract run --help` lists the settings"
                told.append(f"environment variable {name} is no setting, and does nothing: {meant}")
    return told


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant."""
    import difflib  # only for who has mistyped

    return next(iter(difflib.get_close_matches(name, list(known), 1, 0.8)), None)


def defaults_of(command: click.Command, settings: dict[str, Any]) -> dict[str, Any]:
    """Defaults for a command, and for those below it: only options that are settings take part."""
    if isinstance(command, click.Group):
        return {name: defaults_of(inner, settings) for name, inner in command.commands.items()}
    found: dict[str, Any] = {}
    for option in command.params:
        name = next((each for each in settings if option.envvar == f"{_PREFIX}{each.upper()}"), None)
        if option.name is not None and name is not None:
            value = settings[name]
            found[option.name] = [value] if option.multiple and isinstance(value, str) else value
    return found


def _table(path: Path) -> dict[str, Any] | None:
    shared = path.name == "pyproject.toml"
    data = b""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(f"settings file {str(path)!r} is larger than {MAX_BYTES} bytes")
        table: Any = tomllib.loads(data.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        if shared and b"tool.attested" not in data:  # another program's, and its business
            return None
        raise UsageError(f"cannot read settings file {str(path)!r}: {error}") from error
    if shared:
        tool = table.get("tool")
        table = tool.get("attested") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _checked(table: dict[str, Any], path: Path) -> dict[str, Any]:
    """The settings of a table.

    Raises:
        UsageError: a name is none of a setting, or a value none for it; with file and name.
    """
    settings: dict[str, Any] = {}
    for written, value in table.items():
        name = written.replace("-", "_")
        if name in settings:
            raise UsageError(
                f"{str(path)!r}: {name.replace('_', '-')} and {name} are one setting: leave one of them out"
            )
        settings[name] = value
        if "\0" in str(value) or "\\x00" in str(value):
            raise UsageError(f"{str(path)!r}: {name} holds a NUL, which no name has")
        if name not in SETTINGS:
            near = _nearest(name, SETTINGS)
            hint = (
                f", did you mean {near!r}?"
                if near
                else "; keys are taken from the environment"
                if "key" in name
                else ""
            )
            raise UsageError(f"{str(path)!r}: no setting {written!r}{hint}; there are: {', '.join(sorted(SETTINGS))}")
    from pydantic import TypeAdapter, ValidationError  # only where there is such a file

    from extract.files.documents import first_fault

    try:
        TypeAdapter(RunSpec).validate_json(json.dumps(settings, default=_no_json), strict=True)
    except ValidationError as error:
        raise UsageError(f"{str(path)!r}: {first_fault(error).removeprefix('/')}") from error
    except UsageError as error:
        raise UsageError(f"{str(path)!r}: {error}") from error
    return settings


def _no_json(value: object) -> dict[str, str]:
    """What TOML has and no setting is, a date or a time, as something that no setting is either."""
    return {type(value).__name__: str(value)}
