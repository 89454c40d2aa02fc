"""The server's own description, as OpenAPI: what is sent, and what records of each task come back."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from extract.records.results import ArticleResult
from extract.serving.desk import Desk
from extract.serving.sending import ENDINGS, FORM, JSON, Posted, Uploaded

_REF = "#/components/schemas/{model}"
REFUSALS = {
    400: "The body is broken.",
    401: "No key, or a wrong one.",
    403: "Asked for another machine, or by a page of another site.",
    404: "No such task.",
    408: "The body came too slowly.",
    413: "The body is too long.",
    415: "The body is of a form that is not read.",
    422: "It is no article, or the request says something that is not known.",
    429: "All places are taken; `Retry-After` says when to ask again.",
    431: "The headers are too long.",
    502: "The model did not answer.",
    503: "The server is ending, or cannot work.",
    504: "There was no answer in time.",
}
_EXAMPLE = {"text": "A car bomb killed two people in Garowe on Monday, police said.", "published": "2026-11-24"}


def bodies() -> dict[str, Any]:
    """What /extract takes."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    content: dict[str, Any] = {
        JSON: {"schema": {"$ref": _REF.format(model="Posted")}, "example": _EXAMPLE},
        FORM: {"schema": {"$ref": _REF.format(model="Uploaded")}},
        **dict.fromkeys(ENDINGS, binary),
    }
    return {"requestBody": {"required": True, "content": content}}


def answers(desk: Desk) -> dict[int | str, dict[str, Any]]:
    """What /extract answers."""
    error = {"content": {"application/json": {"schema": {"$ref": _REF.format(model="Refusal")}}}}
    line = {"schema": {"$ref": _REF.format(model="ArticleResult")}}
    as_text = {"schema": {"type": "string"}}
    fine = {"application/json": line, "text/html": as_text, "text/event-stream": as_text}
    limits = desk.limits
    more = {
        413: f" The limit is {limits.max_bytes} bytes, and {limits.max_chars} characters of text.",
        429: f" There are {limits.places} places, {limits.at_once} of them for articles that are worked on.",
        504: f" The limit is {limits.seconds:g} s.",
    }
    refusals: dict[int | str, dict[str, Any]] = {
        status: {"description": said + more.get(status, ""), **error} for status, said in REFUSALS.items()
    }
    return {200: {"description": "The result.", "content": fine}, **refusals}


def described(app: FastAPI, desk: Desk) -> dict[str, Any]:
    """The whole document; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title="attested", version=app.version, summary="Articles in, attested records out.", routes=app.routes
        )
        document["components"]["schemas"] |= _schemas(desk)
        app.openapi_schema = document
    return app.openapi_schema


def _schemas(desk: Desk) -> dict[str, Any]:
    """Lines, refusals, what is sent, and the records of every task."""
    tasks = [counter.task.schema for counter in desk.counters.values()]
    refs, found = models_json_schema(
        [
            (ArticleResult, "serialization"),
            (Posted, "validation"),
            (Uploaded, "validation"),
            *((schema, "serialization") for schema in tasks),
        ],
        ref_template=_REF,
    )
    schemas: dict[str, Any] = found["$defs"]
    of_tasks = [refs[schema, "serialization"] for schema in tasks]
    schemas["ArticleResult"]["properties"]["records"] = {
        "anyOf": [*of_tasks, {"type": "null"}],
        "description": "The task's records; null when the article failed.",
    }
    schemas["Refusal"] = {
        "type": "object",
        "properties": {"error": {"type": "string", "description": "One line."}},
        "required": ["error"],
    }
    return schemas
