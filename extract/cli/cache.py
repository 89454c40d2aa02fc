"""`extract cache`: move, check, count, clear, show and explain recorded requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from extract.cli.settings import NewPath, recordings_of, recordings_option, store_option, together
from extract.cli.telling import tell
from extract.errors import UsageError, counted

if TYPE_CHECKING:
    from extract.store.places import Place, Store
    from extract.store.working import WorkingStore

live_option = click.option(
    "--live",
    type=click.File("rb"),
    help="File with the keys in use, one a line: what `extract bench --keys FILE` writes.",
)


_selection_options = together(
    live_option,
    click.option("--model", "models", multiple=True, help="Only this model's."),
    click.option("--task", metavar="NAME|DIR", help="Only this task's; --prompt may leave its name out then."),
    click.option("--prompt", "prompts", multiple=True, help="Only this prompt file's or set's (attack/sentence)."),
    click.option("--article", "articles", multiple=True, help="Only this article's."),
)


@click.group()
def cache() -> None:
    """Recorded requests: move, check, count, clear, show and explain them.

    Example: extract cache stats
    """


@cache.command()
@click.argument("target", type=NewPath("file"))
@click.option("--add", is_flag=True, help="Keep what TARGET holds; the store's recordings win.")
@click.option("--replace", is_flag=True, help="Write TARGET anew if it exists.")
@_selection_options
@store_option
def export(
    target: Path,
    add: bool,
    replace: bool,
    articles: tuple[str, ...],
    task: str | None,
    prompts: tuple[str, ...],
    models: tuple[str, ...],
    live: IO[bytes] | None,
    store: Path | None,
) -> None:
    """Write recordings of the working store to TARGET, to be committed.

    Example: extract cache export eval/recordings/sentence.jsonl --add --task attack --prompt sentence
    """
    from extract.store import exchange
    from extract.store.layers import Layer

    if target.exists() and not (add or replace):
        raise UsageError(f"{str(target)!r} exists: say --add to keep what it holds, or --replace")
    kept = Layer(target) if add and target.exists() else None
    chosen = exchange.Selection(
        articles, _in_task(task, prompts), models, live=exchange.read_keys(live) if live else None
    )
    count = exchange.export(_recordings(store), chosen, target, kept)
    click.echo(f"{counted(count, 'recording')} in {target}", err=True)


@cache.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what the store has recorded differently.")
@store_option
def import_(files: tuple[Path, ...], replace: bool, store: Path | None) -> None:
    """Take the recordings of FILES into the working store, once every line is checked.

    Example: extract cache import eval/recordings/sentence.jsonl
    """
    from extract.store import exchange
    from extract.store.layers import open_layers

    for layer in open_layers(recordings_of(files)):
        done = exchange.import_layer(layer, _working(store, made=True), replace=replace)
        kept = f", {len(done.kept)} differ and were kept (--replace takes the file's)" if done.kept else ""
        _say([f"{layer.path}: {done.added} added, {done.same} known, {done.replaced} replaced{kept}"], err=True)


@cache.command()
@live_option
@store_option
@recordings_option
def stats(live: IO[bytes] | None, store: Path | None, recordings: tuple[Path, ...]) -> None:
    """Count recordings by place, model and prompt file; with --live, list those not in use.

    Example: extract cache stats
    """
    from extract.store import exchange

    opened = _store(store, recordings)
    found = opened.stats(exchange.read_keys(live) if live else None)
    rows = [f"{len(place):8}  {place.size / 1e6:8.2f} MB  {place.path}" for place in opened.places]
    rows += [f"{count:8}  model {model}" for model, count in sorted(found.by_model.items())]
    rows += [f"{count:8}  prompt {prompt or '(none)'}" for prompt, count in sorted(found.by_prompt.items())]
    rows += [f"recorded from {min(found.days)} to {max(found.days)}"] if found.days else []
    rows += [f"{found.damaged:8}  damaged; `extract cache verify` names them"] if found.damaged else []
    if live:
        rows.append(f"{len(found.unused):8}  not named in that file")
        rows += [f"          {key[:16]}  {about.prompt}  {about.article}" for key, about in found.unused.items()]
    _say(rows)


@cache.command()
@store_option
@recordings_option
def verify(store: Path | None, recordings: tuple[Path, ...]) -> None:
    """Check every recording of the store and of the committed files; exit 1 if one is damaged or private.

    Example: extract cache verify
    """
    from extract.store import exchange
    from extract.store.layers import open_layers

    places: list[Place] = [_recordings(store), *open_layers(recordings_of(recordings))]
    faults = [fault for place in places for fault in exchange.faults(place)]
    _say(faults)
    click.echo(f"{counted(sum(map(len, places)), 'recording')} checked, {counted(len(faults), 'fault')}", err=True)
    click.get_current_context().exit(1 if faults else 0)


@cache.command()
@_selection_options
@click.option("--unused", is_flag=True, help="Those that --live does not name.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Recorded before this day.")
@click.option("--damaged", is_flag=True, help="Those that are not what was written.")
@click.option("--dry-run", is_flag=True, help="Only list them.")
@store_option
def prune(
    articles: tuple[str, ...],
    task: str | None,
    prompts: tuple[str, ...],
    models: tuple[str, ...],
    live: IO[bytes] | None,
    unused: bool,
    before: datetime | None,
    damaged: bool,
    dry_run: bool,
    store: Path | None,
) -> None:
    """Delete some recordings from the working store; files are never changed.

    Example: extract cache prune --damaged --dry-run
    """
    from extract.store import exchange

    live_keys = exchange.read_keys(live) if live else None
    if unused and not live_keys:
        raise UsageError("--unused needs --live with the keys in use: `extract bench --keys FILE` writes them")
    day = before.date().isoformat() if before else None
    chosen = exchange.Selection(articles, _in_task(task, prompts), models, day, live_keys, unused)
    if chosen == exchange.Selection() and not damaged:
        raise UsageError("say which recordings to delete; all of them: `extract cache clear`")
    working = _working(store)
    keys = exchange.to_prune(working, None if chosen == exchange.Selection() else chosen, damaged=damaged)
    if not dry_run:
        working.remove(keys)
    for key in keys:
        click.echo(key)
    click.echo(f"{counted(len(keys), 'recording')} {'would be ' if dry_run else ''}deleted", err=True)


@cache.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@store_option
def clear(yes: bool, store: Path | None) -> None:
    """Delete the working store's content: recordings hold the text of articles.

    Example: extract cache clear --yes
    """
    from extract.store.working import check_store, clear_folder, default_folder

    folder = store or default_folder()
    if store is None and not folder.exists():
        click.echo(f"nothing is recorded: {folder} is not there", err=True)
        return
    check_store(folder)
    if not yes:
        click.confirm(f"Delete all recordings in {folder}?", abort=True, err=True)
    clear_folder(folder)


@cache.command()
@click.argument("target")
@store_option
@recordings_option
def why(target: str, store: Path | None, recordings: tuple[Path, ...]) -> None:
    """Explain misses: of a run file, of a key (its first digits), or of a JSON file with a request.

    Example: extract cache why 3f2a9c0d1e2b3a4f
    """
    from extract.store.misses import explained

    for text in explained(target, _store(store, recordings)):
        _say(text.split("\n"))


@cache.command()
@click.argument("key")
@store_option
@recordings_option
def show(key: str, store: Path | None, recordings: tuple[Path, ...]) -> None:
    """Show what was asked and answered: the recordings of a key (its first digits), which explain and run files name.

    Example: extract cache show 3f2a9c0d1e2b3a4f
    """
    from extract.store.showing import shown

    for text in shown(key, _store(store, recordings)):
        _say(text.split("\n"))


def _in_task(task: str | None, prompts: tuple[str, ...]) -> tuple[str, ...]:
    """The names of prompts with that of their task in front; the task alone if there are none."""
    if task is None:
        return prompts
    if Path(task).is_dir():
        from extract.tasks.loading import load_task

        task = load_task(task).name
    named = tuple(prompt if prompt.startswith(f"{task}/") else f"{task}/{prompt}" for prompt in prompts)
    return named or (task,)


def _recordings(store: Path | None) -> Place:
    """What the working store holds, or a folder of recordings that machines share."""
    from extract.store.shared import SharedRecordings, is_shared

    return SharedRecordings(store) if store is not None and is_shared(store) else _working(store)


def _working(store: Path | None, *, made: bool = False) -> WorkingStore:
    from extract.store.working import WorkingStore

    return WorkingStore(_folder(store, made=made))


def _store(store: Path | None, recordings: tuple[Path, ...]) -> Store:
    from extract.store.stored_client import open_store

    return open_store(_folder(store), recordings_of(recordings), warn=tell)


def _folder(store: Path | None, *, made: bool = False) -> Path:
    """Of the working store; one that somebody names has to be there, but for what is to be put into it."""
    from extract.store.shared import is_shared
    from extract.store.working import check_store, default_folder

    if store is not None and not made and not store.is_file() and not is_shared(store):  # a file is told as one
        check_store(store)
    return store or default_folder()


def _say(lines: Iterable[str], *, err: bool = False) -> None:
    """Prints lines; what labels, models and prompts hold does nothing to a terminal."""
    for line in lines:
        tell(line, err=err)
