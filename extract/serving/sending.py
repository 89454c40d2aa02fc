"""What a request holds → an article: JSON, a form with a text or a file, or a document as it is.

Nothing is read further than the limits say, and all of it within a time. A request says what is read and by which of the
tasks that are open; it names no path, no address that is fetched, and no option of a model.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect

from extract.articles import Article, read_sent
from extract.articles.article import day_of
from extract.articles.forms import Content, ending_of, stem_of
from extract.errors import ArticleError
from extract.files.documents import first_fault, parsed
from extract.serving.multipart import Part, parts_of
from extract.serving.refusing import Gone, Refused

BODY_SECONDS = 60.0
"""In which a body has to be here."""
_SPARE = 100_000
"""Bytes of a JSON body for everything but its text."""

JSON, FORM = "application/json", "multipart/form-data"
ENDINGS: Mapping[str, str] = {
    "text/plain": "",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/octet-stream": "",
}
"""Type of a document → the ending that its file would have; a PDF and a DOCX are known by their bytes anyway."""


class Posted(BaseModel):
    """An article as JSON: a row as `extract run` reads it, and the task."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(description="The article.")
    id: str | int | None = Field(None, description="Its name; without one, stdin- and the beginning of a digest.")
    title: str | None = Field(None, description="Put before the text, if that does not begin with it.")
    published: str | None = Field(None, description="Day of publication: 2026-11-20, with or without a time.")
    url: str | None = Field(None, description="Where it was published; nobody looks there.")
    task: str | None = Field(None, description="What to extract; the first that is served if not given.")


class Uploaded(BaseModel):
    """A form: a text, or a file with the name that it has. Line ends of the text become those of Unix."""

    text: str | None = Field(None, description="The article, or")
    file: bytes | None = Field(None, description="a file: text, Markdown, HTML, PDF or DOCX.")
    id: str | None = Field(None, description="Its name; without one, that of the file, without its ending.")
    title: str | None = Field(None, description="Of a text.")
    published: str | None = Field(None, description="Day of publication: 2026-11-20.")
    url: str | None = Field(None, description="Of a text.")
    task: str | None = Field(None, description="What to extract.")


class Asked(BaseModel):
    """What may stand in the address."""

    model_config = ConfigDict(extra="forbid")

    task: str | None = Field(None, description="Of a document: what to extract.")
    id: str | None = Field(None, description="Of a document: its name.")
    published: str | None = Field(None, description="Of a document: day of publication, 2026-11-20.")
    stream: Annotated[bool, BeforeValidator(lambda given: given == "" or given)] = Field(
        False, description="Answer as events, as with `Accept: text/event-stream`."
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What is to be read, and for which task.

    Attributes:
        task: None for the first.
        name: of a document; None for what it is called by itself.
        published: of a document, as it was written.
    """

    content: Content
    task: str | None = None
    name: str | None = None
    published: str | None = None

    def article(self, max_chars: int) -> Article:
        """Reads it.

        Raises:
            ArticleError: it is no article, or several.
        """
        day: date | None = day_of(self.published, "published")
        named = (self.name,) if self.name else ()
        found = [*read_sent(self.content, *named, published=day, max_chars=max_chars)]
        if len(found) != 1:
            raise ArticleError(f"{len(found)} articles: send each on its own")
        (article,) = found
        if not isinstance(article, Article):
            raise ArticleError(article.reason)
        return article


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads bodies, each as far as it may be long.

    Attributes:
        max_bytes: of a body.
        max_chars: of a text.
    """

    max_bytes: int
    max_chars: int

    async def read(self, request: Request, asked: Asked) -> Callable[[], Sent]:
        """The body of a request, and what makes something of it: to be called where that may take its time, and where
        `Refused` is heard.

        Raises:
            Refused: it is too long or too slow, or of a form that is not read.
            Gone: who sent it is.
        """
        kind = _kind(request)
        if kind in (JSON, FORM) and (twice := [name for name in ("task", "id", "published") if getattr(asked, name)]):
            raise Refused(422, f"{twice[0]!r} is in the address, and this body has a place for it: put it there")
        limit = min(self.max_bytes, 12 * self.max_chars + _SPARE) if kind == JSON else self.max_bytes
        try:
            async with asyncio.timeout(BODY_SECONDS):
                data = await _bounded(request, limit)
        except TimeoutError as error:
            raise Refused(408, f"the body was not here within {BODY_SECONDS:.0f} s") from error
        except ClientDisconnect as error:
            raise Gone from error
        if kind == JSON:
            return partial(_row, data)
        if kind == FORM:
            return partial(_form, data, request.headers["content-type"])
        content = Content(data, ENDINGS[kind], _charset(request))
        return partial(Sent, content, asked.task, asked.id, asked.published)


def _kind(request: Request) -> str:
    """The type of a body."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "a packed body (Content-Encoding), which is not read: send it as it is")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (JSON, FORM, *ENDINGS):
        known = ", ".join((JSON, FORM, *ENDINGS))
        raise Refused(415, f"Content-Type {kind[:80]!r} is not read; there are: {known}", {"Accept-Post": known})
    return kind


def _charset(request: Request) -> str | None:
    for part in request.headers.get("content-type", "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()[:40] or None
    return None


async def _bounded(request: Request, limit: int) -> bytes:
    """The body; refused as soon as it is too long, or says that it will be."""
    said = request.headers.get("content-length", "")
    told = int(said) if said.isdecimal() and len(said) < 20 else 0
    data = bytearray()
    if told <= limit:
        async for chunk in request.stream():
            data += chunk
            if len(data) > limit:
                break
    if max(len(data), told) > limit:
        raise Refused(413, f"a body of over {limit} bytes")
    return bytes(data)


def _row(data: bytes) -> Sent:
    try:
        posted = Posted.model_validate(parsed(data.decode("utf-8-sig")))
    except ValidationError as error:
        raise Refused(422, f"{first_fault(error)}; there are: {', '.join(Posted.model_fields)}") from error
    except UnicodeDecodeError as error:
        raise Refused(400, f"not JSON: JSON is UTF-8, and this is none at byte {error.start}") from error
    except ValueError as error:
        raise Refused(400, str(error)) from error
    return _sent(posted)


def _sent(posted: Posted) -> Sent:
    """As the row that `extract run` reads."""
    row = posted.model_dump(exclude={"task"}, exclude_none=True)
    return Sent(Content(json.dumps(row).encode(), ".json"), posted.task)


def _form(data: bytes, content_type: str) -> Sent:
    parts = parts_of(data, content_type)
    fields: dict[str, str] = {}
    file: Part | None = None
    for part in parts:
        if part.name not in Uploaded.model_fields or part.name in fields or (part.name == "file" and file):
            known = ", ".join(Uploaded.model_fields)
            raise Refused(422, f"a field {part.name[:80]!r} that is unknown, or there twice; there are: {known}")
        if (part.filename is None) == (part.name == "file"):
            raise Refused(422, "a file is called 'file', and has a name of its own; the other fields have none")
        if part.name == "file" and (part.filename or part.data):  # where none was chosen, a browser sends an empty one
            file = part
        elif part.name != "file" and part.data.strip():  # likewise for a field that was left empty
            fields[part.name] = part.text
    if (file is None) == ("text" not in fields):
        raise Refused(422, f"a form has either a text or a file, and this one has {'both' if file else 'neither'}")
    if file is None:
        # Browsers send the line ends of a text as CR LF, whatever it had.
        return _sent(Posted(**{**fields, "text": fields["text"].replace("\r\n", "\n")}))
    if unfit := [name for name in ("title", "url") if name in fields]:
        raise Refused(422, f"{unfit[0]!r} goes with a text, and not with a file")
    given = file.filename or ""
    name = fields.get("id") or stem_of(given) or None
    return Sent(Content(file.data, ending_of(given)), fields.get("task"), name, fields.get("published"))
