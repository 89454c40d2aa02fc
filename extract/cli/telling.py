"""What a command says beside its results: lines on standard error that do nothing to a terminal."""

from __future__ import annotations

import os

import click


def tell(line: str, *, err: bool = True) -> None:
    """Says a line."""
    from extract.views.terminal import safe

    click.echo(safe(line), err=err)


def tell_masked(line: str, *, err: bool = True) -> None:
    """Says a line without the keys of providers: what a server says may hold one."""
    from extract.models.keys import known_keys, masked

    tell(masked(line, known_keys(os.environ)), err=err)
