"""An article that was written to do harm: it is shown, and nothing of it runs, hides, or stops the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extract.stories.story import Change, Conflict, Figure, Link, Passage, Series, Version
from extract.stories.story import Evidence as StoryEvidence
from tests.browser.stories_pages import ALONE, MARKET
from tests.browser.stories_pages import write_page as write_stories_page
from tests.pages import Diary, Remark, result, run_of, write_page

if TYPE_CHECKING:
    from tests.browser.conftest import Opener

pytestmark = pytest.mark.browser

MARKUP = (
    "</script><script>alert(1)</script><!--<script> <img src=x onerror=alert(2)> <svg onload=alert(3)>"
    "<style>*{display:none}</style><base href='http://example.invalid/'><meta http-equiv=refresh content=0>"
    "<iframe src=javascript:alert(4)></iframe> {{ 7*7 }} {% raw %} ${alert(5)} &lt;b&gt; javascript:alert(6) "
    ']]> <![CDATA[ \u2028\u2029 --> \\u003c/script> \x00\x1b[31mred\x07 \'x" onmouseover=alert(7) a="'
)


def test_markup_is_text(open_page: Opener, tmp_path: Path) -> None:
    remark = Remark(evidence="<img src=x onerror=alert(2)>", speaker="<svg onload=alert(3)>")
    hostile = result(Diary(remarks=[remark]), MARKUP, article_id="<b>id</b>", title="</title><script>alert(8)</script>")
    opened = open_page(write_page(tmp_path, run_of(hostile)))
    opened.pressed("j", "e", "Escape", "c")
    opened.page.wait_for_timeout(200)
    assert "<script>alert(1)</script>" in opened.page.locator("#text").inner_text()
    assert opened.texts("#article-head h2") == ["</title><script>alert(8)</script>"]
    assert opened.page.locator("#text, #cards").locator("img, svg, script, iframe, style, b").count() == 0
    assert opened.page.locator("script").count() == 2


def test_the_policy_refuses_what_would_run(open_page: Opener, tmp_path: Path) -> None:
    opened = open_page(write_page(tmp_path))
    refused = opened.page.evaluate(
        """async () => {
          const found = [];
          document.addEventListener('securitypolicyviolation', (event) => found.push(event.effectiveDirective));
          try { document.body.innerHTML += '<img src=x onerror=alert(1)>'; } catch (error) { found.push(error.name); }
          const script = document.createElement('style'); script.textContent = 'body{display:none}';
          document.head.append(script);
          try { await fetch('http://127.0.0.1:9/'); } catch (error) { found.push(error.name); }
          await new Promise((done) => setTimeout(done, 100));
          return found;
        }"""
    )
    opened.faults.clear()  # the browser says each refusal
    assert {"TypeError", "style-src-elem", "connect-src"} <= set(refused)


def test_what_hides_or_turns_around_is_shown(open_page: Opener, tmp_path: Path) -> None:
    text = "Safe\u202egnp.exe and zero\u200bwidth \u2066x\u2069 \u00ad\ufeff end. \U000e0041 שלום עולם\n\nمرحبا بالعالم می\u200cخواهم 👩\u200d👧\n"
    opened = open_page(
        write_page(tmp_path, run_of(result(Diary(remarks=[Remark(evidence="end.", speaker="zero\u200bwidth")]), text)))
    )
    shown = opened.texts("#text .odd")
    assert shown[:3] == ["U+202E", "U+200B", "U+2066"]
    assert "U+E0041" in shown
    assert "U+200C" not in shown  # Persian needs it, and so does the family
    assert "U+200D" not in shown
    assert opened.page.evaluate("document.getElementById('text').textContent").find("\u202e") == -1
    assert "⟨U+200B⟩" in opened.page.locator("#cards .value").first.inner_text()
    assert opened.page.locator("#text p").last.evaluate("(p) => getComputedStyle(p).direction") == "rtl"


def test_selected_words_are_the_articles_own_though_signs_stand_between(open_page: Opener, tmp_path: Path) -> None:
    text = "🦆 One \u202eowl called.\u200b Two owls answered.\n"
    diary = Diary(remarks=[Remark(evidence="One", speaker="One")])
    opened = open_page(write_page(tmp_path, run_of(result(diary, text))))
    opened.pressed("j", "e")
    opened.select("Two owls")
    assert opened.page.locator("#desk input, #desk textarea").first.input_value() == "Two owls"
    opened.pressed("Enter")
    assert "Two owls" in opened.texts("#text mark")


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000 + "the end.",
        "x" * 1_000_000 + " the end.",
        "\u200ba" * 500_000 + " the end.",
        "🦆" * 300_000 + " the end.",
    ],
    ids=["one line of words", "one word", "signs all over", "pairs"],
)
def test_a_line_of_a_megabyte_does_not_stop_the_page(open_page: Opener, tmp_path: Path, text: str) -> None:
    opened = open_page(
        write_page(tmp_path, run_of(result(Diary(remarks=[Remark(evidence="the end.", speaker="end")]), text)))
    )
    opened.pressed("j")
    opened.seen("#text mark")


def test_200_000_characters_with_many_values(open_page: Opener, tmp_path: Path) -> None:
    lines = [f"On day {number} Ann{number} Bell said so again.\n\n" for number in range(5000)]
    remarks = [Remark(evidence=lines[number].strip(), speaker=f"Ann{number} Bell") for number in range(0, 5000, 10)]
    opened = open_page(write_page(tmp_path, run_of(result(Diary(remarks=remarks), "".join(lines)))))
    opened.pressed("k")
    opened.page.locator("#text mark", has_text="Ann4990").wait_for(state="visible")


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString", MARKUP])
def test_reports_of_a_story_are_text_and_their_names_are_only_names(
    open_page: Opener, tmp_path: Path, name: str
) -> None:
    first, *others = MARKET.reports
    spot = first.places[1].model_copy(update={"words": MARKUP, "name": MARKUP})
    link = Link(
        report=name, story=name, weight=1, evidence=[StoryEvidence(about=name, said=MARKUP, weight=1)], by=MARKUP
    )
    hostile = first.model_copy(
        update={
            "headline": MARKUP,
            "source": MARKUP,
            "url": f"https://example.org/{MARKUP}",
            "when": MARKUP,
            "places": [spot],
            "values": {name: MARKUP},
            "evidence": Passage(text=MARKUP),
            "because": link.model_copy(update={"report": others[0].id}),
        }
    )
    figure = Figure(
        report=first.id, published="2026-03-04", number=5, bound=name, words=Passage(text=MARKUP), source=MARKUP
    )
    story = MARKET.model_copy(
        update={
            "id": name,
            "title": MARKUP,
            "reports": [hostile, *others],
            "figures": [Series(name=name, figures=[figure], order="published", rule=MARKUP, best=5)],
            "conflicts": [Conflict(about=name, said=[Version(value=MARKUP, reports=[first.id])])],
            "unsure": [link],
            "history": [Change(at=MARKUP, what="merged", reports=[name], stories=[name])],
        }
    )
    opened = open_page(write_stories_page(tmp_path, [story, ALONE]))
    opened.page.locator("#unsure").wait_for()
    for summary in opened.page.locator("#story summary").all():
        summary.click()
    opened.pressed("j", "c", "x", "]", "[", "u")
    opened.page.wait_for_timeout(200)
    assert opened.page.locator("#story").locator("script, iframe, style, base, meta, svg svg").count() == 0
    assert opened.page.locator("#story img").count() == 1  # the map
    assert opened.page.locator("script").count() == 2
    assert "<script>alert(1)</script>" in opened.page.locator("#story h2").inner_text()
