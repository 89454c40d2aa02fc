"""A model server on loopback that answers every request with the plainest value its schema allows."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from eval.benchmarks.loopback import Handler, on_loopback


@contextmanager
def agreeable() -> Generator[str, None, None]:
    """Runs a server for the time of the block, and says where. An answer costs 1 token to read and 2 to write."""

    class Agreeing(Handler):
        def do_POST(self) -> None:
            schema = json.loads(self.body())["response_format"]["json_schema"]["schema"]
            self.answer(200, json.dumps(completion(schema)).encode())

    with on_loopback(Agreeing) as address:
        yield f"{address}/v1"


def completion(schema: dict[str, Any]) -> dict[str, Any]:
    """A chat completion that fits a schema."""
    message = {"role": "assistant", "content": json.dumps(plainest(schema, schema))}
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, "usage": usage}


def plainest(schema: dict[str, Any], root: dict[str, Any]) -> object:
    """The first of alternatives, what is required of objects, no item of lists."""
    if "$ref" in schema:
        return plainest(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return plainest(schema["anyOf"][0], root)
    if schema["type"] == "object":
        return {name: plainest(schema["properties"][name], root) for name in schema.get("required", ())}
    return {"array": [], "string": "", "integer": 1, "number": 1.0, "boolean": True, "null": None}[schema["type"]]
