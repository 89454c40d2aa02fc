"""`extract serve`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from extract.cli.settings import NewPath, asking_options, check_embedded, of_file, prompts_option, spec_of, typed
from extract.cli.telling import tell
from extract.spec import RULES

SHORTEST_KEY = 16
"""Characters."""
KEY = "ATTESTED_SERVE_KEY"
SERVED_CHARS = 50_000
"""Of a text that anybody sends: the linguistic model takes some 16 kB a token, and 200 000 quotation marks are as many."""
DAY = 86_400
"""Seconds."""


class _Name(click.types.StringParamType):
    """Name or folder of a task; several stand in the environment as folders do in PATH."""

    envvar_list_splitter = os.pathsep


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen here; with a key also for other machines.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Listen at this port; 0 is a free one.",
)
@click.option(
    "--task",
    "tasks",
    multiple=True,
    type=_Name(),
    default=["attack"],
    show_default=True,
    envvar="ATTESTED_TASK",
    help="What can be extracted, as often as there are tasks; the first where a request does not say.",
)
@click.option("-o", "--out", type=NewPath("file"), help="Keep every answer in this run file, too.")
@click.option(
    "--at-once", type=click.IntRange(1), help="Articles worked on at once; what suits the model if not given."
)
@click.option("--waiting", type=click.IntRange(0), default=16, show_default=True, help="Articles that may wait.")
@click.option(
    "--max-bytes", type=click.IntRange(1000), default=20_000_000, show_default=True, help="Refuse longer requests."
)
@click.option(
    "--max-chars", type=click.IntRange(1), default=SERVED_CHARS, show_default=True, help="Refuse longer texts."
)
@click.option(
    "--answer-within",
    "seconds",
    type=click.IntRange(1, DAY),
    default=600,
    show_default=True,
    help="Seconds until a request is given up, waiting included.",
)
@click.option(
    "--grace", type=click.IntRange(0, DAY), default=60, show_default=True, help="Seconds at the end for what was taken."
)
@prompts_option
@asking_options
def serve(
    host: str,
    port: int,
    tasks: tuple[str, ...],
    out: Path | None,
    at_once: int | None,
    waiting: int,
    max_bytes: int,
    max_chars: int,
    seconds: int,
    grace: int,
    **settings: Any,
) -> None:
    """Extract records from articles that come over HTTP.

    POST /extract takes JSON with a text, or a document; it answers the line that a run file would have, a page, or
    events. A form for people is at /, a description at /docs. The model is loaded once. What is too much is refused
    (429), and Ctrl-C or SIGTERM ends it when what was taken is answered. Takes the extra serve.

    Without a key only this machine is listened to; with one, in ATTESTED_SERVE_KEY, requests have to send it:
    Authorization: Bearer KEY. There is no TLS here: put a proxy before it that has it.

    Exit code: 0 when it was told to end; 1 if requests were left without an answer then; 2 if it could not begin.

    Example: extract serve --model rules --port 8765
    """
    from extract.engines.session import embedded_name, whereto
    from extract.errors import UsageError, install
    from extract.models.weights import find_weights

    try:
        from extract.serving.application import application
        from extract.serving.listening import address_of, listen
        from extract.serving.listening import serve as answer_all
    except ImportError as error:
        raise UsageError(f"serving takes more packages ({error.name}): {install('serve')}") from error
    from extract.serving.desk import Desk, Limits
    from extract.serving.opening import articles_at_once, open_counters

    spec, key = spec_of(settings), _key()
    check_embedded(spec)
    if spec.named_model == RULES and typed(["jobs"]):
        raise UsageError("rules ask nothing, and work here in one process: leave out --jobs; --at-once is for articles")
    steps = _Steps()
    with (
        listen(host, port, anybody=key is not None) as opened,
        open_counters(spec, tasks, out, progress=steps.told, warn=tell) as counters,
    ):
        tell(f"{whereto(spec)}{of_file()}")
        if spec.is_embedded and spec.cache != "replay":
            find_weights(embedded_name(spec), steps.told)  # now, and not when the first article is here
        limits = Limits(max_bytes, max_chars, at_once or articles_at_once(spec, counters), waiting, seconds)
        desk = Desk(counters, limits, tell)
        tell(f"serving {', '.join(counters)} at {address_of(opened)}; Ctrl-C ends it")
        left = answer_all(application(desk, key, tell), desk, opened, grace, tell)
        tell(f"ended; {left} without an answer" if left else "ended")
    click.get_current_context().exit(1 if left else 0)


class _Steps:
    """Long steps on the way to an embedded model, each told once."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def told(self, step: str, done: int, total: int) -> None:
        if step not in self._said:
            self._said.add(step)
            tell(f"model: {step}, {total / 1e6:.0f} MB")


def _key() -> str | None:
    """The key that requests have to send, if there is one."""
    from extract.errors import UsageError
    from extract.models.keys import clean_key

    key = clean_key(os.environ.get(KEY), KEY)
    if key is not None and len(key) < SHORTEST_KEY:
        raise UsageError(f"{KEY} has fewer than {SHORTEST_KEY} characters: openssl rand -hex 32 makes a key")
    return key
