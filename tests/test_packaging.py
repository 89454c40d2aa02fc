"""The wheel holds the data that the code reads, and works outside the checkout; the lock files fit pyproject.toml.

The wheel is built by the project's own build backend, without a network and without anything being installed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from extract.tasks.loading import load_task

ROOT = Path(__file__).resolve().parent.parent
LOCKED = {
    "run.txt": ("local",),
    "model.txt": ("local-model",),
    "dev.txt": ("local", "dev"),
    "peers.txt": ("local", "peers"),
    "release.txt": ("release",),
}
"""Lock file → extras it holds; all but model.txt hold the build backend too, and all but it and release.txt the core."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content, as an installer would lay it."""
    built = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(built)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = built.glob("attested-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(built / "site")
    return built / "site"


def run(site: Path, folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Runs a program that imports the packages from the wheel, where there is no checkout."""
    # the checkout may be on the path too, by an editable install; what comes first counts
    code = f"import sys; sys.path.insert(0, {str(site)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


def run_there(site: Path, folder: Path, code: str) -> str:
    """What such a program prints."""
    done = run(site, folder, code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_data_file_of_the_checkout_is_in_the_wheel(site: Path) -> None:
    for source, target in (
        ("prompts", "extract/_prompts"),
        ("gold/demonyms.json", "eval/_gold/demonyms.json"),
        ("extract/models/prices.json", "extract/models/prices.json"),
        ("extract/models/catalogue.json", "extract/models/catalogue.json"),
        ("extract/views/page/assets", "extract/views/page/assets"),
        ("extract/serving/assets", "extract/serving/assets"),
        ("extract/py.typed", "extract/py.typed"),
        ("eval/py.typed", "eval/py.typed"),
    ):
        files = [file for file in (ROOT / source).rglob("*") if file.is_file()] or [ROOT / source]
        for file in files:
            packed = site / target / file.relative_to(ROOT / source)
            assert packed.is_file(), packed
            assert packed.read_bytes() == file.read_bytes()


def test_articles_and_recordings_are_not(site: Path) -> None:
    assert {path.name for path in site.iterdir() if path.suffix != ".dist-info"} == {"extract", "eval"}
    articles = {path.stem for path in ROOT.glob("gold/articles/*")}
    assert [path for path in site.rglob("*") if path.suffix == ".jsonl" or path.stem in articles] == []
    assert {path.name for path in (site / "eval" / "_gold").iterdir()} == {"demonyms.json"}


def test_an_installed_copy_finds_its_prompts(site: Path, tmp_path: Path) -> None:
    code = (
        "from extract.prompting.prompt_sets import prompt_root\n"
        "from extract.tasks.loading import load_task\n"
        "task = load_task('attack')\n"
        "print(prompt_root(), *(task.prompt_set(name).sha256 for name in task.prompt_sets()))"
    )
    root, *digests = run_there(site, tmp_path, code).split()
    assert Path(root) == site / "extract" / "_prompts"
    task = load_task("attack")
    assert digests == [task.prompt_set(name).sha256 for name in task.prompt_sets()]


def test_an_installed_copy_finds_its_demonyms(site: Path, tmp_path: Path) -> None:
    code = "from eval.scoring.demonyms import load_demonyms; print(*load_demonyms()['russian'])"
    assert run_there(site, tmp_path, code) == "russia"


def test_an_installed_copy_extracts(site: Path, tmp_path: Path) -> None:
    # rules alone: no model is asked
    (tmp_path / "news.txt").write_text("A drone killed 12 people in Kyiv early Thursday.\n", encoding="utf-8")
    code = "from extract.cli.main import cli; cli.main(['run', 'news.txt', '--model', 'rules'])"
    assert '"Kyiv"' in run_there(site, tmp_path, code)


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        (["eval"], "no gold set of task 'attack' at 'gold/attack': "),
        (["bench"], "no matrix file at 'eval/matrix.toml': "),
        (["gold", "check"], "no gold set of task 'attack' at 'gold/attack': "),
    ],
)
def test_an_installed_copy_says_in_one_line_what_lies_in_a_clone_only(
    site: Path, tmp_path: Path, command: list[str], needs: str
) -> None:
    code = f"import sys; from extract.cli.main import main; sys.argv[1:] = {command}; main()"
    done = run(site, tmp_path, code)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {needs}the project's own lies in its source")
    assert "run this in a clone of attested, or " in line


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_file_holds_versions_and_hashes_only(name: str) -> None:
    pin = re.compile(r"[a-z0-9.-]+==[a-z0-9.]+( ; [a-z_'0-9.<>=!A-Z ]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    _, command, setting, *lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    assert (command, setting) == ("#    make lock", "--only-binary :all:")
    assert [line for line in lines if line and not pin.fullmatch(line)] == []


def asked_for(name: str) -> list[Requirement]:
    """What pyproject.toml names that belongs into a lock file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [line for extra in LOCKED[name] for line in project["project"]["optional-dependencies"][extra]]
    if name != "model.txt":
        wanted += project["build-system"]["requires"]
    if name not in ("model.txt", "release.txt"):
        wanted += project["project"]["dependencies"]
    return [Requirement(line) for line in wanted]


def pinned(name: str) -> list[Requirement]:
    """The pins of a lock file, for every platform and Python."""
    lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return [Requirement(line) for line in re.findall(r"^([a-z0-9.-]+==.*?) \\$", lock, re.MULTILINE)]


def unmet(requirement: Requirement, pins: list[Requirement]) -> bool:
    """Whether no pin is of that name, or one does not fit."""
    versions = [
        str(pin.specifier).removeprefix("==") for pin in pins if pin.name == canonicalize_name(requirement.name)
    ]
    return not versions or not all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_file_fits_what_the_project_asks_for(name: str) -> None:
    assert [str(each) for each in asked_for(name) if unmet(each, pinned(name))] == [], "make lock"


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_a_lock_file_is_complete_since_nothing_is_resolved_when_it_is_installed(name: str) -> None:
    here = [pin for pin in pinned(name) if pin.marker is None or pin.marker.evaluate()]
    wanted, seen = asked_for(name), set[Requirement]()
    while wanted:  # what the installed packages ask for, with the extras by which they are asked for
        requirement = wanted.pop()
        if requirement not in seen:
            seen.add(requirement)
            extras = ["", *requirement.extras]
            for needed in map(Requirement, distribution(requirement.name).requires or ()):
                if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                    wanted.append(needed)
    assert len(seen) > 50
    assert [str(each) for each in seen if unmet(each, here)] == [], "make lock"
