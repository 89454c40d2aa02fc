"""Time expressions in made-up sentences."""

from __future__ import annotations

import re

import pytest

from extract.articles import Span
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.syntax import Syntax
from extract.tasks.attack.times import find_times, names_its_day

TIMES = [
    ("It follows a March attack in Lorvik that killed two.", [("March", 2, True, False)]),
    ("The town was hit early Thursday.", [("early Thursday", 4, False, False)]),
    ("It burned on Monday.", [("Monday", 3, False, False)]),
    ("A raid last month killed two.", [("last month", 2, True, False)]),
    ("He was stabbed in August last year.", [("August last year", 2, True, False)]),
    ("Shells fell overnight.", [("overnight", 2, False, False)]),
    ("The mayor said on Tuesday", [("Tuesday", 3, False, True)]),
    ("The army said the strikes late Thursday hit a port", [("late Thursday", 4, False, False)]),
    ("It began at 5 p.m. there", [("at 5 p.m.", 1, False, False)]),
    ("A bomb had hit Brod two days before.", [("two days before", 2, True, False)]),
    ("He called two days before he struck.", []),
    ("It was hit last Friday", [("last Friday", 3, False, False)]),
    ("Shells fell two days ago.", [("two days ago", 3, False, False)]),
    ("Shells fell the day before yesterday.", [("the day before yesterday", 3, False, False)]),
    ("Shells fell the Sunday before last.", [("the Sunday before last", 3, False, False)]),
    ("Shells fell three weeks ago.", [("three weeks ago", 2, True, False)]),
    ("Drones came overnight into Sunday.", [("overnight into Sunday", 4, False, False)]),
    ("Drones came in the night from Monday to Tuesday.", [("the night from Monday to Tuesday", 4, False, False)]),
    ("The mill burned on the night of 3 May.", [("the night of 3 May", 4, False, False)]),
    ("Shells fell in the early hours of Sunday morning.", [("the early hours of Sunday morning", 4, False, False)]),
    ("Gunmen attacked on Christmas Day.", [("Christmas Day", 3, True, False)]),
    ("A strike hit Derna last November.", [("last November", 2, True, False)]),
    ("It was attacked a year ago this month.", [("a year ago this month", 2, True, False)]),
    ("Rebels attacked overnight Wednesday.", [("overnight Wednesday", 4, False, False)]),
    ("Shells fell at midnight on Sunday.", [("at midnight on Sunday", 4, False, False)]),
    ("A new wave of fighting broke out on Saturday.", [("Saturday", 3, False, False)]),
    ("It is the largest raid so far this year", []),
    ("since early April", []),
    ("He told of forty attackers between 2007 and 2011.", []),
    ("He killed three in attacks from 1978 to 1995.", []),
    ("A raid in 2011 and one in 2013 killed six.", [("2011", 2, True, False), ("2013", 2, True, False)]),
    ("they march and may win", []),
    # the words that say how long ago, or which part, belong to the time
    ("They were taken more than a year ago.", [("more than a year ago", 2, True, False)]),
    ("It was hit nearly two weeks ago.", [("nearly two weeks ago", 2, True, False)]),
    ("A raid in late 2011 killed six.", [("late 2011", 2, True, False)]),
    ("In May of the same year, a bomb killed two.", [("May of the same year", 2, True, False)]),
    ("It was hit last Saturday (8 November).", [("last Saturday (8 November)", 3, False, False)]),
    ("Gunmen came just before dawn Wednesday.", [("just before dawn Wednesday", 4, False, False)]),
    ("Two days later, a bomb killed six.", [("Two days later", 2, True, False)]),
    ("He died two days later in hospital.", []),
    ("A raid over the weekend killed two.", [("over the weekend", 2, False, False)]),
    # two months in one; a feast of a year; what looks back at another attack
    ("Bombs went off in July and August.", [("July and August", 2, True, False)]),
    ("A raid on Monday and a blast on Friday killed six.", [("Monday", 3, False, False), ("Friday", 3, False, False)]),
    ("It was bombed on Christmas Day 2009.", [("Christmas Day 2009", 3, True, False)]),
    ("It was the second since Sunday, when a bomb killed nine.", [("Sunday", 3, False, False)]),
    ("Nobody has come since Sunday.", []),
    ("Omar Jan, a baker, said the blast broke his window.", []),
    ("The blast in Jan. 2004 broke his window.", [("Jan. 2004", 2, True, False)]),
    ("They have fired at ships since May 3, when the war began.", []),
    ("Gunmen came around dawn Sunday.", [("around dawn Sunday", 4, False, False)]),
    # all the words for a night, a season or a number of years; a night that is told from another one
    ("It was hit last Thursday night.", [("last Thursday night", 4, False, False)]),
    ("It was hit on Tuesday night (Nov 24).", [("Tuesday night (Nov 24)", 4, False, False)]),
    ("It was hit this past Sunday.", [("this past Sunday", 3, False, False)]),
    ("It was hit in the pre-dawn hours of Friday.", [("the pre-dawn hours of Friday", 4, False, False)]),
    ("It was hit in the summer of 2012.", [("summer of 2012", 2, True, False)]),
    ("It was hit twelve years ago.", [("twelve years ago", 2, True, False)]),
    ("It was hit some twenty years ago.", [("some twenty years ago", 2, True, False)]),
    ("It was hit a few years ago.", [("a few years ago", 2, True, False)]),
    ("It was hit the previous night.", [("the previous night", 2, False, False)]),
    ("A guard was shot the night before.", [("the night before", 2, False, False)]),
    ("He was seen the night before the raid.", []),
    ("It was hit at 0630 GMT on Monday.", [("0630 GMT on Monday", 4, False, False)]),
    ("It was hit around 20:15 local time.", [("around 20:15 local time", 1, False, False)]),
    ("News of the day at 2200 GMT, Nov. 8", [("Nov. 8", 3, False, False)]),
    ("It burned for 12 hours.", []),
    # the clock of another land tells no local hour
    ("It began at 00:30 (7:30am Oslo time) on Sunday", [("Sunday", 3, False, False)]),
    (
        "Shots fell at about 10 p.m. (01:00 GMT on Sunday) there",
        [("at about 10 p.m. (01:00 GMT on Sunday)", 1, False, False)],
    ),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_times(text: str, expected: list[tuple[str, int, bool, bool]]) -> None:
    found = find_times(text, load_lexicon(), 0, len(text))
    assert [(text[t.span.start : t.span.end], t.rank, t.far, t.spoken) for t in found] == expected


# times in [ ] are not those of an attack
WHOSE = [
    "A missile slammed into a block in Brod on Tuesday, killing five.",
    "A bomb claimed nine lives on Wednesday, police announced on [Friday].",
    "Explosions echoed through Brod on Monday.",
    "Rescuers said on [Thursday] that the search was over.",
    "The governor said two people were killed on Friday.",
    "Police said [Sunday] a gunman had opened fire on Saturday.",
    "Norland on [Monday] marked the anniversary of the 2011 shooting.",
    "A group claimed responsibility on [Monday] for Sunday's raid.",
    "The president visited the site of the attack on [Friday].",
    "At a press conference on [Thursday], police said two were wounded in the attack.",
    "Three men were arrested on [Wednesday] over an attack on Monday.",
    "Norland launched dozens of drones at the port on Monday.",
    "Fierce fighting broke out between troops and rebels in Torvik on Sunday.",
    "In April, officials said that a raid had killed two.",
    "A group that refused to sign the [2018] accord attacked Brod.",
    "[Today] is a day of mourning for those killed in the attack.",
    "Troops ended the siege [early on Saturday].",
    "Security forces ended a ten-hour siege of the Hotel Marina in Lorvik on [Saturday afternoon].",
    "Police ended Friday's siege of a hotel.",
    "Soldiers fought room by room on [Sunday] to end a siege by rebels.",
    "Soldiers fought rebels on Sunday to defend a bridge.",
    "A boy who was shot at a school died on [Sunday].",
    "A guard died of his wounds on [Sunday].",
    "Two men died on Friday when a gunman opened fire.",
    "A gun battle erupted in Torvik on Tuesday.",
    "A student entered a school on Monday and opened fire.",
    "Police blamed the group for two bombings in February that killed six.",
    # what is to come, and an office taken
    "The bomb exploded near the hall where parliament is scheduled to open on [Monday].",
    "The talks to begin on [Tuesday] are the first since the raid.",
    "The rebels, who will meet the envoy on [Friday], attacked a post on Monday.",
    "The army's new chief took command on [Tuesday] after 14 soldiers were killed in two blasts.",
    "The ministers discussed the attack on [Monday].",
    "She said Hayes discussed the Marlo killing [Monday] by phone with the premier.",
    "The group had claimed the attempted bombing of an airliner on [December 25].",
    "He was ordered to keep away from the witness, and to appear in court on [January 20], over the shooting.",
    "A bomb-laden truck slammed into the gate on Tuesday, guards said.",
    "Rebels took the town on Tuesday.",
    "Gunmen took nine hostages on Tuesday.",
    "The raid took place on Tuesday.",
    "Gunmen went on to attack a market on Monday.",
    "A bomber killed 13 people queuing at a clinic in Lorvik on Thursday.",
    # tolls that rise, what is told in passing, and to whom
    "The death toll from a truck bombing in Lorvik rose to at least six [Friday].",
    "The number of dead in the blast climbed on [Friday] to nine.",
    "The death toll from Thursday's blast rose to nine on [Friday].",
    "The number of people who were killed on Friday is not known.",
    "Speaking at a press conference on [Monday], the mayor said: “They killed 300 soldiers.”",
    "The deaths were confirmed by an official when interviewed on [Thursday].",
    "The army carried out five air strikes near Brod, according to a statement released by its command on [Sunday].",
    "According to a report of the attack on Sunday, two died.",
    "Four were killed in the blast on Sunday, according to police.",
    "Gunmen killed six people on Sunday, setting a house on fire.",
    "He called the raid cruel, comparing it to the attack on Sunday in which 90 died.",
    "Gunmen came down from the hills on Sunday, killing six people.",
    "Cheques will be sent beginning [June 30] to those hurt in the bombings.",
    # a day that stands before a noun is the day of what that names
    "The attack comes in the wake of [Sunday]'s demonstration.",
    "Pictures of the strike bear [Thursday]'s date.",
    "They were wounded in Friday's violence.",
    "Friday's operation killed two.",
    "The leader ordered the Nov. 23 politically motivated killings.",
    "Six were hurt in Monday's rampage.",
    "The attack disrupted [Tuesday]'s election.",
    "Bombers killed nine people during Tuesday's election.",
    "She was driving to work on Tuesday when two men shot her.",
    "He was driving to work on [Tuesday] when his wife called.",
    "According to a letter, a man carrying a rifle on 8 May told the driver to stop and shot him.",
    # the day of what somebody was killed in, whatever that is called; crowds that take to the streets
    "The violence at the Brod crossing on Thursday in which one guard was killed was the worst so far.",
    "Police sought two men in relation to a spree in Brod, on Sunday, that left one man dead.",
    "The minister resigned on [Monday], which pleased those who had been hurt in the raid.",
    "The march on [Sunday] for two men who were killed was long.",
    "Crowds took to the streets [Thursday] to demand the return of girls abducted in May.",
    "The raid took place on Thursday.",
    # "it was then that …"
    "It was around 5 a.m. when the post was attacked.",
    "It was on Sunday that gunmen stormed the hotel.",
    "It was on [Sunday] that the mayor resigned.",
]


@pytest.mark.parametrize("marked", WHOSE)
def test_the_day_of_a_speech_or_a_trial_is_not_that_of_the_attack(marked: str) -> None:
    text = marked.replace("[", "").replace("]", "")
    sentence = Span(0, len(text))
    found = find_times(text, load_lexicon(), 0, len(text), Syntax(text, [sentence]).of(sentence))
    spoken = [text[time.span.start : time.span.end] for time in found if time.spoken]
    assert spoken == re.findall(r"\[(.*?)\]", marked)


DAYS = [
    ("on Sunday, Nov. 8", "Sunday, Nov. 8", True),
    ("on Sunday (Nov. 8)", "Sunday (Nov. 8)", True),
    ("on Tuesday, 3 November 2026", "Tuesday, 3 November 2026", True),
    ("on Friday", "Friday", True),
    ("after Friday's raid", "Friday", True),
    ("two weeks ago on Friday", "Friday", False),
    ("a year ago on Friday", "Friday", False),
    ("the previous Friday", "Friday", False),
    ("on Good Friday", "Friday", False),
    ("on Aug. 26 last year", "Aug. 26", False),
    ("on May 5, 1812", "May 5", False),
    ("between March 3 and then", "March 3", False),
]


@pytest.mark.parametrize(("words", "expected", "named"), DAYS)
def test_a_day_is_named_by_all_the_words_for_it(words: str, expected: str, named: bool) -> None:
    text = f"A bomb killed two in Torvik {words}, police said."
    best = next(time for time in find_times(text, load_lexicon(), 0, len(text)) if time.rank >= 3)
    assert (text[best.span.start : best.span.end], names_its_day(text, best.span)) == (expected, named)
