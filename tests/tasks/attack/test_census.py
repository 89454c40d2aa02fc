"""Everybody of whom a made-up sentence tells what became."""

from __future__ import annotations

import pytest

from tests.tasks.attack.test_figures import figures

SEVERAL = [
    (
        "It killed two engineers, injuring three miners, four monks and a Turkish driver.",
        "two/three/four/a Turkish driver",
    ),
    ("A 7-year-old girl and her grandmother were wounded.", "A 7-year-old girl/her grandmother"),
    ("The mayor's wife was killed and his driver injured.", "The mayor's wife/his driver"),
    ("The service corrected its figure for the injured from 94 down to 92.", "94/92"),
    ("The number of people killed climbed from 12 to 19.", "12/19"),
    ("Seven people, including the imam and three pupils, were killed.", "Seven/the imam/three"),
    ("Nine people were killed. Among them is a boy.", "Nine/a boy"),
    ("Gunmen shot dead Oksana Bondar, 34, in Garowe.", "Oksana Bondar"),
    ("Colonel Rashid Ali and Sergeant Ana Ruiz were wounded.", "Colonel Rashid Ali/Sergeant Ana Ruiz"),
    ("Lt. Gen. Igor Petrov, a father of two, was killed.", "Lt. Gen. Igor Petrov"),
    ("The dead were identified as Ravi Kumar and Anil Gupta.", "Ravi Kumar/Anil Gupta"),
    ("At least 30 killed and over 100 injured in raid on school", "At least 30/over 100"),
    ("Three nuns, a gardener and a Kenyan cook were among the dead.", "Three/a gardener/a Kenyan cook"),
    ("Among 42 people hospitalized, six were children.", "42/six"),
    ("The bomb killed 21 traders, residents and a local official said.", "21"),
    ("Gunmen killed the chief of police, Anton Meier, and his bodyguard.", "Anton Meier/his bodyguard"),
    ("“We have received 14 bodies and 43 wounded, nine of them in critical condition,” said a nurse.", "14/43/nine"),
    ("Another twenty were wounded, six of them seriously, the ministry said.", "twenty/six"),
    ("Five men died. The victims included Ana Torres, 22, a cadet.", "Five/Ana Torres"),
    ("Four men were wounded; two of them were in uniform.", "Four"),
    ("The governor denied that 30 had died and put the toll at twelve.", "twelve"),
    ("A girl, 7, and her aunt were hurt.", "A girl/her aunt"),
    ("Two brothers, 8 and 10, died at home.", "Two"),
    ("Imam Yusuf al-Amin and Bilal, 9, were killed.", "Imam Yusuf al-Amin/Bilal"),
    ("The attack came a day after a blast killed five.", "five"),
    ("She treated 45 wounded people, among them 12 women.", "45/12"),
    ("One man was killed and another was wounded.", "One/another"),
    ("Two men were shot and taken to a hospital.", "Two"),
    ("It hit a church in Dabli Nord, where six people were killed.", "six"),
    ("Two men died. The injured were shifted to the Lady Reading Hospital in Brod.", "Two"),
    ("The Real IRA shot dead a police officer.", "a police officer"),
    ("Nine people were killed as a result of a series of blasts.", "Nine"),
    # the places of wounds, and what sums up
    ("Two men were in hospital after being shot in the belly and the knee.", "Two"),
    ("Ivo Petrov, 43, died after he was shot in the neck Friday.", "Ivo Petrov"),
    ("The doctor said Ana Ruiz was shot in the belly several times.", "Ana Ruiz"),
    ("The blast killed 12 people and hurt another 30, a scale of harm unknown here.", "12/30"),
    ("The blast killed two, a cook and a florist.", "two/a cook/a florist"),
    ("Two travellers, both of Lorvik and members of a club, were wounded.", "Two"),
    ("Two men escaped with injuries.", "Two"),
    ("Among the dead was an architect.", "an architect"),
    ("A bomb killed a newlywed.", "a newlywed"),
    ("The dead included 80 women, a medic at the Lorvik clinic said.", "80"),
    ("It killed two women and a 12-year-old girl, governor Ann Lee said.", "two/a 12-year-old girl"),
    ("The death toll was 42.", "42"),
    ("The dead man was 42, police said.", "The dead man"),
    ("The dead teacher was 42.", "The dead teacher"),
    ("Six people were treated for burns.", "Six"),
    ("Six people were treated for gunshot wounds after the clash.", "Six"),
    ("The ministry said al-Tarr was killed.", "al-Tarr"),
    ("The foreign ministry of Norland said al-Tarr had been killed in the strike.", "al-Tarr"),
    ("A Dayton, Ohio, security guard was among three people killed in a raid.", "three"),
    ("## A guard is shot and killed in a shop", "A guard"),
    ("She mourned at the slaying of her son, with whom she had a deep bond.", "her son"),
]


NOBODY = [
    # what is said of a deed, and what else a word of outcome is near
    "His assassination was another sign of the times.",
    "Killing traders is a grave mistake.",
    "A clerk went on a killing spree in Lorvik.",
    "A fracture was the worst injury of the day.",
    "The news, including the story that wound up in the papers, was false.",
    "There was a rumour that a girl seen in the market died in the night.",
    "Omar Said, 31, was charged with murder and attempted murder.",
    "Third army chief killed this year",
    "Troops seized a large store of powder.",
    "Six people were treated for malaria.",
]


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_told_of(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(("text", "expected"), SEVERAL)
def test_everybody_told_of(text: str, expected: str) -> None:
    assert [text[f.text.start : f.text.end] for f in figures(text)] == expected.split("/")
