"""`python -m eval.stories`: scores what puts reports into stories, and writes the table."""

from __future__ import annotations

from pathlib import Path

import click

from eval.reports.page import TableCommand, find_place, update_option
from extract.views.terminal import safe

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
SIXTY = Path("tests/data/stories")


@click.command(cls=TableCommand)
@click.option("--set", "folders", type=FOLDER, multiple=True, help="Score this set instead: stories.json, run.jsonl.")
@click.option("--sixty", type=FOLDER, default=SIXTY, show_default=True, help="The sixty written reports.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write STORIES.md and stories.json here.")
@update_option
@click.option("--wrong", is_flag=True, help="List the wrong joins of every row, too.")
def command(folders: tuple[Path, ...], sixty: Path, out: Path | None, update: Path | None, wrong: bool) -> None:
    """Score what puts reports into stories; results go to eval/results/attack unless a set is named.

    Example: python -m eval.stories --set private/series --wrong
    """
    from importlib.metadata import version

    from eval.gold.clone import gold_folder, results_folder
    from eval.stats import Resampling
    from eval.stories.sets import load_set
    from eval.stories.systems import baselines, ceiling, ours
    from eval.stories.table import MARKS, render_joins, render_table, save_table, score, update_page
    from extract.tasks.loading import load_task

    if update is not None:
        find_place(update, MARKS)
    task = load_task("attack")
    written = load_set(sixty, task, "sixty")
    chosen_on = next(written)
    systems = [*ours(task), *baselines(chosen_on)]
    if folders:
        sets = [form for folder in folders for form in load_set(folder, task)]
    else:
        sets = [*load_set(gold_folder(task), task, "gold"), chosen_on, *written]
    versions = {name: version(name) for name in ("metametric", "scikit-learn")}
    pairs = [(named, given) for given in sets for named in (*systems, ceiling(given))]
    table, made = score(pairs, Resampling(), versions)
    if place := out or (None if folders else results_folder(task)):
        save_table(table, place)
    if update is not None:
        update_page(update, table)
    click.echo(render_table(table), nl=False)
    if wrong:
        click.echo("\n".join(map(safe, render_joins(made))))


if __name__ == "__main__":
    command()
