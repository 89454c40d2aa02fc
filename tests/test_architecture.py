"""Rules that hold for the project as a whole: what a command loads, says and exemplifies, and how modules are written.

Which module may import which is checked by import-linter (contracts in pyproject.toml).
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import click
import platformdirs
import pytest

import extract
import extract.errors
from extract.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = sorted([*ROOT.glob("extract/**/*.py"), *ROOT.glob("eval/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
SDKS = {"httpx", "httpx2", "huggingface_hub", "instructor", "openai", "xllamacpp"}
SLOW = SDKS | {"diskcache", "numpy", "pydantic", "rich", "scipy", "trafilatura"}
Node = TypeVar("Node", bound=ast.AST)
ROOMS = [
    importlib.import_module(".".join(path.parent.relative_to(ROOT).parts))
    for path in LIBRARY
    if path.name == "__init__.py" and path.parent.name not in ("extract", "attack", "peers", "benchmarks")
]
GROUPS = ((), *((name,) for name in COMMANDS))


def commands(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command there is, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


ALL = dict(commands())
NAMES = [" ".join(path) for path in ALL]


# Commands


def help_of(path: tuple[str, ...]) -> str:
    """A command's help as it is shown."""
    return inspect.cleandoc(ALL[path].help or "")


@pytest.mark.parametrize("words", GROUPS, ids=[" ".join(words) for words in GROUPS])
def test_help_loads_nothing_slow(words: tuple[str, ...]) -> None:
    code = (
        "import sys; from extract.cli.main import cli\n"
        f"try: cli.main([*{words!r}, '--help'])\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "print('loaded:', *sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    usage, _, loaded = said.rpartition("loaded:")
    assert usage.startswith("Usage:")
    assert not SLOW & set(loaded.split())


def test_every_listed_command_is_there() -> None:
    assert list(COMMANDS) == [path[0] for path in ALL if len(path) == 1]


@pytest.mark.parametrize("path", ALL, ids=NAMES)
def test_every_command_says_in_one_line_what_it_does(path: tuple[str, ...]) -> None:
    first, _, rest = help_of(path).partition("\n")
    assert re.fullmatch(r"[A-Z].{10,110}[.:]?", first.strip())
    assert not rest.strip() or rest.startswith("\n")


@pytest.mark.parametrize("path", ALL, ids=NAMES)
def test_every_command_has_an_example_that_it_takes(
    path: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = re.search(r"^Example: extract (.*)$", help_of(path), re.MULTILINE)
    assert found is not None
    words = shlex.split(found[1].split(" > ")[0])
    assert tuple(words[: len(path)]) == path
    monkeypatch.chdir(tmp_path)
    take(cli, words, tmp_path)


def take(command: click.Command, words: list[str], folder: Path, parent: click.Context | None = None) -> None:
    """Parses the words as the command would, files that it wants to be there being there; runs nothing."""
    if not isinstance(command, click.Group):
        make_files(command, words, folder)
    with command.make_context(command.name, list(words), parent=parent) as context:
        if isinstance(command, click.Group) and words:
            _, inner, rest = command.resolve_command(context, words)
            assert inner is not None
            take(inner, rest, folder, context)


def make_files(command: click.Command, words: list[str], folder: Path) -> None:
    """Makes the files and folders that must be there, given or by default."""
    given, _, _ = command.make_parser(click.Context(command)).parse_args(list(words))
    for parameter in command.params:
        kind = parameter.type
        if not (isinstance(kind, click.File) or (isinstance(kind, click.Path) and kind.exists)):
            continue
        for value in (given.get(parameter.name or ""), parameter.default):
            for name in [value] if isinstance(value, str | Path) else value if isinstance(value, tuple) else []:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                if isinstance(kind, click.Path) and not kind.file_okay:
                    (folder / name).mkdir(exist_ok=True)
                else:
                    (folder / name).touch()


def nodes(paths: list[Path], kind: type[Node]) -> Iterator[tuple[Path, Node]]:
    """Every syntax node of a kind in these files."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield path, node


# Errors


def test_the_tree_of_errors_is_the_one_drawn() -> None:
    drawn: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in (extract.errors.__doc__ or "").splitlines():
        node = re.match(r"(?P<branch>[ │├└─]*)(?P<name>[A-Z]\w+)(?=$|  )", line)
        if node and line.startswith("    "):
            above = [(depth, name) for depth, name in above if depth < len(node["branch"])]
            drawn[node["name"]] = above[-1][1] if above else "Exception"
            above.append((len(node["branch"]), node["name"]))
    made = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(extract.errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }
    assert made == drawn


def test_no_other_module_adds_to_that_tree() -> None:
    elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path, node in nodes(LIBRARY, ast.ClassDef)
        if path.name != "errors.py"
        and any(hasattr(extract.errors, ast.unparse(base).rpartition(".")[2]) for base in node.bases)
    ]
    assert elsewhere == []


# Modules


def test_the_builtin_eval_is_never_hidden() -> None:
    # `import eval` and `import eval.x` bind the name; `from eval.x import y` does not
    bound = [
        (path, name.asname or name.name.partition(".")[0])
        for path, node in nodes([*LIBRARY, *TESTS], ast.Import)
        for name in node.names
    ]
    bound += [
        (path, name.asname or name.name)
        for path, node in nodes([*LIBRARY, *TESTS], ast.ImportFrom)
        for name in node.names
    ]
    assert [str(path.relative_to(ROOT)) for path, name in bound if name == "eval"] == []


def test_the_library_neither_prints_nor_exits() -> None:
    found = []
    for path, node in nodes(LIBRARY, ast.Call):
        called = ast.unparse(node.func)
        streams = [word.value for word in node.keywords if word.arg == "file"]
        if called == "print" and not streams:
            found.append(f"{path.relative_to(ROOT)}:{node.lineno}: prints")
        if called in ("sys.exit", "os._exit", "exit", "quit") and path.name not in ("main.py", "__main__.py"):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno}: exits")
    assert found == []


def test_no_module_is_named_after_one_of_the_standard_library() -> None:
    assert [str(path.relative_to(ROOT)) for path in LIBRARY if path.stem in sys.stdlib_module_names] == []


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def defined(tree: ast.Module) -> dict[str, ast.stmt]:
    """What a module defines, without what it imports and what is registered by a decorator."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            found |= {name.id: node for name in ast.walk(target or ast.Pass()) if isinstance(name, ast.Name)}
    return found


MODULES = {module_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in LIBRARY}
DEFINED = {module: defined(tree) for module, tree in MODULES.items()}


def test_every_name_is_imported_from_its_home_or_the_front_of_a_room() -> None:
    fronts = {module_of(path) for path in LIBRARY if path.name == "__init__.py"}
    elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {alias.name} from {node.module}"
        for path, node in nodes([*LIBRARY, *TESTS], ast.ImportFrom)
        for alias in node.names
        if node.module in DEFINED.keys() - fronts and alias.name not in DEFINED[node.module]
    ]
    assert elsewhere == []


def test_nothing_is_there_for_tests_alone() -> None:
    asked = {(f"extract.{module}", name) for module, names in extract._HOMES.items() for name in names}
    tasks = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("prompts/*/task.toml"))
    asked |= set(re.findall(r'"([\w.]+):(\w+)"', tasks))
    for tree in MODULES.values():
        names = [
            (node.module, name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names
        ]
        asked |= {(module or "", alias.name) for module, alias in names}
        rooms = {alias.asname or alias.name: f"{module}.{alias.name}" for module, alias in names}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
                asked.add((rooms[node.value.id], node.attr))
    idle = [
        f"{module}.{name}"
        for module, names_here in DEFINED.items()
        for name, node in names_here.items()
        if (module, name) not in asked
        and not name.startswith("__")
        and not getattr(node, "decorator_list", [])
        and not any(
            isinstance(inside, ast.Name) and inside.id == name
            for other in MODULES[module].body
            if other is not node
            for inside in ast.walk(other)
        )
    ]
    assert idle == []


# Tests themselves


def test_no_test_reaches_the_network() -> None:
    # 192.0.2.1 is nobody's: RFC 5737 keeps it for examples
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for reach in (
            lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.1),
            lambda: datagrams.sendto(b"?", ("192.0.2.1", 53)),
            lambda: socket.getaddrinfo("example.org", 443),
        ):
            with pytest.raises(pytest.fail.Exception, match="loopback only"):
                reach()


def test_no_test_touches_the_cache_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert platformdirs.user_cache_path("attested").is_relative_to(tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("package", [extract, *ROOMS], ids=lambda package: package.__name__)
def test_every_room_says_what_is_in_it(package: ModuleType) -> None:
    folder = Path(package.__path__[0])
    inside = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    assert inside - set(re.findall(r"`(\w+)`", package.__doc__ or "")) <= {"__init__", "__main__"}
