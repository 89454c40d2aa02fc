"""What pip-audit found, and whether a release may go out: python requirements/audit.py AUDIT.json SAID

AUDIT.json is its report (`--format json`), SAID what it said beside it. pip-audit ends with 0 as well when it could look nothing
up, and with 1 for any finding: what it wrote says which. Exit code 1 for a vulnerability that vulnerabilities.toml does not
explain.
"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

EXPLAINED = Path(__file__).with_name("vulnerabilities.toml")


def judged(report: str, said: str) -> tuple[list[str], bool]:
    """Lines to print, and whether nothing is found that is not explained."""
    explained = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):  # no report
        packages = []
    known = [each for each in packages if "vulns" in each]
    if not known:
        told = said.strip().splitlines()
        why = told[-1][:200] if told and not packages else f"the list knows none of {len(packages)} packages"
        return [f"note: skipped, vulnerabilities cannot be looked up here: {why}"], True
    lines, is_fine = [], True
    for package in known:
        for found in package["vulns"]:
            names = [found["id"], *found.get("aliases", ())]
            reason = next(
                (explained[name] for name in names if explained.get(name, {}).get("package") == package["name"]), None
            )
            is_fine = is_fine and reason is not None
            verdict = f"harmless here: {reason['harmless']}" if reason else "not explained"
            lines.append(f"{package['name']} {package['version']}: {', '.join(names)}: {verdict}")
    unknown = len(packages) - len(known)
    return [
        *lines,
        f"packages looked up: {len(known)}, unknown to the list: {unknown}, findings: {len(lines)}",
    ], is_fine


if __name__ == "__main__":
    lines, is_fine = judged(*(Path(each).read_text(encoding="utf-8", errors="replace") for each in sys.argv[1:3]))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(not is_fine)
