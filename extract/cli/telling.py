"""Lines that a command says: without the keys of providers, and with escapes made harmless to a terminal."""

from __future__ import annotations

import os

import click


def tell(line: str, *, err: bool = True) -> None:
    """Says a line, on standard error unless it is a result; what a server or a setting says may hold a key."""
    from extract.models.keys import known_keys, masked
    from extract.views.terminal import safe

    click.echo(safe(masked(line, known_keys(os.environ))), err=err)
