"""Claims: which process asks a request, so that equal requests of several processes make one call.

A claim is a lock that the operating system keeps on a file and takes back when the process ends, however it ends.
It needs no clock and no renewal, and a killed process holds nobody up.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from extract.errors import StoreError

POLL_SECONDS = 0.05
"""How often a process looks whether another one has got the answer that both want."""

QUIET_SECONDS = 1.0
"""A wait for another process that takes longer is told."""


@contextlib.contextmanager
def claimed(folder: Path, key: str, waiting: Callable[[str], object]) -> Iterator[None]:
    """Waits until nobody else asks a request, another client of this process included, and keeps others waiting.

    Args:
        folder: for the files; made if it is not there.
        key: of the request.
        waiting: told who has it, in words, when the wait is not over soon.

    Raises:
        StoreError: no file can be locked there.
    """
    from filelock import FileLock, Timeout  # 30 ms that only a miss pays

    path = folder / f"{key}.lock"
    lock = FileLock(path)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        try:
            lock.acquire(timeout=QUIET_SECONDS, poll_interval=POLL_SECONDS)
        except Timeout:
            waiting(_claimant(path))
            lock.acquire(poll_interval=POLL_SECONDS)
    except (OSError, NotImplementedError) as error:
        raise StoreError(f"no file can be locked in {str(folder)!r}: {error}") from error
    try:
        with contextlib.suppress(OSError):  # for people who wait
            path.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        _forget(path)  # while it is held: nobody else can be given the lock of a file without a name
        lock.release()


def _claimant(path: Path) -> str:
    with contextlib.suppress(OSError, ValueError), path.open("rb") as stream:
        return f"another run (process {int(stream.read(20))})"
    return "another run"


def forget_claims(folder: Path) -> None:
    """Deletes the files that killed processes left."""
    for path in folder.glob("*.lock"):
        _forget(path)


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
