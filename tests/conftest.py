"""What keeps every test away from the network, the user's keys and the user's cache.

Only this process is walled in; `.ci/run` also takes the network from the tests as a whole. Tests marked `live` keep
the user's cache folder, where the model's weights are, and put nothing there.
"""

from __future__ import annotations

import gc
import ipaddress
import itertools
import os
import socket
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

SCRUBBED = frozenset({"OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})

_connect, _connect_ex, _sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
_getaddrinfo = socket.getaddrinfo
_numbers = itertools.count()


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> Iterator[None]:
    """No key, proxy or setting of the person who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper() in SCRUBBED or name.startswith("ATTESTED_"):
                patch.delenv(name)
        yield


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Sockets of this process reach this machine only; a test that tries more fails, whatever it catches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _walled_connect)
        patch.setattr(socket.socket, "connect_ex", _walled_connect_ex)
        patch.setattr(socket.socket, "sendto", _walled_sendto)
        patch.setattr(socket, "getaddrinfo", _walled_getaddrinfo)
        yield


@pytest.fixture(autouse=True)
def _own_cache(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A cache folder of the test's own, which is made when something is put there."""
    if request.node.get_closest_marker("live") is None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / f"cache-{next(_numbers)}"))


@pytest.fixture(autouse=True, scope="session")
def _own_beginnings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the embedded model has read is kept in a folder of the tests', so that the user's loses none."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.getbasetemp() / "beginnings"
        patch.setattr("extract.models.beginnings.beginnings_folder", lambda: folder)
        yield


@pytest.fixture(autouse=True)
def _swept(request: pytest.FixtureRequest) -> Iterator[None]:
    """What Ray leaves open goes with the test, and is told of no later one."""
    yield
    if request.node.get_closest_marker("cluster") is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gc.collect()


def _walled_connect(self: socket.socket, address: Any) -> None:
    _check(address)
    _connect(self, address)


def _walled_connect_ex(self: socket.socket, address: Any) -> int:
    _check(address)
    return _connect_ex(self, address)


def _walled_sendto(self: socket.socket, data: bytes, *flags_and_address: Any) -> int:
    _check(flags_and_address[-1])
    return _sendto(self, data, *flags_and_address)


def _walled_getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    _check((host,))
    return _getaddrinfo(host, *arguments, **named)


def _check(address: Any) -> None:
    if isinstance(address, tuple) and not _is_loopback(address[0]):  # the others are files
        pytest.fail(f"a test wanted to reach {address[0]!r}: tests reach loopback only")


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
