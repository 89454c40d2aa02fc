"""The pages of docs/ and the README are true: files are written, blocks run in order, outputs compared.

    ```python                   run, in one namespace for the page; a text block after it is what it prints
    ```LANGUAGE file=NAME       written to a file
    ```json                     some of the line that `extract run --model rules` writes about the article whose text it gives
    ```console                  `$ ` begins a command, what follows is what it says; `…` stands for anything

    <!-- output: COMMANDS -->   what these commands say, the last one last, indented; `…` as above

Of commands that are only named, in indented lists and in sentences, the subcommands, options, modules and targets of make are
those that there are.

A page is worked through in a folder of its own, in which gold/ and eval/ are those of the project. The embedded model is a
fake that answers by the words it is asked about, unless the answer is recorded.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import subprocess
import textwrap
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import extract.models.local
from extract.cli.main import cli
from extract.engines.runs import make_run
from extract.errors import ExtractError
from extract.models.client import Request, Response
from extract.prompting.passages import Items
from tests.small_task import answered

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ELSEWHERE = ("serving.md",)
"""Those whose commands talk to a server, which tests/serving runs."""
_OUTPUT = re.compile(r"^<!-- output: (?P<commands>.*?) -->\n(?P<text>.*?)^<!-- /output -->$", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"^```(?P<language>\w+)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)

KETTLES = {"evidence": "Bolt recalls 20,000 kettles", "product": "kettles", "units": 20000}
BICYCLES = {
    "evidence": "Nordbike is recalling 1,200 of its Fjell bicycles",
    "product": "Fjell bicycles",
    "company": "Nordbike",
    "units": 1200,
    "hazard": "injury",
}
BUTTER = {
    "evidence": "Saffron Foods withdrew its Sunny almond butter",
    "product": "Sunny almond butter",
    "company": "Saffron Foods",
    "hazard": "other",
}


def say(request: Request) -> Response:
    """What the model finds: the product that is asked about; what germs are it knows when it is told."""
    *fixed, question = (message.content for message in request.messages)
    told = "germs" in fixed[0]
    known: dict[str, dict[str, Any]] = {
        "kettles": KETTLES,
        "Fjell": BICYCLES,
        "almond": {**BUTTER, **({"hazard": "poisoning"} if told else {})},
    }
    found = [record for word, record in known.items() if word in question]
    if issubclass(request.answer, Items):
        (kind,) = request.answer.kinds
        rows = [[record.get(slot.name) for slot in kind.slots] for record in found]
        return answered(json.dumps({kind.tag: rows}))
    return answered(json.dumps({"recalls": found}))


class EmbeddedFake:
    """Stands where the embedded model does."""

    def __init__(self, which: str, **choices: Any) -> None:
        self.identity = extract.models.local.model_identity(which)
        self.context_tokens = 8192

    def complete(self, request: Request) -> Response:
        return say(request)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Block:
    """A block of a page.

    Attributes:
        line: where it begins.
        file: what it is written to, or "".
    """

    line: int
    language: str
    file: str
    text: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = [
        Block(text.count("\n", 0, match.start()) + 1, match["language"], match["file"] or "", match["text"])
        for match in _BLOCK.finditer(text)
    ]
    assert len(found) == text.count("\n```") / 2, f"{page.name}: a block that is not understood"
    return found


def pattern(said: str) -> re.Pattern[str]:
    """What a block says, where "…" stands for anything: alone on a line for any number of lines."""
    lines = (r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in said.splitlines())
    return re.compile("".join(lines))


def compare(said: str, shown: str, where: str) -> None:
    plain = "".join(f"{line.rstrip()}\n" for line in said.splitlines())
    assert pattern(shown).fullmatch(plain), f"{where}: the page shows\n{shown}\nbut it is\n{plain}"


def run_command(command: str) -> str:
    """What a command says, on both streams in order."""
    name, *arguments = shlex.split(command)
    if name != "extract":
        return subprocess.run([name, *arguments], capture_output=True, text=True, check=True).stdout
    try:
        done = CliRunner().invoke(cli, arguments, obj=make_run, catch_exceptions=False)
    except ExtractError as error:
        return f"error: {error}\n"
    assert done.exit_code in (0, 1), done.output
    return done.output


def run_console(block: Block, where: str) -> None:
    for number, part in enumerate(re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:], 1):
        command, _, shown = part.partition("\n")
        compare(run_command(command), shown, f"{where}, command {number} ({command})")


def run_line(block: Block, where: str) -> None:
    shown = json.loads(block.text)
    article = Path(f"{shown['article_id']}.txt")
    article.write_text(shown["text"], encoding="utf-8")
    run_command(f"extract run {article} --model rules -o line.jsonl")
    line = json.loads(Path("line.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert holds(line, shown), f"{where}: the line is {line}"


def holds(said: Any, shown: Any) -> bool:
    """Whether what is shown is some of what is said, with all items of its lists."""
    if isinstance(shown, dict):
        return all(name in said and holds(said[name], value) for name, value in shown.items())
    if isinstance(shown, list):
        return len(said) == len(shown) and all(map(holds, said, shown))
    return bool(said == shown)


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in ELSEWHERE], ids=lambda page: page.name)
def test_a_page_is_true(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ATTESTED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "100")
    for folder in ("gold", "eval"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.setattr(extract.models.local, "LocalClient", EmbeddedFake)
    names: dict[str, Any] = {"__name__": "__page__"}
    printed: str | None = None
    for block in blocks(page):
        where = f"docs/{page.name}:{block.line}"
        if block.file:
            Path(block.file).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            run_console(block, where)
        elif block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as stream:
                exec(compile("\n" * block.line + block.text, str(page), "exec", dont_inherit=True), names)
            printed = stream.getvalue()
            continue
        elif block.language == "json":
            run_line(block, where)
        elif block.language == "text":
            assert printed is not None, f"{where}: no python block before it"
            compare(printed, block.text, where)
        else:
            raise AssertionError(f"{where}: nobody runs {block.language}")
        printed = None


def outputs() -> list[tuple[str, str]]:
    """Commands, and what the README says that the last of them says."""
    return [
        (found["commands"], textwrap.dedent(found["text"]))
        for found in _OUTPUT.finditer((ROOT / "README.md").read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("commands", "shown"), outputs())
def test_what_a_command_says_is_what_the_readme_shows(
    commands: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("gold", "eval"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    said = ""
    for command in commands.split("; "):
        name, _, value = command.partition("=")
        if name.isupper():  # COLUMNS=100 extract show …
            value, _, command = value.partition(" ")
            monkeypatch.setenv(name, value)
        said = run_command(command)
    compare(said.strip("\n") + "\n", shown.strip("\n") + "\n", f"README.md, {commands}")


def named_commands(page: Path) -> set[str]:
    """Commands in indented lines, and between backquotes, outside blocks."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^    (.+)$", text, re.MULTILINE) + re.findall(r"`([^`]+)`", text)
    wanted = r"(?:^|[|;&] *)((?:extract|make|python -m) [^|;&]*)"
    lines = (" ".join(line.split()) for line in found)
    return {each for line in lines for each in re.findall(wanted, line) if not re.search("…|COMMAND", each)}


def fault_of_module(name: str) -> str:
    with contextlib.suppress(ModuleNotFoundError):  # of what it is in
        if not name.startswith(("eval", "extract")) or find_spec(name):
            return ""
    return f"no module {name}"


def fault_of_named(command: str) -> str:
    """What is wrong with a command that a page names; "" if nothing is."""
    program, *arguments = shlex.split(command, comments=True)
    if program == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        named = [argument for argument in arguments if "=" not in argument]
        modules = [f"eval.{value}" for name, _, value in (each.partition("=") for each in arguments) if name == "BENCH"]
        unknown = [f"no target {name}" for name in named if name not in targets]
        return next(iter(unknown), "") or next(filter(None, map(fault_of_module, modules)), "")
    if program == "python":
        return fault_of_module(arguments[1])
    group: click.Command = cli
    with click.Context(cli) as context:
        while isinstance(group, click.Group) and arguments and not arguments[0].startswith("-"):
            name = arguments.pop(0)
            found = group.get_command(context, name)
            if found is None:
                return f"no command {name}"
            group = found
        flags = {flag for each in group.get_params(context) for flag in (*each.opts, *each.secondary_opts)}
    given = [argument.partition("=")[0] for argument in arguments if re.match("--?[a-z]", argument)]
    return next((f"no option {each}" for each in given if each not in flags), "")


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("extract run a.txt --model rules -o x.jsonl # why", ""),
        ("extract rum a.txt", "no command rum"),
        ("extract gold check --taks attack", "no option --taks"),
        ("make bench BENCH=benchmarks.speed OPTIONS='--only x'", ""),
        ("make bench BENCH=x", "no module eval.x"),
        ("make PYTHON=/x/python", ""),
        ("python -m eval.x.y", "no module eval.x.y"),
        ("make bunch", "no target bunch"),
        ("python -m eval.benchmarks.spede --only start", "no module eval.benchmarks.spede"),
    ],
)
def test_a_command_that_is_named_is_looked_up(command: str, fault: str) -> None:
    assert fault_of_named(command) == fault


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_commands_that_a_page_names_are_there(page: Path) -> None:
    wrong = {command: fault for command in named_commands(page) if (fault := fault_of_named(command))}
    assert wrong == {}


def test_there_are_pages() -> None:
    assert sum(len(named_commands(page)) for page in PAGES) > 60
    assert len(outputs()) >= 1
    assert {page.name for page in PAGES} >= {"library.md", "own-task.md"}


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^):]+)\)", page.read_text(encoding="utf-8").replace("\n", " ")):
        name, _, anchor = target.partition("#")
        there = page.parent / name if name else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def anchors(page: Path) -> set[str]:
    """The names by which the headings of a page are linked, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    ("shown", "said", "fits"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\nc\n", True),
        ("…\nc\n", "a\nb\nc\n", True),
        ("…\nd\n", "a\nb\nc\n", False),
        ("took … s\n", "took 0.3 s\n", True),
        ("took … s\n", "took 0.3\ns\n", False),
        ("", "", True),
        ("", "a\n", False),
    ],
)
def test_what_a_page_leaves_out_is_marked(shown: str, said: str, fits: bool) -> None:
    assert (pattern(shown).fullmatch(said) is not None) == fits
