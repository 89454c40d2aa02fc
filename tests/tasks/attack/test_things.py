"""Things hit in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles import Article
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.syntax import Syntax
from extract.tasks.attack.things import Thing, find_things

THINGS = [
    # pictures show things, and words that stand for none
    (
        "Shells hit a house, with footage of houses damaged by shrapnel.",
        ["a house residential unspecified", "houses residential damaged"],
    ),
    ("A fire at the depot was brought under control.", ["the depot transport on_fire"]),
    ("Rockets hit that checkpoint and another one.", ["that checkpoint military unspecified"]),
    ("Bombs hit 23 spots in Lorvik.", []),
    ("An air strike hit a fruit-and-vegetable market.", ["a fruit-and-vegetable market commercial unspecified"]),
    ("A missile hit a power plant – one man died – in Brod on Monday.", ["a power plant energy unspecified"]),
    ("A missile hit a warehouse - no one was hurt - on Monday.", ["a warehouse industrial unspecified"]),
    ("The blast damaged homes and businesses.", ["homes residential damaged", "businesses commercial damaged"]),
    # in front of what a bomb goes off; what brought the bomb, and who dropped it; gatherings
    ("A car bomb exploded outside a synagogue.", ["a synagogue religious_cultural unspecified"]),
    ("A bombing outside the embassy killed two.", ["the embassy government unspecified"]),
    ("A bomb went off in front of a bakery.", ["a bakery commercial unspecified"]),
    ("A bomb exploded outside the town. A man stood outside a bakery.", []),
    ("A bomb exploded in a car.", ["a car vehicle unspecified"]),
    ("A lorry packed with explosives was rammed into a gate.", ["a gate other unspecified"]),
    ("Warplanes dropped two bombs on a mill.", ["a mill industrial unspecified"]),
    ("A cart hit a mine.", ["A cart vehicle unspecified"]),
    ("A grenade hit an army patrol, damaging a Humvee.", ["a Humvee vehicle damaged"]),
    ("The jets made an attack on a meeting of leaders.", []),
    (
        "A shell hit a Ranger post and a state security building.",
        ["a Ranger post military unspecified", "a state security building government unspecified"],
    ),
    # panes that are broken, what is torn apart or stormed
    ("The blast smashed windows of nearby shops.", ["nearby shops commercial damaged"]),
    ("The rocket smashed into a shop.", ["a shop commercial unspecified"]),
    ("The bombs blew apart three trains and a bus.", ["trains transport destroyed 3", "a bus vehicle destroyed"]),
    ("Armed men stormed into their home.", ["their home residential unspecified"]),
    # what somebody calls for is not done, a part of an area no thing
    ("Burn his home, car or shop, the voice said.", []),
    ("They burned his home.", ["his home residential on_fire"]),
    (
        "The blast hit the road connecting Brod to Lorvik, another part of the Veld district.",
        ["the road transport unspecified"],
    ),
    ("The blast destroyed a part of the hotel.", ["a part of the hotel commercial destroyed"]),
    ("Their minds were shattered.", []),
    ("The strikes against the group and their affiliates went on.", []),
    # kinds
    (
        "Shells damaged the gendarmerie station and a check post.",
        ["the gendarmerie station government damaged", "a check post military damaged"],
    ),
    (
        "The flow station and Elijah's tomb were damaged.",
        ["The flow station energy damaged", "Elijah's tomb religious_cultural damaged"],
    ),
    ("The offices of the Belmora governor were hit.", ["The offices of the Belmora governor government unspecified"]),
    ("A drone hit a school.", ["a school education unspecified"]),
    ("Rebels shot down a military helicopter.", ["a military helicopter military destroyed"]),
    ("A cargo plane was shot down.", ["A cargo plane vehicle destroyed"]),
    ("Police shot down a protester.", []),
    ("A missile hit a tanker.", ["a tanker vehicle unspecified"]),
    ("Shells damaged a wall around the embassy.", ["a wall around the embassy government damaged"]),
    ("The field is a place of landing of attack helicopters.", []),
    ("A nine-story apartment block collapsed.", ["A nine-story apartment block residential destroyed"]),
    ("Nearly 100 buildings were damaged.", ["buildings other damaged 100"]),
    ("It hit a fuel depot, sparking a huge blaze.", ["a fuel depot energy on_fire"]),
    ("Train services were suspended.", ["Train services transport disrupted"]),
    ("Footage showed burning motorcycles.", ["burning motorcycles vehicle on_fire"]),
    # how far off, or how much, is no thing
    ("The blast took place 105 miles (170 kilometers) south of Lorvik.", []),
    ("Rockets landed 300 metres from a school.", []),
    ("The attack happened a mile from the border.", []),
    # what is listed, and parts
    (
        "Drones damaged a clinic, two kindergartens and a mill in Lorvik.",
        ["a clinic medical damaged", "kindergartens education damaged 2", "a mill industrial damaged"],
    ),
    (
        "Drones struck the port of Belmora, setting a warehouse on fire.",
        ["the port of Belmora transport unspecified", "a warehouse industrial on_fire"],
    ),
    ("Dozens of houses were gutted.", ["houses residential destroyed None"]),
    ("The majority of the houses were destroyed.", ["the houses residential destroyed"]),
    ("Two of its three boilers were damaged.", ["boilers other damaged 2"]),
    ("More than half of the village's 90 houses were destroyed.", ["houses residential destroyed"]),
    ("The top three storeys of a hotel were damaged.", ["storeys of a hotel commercial damaged 3"]),
    (
        "Nearly 60 houses suffered damage, including a bakery.",
        ["houses residential damaged 60", "a bakery commercial damaged"],
    ),
    ("A clinic was among the damaged buildings.", ["A clinic medical damaged"]),
    ("Gunmen stormed a police station and set it ablaze.", ["a police station government on_fire"]),
    # where a bomb went off; open nouns
    ("A bomb in a cart tore through a vegetable stall.", ["a vegetable stall commercial unspecified"]),
    # beside an explosion is not hit by it; words of place and measure; the means are not hit, what they strike is
    ("A mine exploded near an outpost on a hill.", []),
    ("A bomb went off 90 metres (yards) from the palace.", []),
    ("The raid took place at night.", []),
    ("Terrorism must be wiped out.", []),
    ("Shops whose windows were shattered stayed shut.", ["Shops commercial damaged"]),
    ("The shelling took out two rocket launchers.", ["rocket launchers military destroyed 2"]),
    # what carried the bomb is no damage, nor is what nobody says was hit; panes are those of a thing
    ("A car exploded at noon.", []),
    ("There was almost no damage to the buildings.", []),
    ("They’d damage the bridge with mortars.", []),
    ("They'd damage the bridge with mortars.", []),
    ("They’d damaged the bridge with mortars.", ["the bridge transport damaged"]),
    ("They'd damaged the bridge with mortars.", ["the bridge transport damaged"]),
    ("There were no videos showing damage to the hospital, and it was unclear whether it had been damaged.", []),
    ("The blast shattered windows in a wide area.", []),
    ("The blast shattered windows of a school.", ["a school education damaged"]),
    ("The blast shattered thousands of windows.", ["windows other damaged None"]),
    ("He claimed the attack in a phone call.", []),
    ("The raids targeted critics of Damascus.", []),
    ("After the collapse of the system, they attacked bars.", ["bars commercial unspecified"]),
    ("The strike took out a training camp.", ["a training camp military destroyed"]),
    ("A bomb devastated a social club.", ["a social club commercial destroyed"]),
    ("Houses were reduced to rubble.", ["Houses residential destroyed"]),
    ("After the strike prices were reduced to half.", []),
    ("My apartment was blown to pieces.", ["My apartment residential destroyed"]),
    ("He set off explosives in a market.", ["a market commercial unspecified"]),
    (
        "The assaults on a museum and a hotel came last year.",
        ["a museum religious_cultural unspecified", "a hotel commercial unspecified"],
    ),
    ("A bus exploded at noon.", ["A bus vehicle unspecified"]),
    ("A driver crashed his car into a police station.", ["a police station government unspecified"]),
    ("Rebels fought their way into a hotel.", ["a hotel commercial unspecified"]),
    ("Nine people died in an airstrike on a school in Marlow.", ["a school education unspecified"]),
    ("The explosion left the hotel in ruins.", ["the hotel commercial destroyed"]),
    ("A missile hit an ice rink.", ["an ice rink other unspecified"]),
    ("Missile strike damages hospital, power plant", ["hospital medical damaged", "power plant energy damaged"]),
    ("A bakery, which was destroyed, stood there.", ["A bakery commercial destroyed"]),
    ("The bus was full when it was hit by a bomb.", ["The bus vehicle unspecified"]),
    ("The strikes hit civilian sites, including a school.", ["a school education unspecified"]),
    (
        "After the raid, doors, the wing and a shed were hit.",
        ["doors other unspecified", "the wing other unspecified", "a shed industrial unspecified"],
    ),
    (
        "Drones hit a military airfield in Oster region and a dairy in the city of Belmora.",
        ["a military airfield military unspecified", "a dairy other unspecified"],
    ),
    ("A donkey cart hit a mine near Lorvik.", ["A donkey cart vehicle unspecified"]),
    ("The insurgents burned down the market.", ["the market commercial on_fire"]),
    # services that fail
    ("More than 8,000 customers had no electricity.", ["customers energy disrupted 8000"]),
    ("The strike knocked out power to half of the city.", ["power energy disrupted"]),
    ("Power was cut to 305 homes.", ["homes energy disrupted 305"]),
    (
        "Tap water and electricity were interrupted.",
        ["Tap water other disrupted", "electricity energy disrupted"],
    ),
    ("The strike left thousands without power.", ["power energy disrupted"]),
    ("The strikes caused blackouts in three districts.", ["blackouts energy disrupted"]),
    # fire that burns nothing, and burns that are wounds; what is said of arms and ideas; what money and illness do
    ("Two gunships fire into a village market.", []),
    ("The crew saw guards fire a flare canister at a boat.", []),
    ("They spoke of a cease-fire in a farm.", []),
    ("The cook had cuts and burns from a kettle.", []),
    ("There was a strange burning sensation.", []),
    ("They called the flag burning a mistake.", []),
    ("Arsonists burn a barn.", ["a barn industrial on_fire"]),
    ("A fire broke out at a mill.", ["a mill industrial on_fire"]),
    ("Two men were hurt by the fragments of a rocket fired from Lorvik.", []),
    ("Horns pierced the rare moment of quiet.", []),
    ("The clerk destroyed that information.", []),
    ("The raid had devastating consequences.", []),
    ("Officials blame the attacks on a chain of smugglers.", []),
    ("Officials blame rebels for the attack on a school.", ["a school education unspecified"]),
    ("The widow is seeking damages in a lawsuit.", []),
    ("The storm damages a school.", ["a school education damaged"]),
    ("He died of a heart attack at his flat.", []),
    ("He died in an attack at his flat.", ["his flat residential unspecified"]),
    ("Their hearts are broken.", []),
    ("The blast shattered his ribs.", []),
    ("A rocket hit a fortification.", ["a fortification other unspecified"]),
    ("The blast destroyed an installation.", ["an installation other destroyed"]),
    ("A bomb shattered the windows of a nearby inn.", ["a nearby inn commercial damaged"]),
    # what seems to have been hit, what carries people, what holds fuel, what was driven into people
    ("Several cars appear to have been damaged by debris.", ["cars vehicle damaged None"]),
    ("A school is believed to have been hit by a rocket.", ["A school education unspecified"]),
    ("A school was meant to be hit.", []),
    ("A bomb hit a bus carrying pilgrims near Lorvik.", ["bus vehicle unspecified"]),
    ("Rebels attacked a bulk carrier off Lorvik.", ["a bulk carrier vehicle unspecified"]),
    ("A fire at the oil depot damaged two tanks.", ["the oil depot energy on_fire", "tanks energy damaged 2"]),
    ("Rockets destroyed two tanks.", ["tanks military destroyed 2"]),
    ("A car ploughed into a crowd in Lorvik.", []),
    ("A truck was rammed by militants.", ["A truck vehicle unspecified"]),
    ("Rebels destroyed a tank and a fuel truck.", ["a tank military destroyed", "a fuel truck vehicle destroyed"]),
    # no things, and nothing that was hit
    ("Three were hit, the hospital said.", []),
    ("School children were hit.", []),
    ("A house stood there; fires burned elsewhere.", []),
    ("The army shot down 30 drones and destroyed five missiles.", []),
    ("The minister struck a deal and prices hit a record.", []),
    ("The attack damaged relations between them.", []),
    ("No buildings were damaged and the bridge was not hit.", []),
    ("The bomb damaged none of the houses.", []),
    ("He was led from the wreckage in a dark suit after the blast.", []),
    ("The wreckage of a bus lay there after the blast.", ["a bus vehicle destroyed"]),
    ("He was on a lab-destroying mission when the bomb went off.", []),
    ("The bombing damaged the tourism industry and broke a law.", []),
    ("Police foiled a bomb attack on a mosque.", []),
    ("The group threatened to attack power stations.", []),
    ("A proposal to halt attacks on civilian targets was made.", []),
    ("The strike could have destroyed the dam.", []),
    ("The bomb was placed under a bridge.", []),
    ("Police opened fire on a crowd outside a stadium.", []),
]


def read(text: str) -> list[Thing]:
    article = Article("a", text, "a")
    return find_things(article, load_lexicon(), article.sentences, Syntax(text, article.sentences))


@pytest.mark.parametrize(("text", "expected"), THINGS)
def test_things(text: str, expected: list[str]) -> None:
    told = [
        f"{text[t.phrase.start : t.phrase.end]} {t.kind} {t.extent}{f' {t.quantity.value}' if t.quantity else ''}"
        for t in read(text)
    ]
    assert told == expected


def test_what_is_only_aimed_at_says_so() -> None:
    assert [t.aimed for t in read("The jets targeted a mill and hit a school.")] == [True, False]
