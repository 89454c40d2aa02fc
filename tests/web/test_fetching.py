"""What is asked of a site, how, and what is taken of its answers; against a site on loopback."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address

import pytest

from extract.errors import ArticleError
from extract.web.answers import seconds_to_wait
from extract.web.fetching import Fetcher
from extract.web.guard import Address, is_public
from tests.web_site import Pages, Said, a_guest, a_site, page


def refused(pages: Pages, path: str, allowed: Callable[[Address], bool] = lambda address: True) -> str:
    """Why an address of a site is not read."""
    with (
        a_site(pages) as site,
        a_guest(allowed, answer=1.0, step=0.5) as (fetcher, _),
        pytest.raises(ArticleError) as told,
    ):
        fetcher.get(site.at(path))
    return str(told.value)


def test_a_page_comes_with_its_kind_and_encoding() -> None:
    with a_site({"/a": Said(page("Blast"), "text/html; charset=windows-1251")}) as site, a_guest() as (fetcher, _):
        found = fetcher.get(site.at("/a#part"))
    assert (found.address, found.kind, found.charset) == (site.at("/a"), "text/html", "windows-1251")
    assert b"Blast" in found.body
    assert site.headers[0]["user-agent"].startswith("attested/")


def test_no_private_machine_is_asked_unless_that_is_allowed() -> None:
    with a_site({"/a": Said("text")}) as site:
        for host in ("127.0.0.1", "localhost"):
            with a_guest(is_public) as (fetcher, _), pytest.raises(ArticleError, match="--allow-private"):
                fetcher.get(site.at("/a", host))
    assert site.asked == []


def test_a_redirect_to_a_private_machine_is_refused() -> None:
    first = ip_address("127.0.0.1")
    with a_site({"/secret": Said("secret")}) as inner:
        elsewhere = inner.at("/secret", "localhost").replace("localhost", "127.0.0.2")
        said = refused({"/a": Said(status=302, headers={"Location": elsewhere})}, "/a", lambda each: each == first)
    assert "127.0.0.2" in said
    assert "no public address" in said
    assert inner.asked == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1:70/_a"])
def test_a_redirect_to_another_scheme_is_refused(target: str) -> None:
    assert "only http, https and" in refused({"/a": Said(status=302, headers={"Location": target})}, "/a")


def test_a_redirect_is_followed_five_times() -> None:
    chain: dict[str, Said] = {f"/{n}": Said(status=301, headers={"Location": f"/{n + 1}"}) for n in range(5)}
    with a_site({**chain, "/5": Said("there")}) as site, a_guest() as (fetcher, _):
        assert fetcher.get(site.at("/0")).address == site.at("/5")
    assert "more than 5 times" in refused({"/a": Said(status=307, headers={"Location": "/a"})}, "/a")


def test_a_password_in_an_address_is_neither_sent_nor_shown() -> None:
    with a_guest() as (fetcher, _), pytest.raises(ArticleError) as told:
        fetcher.get("http://ann:hunter2@127.0.0.1/a")
    assert "hunter2" not in str(told.value)


def test_what_has_not_changed_is_not_sent_again() -> None:
    def answer(asked: BaseHTTPRequestHandler) -> Said:
        if asked.headers.get("If-None-Match") == '"1"' and asked.headers.get("If-Modified-Since") == "yesterday":
            return Said(status=304)
        return Said("first", "text/plain; charset=utf-8", headers={"ETag": '"1"', "Last-Modified": "yesterday"})

    with a_site({"/a": answer}) as site:
        for _ in range(2):
            with a_guest() as (fetcher, _):
                found = fetcher.get(site.at("/a"))
                assert (found.body, found.kind) == (b"first", "text/plain")
    assert "if-none-match" not in site.headers[1]
    assert site.headers[3]["if-none-match"] == '"1"'


def test_what_must_not_be_kept_is_not() -> None:
    said = Said("first", headers={"ETag": '"1"', "Cache-Control": "private, no-store"})
    with a_site({"/a": said}) as site:
        for _ in range(2):
            with a_guest() as (fetcher, _):
                fetcher.get(site.at("/a"))
    assert not any("if-none-match" in each for each in site.headers)


def test_who_is_told_to_wait_waits_and_asks_again() -> None:
    answers = [Said(status=429, headers={"Retry-After": "7"}), Said(status=503), Said("there")]
    with a_site({"/a": lambda asked: answers.pop(0)}) as site, a_guest() as (fetcher, pauses):
        assert fetcher.get(site.at("/a")).body == b"there"
    assert 7.0 in pauses
    assert site.asked == ["/robots.txt", "/a", "/a", "/a"]


def test_a_time_to_wait_that_is_none_is_none() -> None:
    for said in ("soon", f"Mon, 20 Nov 1995 19:12:08 +{'9' * 20}"):
        assert seconds_to_wait({"retry-after": said}) is None
    assert seconds_to_wait({"retry-after": "Mon, 20 Nov 1995 19:12:08 GMT"}) == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(status=429, headers={"Retry-After": "3600"}), "wait 3600 s"),
        (Said(status=503), "answers 503"),
        (Said(status=403), "does not let programs in"),
        (Said(status=404), "it is not there"),
        (Said(status=302), "without saying where to"),
        (Said(b"\x89PNG", "image/png"), "what is there is 'image/png'"),
        (Said(b"\xff", headers={"Content-Encoding": "br"}), "packed as 'br'"),
        (Said(b"no gzip", headers={"Content-Encoding": "gzip"}), "gzip is broken"),
        (Said(gzip.compress(b"text" * 99)[:-9], headers={"Content-Encoding": "gzip"}), "gzip is cut off"),
        (Said(status=302, headers={"Location": "http://[::1"}), "an address that is none"),
        (Said(gzip.compress(b"\0" * 30_000_000), headers={"Content-Encoding": "gzip"}), "over 20 MB"),
    ],
)
def test_answers_that_are_not_taken(said: Said, words: str) -> None:
    assert words in refused({"/a": said}, "/a")


def test_a_body_without_end_is_left() -> None:
    def write(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.send_header("Content-Type", "text/html")
        asked.end_headers()
        try:
            while True:
                asked.wfile.write(b"x" * 100_000)
        except OSError:
            pass

    assert "over 20 MB" in refused({"/a": Said(write=write)}, "/a")


@pytest.mark.parametrize("in_the_head", [True, False], ids=["head", "body"])
def test_an_answer_of_a_drop_at_a_time_is_left_at_its_deadline(in_the_head: bool) -> None:
    def write(asked: BaseHTTPRequestHandler) -> None:
        if not in_the_head:
            asked.send_response(200)
            asked.end_headers()
        try:
            for _ in range(100):
                asked.wfile.write(b"H" if in_the_head else b"x")
                time.sleep(0.1)
        except OSError:
            pass

    assert "takes too long" in refused({"/a": Said(write=write)}, "/a")


def test_the_deadline_holds_over_all_tries() -> None:
    def write(asked: BaseHTTPRequestHandler) -> None:
        try:
            for _ in range(7):  # and no more: the connection ends before the deadline, and it is asked again
                asked.wfile.write(b"H")
                time.sleep(0.3)
        except OSError:
            pass
        asked.close_connection = True

    with (
        a_site({"/a": Said(write=write)}) as site,
        a_guest(answer=3.0, step=1.5) as (fetcher, _),
        pytest.raises(ArticleError, match="does not answer"),
    ):
        fetcher.get(site.at("/a"))
    assert site.asked == ["/robots.txt", "/a", "/a"]


def test_several_gzip_members_are_one_answer() -> None:
    packed = gzip.compress(b"one, ") + gzip.compress(b"two" * 50_000) + gzip.compress(b"") + b"\0" * 100
    with (
        a_site({"/a": Said(packed, headers={"Content-Encoding": "gzip"})}) as site,
        a_guest() as (fetcher, _),
    ):
        assert fetcher.get(site.at("/a")).body == b"one, " + b"two" * 50_000


def test_a_site_that_is_not_there_is_said_to_be_so() -> None:
    with a_site({}) as site:
        address = site.at("/a")
    with a_guest() as (fetcher, _), pytest.raises(ArticleError, match="does not answer"):
        fetcher.get(address)


def test_a_site_without_a_secure_connection_is_asked_once() -> None:
    with a_site({}) as site, a_guest() as (fetcher, pauses), pytest.raises(ArticleError, match="no secure connection"):
        fetcher.get(site.at("/a").replace("http:", "https:"))
    assert pauses == []


# robots.txt


def test_what_robots_txt_forbids_is_not_asked_for() -> None:
    rules = "User-agent: *\nDisallow: /*?print=\n\nUser-agent: attested\nDisallow: /private/\n"
    pages = {"/robots.txt": Said(rules, "text/plain"), "/private/a": Said("a"), "/b": Said("b")}
    assert "robots.txt" in refused(pages, "/private/a")
    with a_site(pages) as site, a_guest() as (fetcher, _):
        assert fetcher.get(site.at("/b")).body == b"b"
    wild = {**pages, "/robots.txt": Said("User-agent: *\nDisallow: /*?print=", "text/plain"), "/b?print=1": Said("b")}
    assert "robots.txt" in refused(wild, "/b?print=1")


def test_the_beginning_of_a_long_robots_txt_counts() -> None:
    rules = "User-agent: *\nDisallow: /private/\n" + "#" * 99 + "\n"
    rules += "Allow: /b\n" * ((500_000 - len(rules)) // 10)
    rules += " " * (500_000 - len(rules) - len("Disallow: /")) + "Disallow: /b\nDisallow: /c\n" + "# more\n" * 500_000
    pages = {"/robots.txt": Said(rules, "text/plain"), "/private/a": Said("a"), "/c": Said("c")}
    assert "robots.txt" in refused(pages, "/private/a")
    with a_site(pages) as site, a_guest() as (fetcher, _):
        assert fetcher.get(site.at("/c")).body == b"c"


def test_a_site_that_cannot_say_what_it_allows_is_left_alone() -> None:
    assert "cannot say what it allows" in refused({"/robots.txt": Said(status=500), "/a": Said("a")}, "/a")


def test_requests_to_a_site_have_pauses_between_them() -> None:
    def pauses_of(rules: str) -> list[float]:
        pages = {"/robots.txt": Said(rules, "text/plain"), "/a": Said("a"), "/b": Said("b")}
        with a_site(pages) as site, a_guest() as (fetcher, pauses):
            fetcher.get(site.at("/a"))
            fetcher.get(site.at("/b"))
        return [round(each) for each in pauses]

    assert pauses_of("") == [1, 1]
    assert pauses_of("User-agent: *\nCrawl-delay: 9") == [9, 9]


# Proxies


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def through(asked: BaseHTTPRequestHandler) -> Said:
        return Said(f"via {asked.path}", "text/plain")

    with a_site({}) as proxy:
        address = "http://news.example/a"
        proxy.pages = {address: through}
        monkeypatch.setenv("http_proxy", proxy.at(""))
        monkeypatch.delenv("no_proxy", raising=False)
        with a_guest(is_public) as (fetcher, _):
            assert fetcher.get(address).body == f"via {address}".encode()
        for host in ("169.254.169.254", "2852039166", "127.1", "0x7f000001", "localhost", "[::7f00:1]"):
            with a_guest(is_public) as (fetcher, _), pytest.raises(ArticleError, match="no public address"):
                fetcher.get(f"http://{host}/latest")
        assert proxy.asked == ["http://news.example/robots.txt", address]
        monkeypatch.setenv("http_proxy", "http://[::1")
        with a_guest(is_public) as (fetcher, _), pytest.raises(ArticleError, match="the proxy cannot be used"):
            fetcher.get(address)


def test_nothing_is_asked_by_making_a_fetcher() -> None:
    Fetcher().close()
