"""Items back to records: parents, repeats, what is left out, and where values stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from extract.articles.linguistics import reader
from extract.articles.sentences import Span, split_passages
from extract.errors import ArticleError
from extract.prompting.candidates import Mention, candidates_of
from extract.prompting.gathering import Gathered, records_of, unheld
from extract.prompting.grammars import choices_of
from extract.prompting.items import kinds_of
from extract.prompting.persons import Persons
from extract.records.grounding import ground
from extract.records.marks import Evidence, Judged, Key, Verbatim
from tests.prompting.acts import EXAMPLE, RECORDS, TEXT, Acts, Pets, Shooting
from tests.prompting.test_passages import turns


def gathered(text: str, *items: Sequence[Sequence[Any]], schema: type[BaseModel] = Acts) -> Gathered[Any]:
    """The records of a text of one passage a line."""
    spans = split_passages(text)
    assert len(spans) == len(items)
    return records_of([(span, list(each)) for span, each in zip(spans, items, strict=True)], text, schema)


def act(actor: str, target: str | None = None, kind: str = "aid") -> list[Any]:
    return ["Act", kind, actor, target, None, None, None, None]


def test_what_an_example_shows_gives_its_records_again() -> None:
    shown = turns([EXAMPLE])
    answers = [(span, shown[TEXT[span.start : span.end]]) for span in split_passages(TEXT)]
    found = records_of(answers, TEXT, Acts)
    expected = RECORDS.model_copy(deep=True)
    expected.acts[1].conditions[0].evidence = "She promised $3 million if the border opens."  # sentences are evidence
    # that it is Lena Orm who promises stands in the sentence before
    expected.acts[
        1
    ].evidence = "Lena Orm met Pavo Brill in Dorvan on Monday. She promised $3 million if the border opens."
    assert found.records == expected
    assert found.problems == ()
    placed = ground(found.records, TEXT, found.hints).grounding
    assert {place.status for place in placed.values()} == {"exact"}
    assert all(placed[pointer].start == span.start for pointer, span in found.hints.items())


def test_a_child_goes_to_the_parent_of_its_passage_else_to_the_nearest_before() -> None:
    text = "Orm acts if it rains.\nIf it snows too.\nBrill acts. If it is warm."
    found = gathered(
        text,
        [act("Orm"), ["Condition", "it rains"]],
        [["Condition", "it snows"]],
        [["Condition", "it is warm"], act("Brill")],
    ).records
    assert [(each.actor, [inner.text for inner in each.conditions]) for each in found.acts] == [
        ("Orm", ["it rains", "it snows"]),
        ("Brill", ["it is warm"]),
    ]


def test_a_child_that_nobody_holds_is_set_aside_and_said() -> None:
    found = gathered("If it rains.", [["Condition", "it rains"]])
    assert found.records == Acts()
    assert [(each.kind, each.detail) for each in found.problems] == [
        ("set_aside", '["Condition", "it rains"]: there is no acts it belongs to')
    ]


class Leaf(BaseModel):
    """A child."""

    word: Annotated[str, Verbatim()]


class Branch(BaseModel):
    """A parent that its evidence is enough for."""

    evidence: Annotated[str, Evidence()]
    colour: str | None = None
    leaves: list[Leaf] = []


class Tree(BaseModel):
    """The whole."""

    branches: list[Branch] = []


def test_a_parent_is_made_where_its_evidence_is_enough() -> None:
    found = gathered("A red leaf. A blue one.", [["Leaf", "red"], ["Leaf", "blue"]], schema=Tree)
    assert found.records == Tree(
        branches=[Branch(evidence="A red leaf.", leaves=[Leaf(word="red"), Leaf(word="blue")])]
    )
    assert found.hints["/branches/0/leaves/1/word"] == Span(14, 18)


def test_the_same_words_again_are_left_out_of_a_passage() -> None:
    found = gathered("Orm met Brill.", [act("Orm", "Brill"), act("Orm", "Brill", "accuse"), act("Brill")])
    assert [(each.kind, each.actor) for each in found.records.acts] == [("aid", "Orm"), ("aid", "Brill")]


def test_records_without_a_word_of_the_text_are_left_out_unless_they_hold_some() -> None:
    class Event(BaseModel):
        evidence: Annotated[str, Evidence()]
        kind: str
        place: Annotated[str | None, Verbatim()] = None
        leaves: list[Leaf] = []

    class Events(BaseModel):
        events: list[Event] = []

    items: list[list[list[Any]]] = [
        [["Event", "a", None]],
        [["Event", "b", None], ["Leaf", "leaf"]],
        [["Event", "c", "Rome"]],
    ]
    found = gathered("Hm.\nA leaf.\nRome.", *items, schema=Events).records
    assert [each.kind for each in found.events] == ["b", "c"]


def test_repeats_in_other_passages_are_one_record_that_says_it_all() -> None:
    found = gathered("Orm acts.\nOrm acts for Halim.", [act("Orm")], [act("Orm", "Halim")])
    (only,) = found.records.acts
    assert (only.actor, only.target, only.evidence) == ("Orm", "Halim", "Orm acts.")
    assert found.hints["/acts/0/target"] == Span(23, 28)
    apart = gathered("Orm acts for Brill.\nOrm acts for Halim.", [act("Orm", "Brill")], [act("Orm", "Halim")])
    assert len(apart.records.acts) == 2


def test_values_of_the_whole_come_from_all_passages() -> None:
    found = gathered(
        "Two died in Dorvan.\nIt was on Elm Street.\nOr on Oak Lane in Asmat.",
        [["Shooting", None, "Dorvan", 2, "sad", []]],
        [["Shooting", "2026-03-01", None, None, None, ["Elm Street"]]],
        [["Shooting", None, "Asmat", 3, None, ["Oak Lane", "Elm Street"]]],
        schema=Shooting,
    )
    assert found.records.model_dump(mode="json") == {
        "day": "2026-03-01",
        "town": "Dorvan",
        "killed": 2,
        "mood": "sad",
        "streets": ["Elm Street", "Oak Lane"],
    }
    assert found.hints["/town"] == Span(12, 18)
    assert found.hints["/streets/1"] == Span(48, 56)


def test_a_value_that_the_whole_needs_and_nobody_states_is_an_error() -> None:
    with pytest.raises(ArticleError, match="no Shooting in the text: it needs town"):
        gathered("Hm.", [], schema=Shooting)


def test_unions_keep_their_types() -> None:
    found = gathered("Tom and Rex.", [["Dog", "Rex"], ["Cat pets", "Tom"], ["Cat guests", "Tom"]], schema=Pets)
    assert [type(each).__name__ for each in found.records.pets] == ["Dog", "Cat"]
    assert [each.name for each in found.records.guests] == ["Tom"]


class Limited(BaseModel):
    """Values that the form of an answer does not limit."""

    name: Annotated[str, Verbatim()]
    size: int | None = Field(None, lt=10)


class Limiteds(BaseModel):
    """All of them."""

    items: list[Limited] = []


def test_a_value_out_of_bounds_costs_itself_or_its_record() -> None:
    found = gathered("A and B.", [["Limited", "A", 99], ["Limited", "B", 3]], schema=Limiteds)
    assert [(each.name, each.size) for each in found.records.items] == [("A", None), ("B", 3)]


class Dated(BaseModel):
    """A day without a mark."""

    name: Annotated[str, Verbatim()]
    day: date | None = None


class Dateds(BaseModel):
    """All of them."""

    items: list[Dated] = []


def test_a_day_that_no_calendar_has_is_a_problem_of_its_record() -> None:
    items = [["Dated", "A", "2026-02-28"], ["Dated", "B", "2026-02-31"]]
    found = gathered("A and B.\nB.", items, [["Dated", "B", None]], schema=Dateds)
    assert [(each.name, str(each.day)) for each in found.records.items] == [("A", "2026-02-28"), ("B", "None")]
    (problem,) = found.problems
    assert (problem.kind, problem.pointer) == ("contradiction", "/items/1/day")
    assert problem.detail.startswith('/items/1/day: "2026-02-31": Input should be a valid date')


class Attack(BaseModel):
    evidence: Annotated[str, Evidence()]
    address: Annotated[str | None, Verbatim()] = None
    killed: int | None = None


class Toll(BaseModel):
    killed: int


class Day(BaseModel):
    attacks: list[Attack] = []
    tolls: list[Toll] = []


def test_a_record_without_words_of_the_text_is_set_aside_and_said() -> None:
    found = gathered("Three died.", [["Attack", None, 3]], schema=Day)
    assert found.records == Day()
    assert [problem.detail for problem in found.problems] == ['["Attack", null, 3]: none of its words is in the text']


def test_records_of_numbers_alone_are_one_only_where_they_were_found_in_one_place() -> None:
    found = gathered("One died there.\nOne died here.", [["Toll", 1]], [["Toll", 1]], schema=Day)
    assert [toll.killed for toll in found.records.tolls] == [1, 1]


class Hit(BaseModel):
    evidence: Annotated[str, Evidence()]
    object: Annotated[str, Verbatim()]


class Strike(BaseModel):
    evidence: Annotated[str, Evidence()]
    kind: Annotated[str, Judged()] = "other"
    place: Annotated[str | None, Verbatim("place")] = None
    hits: list[Hit] = []


class Strikes(BaseModel):
    strikes: list[Strike] = []


def test_passages_go_on_about_one_thing_unless_words_set_them_apart() -> None:
    text = "Shells hit a mill in Brod.\nA school burned.\nA depot in Aldane was hit.\nA shop in Brod burned."
    found = gathered(
        text,
        [["Strike", "shelling", "Brod"], ["Hit", "a mill"]],
        [["Strike", "fire", None], ["Hit", "A school"]],
        [["Strike", "shelling", "Aldane"], ["Hit", "A depot"]],
        [["Strike", "fire", "Brod"], ["Hit", "A shop"]],
        schema=Strikes,
    ).records
    told = [(each.place, each.kind, [hit.object for hit in each.hits]) for each in found.strikes]
    assert told == [("Brod", "shelling", ["a mill", "A school", "A shop"]), ("Aldane", "shelling", ["A depot"])]


def test_what_one_passage_tells_apart_stays_apart() -> None:
    items: list[list[Any]] = [
        ["Strike", "shelling", "Brod"],
        ["Hit", "a mill"],
        ["Strike", "fire", None],
        ["Hit", "A school"],
    ]
    assert len(gathered("Shells hit a mill in Brod. A school burned.", items, schema=Strikes).records.strikes) == 2


class Saying(BaseModel):
    evidence: Annotated[str, Evidence()]
    speaker: Annotated[str, Verbatim("person", full=True)]
    text: Annotated[str, Verbatim("quotation")]
    continued: Annotated[list[str], Verbatim("quotation")] = []


class Sayings(BaseModel):
    sayings: list[Saying] = []


def test_persons_have_their_full_names_and_lists_do_not_begin_again() -> None:
    text = "A man came. “No,” said Orm, “never.” Lena Orm is 40."
    item = ["Saying", "No,", "Orm", ["No,", "never."]]
    persons = Persons(text, [{"person": (Mention(0, 8, "Lena Orm"),)}])
    found = records_of([(Span(0, len(text)), [item])], text, Sayings, persons)
    (said,) = found.records.sayings
    assert (said.speaker, said.text, said.continued) == ("Lena Orm", "No,", ["never."])
    assert said.evidence == "“No,” said Orm, “never.”"  # the sentences with its own words
    assert ground(found.records, text, found.hints).grounding["/sayings/0/speaker"].start == text.index("Lena Orm")


def test_a_pronoun_is_who_it_means_or_stays() -> None:
    text = "“No,” he said. Lena Orm is the miller.\n\n“Never,” she said, and left the mill at the river."
    passages = split_passages(text)
    items = [["Saying", "No,", "he", []]], [["Saying", "Never,", "she", []]]
    found = records_of(list(zip(passages, items, strict=True)), text, Sayings, Persons(text, ()))
    assert [(said.text, said.speaker) for said in found.records.sayings] == [("No,", "he"), ("Never,", "Lena Orm")]
    where = ground(found.records, text, found.hints).grounding
    assert (where["/sayings/0/speaker"].start, where["/sayings/1/speaker"].start) == (6, text.index("Lena Orm"))


class Remark(BaseModel):
    evidence: Annotated[str, Evidence()]
    speaker: Annotated[str, Verbatim("speaker", full=True)]
    role: Annotated[str | None, Verbatim("title", full=True)] = None
    text: Annotated[str, Verbatim("quotation")]


class Remarks(BaseModel):
    remarks: list[Remark] = []


def test_a_person_has_the_fullest_title_of_the_text() -> None:
    text = (
        "“No,” said mayor Lena Orm. Jan Brill shrugged.\n\n“Never,” Lena Orm, the mayor of Arden, told miller Pavo Lund.\n\n"
        "“Well,” said Jan Brill. He was not there when the mayor of Arden came."
    )
    passages = split_passages(text)
    items: list[list[list[Any]]] = [
        [["Remark", "No,", "Lena Orm", "mayor"]],
        [["Remark", "Never,", "Orm", "miller"]],
        [["Remark", "Well,", "Jan Brill", None]],
    ]
    persons = Persons(text, [candidates_of(text[span.start : span.end], reader("en")) for span in passages])
    found = records_of(list(zip(passages, items, strict=True)), text, Remarks, persons)
    said = [(each.speaker, each.role) for each in found.records.remarks]
    assert said == [("Lena Orm", "the mayor of Arden"), ("Lena Orm", "the mayor of Arden"), ("Jan Brill", None)]
    assert found.hints["/remarks/0/role"].start == text.index("the mayor of Arden")


def test_no_title_is_a_pronoun_or_a_name_in_full() -> None:
    (kind,) = kinds_of(Remarks)
    role = next(slot for slot in kind.slots if slot.path == ("role",))
    assert choices_of(role, candidates_of("“No,” he said, and Mayor Ada Brandt left.", reader("en"))) == [
        Mention(19, 24, "Mayor")
    ]
    text = "Martin Luther King was here.\n\n“No,” Jan Lund told King Charles."
    persons = Persons(text, [{"person": (Mention(0, 18, "Martin Luther King"),)}])
    passages = split_passages(text)
    found = records_of(
        [(passages[0], []), (passages[1], [["Remark", "No,", "Jan Lund", "King"]])], text, Remarks, persons
    )
    assert found.records.remarks[0].role == "King"


class Titled(BaseModel):
    name: Annotated[str, Verbatim("person")]
    titles: Annotated[list[str], Verbatim("title", full=True)] = []


class AllTitled(BaseModel):
    titled: list[Titled] = []


def test_lists_of_titles_are_the_models_own() -> None:
    text = "Lena Orm, the mayor of Arden, left."
    persons = Persons(text, [{"person": (Mention(0, 8, "Lena Orm"),)}])
    found = records_of([(Span(0, len(text)), [["Titled", "Lena Orm", ["the mayor"]]])], text, AllTitled, persons)
    assert found.records.titled[0].titles == ["the mayor"]


class Count(BaseModel):
    words: Annotated[str, Verbatim("number")]
    value: int | None = None


class Drone(BaseModel):
    evidence: Annotated[str, Evidence()]
    kind: Annotated[Literal["big", "small"], Key()]
    count: Count | None = None


class Drones(BaseModel):
    drones: list[Drone] = []


def test_of_records_of_one_key_one_gives_the_whole_number() -> None:
    text = "Dozens of big drones came.\nAll 40 big drones fell.\nBig drones are loud."
    found = gathered(
        text,
        [["Drone", "big", "Dozens", None]],
        [["Drone", "big", "40", 40]],
        [["Drone", "big", None, None]],
        schema=Drones,
    )
    (drone,) = found.records.drones
    assert drone.count == Count(words="Dozens", value=None)


class Blast(BaseModel):
    evidence: Annotated[str, Evidence()]
    place: Annotated[str, Verbatim()]
    side: str | None = None
    cause: str


class Blasts(BaseModel):
    blasts: list[Blast] = []


@pytest.mark.parametrize(
    ("side", "kept"),
    [
        ("Sarra", None),
        ("unknown", None),
        ("None", None),
        ("Norland", "Norland"),
        ("the Front", "the Front"),
        (None, None),
    ],
)
def test_words_that_say_nothing_or_are_a_worked_example_s_are_no_answer(side: str | None, kept: str | None) -> None:
    text = "A bomb of the Front went off in Brod."
    item = ["Blast", "Brod", side, "unknown"]
    found = records_of([(Span(0, len(text)), [item])], text, Blasts, shown={"Sarra", "the Front"})
    (blast,) = found.records.blasts
    assert (blast.side, blast.cause) == (kept, "unknown")  # one that has to be there is what it is


class Country(BaseModel):
    country: str


def test_words_of_the_whole_that_have_to_be_there_are_kept() -> None:
    item = ["Country", "unknown"]
    assert records_of([(Span(0, 4), [item])], "Hm. ", Country).records.country == "unknown"


def test_passages_with_what_nothing_found_so_far_can_hold_are_known() -> None:
    text = "If it rains.\nIf it snows.\nOrm acts. If it is warm."
    one, two, three = split_passages(text)
    before = [(one, [["Condition", "it rains"]]), (two, [["Condition", "it snows"]])]
    missing = unheld(before, text, Acts)
    assert {span: [kind.tag for kind in kinds] for span, kinds in missing.items()} == {one: ["Act"], two: ["Act"]}
    after = [*before, (three, [act("Orm"), ["Condition", "it is warm"]])]
    assert list(unheld(after, text, Acts)) == [one, two]
    assert not unheld([(three, [["Condition", "it is warm"], act("Orm")])], text, Acts)
    assert not unheld([(one, [act("Orm")]), (two, [["Condition", "it snows"]])], text, Acts)


class Bird(BaseModel):
    name: Annotated[str, Verbatim()]


class Nest(BaseModel):
    name: Annotated[str, Verbatim()]
    birds: list[Bird] = []


class Stone(BaseModel):
    name: Annotated[str, Verbatim()]


class Cliff(BaseModel):
    name: Annotated[str, Verbatim()]
    nests: list[Nest | Stone] = []


class Coast(BaseModel):
    cliffs: list[Cliff] = []


def test_all_that_would_have_to_be_there_is_known_and_nothing_that_cannot_hold() -> None:
    text = "A green bird."
    (missing,) = unheld([(Span(0, len(text)), [["Bird", "bird"]])], text, Coast).values()
    assert [kind.tag for kind in missing] == ["Cliff", "Nest"]
