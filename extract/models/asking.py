"""How a question is put to a server: parameters, the form of the answer, and what is left out where it refuses.

Nothing is sent here (`openai_client`). No SDK is imported but for the names of instructor's modes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from extract.models.client import Sampling
from extract.models.transport import status_of
from extract.spec import AnswerMode

Dialect = Literal["openai", "llama"]
"""`llama`: the embedded server, which answers with any JSON value and takes hints for its grammar."""

_GUIDANCE = {"x-guidance": {"whitespace_flexible": False}}  # no tokens for white space, no runaway of it
NEXT_MODE: Mapping[AnswerMode, AnswerMode] = {"json_schema": "json", "json": "md_json"}
"""What a server is asked by that refuses a mode; the last one asks in words alone."""


@dataclass(slots=True)
class Manner:
    """How a server is asked, as far as it does not take what it would be asked by.

    Attributes:
        refused: parameters that it does not take.
        mode: what is in use instead of the mode that suits the model, or None.
    """

    refused: frozenset[str] = frozenset()
    mode: AnswerMode | None = None

    def towards(self, sampling: Sampling) -> Manner:
        """How one request is asked: what somebody chose is neither left out nor exchanged, whatever was refused before."""
        mode = None if sampling.mode or sampling.strict else self.mode
        return Manner(self.refused - sampling.chosen.keys(), mode)

    @property
    def noted(self) -> dict[str, str]:
        """For the versions of a response."""
        left_out = {"left out": ", ".join(sorted(self.refused))} if self.refused else {}
        return left_out | ({"asked by": self.mode} if self.mode else {})


def instructor_mode(mode: AnswerMode) -> Any:
    """What instructor calls a mode."""
    from instructor import Mode as Modes

    return Modes[mode.upper()]


def own_mode(mode: Any) -> AnswerMode:
    """The mode of ours that reads answers where one of instructor's looks for them."""
    if mode == type(mode).MD_JSON:  # of a provider that knows no other
        return "md_json"
    return "tools" if mode in type(mode).tool_modes() else "json_schema"


def parameters_of(sampling: Sampling, full: bool) -> dict[str, Any]:
    """The parameters of a request.

    Args:
        full: the server is sent a seed, and asked for logprobs.
    """
    chosen: dict[str, Any] = {"temperature": sampling.temperature or 0.0, "max_tokens": sampling.max_tokens}
    if full or "seed" in sampling.chosen:
        chosen["seed"] = sampling.seed or 0
    if full and sampling.top_logprobs:
        chosen |= {"logprobs": True, "top_logprobs": sampling.top_logprobs}
    return chosen | {name: value for name, value in sampling.chosen.items() if name in ("top_p", "reasoning_effort")}


_LOGPROBS = frozenset({"logprobs", "top_logprobs"})
_REFUSABLE = ("temperature", "seed", "top_p", "reasoning_effort", "top_logprobs", "logprobs", "max_tokens", "grammar")
_REFUSALS = re.compile("support|not allowed|unrecognized|unknown|unexpected|extra|not permitted|not available")
_NOT_TAKEN = (400, 403, 404, 415, 422, 500, 501)
_FORMS = re.compile("response[_ ]format|json_schema|json_object|structured output|guided")
_STRICT = re.compile(r"\bstrict\b|schema")
_TOOLS = re.compile(r"\btools?\b|tool_choice|\bfunctions?\b")


def refused_parameter(error: BaseException, sent: Mapping[str, object]) -> str | None:
    """The sampling parameter that a server or its SDK does not take, if that is what an error says."""
    status, said = status_of(error), str(error)
    if "grammar" in sent and status in _NOT_TAKEN and "grammar" in said.lower():
        return "grammar"
    if not isinstance(error, TypeError) and status not in (400, 403, 422):
        return None
    if not _REFUSALS.search(said.lower()):
        return None
    named = getattr(error, "param", None)
    if named in _REFUSABLE and named in sent:
        return str(named)
    return next((name for name in _REFUSABLE if name in sent and name in said), None)


def refused_form(error: BaseException, sampling: Sampling) -> bool:
    """Whether a server says that it cannot be asked for the form of an answer in this way."""
    if status_of(error) not in _NOT_TAKEN:
        return False
    said = f"{getattr(error, 'param', '')} {error}".lower()
    if _FORMS.search(said):
        return True
    chosen = (sampling.strict and _STRICT.search(said)) or (sampling.mode == "tools" and _TOOLS.search(said))
    return bool(chosen) and bool(_REFUSALS.search(said) or "invalid" in said)


def without(parameters: Mapping[str, Any], refused: frozenset[str]) -> dict[str, Any]:
    """The parameters but for those refused; reasoning models take the limit under its newer name."""
    left_out = refused | _LOGPROBS if refused & _LOGPROBS else refused
    newer = {"max_completion_tokens": parameters["max_tokens"]} if "max_tokens" in refused else {}
    return {name: value for name, value in parameters.items() if name not in left_out} | newer


def to_the_wire(parameters: dict[str, Any], dialect: Dialect, strict: bool) -> str | None:
    """Makes the schema of a request fit for the server, in place.

    A grammar goes alone: llama.cpp drops it beside a schema.

    Returns:
        The name of the form; None if no schema is sent and no grammar.
    """
    grammar = parameters.pop("grammar", None)
    if grammar is not None:
        del parameters["response_format"]
        parameters["extra_body"] = {"grammar": grammar}
        return ""
    described = parameters.get("response_format", {}).get("json_schema")
    if not described and "tools" not in parameters:
        return None
    holder, key = (described, "schema") if described else (parameters["tools"][0]["function"], "parameters")
    fit = {**holder, key: closed(holder[key], strict) | (_GUIDANCE if dialect == "llama" else {})}
    if strict and dialect == "openai":
        fit["strict"] = True
    if described:
        parameters["response_format"] = {**parameters["response_format"], "json_schema": fit}
    else:
        parameters["tools"] = [{**parameters["tools"][0], "function": fit}]
    return str(holder.get("name", ""))


def closed(schema: Any, strict: bool = False) -> Any:
    """A JSON schema whose objects have no other keys than the named ones; a grammar would let a model invent some.

    Args:
        strict: every key has to be written, and none has a default, as OpenAI's strict form wants it.
    """
    if isinstance(schema, list):
        return [closed(item, strict) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(value, strict) for name, value in schema.items()}
    if not isinstance(schema.get("properties"), dict):
        return {name: value for name, value in inside.items() if name != "default"} if strict else inside
    if strict:
        inside |= {"required": list(schema["properties"])}
    return {"additionalProperties": False, **inside}
