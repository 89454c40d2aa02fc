"""The machines of a Ray cluster: joined, or begun on this one alone; and where on them workers are to be."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from extract.engines.processes import no_interrupt
from extract.errors import UsageError, install
from extract.spec import RULES, RunSpec

MISSING = f"a run on a cluster takes more packages: {install('ray')}"
_KNOCK_SECONDS = 5.0
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
"""How who asks begins to speak HTTP/2, with settings that say nothing."""


@contextmanager
def joined(address: str | None) -> Generator[Any, None, None]:
    """Ray, connected to a cluster; without an address to one of this machine alone, which ends with the block.

    Raises:
        UsageError: Ray is not installed, or there is no such cluster.
    """
    # Nothing is sent about anybody's use; and what Ray writes belongs in its files, not on this terminal.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")  # what it has to say goes to standard output, where data go
    if not address:  # read when Ray is imported: a cluster of this machine alone listens on loopback
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        import ray
    except ImportError:
        raise UsageError(MISSING) from None
    if address:
        _check_address(address)
    if ray.is_initialized():
        yield ray
        return
    # Workers of this machine import what this process does, wherever it has that from.
    paths = {} if address else {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    local: dict[str, Any] = {} if address else {"include_dashboard": False, "object_store_memory": 200_000_000}
    try:
        with no_interrupt(), _variables(paths):
            ray.init(address or "local", log_to_driver=False, logging_level=logging.CRITICAL, **local)
    except SystemExit:  # Ray's answer to SIGTERM, which stands in the place of ours while it begins
        signal.signal(signal.SIGTERM, handlers[signal.SIGTERM])
        signal.raise_signal(signal.SIGTERM)
        raise
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        said = " ".join(str(error).split())[:200]
        raise UsageError(f"no Ray cluster at {address or 'this machine'!r}: {said}") from error
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    try:
        yield ray
    finally:
        ray.shutdown()


@contextmanager
def _variables(named: Mapping[str, str]) -> Generator[None, None, None]:
    """Sets variables of the environment for what is begun in the block."""
    before = {name: os.environ.get(name) for name in named}
    os.environ.update(named)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _check_address(address: str) -> None:
    """That somebody listens there: Ray would look for minutes, and say so in many lines.

    Raises:
        UsageError: it is no address of a cluster, or nobody does.
    """
    host, colon, port = address.rpartition(":")
    if address == "auto":
        return
    if not (host and colon and port.isdecimal()) or "/" in host:
        raise UsageError(
            f"{address!r} is no address of a Ray cluster: give HOST:6379, on a machine of the cluster, or auto"
        )
    try:
        is_ray = _speaks(host, int(port))
    except (OSError, OverflowError) as error:
        raise UsageError(f"no Ray cluster at {address!r}: {getattr(error, 'strerror', None) or error}") from error
    if not is_ray:
        raise UsageError(f"no Ray cluster at {address!r}: another server answers there")


def _speaks(host: str, port: int) -> bool:
    """Whether a server greets as Ray's do (HTTP/2: the first frame is of settings); OSError where nobody answers."""
    with socket.create_connection((host.strip("[]"), port), timeout=_KNOCK_SECONDS) as connection:
        if os.environ.get("RAY_USE_TLS", "0") != "0":  # it would not greet us
            return True
        connection.sendall(_GREETING)
        with connection.makefile("rb") as stream:
            return stream.read(9)[3:4] == b"\x04"


def head_answers(ray: Any) -> bool:
    """Whether the head of the cluster is there: Ray asks it for a minute, and then ends the process that asks."""
    host, _, port = ray.get_runtime_context().gcs_address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_KNOCK_SECONDS).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker is to be.

    Attributes:
        node: id of a machine.
        cores: that the worker takes.
        at_once: requests that it has under way.
    """

    node: str
    cores: int
    at_once: int


def places(nodes: Mapping[str, int], spec: RunSpec, jobs: int) -> list[Place]:
    """Where workers are to be: one per core, or per machine for an embedded model; so many requests at once in all.

    Args:
        nodes: cores of each machine.
        jobs: requests under way at once, of a server; rules take as many processes as the spec says.
    """
    able = {node: cores for node, cores in sorted(nodes.items()) if cores}
    if spec.is_embedded:
        return [Place(node, cores, 1) for node, cores in able.items()]
    # In turn: with fewer workers than cores, each machine has some.
    turns = (node for turn in range(max(able.values(), default=0)) for node, cores in able.items() if turn < cores)
    by_rules = spec.named_model == RULES
    most = (spec.jobs or sum(able.values())) if by_rules else jobs
    chosen = [node for node, _ in zip(turns, range(most), strict=False)]
    share = [1 if by_rules else (jobs + turn) // len(chosen) for turn in range(len(chosen))]
    return [Place(node, 1, at_once) for node, at_once in zip(chosen, share, strict=True)]
