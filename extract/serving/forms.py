"""Pages for people: the form at `/`, and `/docs`, made of the OpenAPI document. Neither has a script, nor asks for
anything elsewhere; everything that is put into them is escaped."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader

from extract.serving.desk import Desk
from extract.views.page.building import asset, digest


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("extract.serving", "assets"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return environment


@cache
def style() -> str:
    """The styles of the pages of a run, and those of these."""
    loader = _environment().loader
    assert loader is not None
    return asset("page.css") + loader.get_source(_environment(), "serving.css")[0]


@cache
def forms_policy() -> str:
    """The Content-Security-Policy of these pages: their style, a form that is sent here, and nothing else."""
    styles = f"style-src '{digest(style())}'"
    return f"default-src 'none'; {styles}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def form_page(desk: Desk, error: str = "") -> str:
    """The form.

    Args:
        error: why what was sent before was refused.
    """
    from markupsafe import Markup

    counters = [*desk.counters.values()]
    return (
        _environment()
        .get_template("form.html")
        .render(
            style=Markup(style()),
            error=error,
            tasks=[counter.task for counter in counters],
            model=counters[0].setup.model,
            limits=desk.limits,
        )
    )


def docs_page(document: dict[str, Any]) -> str:
    """The OpenAPI document for people."""
    from markupsafe import Markup

    return _environment().get_template("docs.html").render(style=Markup(style()), document=document)
