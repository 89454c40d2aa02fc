"""How addresses are written, which are refused, and what articles behind them are called."""

from __future__ import annotations

import pytest

from extract.errors import ArticleError
from extract.web.addresses import checked_address, is_address, name_of


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("HTTPS://News.Example:443/a?b=1#c", "https://news.example/a?b=1"),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:8080/ä b", "http://news.example:8080/%C3%A4%20b"),
        ("http://bücher.example/a%20b", "http://xn--bcher-kva.example/a%20b"),
        ("http://[::1]:80/", "http://[::1]/"),
    ],
)
def test_an_address_is_asked_for_in_one_way(given: str, asked: str) -> None:
    assert checked_address(given) == asked


@pytest.mark.parametrize(
    "given",
    [
        "ftp://a.example/",
        "http://",
        "http://u:p@a.example/",
        "http://a.example:x/",
        "http://[::1/",
        "http://a/" + "x" * 5000,
        "http://a.example/\udcff",  # a byte of a command line that is no UTF-8
        "http://a.example/?\udcff",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ArticleError):
        checked_address(given)


def test_files_are_no_addresses() -> None:
    assert [is_address(each) for each in ("https://a", "HTTP://a", "a.txt", "C:\\a", "-", "./http:/a")] == [
        True,
        True,
    ] + [False] * 4


def test_an_article_is_called_by_the_end_of_its_address_and_digits() -> None:
    one, two = (
        name_of("https://a.example/2026/kyiv-strike.html?x=1"),
        name_of("https://a.example/2026/kyiv-strike.html?x=2"),
    )
    assert one.startswith("kyiv-strike-")
    assert one != two
    assert name_of("https://a.example/2026/kyiv-strike.html?x=1") == one
    assert name_of("https://a.example/").startswith("a-example-")
    assert name_of("https://a.example/\udcff") != name_of("https://a.example/")
