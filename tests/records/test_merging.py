"""Records that were found twice, in pieces of one text."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from extract.records.marks import Evidence, Key, Verbatim
from extract.records.merging import merged


class Amount(BaseModel):
    words: Annotated[str, Verbatim()]
    value: int | None = None


class Child(BaseModel):
    evidence: Annotated[str, Evidence()]
    name: Annotated[str, Verbatim()]
    amount: Amount | None = None


class Parent(BaseModel):
    model_config = ConfigDict(frozen=True)

    evidence: Annotated[str, Evidence()]
    name: Annotated[str | None, Verbatim(), Key()] = None
    kind: Annotated[Literal["a", "b"], Key()] = "a"
    place: Annotated[str | None, Verbatim()] = None
    aliases: Annotated[list[str], Verbatim()] = []
    amount: Amount | None = None
    children: tuple[Child, ...] = ()


class Mood(BaseModel):
    evidence: Annotated[str, Evidence()]
    mood: Literal["good", "bad"]


class Firm(BaseModel):
    name: str
    town: str | None = None
    staff: list[Child] = []


class Deal(BaseModel):
    actor: Annotated[str, Verbatim()]
    target: Annotated[str | None, Verbatim()] = None


class Deals(BaseModel):
    deals: list[Deal] = []


class Whole(BaseModel):
    title: str | None = None
    tags: list[str] = []
    firm: Firm | None = None
    parents: list[Parent] = []
    moods: list[Mood] | None = None


def whole(*parents: Parent) -> Whole:
    return Whole(parents=list(parents))


def together(*pieces: Whole) -> Whole:
    return merged(pieces)


TOM, ANN = Child(evidence="Tom ran.", name="Tom"), Child(evidence="Ann ran.", name="Ann")


def test_records_that_agree_on_all_keys_are_one() -> None:
    first = Parent(evidence="one", name="the U.S. Army", aliases=["GIs"], children=(TOM,))
    again = Parent(evidence="two", name="US army's", place="Lund", aliases=["GIs", "they"], children=(ANN, TOM))
    assert together(whole(first), whole(again)) == whole(
        Parent(evidence="one", name="the U.S. Army", place="Lund", aliases=["GIs", "they"], children=(TOM, ANN))
    )


def test_records_that_differ_in_a_key_or_lack_one_stay_apart() -> None:
    apart = whole(
        Parent(evidence="one", name="Acme"),
        Parent(evidence="two", name="Acme", kind="b"),
        Parent(evidence="three", name="Bolt"),
        Parent(evidence="four", place="Lund"),
    )
    assert together(apart, whole(), whole(Parent(evidence="five"))).parents == [*apart.parents, Parent(evidence="five")]


def test_records_without_keys_are_one_where_they_share_words_and_nothing_differs() -> None:
    again = TOM.model_copy(update={"evidence": "Tom ran again."})
    counted = TOM.model_copy(update={"amount": Amount(words="two")})
    made = together(
        Whole(firm=Firm(name="Acme", staff=[TOM, again])), Whole(firm=Firm(name="Bolt", staff=[counted, ANN]))
    )
    assert made.firm == Firm(name="Acme", staff=[counted, again, ANN])  # one piece lists them apart
    three = TOM.model_copy(update={"amount": Amount(words="three")})
    apart = Firm(name="Acme", staff=[counted, three])
    assert together(Whole(firm=apart), Whole(firm=apart)).firm == apart


def test_words_without_a_mark_count_where_none_is_marked() -> None:
    class Fact(BaseModel):
        evidence: Annotated[str, Evidence()]
        text: str
        year: int | None = None

    class Facts(BaseModel):
        facts: list[Fact] = []

    first, again, other = (
        Fact(evidence="one", text="Rain"),
        Fact(evidence="two", text="rain", year=9),
        Fact(evidence="two", text="Snow"),
    )
    made = merged([Facts(facts=[first]), Facts(facts=[again, other])])
    assert made.facts == [first.model_copy(update={"year": 9}), other]


def test_records_of_nothing_but_choices_are_told_apart_by_their_evidence() -> None:
    moods = [Mood(evidence=evidence, mood="bad") for evidence in ("one", "two")]
    assert together(Whole(moods=moods), Whole(moods=moods[1:])).moods == moods


def test_of_values_the_first_there_is_counts_and_a_part_stays_whole() -> None:
    one = Parent(evidence="one", name="Acme", amount=Amount(words="dozens"))
    two = Parent(evidence="two", name="Acme", amount=Amount(words="24", value=24))
    assert together(whole(one), whole(two)).parents[0].amount == Amount(words="dozens")
    first, second = Whole(tags=["a"]), Whole(title="T", tags=["b", "a"], firm=Firm(name="Acme"))
    third = Whole(title="U", firm=Firm(name="Bolt", town="Lund"))
    assert together(first, second, third) == Whole(title="T", tags=["a", "b"], firm=Firm(name="Acme", town="Lund"))


def test_what_is_merged_stays_as_it_was() -> None:
    pieces = [whole(Parent(evidence="one", name="Acme")), whole(Parent(evidence="one", name="Acme", aliases=["A"]))]
    before = [piece.model_copy(deep=True) for piece in pieces]
    assert together(*pieces) == together(*pieces) == together(together(*pieces))
    assert pieces == before


def test_what_one_piece_lists_apart_stays_apart() -> None:
    sparse = Deals(deals=[Deal(actor="Orm")])
    two = Deals(deals=[Deal(actor="Orm", target="Brill"), Deal(actor="Orm", target="Halim")])
    assert [deal.target for deal in merged([sparse, two]).deals] == ["Brill", "Halim"]
