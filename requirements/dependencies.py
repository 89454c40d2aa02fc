"""Writes docs/dependencies.md: what pyproject.toml asks for, why, under which licence, and for which part of the project.

.venv/bin/python requirements/dependencies.py
"""

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "dependencies.md"
VULNERABLE = """
## Known vulnerabilities

`make release` looks up what is known of the versions that a user gets (requirements/run.txt; pip-audit; where its list cannot be reached it says so, and that
this was skipped) and refuses what is not explained here, in `requirements/vulnerabilities.toml`:

"""
PARTS = {
    "": "always",
    "local": "the embedded model: extra `local`",
    "local-model": "its weights, for `make run`",
    "gazetteer": "where places are: extra `gazetteer`",
    "documents": "PDF and Word: extra `documents`",
    "excel": "workbooks: extra `excel`",
    "parquet": "Parquet: extra `parquet`",
    "ray": "clusters: extra `ray`",
    "serve": "`extract serve`: extra `serve`",
    "peers": "benchmarks of peers",
    "release": "releases",
    "dev": "developing and tests",
}
"""Extra → what it is for; a package that several name is listed with the first of them."""
HEAD = """# What attested stands on

Made by `python requirements/dependencies.py` from `pyproject.toml`, `requirements/reasons.toml` and
`requirements/vulnerabilities.toml`. Versions, and all that
these packages bring along, stand with their hashes in `requirements/*.txt`; licences are held against what is installed by
`tests/test_dependencies.py`, those of packages that are brought along, too.

"""


def asked_for(project: Path = HERE.parent / "pyproject.toml") -> dict[str, str]:
    """Package → the part of the project that asks for it."""
    told = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    lists = {"": told["dependencies"], **told["optional-dependencies"]}
    found: dict[str, str] = {}
    for part in PARTS:
        for line in lists[part]:
            name = re.split(r"[^A-Za-z0-9.-]", line, maxsplit=1)[0].lower()
            found.setdefault(re.sub(r"-part\d+$", "", name), part)
    return found


def reasons() -> dict[str, dict[str, str]]:
    """Package → why it is there (`why`), and its licence (`licence`)."""
    return tomllib.loads((HERE / "reasons.toml").read_text(encoding="utf-8"))


def page() -> str:
    """The page."""
    told = reasons()
    rows = [
        f"| {name} | {told[name]['why']} | {told[name]['licence']} | {PARTS[part]} |"
        for name, part in asked_for().items()
    ]
    vulnerabilities = tomllib.loads((HERE / "vulnerabilities.toml").read_text(encoding="utf-8"))
    explained = [
        f"- **{name}**, {each['package']}: {each['what']}. Harmless here: {each['harmless']}."
        for name, each in vulnerabilities.items()
    ]
    table = ["| package | for | licence | needed |", "|---|---|---|---|", *rows]
    return "\n".join([HEAD + table[0], *table[1:], VULNERABLE + "\n".join(explained or ["None at present."])]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
