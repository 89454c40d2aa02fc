"""Which machines are of the public internet, and that a name is looked up once."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from extract.errors import ArticleError
from extract.web.guard import Guard, is_public, literal


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("255.255.255.255", "192.0.2.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("::127.0.0.1", "::ffff:0:10.0.0.1", "fec0::1", "fe80::1%lo"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_that_are(address: str) -> None:
    assert is_public(ip_address(address))


def test_what_was_checked_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [["93.184.216.34", "10.0.0.1"], ["10.0.0.1"]]
    asked, connected = [], []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answers.pop(0)]

    class Backend:
        def connect_tcp(self, host: str, *_: object) -> object:
            connected.append(host)
            return object()

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    guard = Guard(is_public)
    monkeypatch.setattr(guard, "_backend", Backend())
    guard.connect_tcp("news.example", 80)
    assert (asked, connected) == (["news.example"], ["93.184.216.34"])
    with pytest.raises(ArticleError, match=r"is 10\.0\.0\.1, which is no public address"):
        guard.connect_tcp("news.example", 80)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1.", "localhost", "LOCALHOST."),
        *("a.localhost", "[::ffff:127.0.0.1]", "[::1]", "0", "2852039166"),
    ],
)
def test_hosts_that_are_numbers_in_any_writing_are_known_as_private(host: str) -> None:
    address = literal(host)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("host", ["news.example", "cafe", "1.1.1.1.example", "localhost.example"])
def test_names_are_no_numbers(host: str) -> None:
    assert literal(host) is None
