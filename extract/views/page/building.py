"""Content → one HTML file that asks nobody for anything and in which nothing of an article can run.

Three walls: the data is JSON in which `<`, `>` and `&` are escapes, so that no tag can end it; the policy of the page
names the digests of its one script and its one style, and forbids everything else, addresses too; the script puts
words into the page as text only (and the policy's Trusted Types refuse anything else).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from extract.errors import RunFileError, UsageError
from extract.views.page.content import Content
from extract.views.page.stories import StoriesContent


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page.

    Attributes:
        name: of its template and its style, without an ending.
        scripts: its own, in the order in which they are joined.
    """

    name: str
    scripts: tuple[str, ...]

    @property
    def style(self) -> str:
        """What pages have in common and its own as one."""
        return "\n".join(asset(f"{name}.css") for name in ("page", self.name))

    @property
    def script(self) -> str:
        """All scripts as one, which leaves no name behind."""
        whole = "\n".join(asset(f"{name}.js") for name in (*_COMMON, *self.scripts))
        return f"(() => {{\n'use strict';\n{whole}}})();\n"


_COMMON = ("data", "signs", "elements", "steps", "finding")
RUN: Final = Kind(
    "run",
    (
        "text",
        "tree",
        "corrections",
        "checks",
        "page",
        "beside",
        "article",
        "cards",
        "desk",
        "editing",
        "moving",
        "forms",
        "index",
        "walk",
        "printing",
        "main",
    ),
)
STORIES: Final = Kind(
    "stories",
    ("decisions", "story", "evidence", "chart", "figures", "reports", "sections", "shelf", "deciding", "stories"),
)

_ESCAPED = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
_MADE_BY = '<meta name="generator" content="attested page">'
"""By which a page of ours is known, so that no other file is replaced."""


def check_page(out: Path, *, overwrite: bool) -> None:
    """Sees that a page replaces nothing but an earlier page, and that only when it is told to.

    Raises:
        UsageError: the name does not say that it is a page.
        RunFileError: there is a file already that is not replaced.
    """
    if out.exists() and not out.is_file():  # a device
        return
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{str(out)!r} should end in .html")
    if out.exists() and out.stat().st_size:
        with out.open("rb") as stream:
            ours = _MADE_BY.encode() in stream.read(2000)
        if not (overwrite and ours):
            raise RunFileError(
                f"{str(out)!r} is there already, and is not replaced: write to another file with -o; "
                "an earlier page is replaced with --overwrite"
            )


def page_of(content: Content | StoriesContent) -> str:
    """The whole file."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("extract.views.page", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    kind = RUN if isinstance(content, Content) else STORIES
    style, script = kind.style, kind.script
    # Ours, and JSON that is escaped already; everything else is escaped by the template.
    parts = {"style": Markup(style), "script": Markup(script), "data": Markup(as_data(content))}
    return environment.get_template(f"{kind.name}.html").render(
        policy=policy(style, script), title=f"{content.name} · {content.task}", **parts
    )


def policy(style: str, script: str) -> str:
    """The page's Content-Security-Policy: this script and this style, pictures that it holds itself, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{digest(script)}'",
            f"style-src '{digest(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def as_data(content: Content | StoriesContent) -> str:
    """JSON for a script element: what could end the element, or be no character in UTF-8, is an escape."""
    text = json.dumps(content.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


@cache
def asset(name: str) -> str:
    """A file of the page."""
    return (files("extract.views.page") / "assets" / name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """How a policy names a script or a style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
