"""Views: what a reader sees, on a schema that has nothing to do with attacks, and that nothing can harm a terminal."""

from __future__ import annotations

import re
from typing import Annotated

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from extract.articles import Article
from extract.records.grounding import ground
from extract.records.marks import Evidence, Verbatim
from extract.records.results import ArticleResult, Header, Problem, Run, Signature, Spend
from extract.views.tables import (
    MOST_PROBLEMS,
    article_view,
    attested_line,
    review_view,
    run_view,
    summary_view,
    type_view,
)
from extract.views.terminal import columns

TEXT = "Two herons stood in the reeds near Lake Oma. “So many gulls,” Ann Bell said, “we lost count.”"


class Count(BaseModel):
    words: Annotated[str, Verbatim()]
    value: int | None


class Bird(BaseModel):
    evidence: Annotated[str, Evidence()]
    name: Annotated[str, Verbatim()]
    count: Count | None = None
    ringed: str | None = None


class Walk(BaseModel):
    evidence: Annotated[str, Evidence()]
    weather: str = "fine"
    places: Annotated[list[str], Verbatim()] = []
    birds: list[Bird] = []


class Remark(BaseModel):
    evidence: Annotated[str, Evidence()]
    speaker: Annotated[str, Verbatim()]


class Diary(BaseModel):
    walks: list[Walk] = []
    remarks: list[Remark] = []


HERONS = Bird(evidence="Two herons stood in the reeds", name="herons", count=Count(words="Two", value=2))
SWANS = Bird(evidence="Two herons stood in the reeds", name="swans", count=Count(words="many", value=None))
DIARY = Diary(
    walks=[Walk(evidence="Two herons stood", places=["LAKE OMA", "Oslo"], birds=[HERONS, SWANS])],
    remarks=[Remark(evidence="“So many gulls,” Ann Bell said", speaker="Ann Bell")],
)


def result(diary: Diary = DIARY, text: str = TEXT, article_id: str = "monday") -> ArticleResult:
    grounded = ground(diary, text)
    article = Article(article_id, text, f"{article_id}.txt")
    return ArticleResult(
        article_id=article_id,
        source=article.source,
        text_sha256=article.sha256,
        status="complete",
        records=grounded.records,
        grounding=grounded.grounding,
        confidence={"/walks/0/weather": 0.4, "/walks/0/birds/0/name": 0.9},
        usage=Spend(requests=3, input_tokens=100, output_tokens=20),
        seconds=1.25,
        text=text,
    )


FAILED = ArticleResult(
    article_id="tuesday",
    source="tuesday.txt",
    status="failed",
    problems=[Problem(kind="failed", detail="a binary file")],
)


def run_of(*results: ArticleResult) -> Run:
    signature = Signature(
        task="birds", model="local:abc", prompts="sentence", prompts_sha256="0", schema_sha256="1", sampling={}
    )
    return Run(header=Header(signature=signature), results=list(results))


def test_an_article() -> None:
    assert (
        article_view(result(), width=80)
        == """\
monday: complete
  monday.txt

walks (1)
  1. weather fine · places Lake Oma, ✗ Oslo

  birds (2)
    name     count
    -------  --------
    herons   Two (2)
    ✗ swans  many (–)

remarks (1)
  speaker
  --------
  Ann Bell

values: 8 exact, 1 normalised, 2 absent; 2 more are judgements (weather, value),
which have no words of their own in the text
✗ not found in the article"""
    )


def test_evidence_stands_in_lines_of_its_own_on_demand() -> None:
    lines = article_view(result(), width=80, evidence=True).splitlines()
    assert lines[3:12] == [
        "walks (1)",
        "  1. weather fine · places Lake Oma, ✗ Oslo",
        "    “Two herons stood”",
        "",
        "  birds (2)",
        "    name     count",
        "    -------  --------",
        "    herons   Two (2)",
        "      “Two herons stood in the reeds”",
    ]


def test_evidence_that_is_not_in_the_article_is_shown_with_its_mark() -> None:
    shown = article_view(result(Diary(remarks=[Remark(evidence="Nobody spoke", speaker="Ann Bell")])), width=80)
    assert "  Ann Bell  ✗ Nobody spoke" in shown.splitlines()


def test_records_of_one_type_stand_in_one_table() -> None:
    assert type_view(run_of(result(), FAILED), "Bird", width=80, evidence=True) == (
        """\
Bird (2)
article  name     count
-------  -------  --------
monday   herons   Two (2)
  “Two herons stood in the reeds”
monday   ✗ swans  many (–)
  “Two herons stood in the reeds”
✗ not found in the article"""
    )
    assert type_view(run_of(FAILED), "Bird") == "Bird (0)"


def test_a_number_in_digits_is_not_told_twice() -> None:
    found = "2 herons"
    bird = HERONS.model_copy(update={"count": Count(words="2", value=2), "evidence": found})
    shown = type_view(run_of(result(Diary(walks=[Walk(evidence=found, birds=[bird])]), found)), "Bird", width=80)
    assert shown.splitlines()[-1] == "herons  2"


def test_a_record_that_adds_up_is_marked_where_others_do_not() -> None:
    birds = ["/walks/0/birds/0", "/walks/0/birds/1"]
    assert "Σ" not in article_view(result().model_copy(update={"totals": birds}), width=80)
    lines = article_view(result().model_copy(update={"totals": birds[:1]}), width=80).splitlines()
    assert [line[:18] for line in lines if "herons  " in line or "swans" in line] == [
        "    Σ  herons   Tw",
        "    –  ✗ swans  ma",
    ]
    assert lines[-1].startswith("Σ adds up")


def test_a_run_ends_with_its_summary() -> None:
    run = run_of(result(), FAILED)
    assert run_view(run, width=80) == "\n\n".join(
        [article_view(result(), width=80), article_view(FAILED, width=80), summary_view(run, width=80)]
    )
    assert summary_view(run, width=80) == (
        """\
model local:abc · task birds · prompts sentence
article  status    walks  remarks  verbatim  absent  problems  seconds
-------  --------  -----  -------  --------  ------  --------  -------
monday   complete  1      1        11        2       0         1.2
tuesday  failed    0      0        0         0       1         0.0
total    2         1      1        11        2       1         1.2

articles: 1 complete, 0 partial, 1 failed
values: 8 exact, 1 normalised, 2 absent; 2 more are judgements (weather, value),
which have no words of their own in the text
requests: 3, 0 replayed
tokens: 100 in, 20 out

problems
  tuesday: failed: a binary file"""
    )


def test_an_empty_run_has_a_summary() -> None:
    assert "articles: 0 complete, 0 partial, 0 failed" in run_view(run_of())


def test_a_narrow_terminal_gets_field_by_field_and_no_cut_names() -> None:
    lines = article_view(result(), width=40).split("\n")
    assert max(map(len, lines)) <= 40
    long = {"ringed": "unquestionably", "name": "n" * 12, "count": Count(words="q" * 14, value=2)}
    wide = Diary(walks=[Walk(evidence="", birds=[HERONS.model_copy(update=long)])])
    lines = article_view(result(wide), width=40).split("\n")
    assert "      ringed: unquestionably" in lines
    assert max(map(len, lines)) <= 40


def test_long_texts_are_shortened() -> None:
    remark = Remark(evidence="word " * 300, speaker="name " * 300)
    walk = Walk(evidence="word " * 300, weather="rain " * 300)
    shown = article_view(result(Diary(walks=[walk], remarks=[remark])), width=80)
    assert len(shown.split("\n")) < 25
    assert "…" in shown


def test_problems_are_listed_up_to_a_limit() -> None:
    problems = [
        Problem(kind="dropped", detail=f"number {number}", unit="sentence 4") for number in range(MOST_PROBLEMS + 7)
    ]
    shown = article_view(FAILED.model_copy(update={"problems": problems}))
    assert "  sentence 4: dropped: number 0" in shown
    assert f"number {MOST_PROBLEMS}" not in shown
    assert shown.endswith("  and 7 more")


NASTY = st.text(st.characters(categories=["L", "Nd", "Cc", "Cf", "Zs", "Po", "Cs"]), max_size=60)


@settings(deadline=None, max_examples=120)
@given(NASTY, NASTY, st.integers(40, 130))
@example("\x1b]0;title\x07" * 20, "\u202e", 40)
@example("a" * 300, "b " * 200, 41)
@example("基辅" * 300, "กรุงเคียฟ e\u0301 " * 200, 41)
def test_whatever_an_article_holds_lines_fit_and_hold_no_controls(one: str, two: str, width: int) -> None:
    # file names and ids come in as UTF-8 can write them; texts may be anything
    name = one.encode("utf-8", "replace").decode()
    bird = Bird(evidence=one, name=two, count=Count(words=two, value=None), ringed=one)
    diary = Diary(
        walks=[Walk(evidence=two, places=[one, two], birds=[bird, HERONS])], remarks=[Remark(evidence=one, speaker=two)]
    )
    text = f"{one} {two} {one}".encode("utf-8", "replace").decode()
    odd = result(diary, text).model_copy(
        update={
            "article_id": name,
            "source": name,
            "title": name,
            "problems": [Problem(kind="dropped", detail=one, unit=two)],
        }
    )
    run = run_of(odd, FAILED)
    for shown in (run_view(run, width=width), review_view(run, {name: text}, width=width)):
        lines = shown.split("\n")
        assert max(map(columns, lines)) <= width
        assert all(line.isprintable() for line in lines)


def review(*results: ArticleResult, limit: int = 20) -> str:
    return review_view(run_of(*results), {row.article_id: TEXT for row in results}, width=80, limit=limit)


def test_the_least_certain_values_come_first() -> None:
    heads = [line for line in review(result()).split("\n") if re.match(r"\d+\. ", line)]
    assert heads == [
        "1. ✗ absent  Walk.places: Oslo",
        "2. ✗ absent  Bird.name: swans",
        "3. 0.40  Walk.weather: fine",
        "4. 0.90  Bird.name: herons",
        "5. normalised  Walk.places: Lake Oma",
    ]


DENIED = [
    Problem(
        kind="contradiction",
        detail="/walks/0/birds/1/count/value: 'many' states no number",
        pointer="/walks/0/birds/1/count/value",
    ),
    Problem(kind="dropped", detail="a record"),
    Problem(
        kind="contradiction", detail="/walks/0/birds/0/count/value: 2 is few", pointer="/walks/0/birds/0/count/value"
    ),
]


def test_contradictions_come_before_all_others_with_what_is_wrong() -> None:
    lines = review(result().model_copy(update={"problems": DENIED})).split("\n")
    at = lines.index("1. ≠ contradiction  Bird.count.value: 2")
    assert lines[at + 1 : at + 3] == ["   monday /walks/0/birds/0/count/value", "   2 is few"]
    assert lines[at + 3].strip().startswith("[[Two herons stood in the reeds]]")
    assert "2. ≠ contradiction  Bird.count.value: –" in lines  # it has no value, and should have one
    assert "3. ✗ absent  Walk.places: Oslo" in lines


def test_contradictions_are_marked_counted_and_named_first() -> None:
    row = result().model_copy(update={"problems": DENIED})
    shown = article_view(row, width=100)
    assert "    herons   Two (≠ 2)" in shown.split("\n")
    assert "    ✗ swans  many (≠ –)" in shown.split("\n")
    assert shown.endswith("≠ contradicts its own words, or cannot be\n✗ not found in the article")
    assert "2 absent, 2 in contradiction to their own words;" in " ".join(shown.split())
    assert shown.index("2 is few") < shown.index("dropped: a record")
    assert "in contradiction" in summary_view(run_of(row))


def test_only_words_of_the_text_are_counted_as_found() -> None:
    bare = result(Diary(walks=[Walk(evidence="Two herons stood")]))
    assert attested_line([bare, FAILED]) == (
        "values: 1 exact, 0 normalised, 0 absent; "
        "1 more is a judgement (weather), which has no words of its own in the text"
    )
    assert attested_line([FAILED]) == "values: 0 exact, 0 normalised, 0 absent"


def test_words_that_nobody_marked_are_not_counted_as_exact_where_they_happen_to_be_found() -> None:
    ringed = HERONS.model_copy(update={"ringed": "Two", "count": None})
    found = result(Diary(walks=[Walk(evidence="Two herons stood", weather="bad", birds=[ringed])]))
    assert found.grounding["/walks/0/birds/0/ringed"].status == "exact"
    assert attested_line([found]) == (
        "values: 3 exact, 0 normalised, 0 absent; 1 more, which need not be there, too (ringed); "
        "1 more is a judgement (weather), which has no words of its own in the text"
    )
    assert summary_view(run_of(found)).split("\n")[3].split()[4:6] == ["3", "0"]


def test_wide_letters_stand_in_columns() -> None:
    text = "基辅市长说,两只苍鹭。 Ann Bell said it."
    remarks = [Remark(evidence="基辅市长说", speaker="基辅市长"), Remark(evidence="Ann Bell said", speaker="Ann Bell")]
    lines = type_view(run_of(result(Diary(remarks=remarks), text), FAILED), "Remark", width=80).split("\n")
    assert lines == [
        "Remark (2)",
        "article  speaker",
        "-------  --------",
        "monday   基辅市长",
        "monday   Ann Bell",
    ]
    swapped = [Walk(evidence="基辅市长说", weather=name, places=["基辅市长"]) for name in ("基辅市长", "Ann Bell")]
    lines = type_view(run_of(result(Diary(walks=swapped), text)), "Walk", width=80).split("\n")
    assert lines[1:] == ["weather   places", "--------  --------", "基辅市长  基辅市长", "Ann Bell  基辅市长"]


def test_values_of_all_articles_are_in_one_order() -> None:
    other = result(article_id="sunday").model_copy(update={"confidence": {"/walks/0/weather": 0.1}})
    shown = review(result(), other, limit=5)
    assert shown.startswith("5 of 9 values to review, least certain first")
    assert shown.index("5. 0.10") < shown.index("sunday /walks/0/weather")
    assert "0.40" not in shown


def test_a_value_is_marked_in_its_line_of_context() -> None:
    lines = review(result()).split("\n")
    at = lines.index("5. normalised  Walk.places: Lake Oma")
    assert lines[at + 1] == "   monday /walks/0/places/0"
    assert lines[at + 2].strip() == "herons stood in the reeds near [[Lake Oma]]. “So many gulls,” Ann Bell said"


def test_without_a_place_of_its_own_a_value_is_shown_with_its_records_evidence() -> None:
    lines = review(result()).split("\n")
    at = lines.index("3. 0.40  Walk.weather: fine")
    assert lines[at + 2].strip().startswith("[[Two herons stood]] in the reeds")
    at = lines.index("2. ✗ absent  Bird.name: swans")
    assert lines[at + 2].strip().startswith("[[Two herons stood in the reeds]] near")


def test_without_the_text_there_is_no_context() -> None:
    assert "[[" not in review_view(run_of(result()), {})


def test_nothing_to_review() -> None:
    certain = result(Diary(remarks=[Remark(evidence="Ann Bell said", speaker="Ann Bell")])).model_copy(
        update={"confidence": {}}
    )
    assert review(certain, FAILED).startswith("nothing to review")
