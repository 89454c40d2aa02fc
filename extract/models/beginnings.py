"""Beginnings of prompts that the embedded server has read, kept on disk: the next process goes on from there at once.

3 000 tokens take the default model 40 seconds. What it makes of them is a file of 90 MB, which is checked and read back in a
twentieth of a second, to the last bit. Only what questions share is kept (`primed`): prompts and worked examples, never an
article; and only of models that are known to go on from it exactly (`LocalModel.restores`).

The server believes such a file. So its name holds the digest of its content, and one that is half written, damaged, or could
have been written by somebody else is never handed to it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import stat
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

MOST = 400 << 20
"""Bytes of files that are kept; the one used longest ago goes first."""
_SPARE = 1 << 30
"""Bytes that have to be free on the disk before one more is written."""
_ENDING = ".kv"
_UNFINISHED = ".part"
_ABANDONED = 3600.0
"""Seconds after which a file that was never finished is that of a killed process."""


def beginnings_folder() -> Path:
    """Where they are kept: `beginnings` in the user's cache folder. It can be deleted at any time."""
    import platformdirs

    return platformdirs.user_cache_path("attested") / "beginnings"


@cache
def this_machine() -> str:
    """What sums depend on in their last digits: the processor, what it can do, and how many share the work."""
    told = ""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        told = "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.machine()} {cores} {told or platform.processor()}"


class Beginnings:
    """A folder of them; no fault of the disk is raised, for without them a beginning is only read anew.

    Attributes:
        folder: which may not be there, or not to be written to.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or beginnings_folder()

    def ready(self) -> bool:
        """Whether the folder is there, and nobody else can write to it; makes it, and tidies it up."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _is_own(self.folder.stat()):
                self._tidy()
                return True
        return False

    def find(self, key: str) -> str | None:
        """The name of the file that is kept under a key, as it was written; one that is not is removed."""
        kept: list[Path] = []
        with contextlib.suppress(OSError):
            kept += self.folder.glob(f"{key}-*{_ENDING}")
        for path in kept:
            with contextlib.suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and _is_own(found) and path.name == _name(key, path):
                    os.utime(path)
                    return path.name
                path.unlink()
        return None

    def keep(self, key: str, save: Callable[[str], bool]) -> None:
        """Keeps one more, if the disk has room.

        Args:
            save: writes a file of this name into the folder, and says whether it could.
        """
        part = self.folder / f"{key}.{os.getpid()}{_UNFINISHED}"
        with contextlib.suppress(OSError):
            try:
                if shutil.disk_usage(self.folder).free > _SPARE and save(part.name):
                    part.chmod(0o600)
                    os.replace(part, self.folder / _name(key, part))
                    self._tidy()
            finally:
                part.unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Removes a file that the server did not take."""
        with contextlib.suppress(OSError):
            (self.folder / name).unlink()

    def _tidy(self) -> None:
        """Removes what is beyond `MOST`, and what killed processes have left."""
        kept: list[tuple[float, int, str]] = []
        for path in self.folder.iterdir():
            with contextlib.suppress(OSError):  # another process may tidy up as well
                found = path.lstat()
                if path.suffix == _ENDING:
                    kept.append((found.st_mtime, found.st_size, path.name))
                elif path.suffix == _UNFINISHED and time.time() - found.st_mtime > _ABANDONED:
                    path.unlink()
        total = 0
        for _, size, name in sorted(kept, reverse=True):
            total += size
            if total > MOST:
                self.drop(name)


def _name(key: str, path: Path) -> str:
    with path.open("rb") as file:
        return f"{key}-{hashlib.file_digest(file, 'sha256').hexdigest()}{_ENDING}"


def _is_own(found: os.stat_result) -> bool:
    """Whether a file or folder is ours alone to write; everywhere but on Unix its folder sees to that."""
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
