"""Every dependency has its reason, and a licence that this project may stand on."""

from __future__ import annotations

import ast
import json
import re
import runpy
import sys
from importlib.metadata import Distribution, distributions, packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
TABLE = runpy.run_path(str(ROOT / "requirements" / "dependencies.py"))
AUDIT = runpy.run_path(str(ROOT / "requirements" / "audit.py"))

FREE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU",
    "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip
"""Licences that ask for no more than to be named, file by file at most."""
COPYLEFT = {
    "fpdf2": "tests alone; nothing of it is handed on",
    "pycountry": "an extra, imported as the library that it is",
    "tld": "offered under the MPL, too",
}
"""Packages under others, and why that is no matter."""
UNSTATED = {"metametric": "tests and a baseline; nothing of it is handed on"}
WITH_DEV = {"playwright", "ray"}
"""What the benchmarks of pages and clusters take, and `make dev` brings."""
WORDS = {
    "3-Clause BSD License": "BSD-3-Clause", "Apache 2.0": "Apache-2.0", "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0", "Apache Software License": "Apache-2.0", "Apache": "Apache-2.0",
    "BSD License": "BSD-3-Clause", "ISC License (ISCL)": "ISC", "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "Python Software Foundation License": "PSF-2.0",
    "Public Domain": "CC0-1.0", "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}  # fmt: skip
"""What packages called their licences before there were expressions."""


def licence(found: Distribution) -> str:
    """What a package says of its licence, as an expression; "NONE" where it says nothing."""
    about = found.metadata
    if expressions := about.get_all("License-Expression"):
        return str(expressions[0])
    classes = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License")]
    said = " AND ".join(WORDS.get(each, each) for each in classes if each != "OSI Approved")
    first = "".join(about.get_all("License") or ()).strip().split("\n")[0]
    return said or WORDS.get(first, first) or "NONE"


INSTALLED = {canonicalize_name(each.metadata["Name"]): each for each in distributions()}


def is_free(expression: str) -> bool:
    """Whether each part of an expression, or one of its alternatives, is."""
    return any(all(part.strip("() ") in FREE for part in either.split(" AND ")) for either in expression.split(" OR "))


def test_expressions_are_read() -> None:
    assert is_free("MIT")
    assert is_free("(MIT AND BSD-3-Clause) AND PSF-2.0")
    assert is_free("GPL-3.0-only OR MIT")
    assert not is_free("MIT AND GPL-3.0-only")
    assert not is_free("NONE")


def test_every_dependency_has_its_reason_and_no_other_package_has() -> None:
    assert set(TABLE["reasons"]()) == set(TABLE["asked_for"]())
    assert all(each["why"] and each["licence"] for each in TABLE["reasons"]().values())


def test_the_page_is_made_of_them() -> None:
    assert (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8") == TABLE["page"]()


@pytest.mark.parametrize("name", [name for name in TABLE["reasons"]() if canonicalize_name(name) in INSTALLED])
def test_a_licence_is_the_one_that_the_package_states(name: str) -> None:
    assert TABLE["reasons"]()[name]["licence"] == licence(INSTALLED[canonicalize_name(name)])


def test_nothing_that_is_installed_has_a_licence_that_binds_this_project() -> None:
    wrong = {name: licence(found) for name, found in INSTALLED.items() if not is_free(licence(found))}
    assert set(wrong) <= {*COPYLEFT, *UNSTATED}, wrong
    assert len(INSTALLED) > 50


def test_a_user_gets_no_copyleft_but_what_is_listed() -> None:
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    brought = {canonicalize_name(name) for name in re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE)}
    here = {name for name in brought & INSTALLED.keys() if not is_free(licence(INSTALLED[name]))}
    assert here <= {"pycountry", "tld"}


def test_what_benchmarks_measure_beside_comes_with_make_bench() -> None:
    locked = (ROOT / "requirements" / "peers.txt").read_text(encoding="utf-8")
    pinned = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", locked, re.MULTILINE)}
    named = {"vcr": "vcrpy", **{module: names[0] for module, names in packages_distributions().items()}}
    imported = set[str]()
    for path in (ROOT / "eval").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names):
                    imported.update(each.name.partition(".")[0] for each in names)
                case ast.ImportFrom(module=str(module)):
                    imported.add(module.partition(".")[0])
                case ast.Call(ast.Attribute(attr="import_module"), [ast.Constant(str(module)), *_]):
                    imported.add(module.partition(".")[0])
    others = imported - sys.stdlib_module_names - {"eval", "extract"} - WITH_DEV
    assert {"metametric", "langextract", "splink", "vcr"} <= others
    assert {name for name in others if canonicalize_name(named.get(name, name)) not in pinned} == set()


def vulnerable(package: str, *names: str) -> dict[str, Any]:
    found = [{"id": name, "aliases": [f"alias of {name}"]} for name in names]
    return {"name": package, "version": "1.0", "vulns": found}


@pytest.mark.parametrize(
    ("packages", "is_fine", "last"),
    [
        ([vulnerable("click")], True, "packages looked up: 1, unknown to the list: 0, findings: 0"),
        ([vulnerable("diskcache", "CVE-2025-69872"), {"name": "x", "skip_reason": "?"}], True, "packages looked up: 1, unknown to the list: 1, findings: 1"),
        ([vulnerable("diskcache", "CVE-2025-69872", "CVE-2030-1")], False, "packages looked up: 1, unknown to the list: 0, findings: 2"),
        ([vulnerable("click", "CVE-2025-69872")], False, "packages looked up: 1, unknown to the list: 0, findings: 1"),
        ([{"name": "x", "skip_reason": "?"}], True, "note: skipped, vulnerabilities cannot be looked up here: the list knows none of 1 packages"),
    ],
)  # fmt: skip
def test_a_release_goes_out_with_explained_vulnerabilities_alone(
    packages: list[dict[str, Any]], is_fine: bool, last: str
) -> None:
    lines, found_fine = AUDIT["judged"](json.dumps({"dependencies": packages}), "tried\nno route\n")
    assert (lines[-1], found_fine) == (last, is_fine)


@pytest.mark.parametrize(
    ("said", "why"), [("tried\nno route\n\n", "no route"), ("", "the list knows none of 0 packages")]
)
def test_what_is_no_report_is_skipped_and_said(said: str, why: str) -> None:
    for report in ("", "{}", "[]", "null"):
        lines, is_fine = AUDIT["judged"](report, said)
        assert (lines, is_fine) == ([f"note: skipped, vulnerabilities cannot be looked up here: {why}"], True)


def test_a_vulnerability_is_known_by_any_of_its_names_and_its_reason_is_said() -> None:
    found = {"id": "GHSA-1", "aliases": ["CVE-2025-69872"]}
    report = {"dependencies": [{"name": "diskcache", "version": "5.6.3", "vulns": [found]}]}
    (first, _), is_fine = AUDIT["judged"](json.dumps(report), "")
    assert first.startswith("diskcache 5.6.3: GHSA-1, CVE-2025-69872: harmless here: extract/store/disk.py")
    assert is_fine
