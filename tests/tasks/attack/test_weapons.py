"""Weapon mentions in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.syntax import Syntax
from extract.tasks.attack.weapons import find_weapons

WEAPONS = [
    ("Police said they shot him dead.", []),
    # arms of another attack: why this one was made, what the dead had done; a shelter, a store
    ("Jets hit a camp in response to rocket fire.", []),
    ("Jets killed two men involved in rocket attacks.", []),
    ("Jets killed a man who masterminded two suicide bombings.", []),
    ("The ban aimed at curbing car bomb attacks.", []),
    ("Troops took a cache containing mines and rifles.", []),
    ("The sirens sent them to bomb shelters.", []),
    ("The rebels answered with rocket fire.", [("rocket", None, "used")]),
    ("Laser-guided munitions fell.", [("glide_bomb", None, "used")]),
    ("They fired a Scud missile.", [("ballistic_missile", None, "used")]),
    ("They fired 12 drones.", [("drone", 12, "used")]),
    ("94 drones and four missiles were shot down.", [("drone", 94, "intercepted"), ("missile", 4, "intercepted")]),
    ("A drone struck a roof.", [("drone", None, "hit")]),
    ("They fired 28 missiles, 15 of them ballistic.", [("missile", 28, "used"), ("ballistic_missile", 15, "used")]),
    ("They fired two rockets. Both were intercepted.", [("rocket", 2, "used"), ("rocket", 2, "intercepted")]),
    ("Several ballistic and cruise missiles fell.", [("ballistic_missile", None, "used"), ("cruise_missile", None, "used")]),
    ("People sat in a bomb shelter during a missile alert.", []),
    ("The driver was shot and wounded by police.", []),
    ("The country makes missile parts and drone engines.", []),
    ("The air force shot down 30 of 41 drones.", [("drone", 30, "intercepted"), ("drone", 41, "used")]),
    ("All 89 drones fired were shot down.", [("drone", 89, "used"), ("drone", 89, "intercepted")]),
    ("It launched more than 200 drones and missiles.", [("drone", 200, "used"), ("missile", 200, "used")]),
    ("A missile hit Lorvik, which a pilot saw.", [("missile", None, "hit")]),
    ("It fired a missile, which was intercepted.", [("missile", None, "used"), ("missile", None, "intercepted")]),
    ("Missiles destroyed two warehouses.", [("missile", None, "hit")]),
    ("The navy destroyed three sea drones.", [("drone", 3, "intercepted")]),
    ("The house was hit by a rocket.", [("rocket", None, "hit")]),
    ("It launched 90 drones. Air defences shot down 70 of them.", [("drone", 90, "used"), ("drone", 70, "intercepted")]),
    ("A missile hit the house. It was destroyed.", [("missile", None, "hit")]),
    ("Police found two rifles in the car.", []),
    ("Two grenades were seized.", []),
    ("Police found that two rifles were fired.", [("firearm", 2, "used")]),
    ("A bomber rammed a van packed with explosives into a gate.", [("explosive_device", None, "used")]),
    ("They spoke of shooting down a helicopter.", []),
    ("Ten died and 45 were wounded when a suicide bomber struck.", [("explosive_device", None, "used")]),
    ("A twin suicide bombing killed 70.", [("explosive_device", 2, "used")]),
    ("A swarm of drones attacked the base.", [("drone", None, "used")]),
    ("One of the largest drone attacks began.", [("drone", None, "used")]),
    ("Two officers were shot on Monday.", [("firearm", None, "used")]),
    ("A man drove a van into pedestrians.", [("vehicle", None, "used")]),
    ("They drove a tank into the yard.", []),
    # what the fire of an arm hits; those who bear arms are not counted as arms
    ("Artillery fire hit a village.", [("artillery", None, "hit")]),
    ("A drone strike hit a depot.", [("drone", None, "hit")]),
    ("A suicide car bomber struck at noon.", [("explosive_device", None, "used")]),
    # mines that explode and mines that are worked in; sham arms; those who bear arms are not counted
    ("A truck hit a mine near Lorvik.", [("explosive_device", None, "used")]),
    ("A naval mine exploded off Lorvik.", [("explosive_device", None, "used")]),
    ("They planted mines and fled.", [("explosive_device", None, "used")]),
    ("Two guards died at a gold mine.", []),
    ("They attacked the mine and two quarries.", []),
    ("The idea was mine.", []),
    ("Mines buried by rebels killed two.", [("explosive_device", None, "used")]),
    ("They threw three nail bombs.", [("explosive_device", 3, "used")]),
    ("A man with a fake suicide vest stabbed two people.", [("blade", None, "used")]),
    ("A boy with a toy gun ran away.", []),
    ("Several young men wielding rifles came.", [("firearm", None, "used")]),
    # gunmen name no arms, a gun battle does; the arms of police who end an attack, and those in a name or a film, are none
    ("Two gunmen attacked a bar.", []),
    ("A soldier was killed in a gunbattle with rebels.", [("firearm", None, "used")]),
    ("They attacked with small-arms fire.", [("firearm", None, "used")]),
    ("An officer caught up with the attacker and shot him dead.", []),
    ("The driver was felled by two shots from uniformed police.", []),
    ("Police carrying rifles came to the scene.", []),
    ("A man carrying rifles came to the scene.", [("firearm", None, "used")]),
    ("Agents of the Bureau of Firearms came.", []),
    ("The man shooting the video ran away.", []),
    ("Aircraft dropped bombs on a village.", [("aerial_bomb", None, "used")]),
    ("A car was hit with petrol bombs.", [("other", None, "hit")]),
    ("Jets dropped a number of laser-guided bombs.", [("glide_bomb", None, "used")]),
    # what comes out of arms counts none of them
    ("Five bullets hit the door.", [("firearm", None, "used")]),
    ("Nearly a dozen shots were fired.", [("firearm", None, "used")]),
    ("He fired two pistols.", [("firearm", 2, "used")]),
    ("Police held a man over two stabbings.", [("blade", None, "used")]),
    ("Three suicide bombings hit the port.", [("explosive_device", 3, "used")]),
    ("The loaded 9 mm pistol lay there. They killed 40 nurses using rifles.", [("firearm", None, "used"), ("firearm", None, "used")]),
    ("It is not known whether two rifles were used.", []),
    # what somebody calls for or fears is no use of arms, nor are those that police carry
    ("Kill the men with knives, the voice said.", []),
    ("They killed the men with knives.", [("blade", None, "used")]),
    ("The doors could be rigged with explosives.", []),
    ("The doors were rigged with explosives.", [("explosive_device", None, "used")]),
    ("The doors may have been rigged with explosives.", [("explosive_device", None, "used")]),
    ("Police armed with rifles were there.", []),
    ("Men armed with rifles were there.", [("firearm", None, "used")]),
    ("He had an axe, a pistol and other weapons.", [("blade", None, "used"), ("firearm", None, "used")]),
    ("Toro was beaten and shot to death.", [("firearm", None, "used")]),
    ("Chlorine gas killed nine.", [("other", None, "used")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WEAPONS)
def test_weapons(text: str, expected: list[tuple[str, int | None, str]]) -> None:
    article = Article("a", text, "a")
    found = find_weapons(article, load_lexicon(), article.sentences, Syntax(text, article.sentences))
    assert [(w.kind, w.quantity and w.quantity.value, w.outcome) for w in found] == expected
