"""What a server says that it serves: the stable part becomes part of a model's identity.

A name typed at a command line says nothing: another model behind the same name must not replay old answers. Asked are
`/v1/models`, llama.cpp's `/props` and Ollama's `/api/tags`; taken is what stays the same while the model does: file name without its folder,
size, parameters, a digest of the chat template. Times, random marks, paths and counters are left out, and a server that
tells nothing is none the worse. No article is sent, and a replay asks nobody.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from extract.errors import ModelUnavailable
from extract.models.keys import clean_key, holds_key, known_keys, password_of
from extract.models.transport import Unacceptable

NOTHING: Mapping[str, Any] = {}
SECONDS = 5.0
"""For each of the questions."""
WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between tries of a server that is loading its model; one that is not there is tried twice."""
_PASSING = frozenset({408, 425, 429})
_LONGEST = 80
_ODD = re.compile(r"[^\w.+-]+", re.ASCII)
_MARK = re.compile(r"[\w.-]{1,30}", re.ASCII)
_COMMIT = re.compile(r"(?:sha256:)?([0-9a-f]{7,64})")


def served_identity(
    base_url: str,
    model: str,
    key: str | None = None,
    timeout: float = SECONDS,
    *,
    sleep: Callable[[float], None] = time.sleep,
    warn: Callable[[str], None] = lambda line: None,
) -> str:
    """The identity of a model at a server: "server/NAME", and behind an @ what the server says of it, if anything.

    Args:
        base_url: of the server, mostly ending in /v1.
        model: its name there.
        key: sent to this server only.
        timeout: seconds for each of at most three requests.
        sleep: waits so many seconds.
        warn: told, once, in one line, that a server is waited for.

    Returns:
        For example "server/qwen@llama.cpp:qwen2.5-1.5b-q4_k_m.gguf;size=1117320736;params=1543714304;template=0f7a9c12".
        A server that says nothing of itself leaves the name alone.

    Raises:
        ModelUnavailable: no header can hold the key, or the server cannot be reached. Answers recorded under the name
            alone, because it was loading just then, would be replayed for whatever stands behind it later.
    """
    from extract.models.wire import BoundedClient

    headers = {"Authorization": f"Bearer {given}"} if (given := clean_key(key, "the API key of this server")) else {}
    parts = urlsplit(base_url)
    root = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/").removesuffix("/v1"), "", ""))
    with BoundedClient(timeout) as http:
        http.headers.update(headers)
        ask = partial(_asked, http, sleep, cache(warn))  # the same line is said once
        listed = ask(f"{base_url.rstrip('/')}/models")
        owner = _owner(_entry(listed, model))
        props = ask(f"{root}/props") if owner in ("", "llamacpp") else {}
        tags = ask(f"{root}/api/tags") if owner == "library" else {}
    said = told(listed, props, model, tags)
    if holds_key(said, known_keys(os.environ, given, password_of(base_url))):
        said = ""
    return f"server/{model}" + (f"@{said}" if said else "")


def _asked(http: Any, sleep: Callable[[float], None], warn: Callable[[str], None], url: str) -> Mapping[str, Any]:
    """A JSON object from a server; an empty one from a server that has no such thing to tell.

    Raises:
        ModelUnavailable: it cannot be reached, or is busy or loading for longer than `WAITS`.
    """
    host = urlsplit(url).hostname
    for wait in (*WAITS, None):
        try:
            response = http.get(url)
            status, content = response.status_code, response.content
        except Unacceptable:
            return {}
        except Exception as error:  # of the network, whatever the library calls it
            why, last = f"it cannot be reached ({error})", wait is None or wait > WAITS[0]
        else:
            if status not in _PASSING and (status < 500 or status == 501):
                return _object(content) if status == 200 else {}
            why, last = f"it answers {status}, as one that is loading or busy", wait is None
        if last or wait is None:
            break
        warn(f"waiting for {host} to say what it serves: {why}")
        sleep(wait)
    raise ModelUnavailable(
        f"{host} does not say what it serves: {why}; try again, name the model with --model-id, or "
        "use recordings alone with --cache replay"
    )


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def told(listed: Mapping[str, Any], props: Mapping[str, Any], model: str, tags: Mapping[str, Any] = NOTHING) -> str:
    """The stable part of what a server says, or nothing.

    Args:
        listed: answer of `/v1/models`.
        props: answer of llama.cpp's `/props`.
        model: the name asked for.
        tags: answer of Ollama's `/api/tags`.
    """
    entry = _entry(listed, model)
    tag = next((each for each in _dicts(tags.get("models")) if each.get("name") in (model, f"{model}:latest")), NOTHING)
    meta = entry["meta"] if isinstance(entry.get("meta"), dict) else {}
    file = _file(props.get("model_path")) or _file(entry.get("id"))
    facts = {
        "root": _other_name(entry.get("root"), model),
        "size": _number(meta.get("size")),
        "params": _number(meta.get("n_params")),
        "quant": _mark(meta.get("quantization") or entry.get("quantization")),
        "template": _digest(props.get("chat_template")),
        "digest": _commit(tag.get("digest")),
    }
    kept = [f"{name}={fact}" for name, fact in facts.items() if fact]
    who = "llama.cpp" if props.get("model_path") else _owner(entry)
    if not kept and not file:
        return ""
    return ";".join([f"{who or 'server'}:{file}" if file else (who or "server"), *kept])


def _entry(listed: Mapping[str, Any], model: str) -> Mapping[str, Any]:
    """What is said about this model; about the only one that there is, where names are of no account."""
    entries = _dicts(listed.get("data"))
    named = [each for each in entries if each.get("id") in (model, f"{model}:latest")]
    return named[0] if named else entries[0] if len(entries) == 1 else NOTHING


def _dicts(data: object) -> list[dict[str, Any]]:
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def _owner(entry: Mapping[str, Any]) -> str:
    return _mark(entry.get("owned_by"))


def _file(value: object) -> str:
    """The name of a model file without its folder, of either system."""
    name = PureWindowsPath(PurePosixPath(value).name).name if isinstance(value, str) else ""
    return _word(name) if name.endswith((".gguf", ".bin", ".safetensors")) else ""


def _other_name(value: object, model: str) -> str:
    """vLLM's "root": the model behind a served name; a folder of its machine counts by its own name."""
    if not isinstance(value, str) or value == model:
        return ""
    return _word(PurePosixPath(value).name if value.startswith(("/", "~", ".")) else value.replace("/", "+"))


def _word(value: object) -> str:
    return _ODD.sub("_", value)[:_LONGEST] if isinstance(value, str) else ""


def _mark(value: object) -> str:
    return value if isinstance(value, str) and _MARK.fullmatch(value) else ""


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return ""
    return str(int(value)) if 0 < value < 1e18 else ""


def _digest(value: object) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:8] if isinstance(value, str) and value else ""


def _commit(value: object) -> str:
    found = _COMMIT.fullmatch(value) if isinstance(value, str) else None
    return found[1][:16] if found else ""
