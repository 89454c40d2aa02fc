"""A file that is written is written by one run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from extract.errors import RunFileError


class Lock:
    """Keeps other runs, of any user of the same folder, from writing a file; `FILE.lock` stands beside it meanwhile.

    The system gives the lock back when the process ends, however it ends: a file `FILE.lock` left by a killed run
    holds nobody up. What is no file (a device, a pipe) is not locked.
    """

    def __init__(self, path: Path) -> None:
        """Takes the lock, at once or not at all.

        Raises:
            RunFileError: another run writes the file, or its folder cannot be written or knows no locks.
        """
        self._lock: FileLock | None = None
        if path.exists() and not path.is_file():
            return
        try:
            names = path.stat().st_nlink
        except FileNotFoundError:
            names = 1
        except OSError as error:  # links in a circle, a folder that may not be entered
            raise RunFileError(f"cannot write {str(path)!r}: {error.strerror or error}") from error
        file = path.resolve()
        if names > 1:
            raise RunFileError(
                f"{str(path)!r} has {names} names (hard links), and a lock keeps one: write to another file with -o"
            )
        lock = FileLock(file.with_name(f"{file.name}.lock"), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise RunFileError(
                f"another run is writing {str(path)!r}: wait until it ends, or write to another file with -o"
            ) from None
        except (OSError, NotImplementedError) as error:
            why = getattr(error, "strerror", None) or error
            raise RunFileError(
                f"cannot write {str(path)!r}: no lock file can be made beside it ({why}); "
                "write to another folder with -o"
            ) from error
        self._lock = lock

    def release(self) -> None:
        """Gives it back; once more does nothing."""
        if self._lock is None:
            return
        # While it is still held: who waits for this file then sees that it is gone, and makes another one.
        with suppress(OSError):
            Path(self._lock.lock_file).unlink()
        with suppress(OSError):
            self._lock.release()
        self._lock = None
