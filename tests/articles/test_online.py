"""Articles behind addresses of a site on loopback: pages, feeds, sitemaps, home pages, documents."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from extract.articles import Article, Unreadable, read_articles
from extract.articles import online as online_module
from extract.articles.online import Online
from tests.web_site import PARAGRAPH, Pages, Said, a_guest, a_site, page

XML = "application/rss+xml"


def feed(*paths: str) -> Said:
    items = "".join(
        f"<item><link>{path}</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>" for path in paths
    )
    return Said(f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>', XML)


def sitemap(*paths: str) -> str:
    return f"<?xml version='1.0'?><urlset>{''.join(f'<url><loc>{path}</loc></url>' for path in paths)}</urlset>"


def read(pages: Pages, path: str, limit: int | None = None) -> tuple[list[Article | Unreadable], list[str]]:
    """What an address holds, and what was asked for."""
    with a_site(pages) as site, a_guest() as (fetcher, _):
        found = list(read_articles([site.at(path)], online=Online(fetcher, limit=limit)))
    return found, [asked for asked in site.asked if asked != "/robots.txt"]


def articles(found: list[Article | Unreadable]) -> list[Article]:
    assert all(isinstance(item, Article) for item in found), found
    return [item for item in found if isinstance(item, Article)]


def test_a_page_is_an_article_with_its_address() -> None:
    head = '<link rel="canonical" href="https://news.example/blast"><meta property="article:published_time" content="2026-11-20">'
    ((article,), _) = read({"/2026/blast.html": Said(page("Nine die in Garowe", head=head))}, "/2026/blast.html")
    assert isinstance(article, Article)
    assert article.text.startswith("Nine die in Garowe\nA car bomb killed nine")
    assert (article.title, article.url) == ("Nine die in Garowe", "https://news.example/blast")
    assert article.published == date(2026, 11, 20)
    assert article.id.startswith("blast-")
    assert article.source.endswith("/2026/blast.html")


def test_a_page_in_another_encoding_is_read_as_its_site_says() -> None:
    said = Said(
        page("Взрыв в городе", PARAGRAPH + "Город", PARAGRAPH).encode("cp1251"), "text/html; charset=windows-1251"
    )
    (article,) = articles(read({"/a": said}, "/a")[0])
    assert article.title == "Взрыв в городе"
    assert "Город" in article.text
    assert article.url is not None
    assert article.url.endswith("/a")


def test_a_feed_is_all_that_it_leads_to() -> None:
    pages: Pages = {"/feed": feed("/a", "/b", "/gone"), "/a": Said(page("Blast A")), "/b": Said(page("Blast B"))}
    found, asked = read(pages, "/feed")
    assert [(item.title, item.published) for item in found if isinstance(item, Article)] == [
        ("Blast A", date(2026, 11, 20)),
        ("Blast B", date(2026, 11, 20)),
    ]
    assert isinstance(found[2], Unreadable)
    assert found[2].reason == "its site answers 404: it is not there"
    assert asked == ["/feed", "/a", "/b", "/gone"]


def test_of_a_feed_only_what_is_wanted_and_new_is_asked_for() -> None:
    pages: Pages = {"/feed": feed("/a", "/b", "/c"), **{f"/{each}": Said(page(f"Blast {each}")) for each in "abc"}}
    assert read(pages, "/feed", limit=2)[1][:3] == ["/feed", "/a", "/b"]
    with a_site(pages) as site, a_guest() as (fetcher, _):
        known = {site.at("/a"): Article("kept", "As it was kept.", site.at("/a"))}
        found = list(read_articles([site.at("/feed")], online=Online(fetcher, known)))
    assert [item.id.partition("-")[0] for item in found] == ["kept", "b", "c"]
    assert "/a" not in site.asked


def test_sitemaps_are_gone_into_packed_ones_too() -> None:
    index = (
        "<sitemapindex><sitemap><loc>/one.xml.gz</loc></sitemap><sitemap><loc>/two.xml</loc></sitemap></sitemapindex>"
    )
    pages: Pages = {
        "/sitemap.xml": Said(index, "text/xml"),
        "/one.xml.gz": Said(gzip.compress(sitemap("/a").encode()), "application/gzip"),
        "/two.xml": Said(sitemap("/b", "/a2"), "application/xml"),
        **{f"/{each}": Said(page(f"Blast {each}")) for each in ("a", "b", "a2")},
    }
    assert [each.title for each in articles(read(pages, "/sitemap.xml")[0])] == ["Blast a", "Blast b", "Blast a2"]


def test_an_index_that_leads_to_itself_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_module, "_MOST_SITEMAPS", 3)
    index = "<sitemapindex><sitemap><loc>/gone.xml</loc></sitemap><sitemap><loc>/s</loc></sitemap></sitemapindex>"
    found, asked = read({"/s": Said(index, "text/xml")}, "/s")
    assert [item.reason for item in found if isinstance(item, Unreadable)] == ["its site answers 404: it is not there"]
    assert asked == ["/s", "/gone.xml"]


def test_two_indexes_that_lead_to_each_other_are_asked_once_each() -> None:
    def index(path: str) -> Said:
        return Said(f"<sitemapindex><sitemap><loc>{path}</loc></sitemap></sitemapindex>", "text/xml")

    assert read({"/a": index("/b"), "/b": index("/a#again")}, "/a") == ([], ["/a", "/b"])


def test_an_index_of_too_much_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_module, "_MOST_SITEMAPS", 3)
    entries = "".join(f"<sitemap><loc>/{number}</loc></sitemap>" for number in range(9))
    found, asked = read({"/s": Said(f"<sitemapindex>{entries}</sitemapindex>", "text/xml")}, "/s")
    assert isinstance(found[-1], Unreadable)
    assert found[-1].reason == "an index of over 3 sitemaps: name one of them"
    assert asked == ["/s", "/0", "/1", "/2"]


def test_a_sitemap_of_too_much_wants_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_module, "MOST_LISTED", 2)
    pages: Pages = {"/s": Said(sitemap("/a", "/b", "/c"), "text/xml"), "/a": Said(page("Blast A"))}
    ((refused,), asked) = read(pages, "/s")
    assert isinstance(refused, Unreadable)
    assert refused.reason == "it lists 3 addresses: say how many with --limit, or name a part of it"
    assert asked == ["/s"]
    assert articles(read(pages, "/s", limit=1)[0][:1])[0].title == "Blast A"


def test_a_home_page_is_read_as_the_feed_that_it_names() -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    pages: Pages = {"/": Said(page("The Courier", head=head)), "/feed": feed("/a"), "/a": Said(page("Blast A"))}
    assert [each.title for each in articles(read(pages, "/")[0])] == ["Blast A"]


def test_a_text_is_an_article_and_rows_of_a_site_are_none() -> None:
    (article,) = articles(read({"/a.txt": Said(PARAGRAPH, "text/plain; charset=utf-8")}, "/a.txt")[0])
    assert article.text == PARAGRAPH
    ((refused,), _) = read({"/a": Said("{}", "application/json")}, "/a")
    assert isinstance(refused, Unreadable)


def test_a_pdf_of_a_site_is_read() -> None:
    fpdf = pytest.importorskip("fpdf")
    pytest.importorskip("pdfplumber")
    made = fpdf.FPDF()
    made.add_page()
    made.set_font("helvetica", size=12)
    made.multi_cell(0, 6, PARAGRAPH)
    (article,) = articles(read({"/r.pdf": Said(bytes(made.output()), "application/pdf")}, "/r.pdf")[0])
    assert article.text == PARAGRAPH.strip()
    assert article.pages == ((1, 0),)


def test_a_broken_address_of_a_feed_leaves_the_others() -> None:
    found, _ = read(
        {"/feed": feed("ftp://a.example/x", "http://u:p@a.example/", "/a"), "/a": Said(page("A blast"))}, "/feed"
    )
    assert [type(item) for item in found] == [Unreadable, Unreadable, Article]


@pytest.mark.parametrize("address", ["http://[::1", "//[x]/", "http://a.example:99999/"])
def test_what_is_no_address_at_all_leaves_the_others(address: str) -> None:
    found, _ = read({"/feed": feed(address, "/a"), "/a": Said(page("A blast"))}, "/feed")
    assert [type(item) for item in found] == [Unreadable, Article]
    assert isinstance(found[0], Unreadable)
    assert found[0].reason.startswith("an address that is none: ")
