"""Casualty figures in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles.sentences import Span, split_sentences
from extract.tasks.attack.figures import Figure, find_figures
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast

FIGURES = [
    # a part of whom nothing else is told: the whole counts; a day before "when"; two fates of one vague number
    ("Seven of the 18 killed were buried on Sunday.", [("18", 18, "killed", ("people",), None)]),
    ("A school held a service for three of the 11 slain.", [("11", 11, "killed", ("people",), None)]),
    ("Six of the 40 pupils snatched by gunmen have been freed, including two girls.", [("40", 40, "captured", ("children",), None)]),
    ("Three of the hostages were freed.", []),
    ("Three of the hostages were shot dead.", [("Three", 3, "killed", ("people",), None)]),
    ("Seven of the 18 wounded died.", [("Seven", 7, "killed", ("people",), None)]),
    ("Two of the 18 wounded are children.", [("Two", 2, "injured", ("children",), None)]),
    ("Six clerks were killed and 31 hurt Sunday when a van blew up.", [("Six", 6, "killed", ("staff",), None), ("31", 31, "injured", ("people",), None)]),
    ("The shell fell in a yard, leaving dozens dead and wounded.", [("dozens", None, "killed", ("people",), None), ("dozens", None, "injured", ("people",), None)]),
    ("The shell left scores dead and wounded nine.", [("scores", None, "killed", ("people",), None), ("nine", 9, "injured", ("people",), None)]),
    # degrees of harm, limbs, shots that kill, hospitals behind a list of people
    ("Nine people suffered light to moderate injuries.", [("Nine", 9, "injured", ("people",), None)]),
    ("A clerk was shot in the chest and died at once.", [("A clerk", 1, "killed", ("staff",), None)]),
    ("Three of the wounded are believed to be in critical condition.", [("Three", 3, "injured", ("people",), None)]),
    ("A rescuer lost a hand and a boy lost both his legs.", [("A rescuer", 1, "injured", ("rescuers",), None), ("a boy", 1, "injured", ("children",), None)]),
    ("A woman lost her job and a boy lost a shoe.", []),
    ("The blast left a clerk dead and nine people injured, four of them critically.", [("a clerk", 1, "killed", ("staff",), None), ("nine", 9, "injured", ("people",), None), ("four", 4, "injured", ("people",), None)]),
    ("Crews airlifted dozens of injured clerks to an army hospital.", [("dozens", None, "hospitalised", ("staff",), None)]),
    ("Five people were in serious condition at local hospitals.", [("Five", 5, "hospitalised", ("people",), None)]),
    ("Four guards were wounded in the raid, including a driver.", [("Four", 4, "injured", ("staff",), None), ("a driver", 1, "injured", ("staff",), None)]),
    ("Nine people were hurt when a shell hit a school, including a teacher.", [("Nine", 9, "injured", ("people",), None), ("a teacher", 1, "injured", ("other",), None)]),
    ("Two clerks were killed in raids in the north while mortar strikes in the capital, including one on a mill, hurt four guards.", [("Two", 2, "killed", ("staff",), None), ("four", 4, "injured", ("staff",), None)]),
    ("A bomb killed Ivo Petrov (L-Veld) on Monday.", [("Ivo Petrov", 1, "killed", ("people",), None)]),
    # the attacker by his own hand
    ("A man killed two clerks before he shot himself.", [("two", 2, "killed", ("staff",), None), ("himself", 1, "killed", ("militants",), None)]),
    ("The gunman turned the rifle on himself.", [("himself", 1, "killed", ("militants",), None)]),
    ("He shot himself in the foot, and a clerk hid himself.", []),
    ("A clerk who had seen the blast killed himself in May.", []),
    ("Ana Ruiz lost both legs, one below the knee.", [("Ana Ruiz", 1, "injured", ("people",), None)]),
    ("They took nine dead bodies to the hospital.", [("nine", 9, "killed", ("people",), None)]),
    ("Thirty armed militants were killed.", [("Thirty", 30, "killed", ("militants",), None)]),
    ("Twelve suspected rebels died.", [("Twelve", 12, "killed", ("militants",), None)]),
    ("The band, thirty strong, were rebels.", []),
    # tolls of frequent wordings
    ("The death toll from the blast in Lorvik rose to at least six Friday.", [("at least six", 6, "killed", ("people",), None)]),
    ("The death toll rose after the blast in Lorvik on Friday.", []),
    ("Also killed were a dozen reporters.", [("a dozen", 12, "killed", ("other",), None)]),
    ("Two rebels were killed and several wounded.", [("Two", 2, "killed", ("militants",), None), ("several", None, "injured", ("people",), None)]),
    ("There were 12 corpses in the yard.", [("12", 12, "killed", ("people",), None)]),
    ("Ivo Petrov, who was shot dead, was a nurse.", [("Ivo Petrov", 1, "killed", ("people",), None)]),
    ("At least one foreigner was burned alive.", [("At least one", 1, "killed", ("other",), None)]),
    ("Nine were killed and another was grazed by a bullet.", [("Nine", 9, "killed", ("people",), None), ("another", 1, "injured", ("people",), None)]),
    ("She lost her husband in the attack.", [("her husband", 1, "killed", ("men",), None)]),
    ("She lost her husband last year. He lost touch with his wife. The team lost its lead.", []),
    ("A blast killed nine. Five of the victims were foreigners.", [("nine", 9, "killed", ("people",), None), ("Five", 5, "killed", ("people",), None)]),
    ("The yard was empty. Five of the victims were foreigners.", []),
    ("Four of the dead were female.", [("Four", 4, "killed", ("women",), None)]),
    ("An eighth victim died in hospital.", [("An eighth victim", 1, "killed", ("people",), None)]),
    ("Two dead bodies were brought to two hospitals.", [("Two", 2, "killed", ("people",), None)]),
    ("Six soldiers were killed and at least six more injured.", [("Six", 6, "killed", ("soldiers",), None), ("at least six", 6, "injured", ("soldiers",), None)]),
    ("One medic was killed and seven were injured.", [("One", 1, "killed", ("rescuers",), None), ("seven", 7, "injured", ("rescuers",), None)]),
    ("A soldier was killed and nine were wounded.", [("A soldier", 1, "killed", ("soldiers",), None), ("nine", 9, "injured", ("people",), None)]),
    # wounds and deeds are nobody
    ("He died of five bullet wounds.", []),
    ("They spoke of his killing and a carjacking.", []),
    ("The blast killed at least nine people.", [("at least nine", 9, "killed", ("people",), None)]),
    (
        "Six soldiers were killed and eight wounded, the army said.",
        [("Six", 6, "killed", ("soldiers",), "the army"), ("eight", 8, "injured", ("soldiers",), "the army")],
    ),
    ("Two boys died.", [("Two", 2, "killed", ("children",), None)]),
    # whom the police shoot attacked; two fates of one number; members of something; those named as the dead
    ("Officers shot him dead at a bus stop.", [("him", 1, "killed", ("militants",), None)]),
    ("Police shot and killed the driver.", [("the driver", 1, "killed", ("militants",), None)]),
    ("The man was shot dead by a guard.", [("The man", 1, "killed", ("militants",), None)]),
    ("A rebel killed the driver.", [("the driver", 1, "killed", ("staff",), None)]),
    ("By noon he'd killed four people.", [("four", 4, "killed", ("people",), None)]),
    ("He'd kill four people.", []),
    ("A landmine killed and wounded dozens of traders.", [("dozens", None, "injured", ("other",), None), ("dozens", None, "killed", ("other",), None)]),
    ("A mine killed four traders and wounded dozens.", [("four", 4, "killed", ("other",), None), ("dozens", None, "injured", ("people",), None)]),
    ("Raiders killed nine members of the security forces.", [("nine", 9, "killed", ("soldiers",), None)]),
    ("Raiders killed nine members of the family.", [("nine", 9, "killed", ("people",), None)]),
    ("Four Danish tourists were hurt in the blast, one seriously.", [("Four", 4, "injured", ("other",), None), ("one", 1, "injured", ("other",), None)]),
    ("The city identified the dead as Abel Toro, 31, Lina Moss, 15, and Piet Kok, 60.", [("Abel Toro", 1, "killed", ("people",), "The city"), ("Lina Moss", 1, "killed", ("children",), "The city"), ("Piet Kok", 1, "killed", ("people",), "The city")]),
    ("A mob beat a teacher to death.", [("a teacher", 1, "killed", ("other",), None)]),
    ("Pirates seized 14 sailors off Benin.", [("14", 14, "captured", ("staff",), None)]),
    ("Troops seized 14 rifles.", []),
    ("Among the dead was a baby, said his uncle, Abel Toro.", [("a baby", 1, "killed", ("children",), "Abel Toro")]),
    ("The army lost 13 soldiers in the hills.", [("13", 13, "killed", ("soldiers",), None)]),
    ("The team lost 13 matches.", []),
    ("It does both economic damage and cost lives.", []),
    ("A 12-year-old girl was hurt.", [("A 12-year-old girl", 1, "injured", ("children",), None)]),
    ("A wounded man was rushed to hospital.", [("A wounded man", 1, "hospitalised", ("men",), None)]),
    ("It killed a couple and their three daughters.", [("a couple", 2, "killed", ("people",), None), ("three", 3, "killed", ("children",), None)]),
    ("The group put the number of dead soldiers at 15.", [("15", 15, "killed", ("soldiers",), "The group")]),
    ("There were no injuries.", []),
    ("Both were intercepted and there were no injuries.", []),
    ("Nine women were abducted. He said.", [("Nine", 9, "captured", ("women",), None)]),
    ("A gunman shot three people.", [("three", 3, "injured", ("people",), None)]),
    ("He stabbed five people, two of them fatally.", [("five", 5, "injured", ("people",), None), ("two", 2, "killed", ("people",), None)]),
    ("A man stabbed two worshippers.", [("two", 2, "injured", ("other",), None)]),
    ("A gunman shot and killed three people.", [("three", 3, "killed", ("people",), None)]),
    ("A girl was fatally shot.", [("A girl", 1, "killed", ("children",), None)]),
    ("The army shot down 20 men's drones and a crew shot two films.", []),
    ("The attack killed 20 people, up from 14.", [("20", 20, "killed", ("people",), None), ("14", 14, "killed", ("people",), None)]),
    ("The attack killed 20, up from an earlier count of 14.", [("20", 20, "killed", ("people",), None), ("14", 14, "killed", ("people",), None)]),
    ("The death toll rose to 41. Police first put it at 33.", [("41", 41, "killed", ("people",), None), ("33", 33, "killed", ("people",), "Police")]),
    ("Officials put the death toll at 21, while police gave a figure of 18.", [("21", 21, "killed", ("people",), "Officials"), ("18", 18, "killed", ("people",), "police")]),
    ("The wounded now number 57.", [("57", 57, "injured", ("people",), None)]),
    ("The health ministry lowered the death toll to 22 from 26.", [("22", 22, "killed", ("people",), "The health ministry"), ("26", 26, "killed", ("people",), "The health ministry")]),
    ("Two men died. A third died in hospital.", [("Two", 2, "killed", ("men",), None), ("A third", 1, "killed", ("people",), None)]),
    ("Two guards were nearly killed.", []),
    ("Nearly 20 guards were killed.", [("Nearly 20", 20, "killed", ("staff",), None)]),
    ("It was feared that 20 people were dead.", []),
    ("A drone hit a shop, killing Sgt. Ali Omar and two guards.", [("Sgt. Ali Omar", 1, "killed", ("soldiers",), None), ("two", 2, "killed", ("staff",), None)]),
    ("It killed the bride, her father and nine guests.", [("the bride", 1, "killed", ("other",), None), ("her father", 1, "killed", ("men",), None), ("nine", 9, "killed", ("other",), None)]),
    # others are of the kind named before; one number, two fates; lists behind "among"
    ("Five soldiers were killed and six others wounded.", [("Five", 5, "killed", ("soldiers",), None), ("six", 6, "injured", ("soldiers",), None)]),
    ("It killed 18 people, including four children, and wounded dozens.", [("18", 18, "killed", ("people",), None), ("four", 4, "killed", ("children",), None), ("dozens", None, "injured", ("people",), None)]),
    ("It killed a minister and hurt ten others.", [("a minister", 1, "killed", ("other",), None), ("ten", 10, "injured", ("people",), None)]),
    ("It left 11 people dead and 20 others injured.", [("11", 11, "killed", ("people",), None), ("20", 20, "injured", ("people",), None)]),
    ("Among the dead were a 16-year-old and seven men.", [("a 16-year-old", 1, "killed", ("children",), None), ("seven", 7, "killed", ("men",), None)]),
    ("Troops neutralised six militants.", [("six", 6, "killed", ("militants",), None)]),
    ("Dozens remain missing.", [("Dozens", None, "missing", ("people",), None)]),
    # whom a killing leaves standing in line, and where a toll was; two fates joined by "but"; fates behind a list
    ("The bomb killed nine men waiting at a barber's and hurt four more.", [("nine", 9, "killed", ("men",), None), ("four", 4, "injured", ("people",), None)]),
    ("A sniper killed two boys queuing for bread.", [("two", 2, "killed", ("children",), None)]),
    ("A bomber killed four men waiting in line.", [("four", 4, "killed", ("men",), None)]),
    ("The death toll from the blast at a police training school rose to 40.", [("40", 40, "killed", ("people",), None)]),
    ("The raid brought the toll to four children.", [("four", 4, "killed", ("children",), None)]),
    ("They opened fire on a bride and a groom, killing them both.", [("both", 2, "killed", ("people",), None)]),
    ("A mine wounded two guards but the mayor, Ivo Petrov, was unhurt.", [("two", 2, "injured", ("staff",), None)]),
    ("The shell killed not only two guards but also a driver.", [("two", 2, "killed", ("staff",), None), ("a driver", 1, "killed", ("staff",), None)]),
    ("They raided the fair, gunning down six traders.", [("six", 6, "killed", ("other",), None)]),
    ("He burst in, shooting nine pupils and a teacher dead.", [("nine", 9, "killed", ("children",), None), ("a teacher", 1, "killed", ("other",), None)]),
    ("They left two women and a dead boy on the road.", [("a dead boy", 1, "killed", ("children",), None)]),
    ("He stabbed three of his young cousins to death and hurt a boy.", [("three", 3, "killed", ("people",), None), ("a boy", 1, "injured", ("children",), None)]),
    ("Two brothers, 8 and 10, suffered fatal stab wounds.", [("Two", 2, "killed", ("men",), None)]),
    # the hurt beside the dead, where each clause has its own; who comes second, who is one of the others
    ("A man stabbed two clerks before officers shot him dead.", [("two", 2, "injured", ("staff",), None), ("him", 1, "killed", ("militants",), None)]),
    ("Two clerks were killed and three were shot in a yard.", [("Two", 2, "killed", ("staff",), None), ("three", 3, "injured", ("people",), None)]),
    ("Ana Ruiz was shot in a yard and she died on the way.", [("Ana Ruiz", 1, "killed", ("people",), None)]),
    ("A boy was rushed to hospital, where he was pronounced dead.", [("A boy", 1, "killed", ("children",), None)]),
    ("Two guards were wounded and taken to a clinic, where they died.", [("Two", 2, "killed", ("staff",), None)]),
    ("A boy was rushed to hospital, where his mother died.", [("A boy", 1, "hospitalised", ("children",), None), ("his mother", 1, "killed", ("women",), None)]),
    ("A boy was hurt, and a guard said he feared that a girl had died.", [("A boy", 1, "injured", ("children",), "a guard")]),
    ("Police shot the robber after he killed two clerks.", [("the robber", 1, "injured", ("militants",), None), ("two", 2, "killed", ("staff",), None)]),
    ("A boy was hurt before he killed a guard.", [("A boy", 1, "injured", ("children",), None), ("a guard", 1, "killed", ("staff",), None)]),
    ("He shot two clerks, who died at once.", [("two", 2, "killed", ("staff",), None)]),
    ("Two guards were hurt. A third guard died in hospital.", [("Two", 2, "injured", ("staff",), None), ("A third guard", 1, "killed", ("staff",), None)]),
    ("Two guards were hurt. The second guard died in hospital.", [("Two", 2, "injured", ("staff",), None)]),
    ("Two miners died on Monday. Three other officers were hurt.", [("Two", 2, "killed", ("staff",), None), ("Three", 3, "injured", ("police",), None)]),
    ("The rebels opened fire on soldiers at a bridge, killing one.", [("one", 1, "killed", ("soldiers",), None)]),
    ("A mob attacked police in Lorvik, wounding four.", [("four", 4, "injured", ("police",), None)]),
    ("Guards fired back at the raiders, killing one, a boy.", [("one", 1, "killed", ("people",), None), ("a boy", 1, "killed", ("children",), None)]),
    ("Soldiers opened fire on a crowd, killing one.", [("one", 1, "killed", ("people",), None)]),
    ("Gunmen attacked a bus near the police, killing one.", [("one", 1, "killed", ("people",), None)]),
    ("Ann Lee said a boy died. She said two men were hurt.", [("a boy", 1, "killed", ("children",), "Ann Lee"), ("two", 2, "injured", ("men",), "Ann Lee")]),
]  # fmt: skip


SOURCES = [
    ("The Red Cross and Governor Musa Bello said five men died.", ["The Red Cross", "Musa Bello"]),
    ("Five men died, police said.", ["police"]),
    # what a document says its author says; who is spoken of again
    ("A report from the Kora Observatory said five men died.", ["the Kora Observatory"]),
    ("Five men died, a statement by Musa Bello said.", ["Musa Bello"]),
    ("Musa Bello came. According to him, five men died.", [None]),
    ("Sgt. Amos Tarr, however, a U.S. spokesman, said two soldiers were killed.", ["Amos Tarr"]),
    ("Tarr, the Lorvik mayor, said two women were among the dead.", ["Tarr"]),
    ("Tarr said two died. Omar al-Tarr is the mayor.", ["Omar al-Tarr"]),
    ("The Norland Embassy in Lorvik said two sailors were killed.", ["The Norland Embassy in Lorvik"]),
    # a paper or broadcaster by its name alone, and nobody by a short title
    ("Two people were killed, according to state news agency NNA.", ["NNA"]),
    ("Two people were killed, the Harbour Daily newspaper reported.", ["Harbour Daily"]),
    ("Two people were killed, state-run Lorvik Agency said.", ["Lorvik Agency"]),
    ("Two people were killed, said Lt. Gen. Tarr, the police chief.", ["Tarr"]),
    ("Two people were killed, St. Olaf Hospital said.", ["St. Olaf Hospital"]),
    ("Two people were killed, said the Red Cross.", ["the Red Cross"]),
    ("Two people were killed, the Harrak network said.", ["the Harrak network"]),
    ("Two people were killed, the Lorvik news agency said.", ["Lorvik"]),
    ("A source at the ministry said two died. Three were hurt, the source said.", ["A source at the ministry"] * 2),
    ("Two people died, the Lorvik prosecutor said. Ann Lee, prosecutor of Lorvik, spoke later.", ["Ann Lee"]),
    ("Two people died, the army said. Army spokesman Ivan Tarr spoke later.", ["the army"]),
    ("Authorities placed the death toll at 21.", ["Authorities"]),
    ("Police said nothing of the bombings that have killed two people.", [None]),
    ("Police said they knew of a bomb that killed two people.", ["Police"]),
    (
        "Five men died, hospital sources said. Six were hurt, the sources said.",
        ["hospital sources", "hospital sources"],
    ),
    ("Sheriff Tom Walt came. Six men were hurt, the sheriff said.", ["Tom Walt"]),
    ("Two died, the army said, just days after a raid killed four.", ["the army", None]),
    ("A group claimed an attack that killed five men.", [None]),
    # who does not say it
    ("The spokeswoman would not say whether Ann Lee was among the five men killed.", [None]),
    ("The army has not confirmed who was behind the blast that killed five men.", [None]),
    ("Police did not name the gunman who killed five men.", [None]),
    ("The ministry did not report the blast that killed five men on Friday.", [None]),
    ("Police did not stay, and said five men had died.", ["Police"]),
    ("The mayor reported that five men died.", ["The mayor"]),
    ("Five men were killed, with officers saying that they search on.", [None]),
]
GROUPS = [
    ("Police shot dead the attacker, a Norlandic national who was not named.", ["militants"]),
    ("Some 60 soldiers, policemen and civilians were hurt.", ["people"]),
    ("Dozens of soldiers, policemen and civilians were hurt.", ["people"]),
    ("Six soldiers and two clerks were hurt.", ["soldiers", "staff"]),
    ("A police colonel and a security man were killed.", ["police", "soldiers"]),
    ("Five Houthis and a Hamas loyalist were killed.", ["militants", "militants"]),
    ("Ana Ruiz, an RCMP officer, was killed.", ["police"]),
    ("Ana Ruiz, an army officer, was killed.", ["soldiers"]),
    ("Corp. Ana Ruiz was killed.", ["soldiers"]),
    # who leads or belongs to an armed body is one of it; a son may be grown up
    ("The raid killed two Taliban commanders.", ["militants"]),
    ("A top rebel commander and an army commander died.", ["militants", "soldiers"]),
    ("The leader of the Veld Front, a militant group, was killed.", ["militants"]),
    ("Omar Said, the head of the Hamas military wing, was killed.", ["militants"]),
    ("Two police commanders and a member of the gang were killed.", ["police", "militants"]),
    ("Three senior leaders of the group died.", ["militants"]),
    ("The leader of the opposition and two members of the armed forces were killed.", ["people", "soldiers"]),
    ("Taliban fighters killed an aide to the president.", ["other"]),
    (
        "Her son was killed. Her two-year-old daughter died. His son, a policeman, was shot.",
        ["people", "children", "police"],
    ),
    ("A forty-year-old nurse was killed.", ["rescuers"]),
    ("His brother, a cook, and a guard were killed.", ["men", "staff"]),
    ("Fifty people died, 19 of them children.", ["people", "children"]),
    ("Four musicians and two guards died.", ["other", "staff"]),
    ("Captain Luis Vega was hurt.", ["soldiers"]),
    ("His nephew, 15, was killed. Sgt. Maj. Owen Hughes was hurt.", ["children", "soldiers"]),
    ("At least five people, three of them police officers, died.", ["people", "police"]),
    ("Ahmed Khan, a teacher, was killed.", ["other"]),
    ("Six soldiers were killed, including an officer, and eight wounded.", ["soldiers", "soldiers", "soldiers"]),
    ("Police said one officer was killed.", ["police"]),
    ("Two U.S. service members were killed and four wounded.", ["soldiers", "soldiers"]),
    ("The blast killed one Canadian soldier and injured a second.", ["soldiers", "soldiers"]),
    ("One man was killed and another wounded.", ["men", "men"]),
    ("The shell killed Abdallah. Visuals journalist Issam Abdallah was 37.", ["other"]),
    ("It wounded photographer Christina Assi, 28.", ["other"]),
    ("Among those killed was Omar al-Amin, one of the group's key aides.", ["people"]),
    ("One shooter was killed by police.", ["militants"]),
]


def figures(text: str) -> list[Figure]:
    return find_figures(Cast(text, load_lexicon()), tuple(split_sentences(text)))


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_figures(text: str, expected: list[tuple[str, int | None, str, tuple[str, ...], str | None]]) -> None:
    assert [
        (
            text[f.text.start : f.text.end],
            f.value,
            f.outcome,
            f.groups,
            f.source and text[f.source.start : f.source.end],
        )
        for f in figures(text)
    ] == expected


@pytest.mark.parametrize(("text", "groups"), GROUPS)
def test_who_is_counted(text: str, groups: list[str]) -> None:
    assert ["/".join(f.groups) for f in figures(text)] == groups


@pytest.mark.parametrize(("text", "sources"), SOURCES)
def test_who_reports(text: str, sources: list[str | None]) -> None:
    assert [f.source and text[f.source.start : f.source.end] for f in figures(text)] == sources


@pytest.mark.parametrize("words", ["A passer-by", "His brother-in-law", "Ivan al-Tarr"])
def test_a_word_with_hyphens_is_whole(words: str) -> None:
    (figure,) = figures(f"{words} was killed.")
    assert figure.text == Span(0, len(words))


@pytest.mark.parametrize("text", ["Death toll passes 40", "The death toll has topped 40.", "The toll rose above 40."])
def test_a_toll_that_is_passed_is_a_lower_bound(text: str) -> None:
    assert [(f.value, f.bound) for f in figures(text)] == [(40, "at_least")]
