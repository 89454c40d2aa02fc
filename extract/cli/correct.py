"""`extract correct`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extract.cli.settings import FILE, NewPath, RunPath, task_of_run_option
from extract.cli.telling import tell

if TYPE_CHECKING:
    from extract.correcting.applying import Corrected
    from extract.records.results import Run


@click.command()
@click.argument("run_file", metavar="RUN", type=RunPath())
@click.argument("files", nargs=-1, required=True, metavar="CORRECTIONS…", type=FILE)
@click.option("-o", "--out", type=NewPath("file"), help="Write the corrected run here; a new file.")
@click.option("--by", help="Who made the corrections that do not say.")
@click.option("--keep-going", is_flag=True, help="Apply what can be applied, also where something is refused.")
@click.option("--dry-run", is_flag=True, help="Say what would become of the corrections; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@task_of_run_option
def correct(
    run_file: Path,
    files: tuple[Path, ...],
    out: Path | None,
    by: str | None,
    keep_going: bool,
    dry_run: bool,
    as_json: bool,
    task: str | None,
) -> None:
    """Put corrections into a run: those of the page (`extract view`), or those of an earlier corrected run.

    Each is checked: it fits its field, and words that have to stand in the article do. Corrections made for another run
    of the same texts are put where they belong in this one, and where this run says something else, that is told.
    A value that contradicts its own words, and a name that the article does not have where it need not, are kept and
    told: you are the judge.

    Exit code: 0; 1 if a correction was refused, and nothing is written then without --keep-going; 2 if the command could
    not do its work.

    Example: extract correct runs/today.jsonl corrections.json -o runs/today-corrected.jsonl
    """
    from extract.correcting.applying import corrected, uncorrected
    from extract.correcting.sources import load_corrections, sources_for
    from extract.errors import UsageError
    from extract.records.results import read_header, read_run
    from extract.records.texts import find_texts
    from extract.tasks.loading import task_of_run
    from extract.views.corrections_report import difference_lines, refusal_lines, remark_lines, summary, summary_lines

    if (out is None) != dry_run:
        raise UsageError("say where the corrected run goes with -o FILE.jsonl, or try it with --dry-run")
    if out is not None:
        _check_new(out, (run_file, *files))
    signature = read_header(run_file).signature
    found = task_of_run(signature.task, task)
    run = read_run(run_file, found.schema)
    loaded = [load_corrections(file, signature, found.schema, by) for file in files]
    texts = find_texts(run, tell)
    sources, refused = sources_for(run, loaded)
    done: list[Corrected] = []
    for result in run.results:
        mine = sources.get(result.article_id)
        done.append(corrected(result, mine, texts.get(result.article_id), found.rules) if mine else uncorrected(result))
    refused += [each for article in done for each in article.refused]
    for line in (*refusal_lines(refused), *difference_lines(done), *remark_lines(done)):
        tell(line)
    written = out is not None and (keep_going or not refused)
    if out is not None and written:
        _write(out, run, done)  # before anything is told: who reads that may have gone
    told = summary(done, refused)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=True, indent=1))
    for line in () if as_json else summary_lines(told):
        tell(line, err=False)
    if written:
        tell(f"written to {out}")
    elif out is not None:
        tell("nothing written: mend or leave out what was refused, or add --keep-going")
    click.get_current_context().exit(1 if refused else 0)


def _check_new(out: Path, inputs: tuple[Path, ...]) -> None:
    """Refuses a file that is there: no run is replaced."""
    from extract.errors import RunFileError, UsageError

    if out.exists() and any(out.samefile(each) for each in inputs):
        raise UsageError(f"{str(out)!r} is an input: write to another file with -o")
    if out.exists() and (not out.is_file() or out.stat().st_size):
        raise RunFileError(f"{str(out)!r} is there already, and is not replaced: write to another file with -o")
    if out.suffix.lower() != ".jsonl":
        raise UsageError(f"{str(out)!r} should end in .jsonl: a corrected run is a run file")


def _write(out: Path, run: Run, done: list[Corrected]) -> None:
    """The corrected run, whole or not at all."""
    from extract.errors import RunFileError
    from extract.files.documents import save_document
    from extract.records.results import to_json

    header = run.header.model_copy(update={"corrected": True})
    lines = [to_json(header), *(to_json(each.result) for each in done)]
    save_document(out, "".join(f"{line}\n" for line in lines), RunFileError)
