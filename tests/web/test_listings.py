"""Feeds and sitemaps in every form, broken ones too."""

from __future__ import annotations

from datetime import date

import pytest

from extract.errors import ArticleError
from extract.web.listings import Entry, Listing, read_listing

BASE = "https://news.example/feeds/all"


def entries(body: str) -> tuple[Entry, ...]:
    listing = read_listing(body.encode(), BASE)
    assert listing is not None
    return listing.entries


def test_rss() -> None:
    found = entries(
        '<?xml version="1.0"?><rss version="2.0"><channel><link>https://news.example/</link>'
        "<item><title>A</title><link> /a </link><pubDate>Fri, 20 Nov 2026 10:00:00 +0200</pubDate></item>"
        "<item><title>B</title><guid>https://news.example/b</guid></item>"
        '<item><title>C</title><guid isPermaLink="false">https://news.example/c</guid></item>'
        "<item><link>/a</link><pubDate>no day</pubDate></item></channel></rss>"
    )
    assert {each.address for each in found} == {"https://news.example/a", "https://news.example/b"}


def test_the_day_of_an_entry_is_that_of_publication() -> None:
    (rss,) = entries("<rss><item><link>/a</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item></rss>")
    (atom,) = entries(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="replies" href="/r"/><link href="/a"/>'
        "<updated>2026-11-25T00:00:00Z</updated><published>2026-11-20T23:00:00Z</published></entry></feed>"
    )
    (news,) = entries(
        '<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/a</loc>'
        "<lastmod>2026-11-25</lastmod><n:news><n:publication_date>2026-11-20</n:publication_date></n:news></url></urlset>"
    )
    (only_changed,) = entries("<urlset><url><loc>/a</loc><lastmod>2026-11-25</lastmod></url></urlset>")
    assert rss == atom == news == Entry("https://news.example/a", date(2026, 11, 20))
    assert only_changed.published is None
    (no_zone,) = entries(
        f"<rss><item><link>/a</link><pubDate>Mon, 20 Nov 1995 19:12:08 +{'9' * 20}</pubDate></item></rss>"
    )
    assert no_zone.published is None


def test_an_index_of_sitemaps_is_known_as_one() -> None:
    found = read_listing(b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>", BASE)
    assert found == Listing((Entry("https://a.example/s.xml"),), is_index=True)


def test_a_feed_that_is_cut_off_gives_what_it_has() -> None:
    assert [each.address for each in entries("<rss><item><link>/a</link></item><item><li")] == [
        "https://news.example/a"
    ]


def test_entities_are_not_resolved() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    found = read_listing(
        f'<?xml version="1.0"?>{bomb}<rss><item><link>/a</link><t>&b;&f;</t></item></rss>'.encode(), BASE
    )
    assert found is not None
    assert len(found.entries) == 1


@pytest.mark.parametrize("body", ["<html><body>rss</body></html>", "text", "", '<?xml version="1.0"?><html/>', "<?xml"])
def test_what_is_no_listing(body: str) -> None:
    assert read_listing(body.encode(), BASE) is None


def test_a_feed_without_an_address_is_said_to_be_so() -> None:
    with pytest.raises(ArticleError, match="without an address"):
        read_listing(b"<rss><channel><item><title>A</title></item></channel></rss>", BASE)
