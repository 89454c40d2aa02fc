"""Prompt sets: folders of prompt files, each of which asks one thing about one kind of unit.

A prompt file is Markdown with TOML front matter:

    +++
    unit = "figure"          # what it is asked about: article, chunk, sentence, or a kind of candidate of the task
    answer = "outcome"       # the task's name for the form of the answer
    when = "casualty"        # optional: only units that hold a word of this list of the task
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
from typing import Any

from extract.client import Message
from extract.errors import PromptError

_FRONT = re.compile(r"\A\+\+\+\n(?P<front>.*?)\n\+\+\+\n(?P<body>.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^# (System|Ask)[ \t]*\n", re.MULTILINE)
_SETTINGS = frozenset({"unit", "answer", "when", "max_tokens", "example"})


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
        when: word list a unit must touch, or None.
        max_tokens: hard limit on the answer.
        system: the fixed part.
        ask: template of a question.
        examples: in the order shown to the model.
    """

    name: str
    unit: str
    answer: str
    when: str | None
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

    Chat templates mark turns with "<|im_start|>" and the like, and servers read those marks in the rendered
    text, wherever they came from.
    """
    return text.replace("<|", "< |").replace("|>", "| >").replace("<start_of_turn>", "< start_of_turn>").replace(
        "<end_of_turn>", "< end_of_turn>"
    )


def prompt_root(given: Path | None = None) -> Path:
    """Where prompt sets live: the folder given, the checkout's `prompts/`, or the copy in the wheel."""
    package = Path(__file__).resolve().parent
    tried = [given] if given else [package.parent / "prompts", package / "_prompts"]
    for folder in tried:
        if folder.is_dir():
            return folder
    raise PromptError(f"no prompt folder: looked for {', '.join(str(folder) for folder in tried)}")


def list_sets(task: str, root: Path | None = None) -> list[str]:
    """Names of the task's sets, sorted.

    Raises:
        PromptError: there is no such task.
    """
    folder = prompt_root(root) / task
    if not folder.is_dir():
        raise PromptError(f"no task {task!r}: there is no folder {folder}")
    return sorted(path.parent.name for path in folder.glob("*/set.toml"))


def load_set(task: str, name: str, root: Path | None = None) -> PromptSet:
    """Reads a prompt set.

    Args:
        task: name of the task.
        name: a set of the task, or a path to a folder of prompt files.
        root: folder of tasks, if not the shipped one.

    Raises:
        PromptError: there is no such set, or a file in it is broken (file and fault are named).
    """
    folder = Path(name) if "/" in name else prompt_root(root) / task / name
    if not (folder / "set.toml").is_file():
        raise PromptError(f"no prompt set {name!r} for task {task!r}; there are: {', '.join(list_sets(task, root))}")
    about = _toml((folder / "set.toml").read_text(encoding="utf-8"), folder / "set.toml").get("about", "")
    files = sorted(folder.glob("*.md"))
    return PromptSet(task, folder.name, str(about), tuple(read_prompt(file) for file in files), _digest(folder))


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted([*folder.glob("*.md"), *folder.glob("*.toml")]):
        digest.update(f"{file.name}\0{file.read_text(encoding='utf-8')}\0".encode())
    return digest.hexdigest()


def read_prompt(file: Path) -> Prompt:
    """Reads and checks one prompt file.

    Raises:
        PromptError: front matter, sections or an example are not as described at the top of this module.
    """
    parts = _FRONT.match(file.read_text(encoding="utf-8").replace("\r\n", "\n"))
    if not parts:
        raise PromptError(f"{file}: begins with no TOML front matter between +++ lines")
    front = _toml(parts["front"], file)
    if unknown := sorted(set(front) - _SETTINGS):
        raise PromptError(f"{file}: unknown setting {unknown[0]!r}; there are {', '.join(sorted(_SETTINGS))}")
    sections = _sections(parts["body"], file)
    ask = Template(sections["Ask"])
    if not ask.is_valid() or not isinstance(front.get("unit"), str) or not isinstance(front.get("answer"), str):
        raise PromptError(f"{file}: needs `unit` and `answer`, and a template whose only $ are placeholders")
    examples = tuple(_example(row, ask, file) for row in front.get("example", []))
    return Prompt(
        name=file.stem,
        unit=front["unit"],
        answer=front["answer"],
        when=front.get("when"),
        max_tokens=int(front.get("max_tokens", 1024)),
        system=sections["System"],
        ask=ask,
        examples=examples,
    )


def _toml(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{file}: not TOML: {error}") from error


def _sections(body: str, file: Path) -> dict[str, str]:
    pieces = _SECTION.split(body)
    found: dict[str, str] = dict(zip(pieces[1::2], (text.strip() for text in pieces[2::2]), strict=True))
    if set(found) != {"System", "Ask"}:
        raise PromptError(f"{file}: needs exactly the sections '# System' and '# Ask'")
    return found


def _example(row: Mapping[str, Any], ask: Template, file: Path) -> Example:
    missing: Sequence[str] = sorted({*ask.get_identifiers(), "answer"} - set(row))
    if missing:
        raise PromptError(f"{file}: an example gives no {missing[0]!r}")
    slots = {name: str(value).strip() for name, value in row.items() if name != "answer"}
    answer = row["answer"]
    # A multi-line string is JSON already; anything else is written as JSON.
    text = answer.strip() if isinstance(answer, str) and answer.lstrip().startswith(("{", "[")) else json.dumps(answer)
    return Example(slots, text)
