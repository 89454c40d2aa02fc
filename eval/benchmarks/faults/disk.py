"""A disk that is full, a limit on files, folders that cannot be written; commands say so in a line, and go on afterwards.

Mounts are made in a namespace of their own, where the system allows that (`unshare`): a small tmpfs, and a folder bound
read-only, since what is forbidden by permissions root may do. Elsewhere these cases are left out, and the table says why.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from random import Random

from eval.benchmarks.faults.checking import fault_of_run, keys_of
from eval.benchmarks.faults.counting import Case
from eval.benchmarks.faults.forked import Command, begun, done
from eval.benchmarks.faults.killed import Bench, opened_bench
from extract.errors import ExtractError

FULL, LIMITED, READ_ONLY = "full disk", "files that may not grow", "read-only folder"
BYTES = 4096
_OWN_MOUNTS = ("unshare", "--mount", "--map-root-user")
_SAYS_SO = ("cannot write", "cannot be written", "cannot be opened", "no space left", "full", "too large")


def cases(number: int, seed: int) -> Iterator[Case]:
    """So many full disks, as many limits, and every command of `_read_only` once; by a process that may mount."""
    may_mount = _may_mount()
    code = f"from {__name__} import {inside.__name__} as inside; inside({number}, {seed}, {may_mount})"
    arguments = [*(_OWN_MOUNTS if may_mount else ()), sys.executable, "-c", code]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield Case(**json.loads(line))
    if process.returncode:
        yield Case(FULL, f"the process that tries it ended with {process.returncode}")


def _may_mount() -> bool:
    try:
        made = subprocess.run([*_OWN_MOUNTS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    except OSError:
        return False
    return made.returncode == 0


def inside(number: int, seed: int, may_mount: bool) -> None:
    """Tries the cases, and says each as a line of JSON."""
    dice = Random(seed)
    with (
        suppress(KeyboardInterrupt, BrokenPipeError),
        opened_bench() as bench,
    ):  # of which the process that counts knows
        for each in _all(bench, number, dice, may_mount):
            sys.stdout.write(json.dumps(asdict(each)) + "\n")
            sys.stdout.flush()


def _all(bench: Bench, number: int, dice: Random, may_mount: bool) -> Iterator[Case]:
    largest = max(file.stat().st_size for file in (bench.folder / "undisturbed").iterdir() if file.is_file())
    for _ in range(number):
        yield _limited(bench, dice.randrange(BYTES, largest))
    if not may_mount:
        why = "nothing can be mounted here (unshare --mount --map-root-user)"
        yield from (Case(FULL, skipped=why), Case(READ_ONLY, skipped=why))
        return
    used = sum(file.stat().st_size for file in bench.folder.rglob("*") if file.is_file())
    for _ in range(number):
        yield _full(bench, dice.randrange(2 * BYTES, used))
    yield from _read_only(bench)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, stdout=subprocess.DEVNULL)


def _limited(bench: Bench, size: int) -> Case:
    folder, said = bench.folder / "limited", bench.folder / "said"
    folder.mkdir()
    arguments = bench.run(folder / "run.jsonl", folder / "store")
    first = begun(arguments, said, size)
    first.wait()
    fault = _fault_of_first(first) or _fault_of_second(bench, folder, done(arguments, said))
    shutil.rmtree(folder)
    return Case(LIMITED, fault and f"{fault}, at {size} bytes")


def _full(bench: Bench, size: int) -> Case:
    folder, said = bench.folder / "full", bench.folder / "said"
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size // BYTES * BYTES}", "tmpfs", str(folder))
    try:
        arguments = bench.run(folder / "run.jsonl", folder / "store")
        fault = _fault_of_first(done(arguments, said))
        _mount("-o", "remount,size=100m", str(folder))
        fault = fault or _fault_of_second(bench, folder, done(arguments, said))
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()
    return Case(FULL, fault and f"{fault}, at {size} bytes")


def _fault_of_first(command: Command) -> str:
    """A run that had no room may end otherwise than well, if it says why."""
    words = command.words
    if command.status not in (0, 1, 2):
        return command.end
    if "Traceback" in words or "internal error" in words:
        return words[-300:]
    told = any(each in words.lower() for each in _SAYS_SO)
    return "" if told or command.status == 0 else f"it does not say what is wrong: {words[-300:]}"


def _fault_of_second(bench: Bench, folder: Path, command: Command) -> str:
    """With room, the same command brings the run to its end."""
    if command.status != 0:
        return f"once there was room, {command.end}"
    try:
        keys_of(folder / "store")
    except ExtractError as error:
        return str(error)
    return fault_of_run(folder / "run.jsonl", bench.whole)


def _read_only(bench: Bench) -> Iterator[Case]:
    """Every command that writes, and those that read, in a folder that cannot be written."""
    folder, fixed = bench.folder, bench.folder / "fixed"
    fixed.mkdir()
    shutil.copytree(folder / "undisturbed", fixed / "store")
    shutil.copyfile(folder / "undisturbed.jsonl", fixed / "run.jsonl")
    done(["cache", "export", str(fixed / "all.jsonl"), "--store", str(fixed / "store")], folder / "said")
    _mount("--bind", str(fixed), str(fixed))
    _mount("-o", "remount,ro,bind", str(fixed))
    try:
        for status, arguments in _commands(bench, fixed):
            command = done(arguments, folder / "said")
            yield Case(READ_ONLY, _fault_of_refusal(command, status, arguments))
    finally:
        subprocess.run(["umount", str(fixed)], check=True)


def _commands(bench: Bench, fixed: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """Exit code and arguments."""
    folder, run, store = bench.folder, str(fixed / "run.jsonl"), str(fixed / "store")
    yield 2, bench.run(fixed / "new.jsonl", folder / "rw-store")
    yield 2, bench.run(fixed / "run.jsonl", folder / "rw-store")
    yield 2, ["run", str(bench.articles), "--model", "rules", "-o", str(fixed / "new.csv")]
    yield 2, ["cache", "import", str(fixed / "all.jsonl"), "--store", store]
    yield 2, ["cache", "export", str(fixed / "new.jsonl"), "--store", store]
    yield 2, ["cache", "export", str(fixed / "all.jsonl"), "--replace", "--store", store]
    yield 2, ["cache", "prune", "--article", "a0", "--store", store]
    yield 2, ["cache", "clear", "--yes", "--store", store]
    yield 2, ["export", run, "-o", str(fixed / "new.sqlite")]
    yield 2, ["export", run, "-o", str(fixed / "new")]
    yield 2, ["view", run, "-o", str(fixed / "new.html")]
    yield 2, ["stories", run, "-o", str(fixed / "stories.jsonl")]
    yield 0, bench.run(folder / "replayed.jsonl", fixed / "store")
    yield 0, bench.run(folder / "unrecorded.jsonl", fixed / "new-store")
    yield 0, ["show", run]
    yield 0, ["cache", "stats", "--store", store]
    yield 0, ["cache", "verify", "--store", store]
    yield 0, ["cache", "import", str(fixed / "all.jsonl"), "--store", str(folder / "taken")]


def _fault_of_refusal(command: Command, status: int, arguments: Sequence[str]) -> str:
    words = command.words
    errors = [line for line in words.splitlines() if line.startswith("error: ")]
    if command.status != status or "Traceback" in words or len(errors) != (status == 2):
        return f"extract {' '.join(arguments)}: {command.end}"
    return ""
