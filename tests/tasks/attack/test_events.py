"""Which attacks made-up sentences tell of."""

from __future__ import annotations

from datetime import date

import pytest

from extract.tasks.attack.events import find_story
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.parts import Clock
from extract.tasks.attack.places import find_places
from extract.tasks.attack.story import EventDraft, Story
from tests.tasks.attack.clauses import parts_of


def found(text: str, kind: str, day: date | None = None) -> Story:
    lexicon = load_lexicon()
    cast = Cast(text, lexicon)
    return find_story(Clock(text, day), parts_of(text), lexicon, lambda where: [*find_places(cast, where)], kind)


def story(text: str, kind: str) -> list[tuple[str, str | None]]:
    return [(event.context, event.attacker) for event in found(text, kind).events]


def test_the_other_sides_attack_is_another_event() -> None:
    text = "Russian drones hit Lorvik on Monday.\nUkraine attacked a port on Monday."
    assert story(text, "air_strike") == [("main", "Russia"), ("other", "Ukraine")]


def test_a_long_and_a_short_name_are_one_side() -> None:
    text = "RBF fighters attacked Lorvik on Monday.\nFighters of the Red Banner Front (RBF) killed two on Monday."
    assert story(text, "ground_assault") == [("main", "Red Banner Front")]


SHORT = "\nThe Free Falcons of Mardo (FFM) fought the army for years."


@pytest.mark.parametrize(
    ("text", "attacker"),
    [
        # a part of a group's name, in one number or the other, and its letters
        ("Suspected Falcon rebels blew up a bus in Lorvik on Monday, killing two." + SHORT, "Free Falcons of Mardo"),
        ("FFM guerrillas ambushed a patrol on Monday, killing two." + SHORT, "Free Falcons of Mardo"),
        ("Bear rebels blew up a bus in Lorvik on Monday, killing two." + SHORT, "Bear"),
        ("Mardo rebels blew up a bus in Lorvik on Monday, killing two." + SHORT, "Mardo"),
        # "the rebels" are those whom the article names
        ("Nine died on Monday when the militants attacked Lorvik.\nBoko Haram was silent.", "Boko Haram"),
        ("Nine farmers were killed by the insurgents on Monday.\nHezbollah said nothing.", "Hezbollah"),
        ("Hamas fled.\nOn Monday the rebels attacked a bridge, killing two soldiers.", "Hamas"),
        # whom they are, nobody can tell; these are others, or are attacked themselves
        ("The rebels attacked Lorvik on Monday, killing two.\nHamas and Hezbollah condemned it.", None),
        ("The rebels attacked Lorvik on Monday, killing two.", None),
        ("Two rebels attacked Lorvik on Monday, killing two.\nHamas condemned it.", None),
        ("The rebels of the north attacked Lorvik on Monday.\nHamas condemned it.", None),
        ("The settlers attacked Lorvik on Monday, killing two.\nHamas condemned it.", None),
        ("Nine of the militants were killed in a blast on Monday.\nBoko Haram was silent.", None),
    ],
)
def test_who_is_called_by_less_than_a_name_is_the_group_that_the_article_names(text: str, attacker: str | None) -> None:
    assert story(text, "ground_assault")[0] == ("main", attacker)


@pytest.mark.parametrize(
    ("recalled", "attacker"),
    [
        ("Hamas attacked a mall in Brod in 2014, killing nine.", "Hamas"),
        ("Two years ago Boko Haram stormed a school in Brod, killing nine.", "Boko Haram"),
        ("In 2016, Norwegian jets bombed a camp in Brod, killing nine.", "Norway"),
        ("Nine were killed in Brod last year when Hezbollah shelled a market.", "Hezbollah"),
        ("Hamas attacked a mall in Brod two years ago, killing nine, and Norland struck its planners.", "Hamas"),
        ("A mall in Brod was attacked in 2014; Hamas condemned it.", None),
    ],
)
def test_who_attacked_long_ago_is_the_attacker_of_that_attack_alone(recalled: str, attacker: str | None) -> None:
    text = f"Gunmen killed two in Lorvik on Monday.\n{recalled}"
    assert story(text, "shooting") == [("main", None), ("other", attacker)]


def test_another_day_is_another_event() -> None:
    assert len(story("A bomb killed two on Monday.\nOn Friday a bomb killed one.", "bombing")) == 2


def test_a_dated_attack_beside_the_subject_of_an_article_is_another_event() -> None:
    text = "The council met in Brod.\nIt remembers the attack on Lorvik, in which gunmen killed nine on March 7."
    assert [(event.context, len(event.sentences)) for event in found(text, "none").events] == [("other", 1)]


def test_no_attack_no_event() -> None:
    assert story("The union struck a deal in 2019.", "none") == []


# clauses in [ ] are about another event, those in { } about none, the rest about the main one
OWNERS = [
    # another day, or another part of the day
    "Shells hit Aldane on Monday. [Shells hit Lorvik on Sunday.] Monday's shells fell on a school.",
    "Drones hit Aldane overnight. [A baker was killed in a drone strike on Wednesday afternoon.]",
    "Shells hit Aldane last Friday. The shelling killed two.",
    "A bomb killed five in Kano on Monday. [Three days earlier, a bomb had killed two.]",
    "Gunmen killed nine at dawn on Saturday. [Six were killed in a similar ambush in March.]",
    # long before, in the same sentence
    "Drones hit Lorvik on Monday, [a day after Norland shelled Brod and killed two].",
    "A bomb exploded in Quito. The attack came a week after [a grenade attack that killed an officer].",
    "Two people were killed when a bomb exploded in Quito.",
    "Shells hit Aldane on Monday, [ten years since gunmen killed 67 people in Brod].",
    "Shells hit Aldane on Monday. Nobody has come to the mill since it was hit.",
    # a word sets it apart, or leads back
    "A bomb killed eight in Aldane. [In a separate attack, gunmen killed two soldiers in Torvik.]",
    "Rebels attacked Ombe on Friday. They also attacked Lusi, where three were killed.",
    "Shells hit Aldane on Monday. [In May, a bomb killed two.]\n[That attack was the first in the town.]",
    # next to it, and of another kind or side
    "Shells killed eight in Aldane on Tuesday. [Hours later, gunmen in Torvik killed two bakers.]",
    "Shells killed eight in Aldane on Tuesday. [On the same day, gunmen shot dead two bakers in Torvik.]",
    "Shells killed eight in Aldane on Tuesday. [Later that day, a suicide bomber killed two soldiers.]",
    "Shells killed eight in Aldane on Tuesday. [Hours earlier, shells had hit Torvik.]",
    "Shells killed eight in Aldane on Tuesday. [Also on Tuesday, fighters shelled a camp in Torvik.]",
    "Shells killed eight in Aldane on Tuesday. Hours earlier, shells had hit the mill of Aldane.",
    "Shells killed eight in Aldane on Tuesday. [The night before, drones had struck Torvik.]",
    "Shells killed eight in Aldane on Tuesday. [Meanwhile, a roadside bomb killed two in Torvik.]",
    "Shells killed eight in Aldane on Tuesday. Meanwhile, a shell hit a mill. Hours later, two wounded died in Torvik.",
    "Shells hit a hotel in Aldane on Tuesday. Hours later, a suicide bomber killed two at the hotel.",
    "Iranian rockets hit Haifa on Monday. [Israel responded with air strikes on Brod.]",
    "Iranian rockets hit Haifa on Monday. [Israel retaliated with shelling that killed two in Brod.]",
    "Iranian rockets hit Haifa on Monday. Israel responded with anger to the attack.",
    "Shells killed eight in Aldane on Tuesday. [Also Tuesday, a soldier was killed and two were hurt in combat near Brod.]",
    "Shells killed eight in Aldane on Tuesday. [Later Tuesday, two died in a bombing in the town of Brod.]",
    "Shells killed eight in Aldane on Tuesday. Later Tuesday, a man who was hurt in the attack died in Brod.",
    "Shells killed eight in Aldane on Tuesday. The shells fell near the Brod gate earlier Tuesday.",
    # what those did who are hit from the air
    "US jets hit a camp near Aldane on Tuesday, killing nine. [The group was responsible for twin bombings in Brod in 2010.]",
    "US jets hit a camp near Aldane on Tuesday, killing nine. [He is believed to be responsible for the murders of two nuns.]",
    "US jets hit a camp near Aldane on Tuesday, killing nine. [The group has carried out the beheadings of two nuns.]",
    "US jets hit a camp near Aldane on Tuesday, killing nine. The pilot was responsible for the strike on the camp.",
    # another day, told of again by its day or place
    "Rockets hit Aldane on Saturday. [A rocket hit Brod on Thursday.]\nA pupil was hurt.\n[Thursday's attack hit a mill.]",
    "Shells hit Aldane on Monday. [Shells hit the town of Brod on Sunday.]\nTwo fled.\n[The attack in Brod killed a nurse.]",
    # the one place, the other deed
    "An air strike hit Torvik on Monday. The strike came soon after orders for [Brod, where Norland launched an assault last week].",
    # whose attack is warded off
    "Israeli jets hit a port on Saturday. [Israel said it intercepted a missile.]",
    # what came before, told by what it left
    "Shells hit Aldane on Monday. [Last month's clashes, which left nine rebels dead, were the worst so far.]",
    # a land may only be where it was
    "Russian shells hit Lorvik on Monday. [In Russia, a Ukrainian drone attack on Belgorod killed two.]",
    # an effect goes with its cause
    "Russian drones hit Lorvik on Monday.\n[A fire broke out at a depot in Ska after an attack by Ukrainian forces.]",
    # back to the side that was told of before
    "Israeli jets hit a camp, killing two. [Separately, Syrian rebels shot dead a baker.] Israeli jets struck a mill in the camp.",
    # what an attack answers
    "Shells hit Aldane on Monday. It was revenge for [an air strike on Brod].",
    "Shells hit Aldane on Monday. The shelling followed [an air strike on Brod that killed six].",
    # told of by its month, by a month behind its noun, or as the last time
    "Shells hit Aldane on Monday. [The group was blamed for two bombings in February that killed at least 16.]",
    "Shells hit Aldane on Monday. [It was like twin bombings in January last year.]\n[At least 23 were killed in that attack].",
    "Shells hit Aldane on Monday. [The last time Norland struck Aldane it killed two.]",
    "Shells hit a bank in Aldane on Monday. [Gunmen grabbed two nuns in Torvik in 2011.]",
    # nobody told on what day "today" is
    "Shells hit Aldane on Monday. “We condemn the attack of today,” the mayor said.",
    # of one of which the year is told, and of the other not
    "Shells hit Aldane in 2015. The strike last year destroyed a hospital.",
    "Shells hit Aldane last week. [A bomb killed two in December.]",
    "Shells hit Aldane in 2015. [A bomb killed two in 2013.]",
    # what was told of last
    "Shells hit Aldane on Monday. A man died.\n[Separately, soldiers killed two rebels.]\n[A girl was killed in the incident.]",
    # sums, wars, threats, the reasons of an attack
    "Drones killed two in Omberg on Tuesday. {Norland fired 800 drones and 40 missiles at us this week.}",
    "Shells killed two in Omberg on Tuesday. {More than 9,000 people have been killed since the war began.}",
    "Shells killed two in Omberg on Tuesday. {The army says 300 soldiers have been killed in the war.}",
    "Shells killed two in Omberg on Tuesday. {The president warned that missiles could hit Brod.}",
    "Shells killed two in Omberg on Tuesday. The attack could delay talks.",
    "Shells killed two in Omberg on Tuesday. {The army says 300 soldiers died in the fighting.}",
    "Shells killed two in Omberg on Tuesday. {Since Norland began its war on drugs, 9,000 people have been killed.}",
    "Shells killed two in Omberg on Tuesday. {They have killed several dozen people since the announcement of the truce.}",
    "Shells killed two in Omberg on Tuesday. {Since May, rebels have killed 28 people.} {Soldiers have killed 170 rebels.}",
    "Shells killed two in Omberg on Tuesday. {The 2026 death toll is more than 3,700.}",
    "Shells killed two in Omberg on Tuesday. {At least 1,000 have died in the worst year of violence since the regime fell.}",
    "Shells killed two in Omberg on Tuesday. {Western air strikes killed 30 percent of the civilians.}",
    "Shells killed two in Omberg on Tuesday. {From May 2014 to January 21, the conflict killed 5,086 people.}",
    "Shells killed two in the insurgency-plagued town of Omberg on Tuesday.",
    "Shells killed two in Omberg on Tuesday. [In May last year an attack of rebels killed eight.]",
    "Rockets hit Aldane on Tuesday. {The army recovered the bodies of four hostages.}",
    "Rockets hit Aldane on Tuesday. {It was retaliation for what Norland claimed was a drone strike.}",
]


# the same, of attacks at one spot, by their kind
ELSEWHERE = [
    ("stabbing", "A man with a knife killed a nurse in Aldane on Monday. Monday saw two other attacks. [In Torvik, a man stabbed two.]"),
    ("stabbing", "A man with a knife killed a nurse in Aldane on Monday. In Torvik, a man stabbed two."),
    ("stabbing", "A man killed a nurse in Aldane on Monday. Two other attacks followed. [In the Aldane suburb of Tessaly, a man stabbed two.]"),
    ("shooting", "Gunmen killed two in Aldane on Friday. A man hid.\n[A gunman shot dead nine in Torvik.]\nAldane mourned.\n"
     "[The shooting in Torvik on Friday was the second.]"),
    ("bombing", "Blast in Aldane\nA bomb killed nine people in Aldane on Tuesday. [Also on Tuesday, a suicide bomber killed two in Torvik.]"),
    ("bombing", "A bomb killed nine people in Aldane on Tuesday. [A suicide bomber killed two in Torvik on the same day.]"),
    ("bombing", "Bombs killed 30 in Aldane on Friday. Two burnt.\nA suicide bomber blew up a bus in Torvik, killing nine."),
    ("bombing", "A bomb killed two in Aldane after a series of gunshots on Friday. Two burnt.\n[A suicide bomber killed nine in Torvik.]"),
]  # fmt: skip


def marked(text: str) -> tuple[str, list[int | None]]:
    """A text without its brackets, and for each character whose it is: 0 main, 1 another, None no event."""
    plain, owners, owner = "", [], 0
    for char in text:
        if char in "[]{}":
            owner = {"[": 1, "{": None}.get(char, 0)  # type: ignore[assignment]
        else:
            plain += char
            owners.append(owner)
    return plain, owners  # type: ignore[return-value]


@pytest.mark.parametrize(("kind", "text"), [*(("shelling", text) for text in OWNERS), *ELSEWHERE])
def test_which_attack_a_clause_is_about(kind: str, text: str) -> None:
    plain, expected = marked(text)
    story = found(plain, kind)
    for start, char in enumerate(plain):
        if char.isalpha() and (start == 0 or not plain[start - 1].isalpha()):
            owner = story.owner(start)
            assert (owner and 1, plain[start:]) == (expected[start], plain[start:])


def test_a_weekday_and_today_are_one_day_where_that_of_publication_is_known() -> None:
    text = "Gunmen killed two in Lorvik on Friday.\nGunmen killed two people in Lorvik today, police said."
    friday, saturday = date(2026, 7, 3), date(2026, 7, 4)
    stories = [found(text, "shooting", day) for day in (friday, saturday)]
    assert [len(story.events) for story in stories] == [1, 2]


def places(text: str, kind: str) -> list[list[str]]:
    return [[text[p.span.start : p.span.end] for p in event.places] for event in found(text, kind).events]


def test_an_attack_told_without_a_place_was_where_its_sentences_are() -> None:
    text = "Shops stayed closed in Lorvik. Russian rockets tore into a market yesterday."
    assert places(text, "shelling") == [["Lorvik"]]
    assert places("Shops stayed closed in Lorvik. Rockets tore into Brod yesterday.", "shelling") == [["Brod"]]


def test_another_attack_was_there_only_where_words_point_there() -> None:
    lead = "Missiles struck Lorvik on Friday, killing three, days after a drone attack {} left six dead."
    assert places(lead.format("on the city"), "air_strike") == [["Lorvik"], ["Lorvik"]]
    assert places(lead.format("by rebels"), "air_strike") == [["Lorvik"], []]


def test_the_day_of_several_that_are_told_one_by_one_is_that_of_each() -> None:
    text = "Blasts in Brod\nTwo soldiers died in two separate blasts on Sunday.\nOne died when a mine went off in Brod."
    main = found(text, "bombing").events[0]
    assert main.time is not None
    assert text[main.time.span.start : main.time.span.end] == "Sunday"


def test_an_attack_that_only_dates_something_is_background() -> None:
    assert (
        only("An owner will open again, a month after al-Qaeda fighters killed 12 in his rooms.").attacker == "al-Qaeda"
    )
    assert found("An owner will open again, a month after a fever killed 12 in his rooms.", "none").events == []


def only(text: str) -> EventDraft:
    """The one event, of an article about none."""
    (event,) = found(text, "none").events
    return event


@pytest.mark.parametrize(
    ("text", "day", "kind"),
    [
        (
            "Norland on Monday marked the anniversary of the 2011 shooting in which a gunman killed 77.",
            "2011",
            "shooting",
        ),
        ("A memorial to the 29 people killed by a car bomb in 1998 was unveiled on Saturday.", "1998", "bombing"),
        ("He led them in the Oct. 7 attacks, which killed 12 and took 50 hostages.", "Oct. 7", "ground_assault"),
        ("A man who killed six in a bombing at a stadium in May 2021 pleaded guilty on Friday.", "May 2021", "bombing"),
    ],
)
def test_an_old_attack_is_background_and_dated_by_its_own_words(text: str, day: str, kind: str) -> None:
    event = only(text)
    assert event.time is not None
    assert (text[event.time.span.start : event.time.span.end], event.kind, event.context) == (day, kind, "other")
