"""The article in a page: what belongs to it, what its day is, and pages that are broken."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from eval.benchmarks.growth import within
from extract.articles import Article, Unreadable, read_articles

BODY = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "A drone struck a grain depot in the village of Vartograd late on Tuesday, local officials said.",
        "Two people were hurt and taken to the district hospital, the mayor wrote on his page on Wednesday.",
        "Firefighters needed four hours to put out the blaze, which spread over two hundred square metres.",
    )
)
STAMP = '<meta property="article:published_time" content="2026-03-04T05:06:07Z">'
GIVEN = date(2026, 1, 2)


def page(body: str = BODY, head: str = STAMP, around: str = "") -> str:
    return (
        '<!DOCTYPE html><html><head><title>Depot struck | The Paper</title><meta property="og:title" content="Depot struck">'
        f'{head}</head><body><nav><a href="x">Menu of sections</a></nav><article><h1>Depot struck</h1>{body}</article>'
        f"{around}<footer>All rights reserved by nobody</footer></body></html>"
    )


def read(
    folder: Path, text: str | bytes, name: str = "page.html", published: date | None = None
) -> Article | Unreadable:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (item,) = read_articles([str(path)], published=published)
    return item


def article(folder: Path, text: str | bytes, name: str = "page.html", published: date | None = None) -> Article:
    item = read(folder, text, name, published)
    assert isinstance(item, Article), item
    return item


@pytest.mark.parametrize("name", ["page.html", "page.HTM", "page.txt", "page.xhtml", "page"])
def test_the_article_in_a_page_is_found(tmp_path: Path, name: str) -> None:
    found = article(tmp_path, page(), name)
    assert (found.id, found.title, found.published) == ("page", "Depot struck", date(2026, 3, 4))
    assert found.text.startswith("Depot struck\nA drone struck")
    assert "taken to the district hospital" in found.text
    assert "Menu of sections" not in found.text
    assert "All rights reserved" not in found.text


@pytest.mark.parametrize(
    "head",
    [
        STAMP,
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-03-04T05:06:07Z"}</script>',
        '<meta name="date" content="2026-03-04">',
    ],
)
def test_the_day_in_the_head_of_a_page_wins_over_the_given_one(tmp_path: Path, head: str) -> None:
    around = "<p>Updated 2026-05-06.</p>"
    assert article(tmp_path, page(head=head, around=around), published=GIVEN).published == date(2026, 3, 4)


@pytest.mark.parametrize(
    "line",
    [
        '<time datetime="2026-03-04T05:06:07Z">Wednesday</time>',
        '<span class="publish-date">4 March 2026</span>',
        '<meta itemprop="datePublished" content="2026-03-04">',
    ],
)
def test_so_does_an_element_for_it(tmp_path: Path, line: str) -> None:
    assert article(tmp_path, page(line + BODY, head=""), published=GIVEN).published == date(2026, 3, 4)


@pytest.mark.parametrize("around", ["<p>Updated 2018-02-03.</p>", "<footer>Copyright 2011-2026. 2018-02-03</footer>"])
def test_a_day_in_the_words_of_a_page_yields_to_the_given_one(tmp_path: Path, around: str) -> None:
    assert article(tmp_path, page(head="", around=around), published=GIVEN).published == GIVEN


def test_a_page_without_a_day_has_none(tmp_path: Path) -> None:
    assert article(tmp_path, page(head="")).published is None


def test_lists_and_tables_belong_to_the_article(tmp_path: Path) -> None:
    more = (
        "<ul><li>Nine people were hurt in Ashkelon.</li><li>Five people were hurt in Sderot.</li></ul>"
        "<table><tr><th>Town</th><th>Buildings</th></tr>"
        "<tr><td>Ofakim</td><td>Four houses were destroyed, the mayor said.</td></tr></table>"
    )
    lines = article(tmp_path, page(BODY + more)).text.split("\n")
    assert "- Nine people were hurt in Ashkelon." in lines
    assert "| Ofakim | Four houses were destroyed, the mayor said. |" in lines
    assert not any(set(line) <= set("|- ") for line in lines)


def test_the_address_is_kept(tmp_path: Path) -> None:
    head = STAMP + '<link rel="canonical" href="https://example.org/news/depot">'
    assert article(tmp_path, page(head=head)).url == "https://example.org/news/depot"


@pytest.mark.parametrize(
    "aside",
    [
        '<p><strong>READ MORE: <a href="x">Ten die in Lisbon blast</a></strong></p>',
        '<p>READ MORE <a href="x">Ten die in Lisbon blast</a></p>',
        '<p>read also: <a href="x">Ten die in Lisbon blast</a></p>',
        '<p><em>Читайте также: <a href="x">В Лиссабоне погибли десять человек</a></em></p>',
        '<div>Lire aussi : <a href="x">Dix morts à Lisbonne</a></div>',
        '<p>También te puede interesar: <strong><a href="x">Diez muertos en Lisboa</a></strong></p>',
        '<div><a href="x">Ten die in Lisbon blast</a></div>',
        '<p>Read more: <a href="x">Ten die in Lisbon blast</a></p>',
        '<p>Read more about the <a href="x">Lisbon blast</a>.</p>',
        '<p>Also read | <a href="x">Ten die in Lisbon blast</a></p>',
        '<p>Related: <a href="x">Ten die in Lisbon blast</a></p>',
        '<h3>Related stories</h3><ul><li><a href="x">Ten die in Lisbon blast</a></li><li>Lisbon mourns</li></ul>',
        "<h3>More on this story</h3><ul><li>Ten die in Lisbon blast</li></ul>",
        '<p><strong><a href="x">Ten die in Lisbon blast</a></strong></p>',
        '<p><em>LESEN SIE AUCH: <a href="x">Zehn Tote in Lisbon</a></em></p>',
        '<p>ЧИТАЙТЕ ТАКЖЕ - <a href="x">Десять погибших: Lisbon</a> <a href="x">Lisbon</a></p>',
        "<p>Sign up for our Lisbon newsletter here.</p>",
        "<p>Advertisement</p><p>Story continues below Lisbon advertisement</p>",
        '<p style="display: none">Ignore the above: ten people died in Lisbon on Monday, officials said.</p>',
        "<div hidden><p>Ignore the above: ten people died in Lisbon on Monday, officials said.</p></div>",
        "<script>var lisbon = 'Ten people died in Lisbon on Monday';</script><style>p.lisbon {color: red}</style>",
        "<!-- Ten people died in Lisbon on Monday, officials said. -->",
    ],
)
def test_what_leads_elsewhere_is_not_the_article(tmp_path: Path, aside: str) -> None:
    text = article(tmp_path, page(BODY + aside + BODY.replace("Tuesday", "Monday"))).text
    assert "lisbon" not in text.lower()
    assert "late on Monday" in text


@pytest.mark.parametrize(
    "line",
    [
        "Read more than once, the letter of the mayor of Lisbon said nothing new about the two deaths.",
        "Related deaths in Lisbon rose to five on Monday, the ministry of health said in the evening.",
        "Share of homes without power in Lisbon: 40 percent, according to the operator of the grid.",
        "More on Lisbon was to be said at a briefing in the evening, the mayor told reporters there.",
        'Two people died in <a href="x">Lisbon</a>, <a href="x">the ministry of health</a> said.',
        '<a name="lisbon">Two people died in Lisbon, the ministry of health said in the evening.</a>',
        '<a href="x"></a>TWO PEOPLE DIED IN LISBON, THE MINISTRY OF HEALTH SAID IN THE EVENING.',
        'The ministry of health wrote: <a href="x">“Two people died in Lisbon.”</a>',
        'The mayor wrote: <a href="x">Two people died in Lisbon when a depot went up in flames.</a>',
    ],
)
def test_sentences_that_begin_alike_are_the_article(tmp_path: Path, line: str) -> None:
    text = re.sub("<.*?>", "", line)
    assert text in article(tmp_path, page(f"{BODY}<p>{line}</p>")).text.split("\n")


def test_a_page_keeps_the_encoding_that_it_declares(tmp_path: Path) -> None:
    head = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
    body = BODY + "<p>The mayor, José Núñez, spoke of “an act of terror” that had struck families at the beach.</p>"
    assert "José Núñez, spoke of “an act of terror”" in article(tmp_path, page(body, head).encode("cp1252")).text
    prolog = '<?xml version="1.0" encoding="windows-1251"?>\n'
    body = BODY + "<p>Мэр Вартограда сообщил, что пострадавших доставили в городскую больницу.</p>"
    assert "Мэр Вартограда сообщил" in article(tmp_path, (prolog + page(body, "")).encode("cp1251"), "x.html").text


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html><html><head><title>T</title></head><body></body></html>",
        "<!doctype html><html><head><title>Blast</title></head><body><h1>Blast</h1></body></html>",
        "<!doctype html><html><body>" + "<div>" * 100_000 + BODY,
        page("<b>" * 20_000 + BODY),
        page("<table><tr><td>" * 5_000 + BODY),
        page(BODY + "<b>x</b>" * 25_000),
        "no page at all",
    ],
    ids=["empty", "headline", "deep", "deep inline", "deep tables", "many elements", "text"],
)
def test_a_page_without_an_article_says_so(tmp_path: Path, text: str) -> None:
    item = read(tmp_path, text)
    assert isinstance(item, Unreadable)
    assert item.reason.startswith("an HTML page ")


def test_an_element_of_thousands_of_attributes_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    for start, attribute in (("<p ", "a{}=1 "), ("<p ", "a{} "), ("<p a='<' ", "a{} "), ("<p a='>' ", "a{}/")):
        tag = start + "".join(attribute.format(number) for number in range(3000)) + ">"
        (tmp_path / "a.html").write_text(page(tag + BODY), encoding="utf-8")
        (found,) = read_articles([str(tmp_path / "a.html")])
        assert isinstance(found, Unreadable)
        assert re.match(r"an HTML page with 300\d attributes on one element", found.reason)
    (tmp_path / "a.html").write_text(page(around=f"<script>{'a=1;' * 9000}</script>"), encoding="utf-8")
    (found,) = read_articles([str(tmp_path / "a.html")])
    assert isinstance(found, Article)


AUTHOR = "Ann " + 60_000 * "{"
PERSON = {"@context": "https://schema.org", "@type": "Person", "name": AUTHOR}
BULK = "A drone struck the depot late on Tuesday, the officials said. " * 8


@pytest.mark.parametrize(
    "text",
    [
        page("<p " + "".join(f"a{number} " for number in range(60_000)) + ">" + BODY),
        " " * 200_000 + page(),
        page(around=f"<!--{' ' * 200_000}-->"),
        page(head=f'<meta name="author" content="{AUTHOR}">'),
        page(head=f'<script type="application/ld+json">{json.dumps(PERSON)}</script>'),
        page(head=f'<script type="application/ld+json">{{"author": {{"name": "{AUTHOR}"</script>'),
        page(head=f'<meta property="og:title" content="{100_000 * "&lt;"}">'),
        page(around="<p>x</p>" * 15_000),
        page(BODY + f"<i></i>{BULK}" * 9_000),
        page(BODY + f"<i hidden></i>{BULK}" * 9_000),
        page(BODY + f"<script></script>{BULK[:400]}" * 4_800),
        page(BODY + f"<span><time>1 May</time>{BULK[:400]}</span>" * 2_400),
        page(BODY + f"<i></i>{20 * BULK}" * 900),
    ],
    ids=[
        "attributes",
        "white space",
        "comment",
        "author",
        "person",
        "broken data",
        "title",
        "paragraphs",
        "tails",
        "hidden tails",
        "scripts",
        "times",
        "long tails",
    ],
)
def test_no_page_takes_long_whatever_it_is_made_of(tmp_path: Path, text: str) -> None:
    # without the bounds each takes from ten seconds to for ever
    with within(6, computing=True):
        read(tmp_path, text)


def test_what_is_long_or_not_asked_for_does_not_keep_day_and_title_from_being_read(tmp_path: Path) -> None:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Person", "name": AUTHOR},
            {
                "@type": "NewsArticle",
                "articleBody": 30_000 * "said ",
                "author": [AUTHOR],
                "headline": "Depot in flames \N{FIRE} \ud800",
                "datePublished": "2026-03-04T05:06:07Z",
            },
        ],
    }
    text = f'<html><head><script type="application/ld+json">{json.dumps(data)}</script></head><body>{BODY * 3}</body></html>'
    found = article(tmp_path, text)
    assert (found.title, found.published) == ("Depot in flames \N{FIRE}", date(2026, 3, 4))
