"""A model server on loopback that answers every request with the plainest value its schema allows."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def agreeable() -> Generator[str, None, None]:
    """Runs a server for the time of the block, and says where. An answer costs 1 token to read and 2 to write."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            data = json.dumps(completion(asked["response_format"]["json_schema"]["schema"])).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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
