"""Claims: which process asks a request, so that equal requests of several processes make one call.

A claim is a lock that the operating system keeps on a file and takes back when the process ends, however it ends.
It needs no clock and no renewal, and a killed process holds nobody up.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from extract.errors import StoreError


def claim(folder: Path, key: str) -> contextlib.ExitStack | None:
    """Claims a request; None if another process, or another client of this one, has it.

    Args:
        folder: for the files; made if it is not there.
        key: of the request.

    Returns:
        The right to ask: close it, in the thread that has it, to let others ask.

    Raises:
        StoreError: no file can be locked there.
    """
    from filelock import FileLock, Timeout  # 30 ms that only a miss pays

    path = _path(folder, key)
    lock = FileLock(path)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        return None
    except (OSError, NotImplementedError) as error:
        raise StoreError(f"no file can be locked in {str(folder)!r}: {error}") from error
    held = contextlib.ExitStack()
    held.callback(lock.release)
    held.callback(_forget, path)  # first, while it is held: nobody else can be given the lock of a file without a name
    with contextlib.suppress(OSError):  # for people who wait
        path.write_text(str(os.getpid()), encoding="ascii")
    return held


def claimant(folder: Path, key: str) -> str:
    """Who has claimed a request, in words."""
    with contextlib.suppress(OSError, ValueError), _path(folder, key).open("rb") as stream:
        return f"another run (process {int(stream.read(20))})"
    return "another run"


def forget_claims(folder: Path) -> None:
    """Deletes the files that killed processes left."""
    for path in folder.glob("*.lock"):
        _forget(path)


def _forget(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _path(folder: Path, key: str) -> Path:
    return folder / f"{key}.lock"
