"""The command `extract`: its groups, and how errors become lines and exit codes. Commands load what they run.

Exit codes: 0 fine, 1 findings (an article failed or is partial, a check found faults), 2 the command could not do
its work, 130 interrupted, 143 or 129 told to end (SIGTERM, SIGHUP).
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click

from extract.cli.telling import tell
from extract.errors import ExtractError

COMMANDS = {
    "run": ("extract.cli.run:run", "Extract records from articles."),
    "batch": (
        "extract.cli.batch:batch",
        "Ask in a provider's batches: at half the price, within a day; a run then replays.",
    ),
    "serve": ("extract.cli.serve:serve", "Extract records from articles that come over HTTP."),
    "view": ("eval.cli.page:view", "Make one HTML file of a run, in which it is read, compared and corrected."),
    "correct": (
        "extract.cli.correct:correct",
        "Put corrections into a run: those of the page (`extract view`), or those of an earlier corrected run.",
    ),
    "show": ("extract.cli.show:show", "Show a finished run as tables."),
    "export": ("extract.cli.export:export", "Export finished runs as tables: CSV, Excel, Parquet, SQLite."),
    "stories": (
        "extract.cli.stories:stories",
        "Put the reports of many articles together that tell of one thing: stories.",
    ),
    "explain": (
        "extract.cli.explain:explain",
        "Say where a value comes from: its place, the answers and rules that made it, why it is believed.",
    ),
    "new-task": (
        "extract.cli.tasks:new_task",
        "Begin a task of your own: a folder that runs at once, with a README that leads on.",
    ),
    "check-task": (
        "extract.cli.tasks:check_task",
        "Say what is wrong with a task (exit 2), and what is weak about it (exit 1).",
    ),
    "models": ("extract.cli.models:models", "List the embedded models, and get them."),
    "prompts": ("extract.cli.models:prompts", "List the prompt sets with their hashes."),
    "cache": ("extract.cli.cache:cache", "Recorded requests: move, check, count, clear, show and explain them."),
    "gold": ("eval.cli.gold:gold", "Check and grow the gold set."),
    "eval": (
        "eval.cli.scores:evaluate_command",
        "Score a model and a prompt set, or a finished run, against the gold set.",
    ),
    "calibrate": (
        "eval.cli.scores:calibrate_command",
        "Fit how far values are to be believed, on a run of labelled articles, and check it on articles left out.",
    ),
    "compare": (
        "eval.cli.scores:compare_command",
        "Say whether evaluation B is better than evaluation A, and whether the gold set can tell.",
    ),
    "bench": (
        "eval.cli.scores:bench_command",
        "Evaluate every model with every prompt set of a matrix file, and rank them.",
    ),
}
"""Command → where it lives, and what it does; `eval`'s are named, never imported, until they are asked for."""


class LazyGroup(click.Group):
    """A group that imports a command when it is run, and lists it without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; that nobody reads its output any more is no fault."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="attested", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """News articles about armed attacks → records in which every value that quotes is attested by a piece of the text.

    Example: extract run article.txt
    """
    from extract.cli.settings import defaults_of, file_settings, unknown_variables

    for line in unknown_variables(os.environ):
        tell(f"warning: {line}")
    name = context.invoked_subcommand or ""
    command = cli.get_command(context, name)
    if command is not None and (settings := file_settings(Path())):
        context.default_map = {name: defaults_of(command, settings)}


def main() -> None:
    """Runs the program; a known error is one line on standard error."""
    told = _heed_signals()
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        _leave(128 + (told or [signal.SIGINT])[0], "interrupted")
    except click.UsageError as error:
        # click says the words of the command line as they are, and they may be names of files.
        usage = [error.ctx.get_usage()] if error.ctx else []
        _leave(2, *usage, f"error: {error.format_message()}")
    except click.ClickException as error:
        _leave(2, f"error: {error.format_message()}")
    except ExtractError as error:
        _leave(2, f"error: {error}", *getattr(error, "__notes__", ()))
    except OSError as error:
        _leave(2, f"error: {error}")
    _leave(status if isinstance(status, int) else 0)


def _heed_signals() -> list[int]:
    """Lets a run that is told to end close what it began, as it does after Ctrl-C; a second signal ends it at once.

    Returns:
        A list in which the signal will stand.
    """
    told: list[int] = []

    def end(number: int, _: object) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)
        told.append(number)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP, and who ignores one (nohup) goes on doing so
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)
    return told


def _leave(status: int, *said: str) -> NoReturn:
    """Exits now: threads that wait for a server are not waited for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C twice gets no traceback
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        status, said = 2, (*said, f"error: cannot write to standard output: {error.strerror or error}")
    if said:
        from extract.models.keys import known_keys, masked

        for line in masked("\n".join(said), known_keys(os.environ)).split("\n"):
            tell(line)
    os._exit(status)
