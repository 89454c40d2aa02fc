"""Prompt sets: folders of prompt files, each of which asks one thing about one kind of unit.

A prompt file is Markdown with TOML front matter:

    +++
    unit = "figure"          # what it is asked about: article, chunk, sentence, or a kind of candidate of the task
    answer = "outcome"       # the task's name for the form of the answer
    max_tokens = 16
    [[example]]              # worked examples, rendered by the same template as the real question
    sentence = "A blast in the market killed 12 people."
    figure = "12 people"
    answer = "killed"
    +++
    # System
    The fixed part. It comes first, so that a server can reuse it.
    # Ask
    Sentence: $sentence
    Figure: $figure

Nothing here knows attacks, models or the network. What an article says reaches a request only through the
template's placeholders, as text of the user's turn.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, PositiveInt, ValidationError

from extract.errors import PromptError
from extract.files.documents import read_text
from extract.models.client import Message

_FRONT = re.compile(r"\A\+\+\+\n(?P<front>.*?)^\+\+\+\n(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^# (System|Ask)[ \t]*\n", re.MULTILINE)

# What chat templates mark turns, tools and gaps with, by its first character: "<|im_start|>", "<start_of_turn>", "</s>",
# "[INST]", "[TOOL_CALLS]", "[UNUSED_TOKEN_145]", "[|endofturn|]", ">>QUESTION<<", "]~b]". Families and their tokens are listed
# in eval/benchmarks/faults/tokens.py.
_TURN_MARK = re.compile(
    r"""
    <(?=[^\s<>]{1,60}>)
    | \[(?=/?(?:INST|THINK|ARGS|IMG|AUDIO|PREFIX|MIDDLE|SUFFIX|[gs]?MASK|CLS|SEP|PAD|UNK|BOS|EOS|@BOS@|multimodal|unused\d{1,5}
              |[A-Z0-9]+_[A-Z0-9_]+|\|[^\s\[\]]{1,60}\|)\])
    | >(?=>[A-Z]{1,20}<<)
    | \[(?=e~\[) | \](?=~!?b[\[\]])
    """,
    re.VERBOSE,
)


class _Front(BaseModel):
    """Front matter of a prompt file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    unit: str
    answer: str
    max_tokens: PositiveInt = 1024
    example: list[dict[str, JsonValue]] = []


class _SetFile(BaseModel):
    """`set.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    about: str


File = TypeVar("File", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: what fills the placeholders, and the right answer as JSON text."""

    slots: Mapping[str, str]
    answer: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file, read and checked.

    Attributes:
        name: file name without ending.
        unit: what it is asked about.
        answer: the task's name for the form of the answer.
        max_tokens: hard limit on the answer.
        system: the fixed part.
        ask: template of a question.
        examples: in the order shown to the model.
    """

    name: str
    unit: str
    answer: str
    max_tokens: int
    system: str
    ask: Template
    examples: tuple[Example, ...]

    def messages(self, slots: Mapping[str, str]) -> tuple[Message, ...]:
        """Renders a question: system, examples as finished turns, then the question itself.

        Raises:
            PromptError: a placeholder has no value.
        """
        turns = [Message("system", self.system)]
        for example in self.examples:
            turns += [Message("user", self._render(example.slots)), Message("assistant", example.answer)]
        return (*turns, Message("user", self._render(slots)))

    def _render(self, slots: Mapping[str, str]) -> str:
        try:
            return self.ask.substitute({name: defused(text) for name, text in slots.items()}).strip()
        except KeyError as error:
            raise PromptError(f"prompt {self.name!r}: no value for placeholder ${error.args[0]}") from error


@dataclass(frozen=True, slots=True)
class PromptSet:
    """One way to ask for a task.

    Attributes:
        task: name of the task.
        name: name of the set.
        about: one line for people.
        prompts: in file order, which is the order of asking.
        sha256: digest of every file of the set; its identity in signatures.
    """

    task: str
    name: str
    about: str
    prompts: tuple[Prompt, ...]
    sha256: str


def defused(text: str) -> str:
    """Article text that cannot pose as a turn of the conversation.

    Servers read the marks of their chat templates in the rendered text, wherever they came from; a space after
    the first character is enough to make them ordinary text.
    """
    return _TURN_MARK.sub(lambda mark: f"{mark.group()} ", text)


def prompt_root(given: Path | None = None) -> Path:
    """Where prompt sets live: the folder given, the copy in the wheel, or the checkout's `prompts/`.

    Raises:
        PromptError: there is no such folder.
    """
    package = Path(__file__).resolve().parents[1]
    tried = [given] if given else [package / "_prompts", package.parent / "prompts"]
    for folder in tried:
        if folder.is_dir():
            return folder
    raise PromptError(f"no prompt folder: looked for {', '.join(repr(str(folder)) for folder in tried)}")


def set_names(folder: Path) -> list[str]:
    """Names of the prompt sets in a task's folder, sorted."""
    return sorted(path.parent.name for path in folder.glob("*/set.toml"))


def load_set(task: str, folder: Path) -> PromptSet:
    """Reads a prompt set.

    Args:
        task: name of the task.
        folder: the folder of prompt files.

    Raises:
        PromptError: there is no such set, or a file in it is broken (file and fault are named).
    """
    if not (folder / "set.toml").is_file():
        raise PromptError(f"no prompt set in {str(folder)!r}: a set is a folder with a file set.toml")
    about = _checked(_SetFile, _read(folder / "set.toml"), folder / "set.toml").about
    prompts = tuple(read_prompt(file) for file in sorted(folder.glob("*.md")))
    return PromptSet(task, folder.resolve().name, about, prompts, _digest(folder))


def digest_of(*content: Any, shown: Sequence[Example]) -> str:
    """The digest of a prompt set that is no folder of files: of what decides its requests, as JSON, and its examples."""
    text = json.dumps([*content, [[dict(each.slots), each.answer] for each in shown]], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted([*folder.glob("*.md"), *folder.glob("*.toml")]):
        digest.update(f"{file.name}\0{_read(file)}\0".encode())
    return digest.hexdigest()


def _read(file: Path) -> str:
    """A file's text with "\n" line ends, so that a checkout with others has the same digest."""
    return read_text(file, "prompt file", PromptError).replace("\r\n", "\n")


def read_prompt(file: Path) -> Prompt:
    """Reads and checks one prompt file.

    Raises:
        PromptError: front matter, sections or an example are not as described at the top of this module.
    """
    parts = _FRONT.match(_read(file))
    if not parts:
        raise PromptError(f"{file}: begins with no TOML front matter between +++ lines")
    front = _checked(_Front, parts["front"], file)
    system, question = _sections(parts["body"], file)
    ask = Template(question)
    if not ask.is_valid():
        raise PromptError(f"{file}: '# Ask' has a $ that begins no placeholder; write $$ for the character")
    examples = tuple(_example(row, ask, file) for row in front.example)
    return Prompt(file.stem, front.unit, front.answer, front.max_tokens, system, ask, examples)


def _checked(form: type[File], text: str, file: Path) -> File:
    try:
        return form.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{file}: not TOML: {error}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        # A JSON value is a union: the names of its members come after the place.
        place = "/".join(str(part) for part in fault["loc"][:3])
        known = f"; there are {', '.join(form.model_fields)}" if fault["type"] == "extra_forbidden" else ""
        raise PromptError(f"{file}: setting {place!r}: {fault['msg']}{known}") from error


def _sections(body: str, file: Path) -> tuple[str, str]:
    before, *pieces = _SECTION.split(body)
    if before.strip() or pieces[::2] != ["System", "Ask"]:
        raise PromptError(f"{file}: needs the sections '# System' and '# Ask', once each, in this order")
    return pieces[1].strip(), pieces[3].strip()


def _example(row: Mapping[str, JsonValue], ask: Template, file: Path) -> Example:
    needed = {*ask.get_identifiers(), "answer"}
    if missing := sorted(needed - set(row)):
        raise PromptError(f"{file}: an example gives no {missing[0]!r}")
    if unused := sorted(set(row) - needed):
        raise PromptError(f"{file}: an example gives {unused[0]!r}, which '# Ask' has no placeholder for")
    slots = {name: str(value).strip() for name, value in row.items() if name != "answer"}
    return Example(slots, _answer_text(row["answer"], file))


def _answer_text(answer: JsonValue, file: Path) -> str:
    """An answer as the model has to write it: records are JSON already, a word becomes a JSON string."""
    if not isinstance(answer, str) or not answer.lstrip().startswith(("{", "[")):
        return json.dumps(answer, ensure_ascii=False)
    try:
        json.loads(answer)
    except ValueError as error:
        raise PromptError(f"{file}: the answer of an example is not JSON: {error}") from error
    return answer.strip()
