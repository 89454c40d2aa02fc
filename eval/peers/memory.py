"""Peaks of the resident memory of processes, as Linux counts them; elsewhere there is no figure."""

from __future__ import annotations

import contextlib
from pathlib import Path

_PROC = Path("/proc")


def peak_bytes(process: int | None = None) -> int | None:
    """The most memory a process has had resident.

    Args:
        process: its id; None is this one.
    """
    try:
        lines = (_PROC / str(process or "self") / "status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(found[0]) * 1024 if found else None


def forget_peak() -> None:
    """Begins this process's peak anew; where that is not possible, the peak is that of its whole life."""
    with contextlib.suppress(OSError):
        (_PROC / "self" / "clear_refs").write_text("5", encoding="ascii")
