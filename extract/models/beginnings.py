"""Beginnings of prompts that the embedded server has read, kept on disk: the next process goes on from there at once.

3 000 tokens take the default model 40 seconds. What it makes of them is a file of 90 MB, which it reads back in a hundredth
of a second, to the last bit. Only what many questions share is kept (`primed`), which is prompts and worked examples and
never an article.

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

MOST = 4
"""Files that are kept; the one used longest ago goes first."""
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
    """What sums depend on in their last digits: the processor and what it can do."""
    told = ""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        told = "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
    return f"{platform.machine()} {told or platform.processor()}"


class Beginnings:
    """A folder of them; nothing here raises, for without it a beginning is only read anew.

    Attributes:
        folder: which may not be there, or not to be written to.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or beginnings_folder()

    def ready(self) -> bool:
        """Whether the folder is there, and nobody else can write to it; makes it."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _is_own(self.folder.stat())
        return False

    def find(self, key: str) -> str | None:
        """The name of the file that is kept under a key, as it was written; one that is not is removed."""
        with contextlib.suppress(OSError):
            for path in self.folder.glob(f"{key}-*{_ENDING}"):
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
                    self._forget()
            finally:
                part.unlink(missing_ok=True)

    def _forget(self) -> None:
        files = sorted(self.folder.glob(f"*{_ENDING}"), key=lambda path: path.stat().st_mtime, reverse=True)
        old = [path for path in self.folder.glob(f"*{_UNFINISHED}") if time.time() - path.stat().st_mtime > _ABANDONED]
        for path in (*files[MOST:], *old):
            path.unlink(missing_ok=True)


def _name(key: str, path: Path) -> str:
    with path.open("rb") as file:
        return f"{key}-{hashlib.file_digest(file, 'sha256').hexdigest()}{_ENDING}"


def _is_own(found: os.stat_result) -> bool:
    """Whether a file or folder is ours alone to write; everywhere but on Unix its folder sees to that."""
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
