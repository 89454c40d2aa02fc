"""Names of places in made-up sentences."""

from __future__ import annotations

import pytest

from extract.articles.sentences import Span, split_sentences
from extract.tasks.attack.containers import hit_places
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.places import PlaceMention, find_places

PLACES = [
    ("Gunmen killed two men on Sariab road in Brod.", ["Brod"]),
    ("Shells hit the base of the army in Brod, targeting KORPAM's base.", ["Brod"]),
    ("Drones hit Belgorod's airport on Monday, killing two people.", ["Belgorod"]),
    ("A bomb went off in Kandal's old bazaar on Friday, killing two.", ["Kandal"]),
    ("Rebels attacked C. African villages near Brod.", ["Brod"]),
    ("A bomb went off in Brod at 9.30 AM.", ["Brod"]),
    # where the wounded and the dead are taken is not where it was
    ("The wounded were moved to a clinic in Ankara.", []),
    ("Nine people were flown to hospitals in Gaziantep.", []),
    ("The dead lay in a morgue in Erbil.", []),
    ("Two girls are in intensive care at hospitals in Lorvik and Brod.", []),
    ("A guard was charged in Lorvik with the bombing in Brod.", ["Brod"]),
    ("A shell hit a hospital in Gaziantep.", ["Gaziantep"]),
    ("A bomb went off in the city of Lorvik.", ["Lorvik"]),
    ("The attack took place between the towns of Brod and Orel.", ["Brod", "Orel"]),
    ("It strained the alliance between Brod and Orel.", []),
    ("Fighters stormed through the town of Brod.", ["Brod"]),
    ("An assault on the embassy in the capital, Brod, killed ten.", ["Brod"]),
    ("Diplomats at the embassy in Brod said so.", []),
    ("Drones hit Lorvik, Tamsk and Orel overnight.", ["Lorvik", "Tamsk", "Orel"]),
    ("It fell in Lorvik's Zarya district.", ["Zarya district"]),
    ("It burned in Russia's Saratov region.", ["Saratov region"]),
    ("He fired in Marlow, Ohio, at noon.", ["Marlow"]),
    ("A car hit people in the Belgian town of Strevelle.", ["Strevelle"]),
    ("It happened in a Belgian town.", []),
    ("Two died, officials in Lorvik said.", []),
    ("He fired at Lorvik high school.", []),
    ("Gunmen killed two in the Hotel Atlas in Lorvik.", ["Lorvik"]),
    ("A bomb went off near Café Central in Lorvik.", ["Lorvik"]),
    ("Gunmen stormed Bar and Barra.", ["Bar", "Barra"]),
    ("Katyusha rockets struck a base near Lorvik.", ["Lorvik"]),
    ("It came on Monday in March.", []),
    ("Rebels captured the town of Lorvik.", ["Lorvik"]),
    ("They moved on after taking over the villages of Tamsk and Orel.", ["Tamsk", "Orel"]),
    ("Gunmen assassinated the minister in Lorvik.", ["Lorvik"]),
    ("Two died, according to the consulate in Lorvik.", []),
    ("The army confirmed the strike, on Tamsk near the city of Orel.", ["Tamsk"]),
    # lists, with names of every shape; what stands in brackets explains
    ("Artillery shelled the villages of Kabri (Jabal al-Ard), Al-Ba'ir and Tamsk on Friday.", ["Kabri", "Al-Ba'ir", "Tamsk"]),
    ("Gunmen stormed N'Guim, Deir al-Zahr and Port-au-Marc.", ["N'Guim", "Deir al-Zahr", "Port-au-Marc"]),
    ("Drones struck the Belgorod, Tamsk and Bryansk regions.", ["Belgorod", "Tamsk", "Bryansk"]),
    ("Damage was reported in Lorvik's Podil and Obolon districts.", ["Podil", "Obolon"]),
    ("Gunmen stormed Kadawa, Kwata, and Maduba communities on Thursday.", ["Kadawa", "Kwata", "Maduba"]),
    ("Rebels fired in Lorvik and Brod, in Cameroon's Northwest and Southwest regions.", ["Lorvik", "Brod"]),
    # abbreviations and streets
    ("Shells hit St. Mary's mission near Mt. Darwin.", ["Mt. Darwin"]),
    ("A bomb exploded in St. Petersburg on Tuesday.", ["St. Petersburg"]),
    ("A bomb went off outside No. 12 Elm St. in St. Paul, police said.", ["St. Paul"]),
    ("Two bombs exploded in Mt. Vernon and Ft. Worth.", ["Mt. Vernon", "Ft. Worth"]),
    ("Two people were stabbed on Oxford Street in London.", ["London"]),
    ("The envoy and Maj. Gen. Ann Reyes were hurt in Lorvik.", ["Lorvik"]),
    ("A car bomb killed four people in the Lorvik suburb of Baadra on Monday.", ["Baadra"]),
    # who has a rank is no place
    ("A bomb went off outside a shop in Lorvik, the Red Cross and Maj. Ivan Tarr said.", ["Lorvik"]),
    # adjectives of nations and religions
    ("A bomb went off in a Shi'ite mosque in Quetta.", ["Quetta"]),
    ("A Croatian aid convoy was shelled near Vukovar.", ["Vukovar"]),
    ("A bomb hit a market in the Shi'ite Muslim area of Sadr City.", ["Sadr City"]),
    ("Militants attacked a Fulani village in Nigeria's Benue state.", ["Benue state"]),
    # what a place lies in, said with commas
    ("A bomb exploded in Vienne, south of Lyon, on Monday.", ["Vienne"]),
    ("A blast hit Lorvik, the capital of Brod province.", ["Lorvik"]),
    ("A car bomb killed four in Lorvik, northwest Syria.", ["Lorvik"]),
    ("Shelling killed ten in the Poonch district of Kashmir.", ["Poonch district", "Kashmir"]),
    ("It happened in the Gulf Arab state of Oman.", ["Oman"]),
    ("Drones hit a post on Snake Island.", ["Snake Island"]),
    # what a distance is measured from
    ("Gunmen ambushed a bus in Sirk, 40 kilometres (25 miles) north of Gana, the capital of Brod province.", ["Sirk"]),
    ("Two died in an ambush in Sirk, 12 miles (20 kms) southwest of Gana.", ["Sirk"]),
    ("A bomb went off in Sirk, about 300 metres from Gana on Monday.", ["Sirk"]),
    ("Shells hit Sirk, some 70 km (43 miles) to the east of the port of Gana.", ["Sirk"]),
    ("A bomb killed two a mile outside Gana.", ["Gana"]),
    ("The rebels of Sirk marched 40 miles and attacked a post in Gana.", ["Gana"]),
    # seas, parts of lands, what came under fire
    ("A ship was attacked in the Red Sea.", ["Red Sea"]),
    ("Two tankers were hit in the Gulf of Oman.", ["Gulf of Oman"]),
    ("The rockets were fired into northern Israel.", ["northern Israel"]),
    ("Ukraine's Odesa region came under fire overnight.", ["Odesa region"]),
    ("A Kabul suicide bombing killed ten.", ["Kabul"]),
    ("It brings back memories of Lorvik, where a man stabbed three people to death.", ["Lorvik"]),
    ("Their convoy hit a mine between Lorvik and Brod.", ["Lorvik", "Brod"]),
    ("It launched a missile toward Israel.", []),
    ("Air defences destroyed 27 drones over Lorvik.", []),
    # where somebody spoke, who was meant, which war
    ("The premier said in London that the attack in Kabul was vile.", ["Kabul"]),
    ("The bombing targeted Lt. Gen. Igor Petrov.", []),
    ("Hundreds were killed in the war in Ukraine.", []),
    ("Russia fires missile in massive Ukraine attack", []),
    # persons, firms, ships and fighters, whatever stands before them
    ("A bomb blew up near Gavin Tarr's armoured car.", []),
    ("Three men stormed Gavin Tarr's house at night.", []),
    ("A jury saw how the bombing in Gavin Tarr's trial was told.", []),
    ("Gavin Tarr, 31, was hit in the leg by a bullet.", []),
    ("Special Agent in Charge Gavin Tarr said two were shot.", []),
    ("Rebels bombed the destroyer USS Marlow at sea.", []),
    ("It was the deadliest attack on U.S. Marines in years.", []),
    ("“Anyone who stood in his way was attacked,” she said.", []),
    ("A shell hit Aden's port and Beirut's southern suburbs.", ["Aden", "Beirut"]),
    ("The city of Lorvik was hit by two rockets.", ["Lorvik"]),
    # names are whole, and end where another begins
    ("Gunmen killed three in British Columbia on Friday.", ["British Columbia"]),
    ("A ferry was attacked in the Irish Sea.", ["Irish Sea"]),
    ("Gunmen killed two British tourists in Lorvik.", ["Lorvik"]),
    ("A commander was shot dead in W. Lorvik.", ["W. Lorvik"]),
    ("A raid in the deep South killed three.", []),
    ("Troops killed five men in the West Bank of Islamic Jihad.", ["West Bank"]),
    # of the land and the town in it the town is where it was; so it is of the district and its town
    ("A grenade hurt two officers in the Atlantic port city of Lorvik, Mexico.", ["Lorvik"]),
    ("Troops shot a man dead in the West Bank town of Nablus.", ["Nablus"]),
    ("It took place in the eastern Beirut suburb of Tamsk.", ["Tamsk"]),
    ("A missile hit a car in the Khalda region of the southern Gaza Strip.", ["Khalda region", "southern Gaza Strip"]),
    ("Bombers struck three hotels in the Jordanian capital of Amman.", ["Amman"]),
    ("A bomb went off in a guarded quarter of Pakistan's north-western city of Peshawar.", ["Peshawar"]),
    ("Troops fired on a car in Salla, near the southern West Bank town of Hebron.", ["Salla"]),
    ("Three were shot in Salla, a town in southern Sudan.", ["Salla"]),
    ("In the Donetsk region, one man in the city of Tarsk was killed.", ["Donetsk region", "Tarsk"]),
    # what another clause tells, in which nobody is attacked
    ("A raid killed nine as the new minister prepared to take office in Washington.", []),
    ("Gunmen shot a clerk in Brod, while crowds were calling for calm in Lorvik.", ["Brod"]),
    ("A clerk who was arrested in Lorvik had a part in the bombing in Brod.", ["Brod"]),
    ("Police detained two men in Lorvik over the bombing in Brod.", ["Brod"]),
    ("The premier, who is in France, deplored the bombing in Brod.", ["Brod"]),
    ("The president was in France as bombs exploded in Brod.", ["Brod"]),
    ("Gavin Tarr was in charge of the premier's safety at a college in Lorvik.", []),
    ("He was at a café in Lorvik when gunmen burst in.", ["Lorvik"]),
    ("The first of the stabbings was in a park in Lorvik.", ["Lorvik"]),
    ("The bomb killed ten men who were praying in a mosque in Lorvik.", ["Lorvik"]),
    ("A shell fell on women who were queuing for bread in Lorvik.", ["Lorvik"]),
    ("The bomb went off as worshippers gathered in the city of Lorvik.", ["Lorvik"]),
    ("A guard who was posted in Lorvik suffered burns in the blast.", ["Lorvik"]),
    ("A clash broke out as troops saw that men were trying to slip in near Brod.", ["Brod"]),
    ("In Lorvik, ministry spokesman Gavin Tarr noted that responsibility for the raid was claimed by the Red Front.", []),
    ("In Lorvik, the mayor said two people had died.", ["Lorvik"]),
    ("In Lorvik, the governor said drones hit a depot.", ["Lorvik"]),
    ("Mass shootings are rare in Norway.", []),
    # whence it came, and whom a finger is pointed at
    ("Rebels in Lorvik launched two rockets into Brod.", ["Brod"]),
    ("Gunmen in Lorvik shot at a bus and killed two.", ["Lorvik"]),
    ("She pointed the finger at Iran for the bombing in Brod.", ["Brod"]),
    # parts of lands and towns, whatever stands before them; and one that a name tells the direction from
    ("A fight broke out on the outskirts of Lorvik on Monday.", ["Lorvik"]),
    ("Shells landed on the northern edge of the city of Brod.", ["Brod"]),
    ("Nine herders were shot dead in the mountains of northern Iraq.", ["northern Iraq"]),
    ("Planes bombed a camp in the desert stronghold of Tamsk.", ["Tamsk"]),
    ("He spoke on the history of Lorvik.", []),
    ("Nobody was hurt in the history of Lorvik.", []),
    ("An air strike north of Kabul hit a camp.", ["Kabul"]),
    ("Two were killed in a forest just south of Kabul.", ["Kabul"]),
    ("A blast hit Brod, a town west of Kabul.", ["Brod"]),
    ("A bomb killed two in Brod, north-east of Kabul.", ["Brod"]),
    # districts, whatever article stands before them, and however their name begins and ends
    ("A bomb killed six in an upscale Bogota neighborhood.", ["Bogota"]),
    ("A gunman fired at a bus in a Kabul suburb.", ["Kabul"]),
    ("The blast killed three in al-Waleed district.", ["al-Waleed district"]),
    ("Rwandan-backed rebels attacked Brod.", ["Brod"]),
    ("A gang killed two in the municipality of Santa Rita y Cobre.", ["Santa Rita y Cobre"]),
    # whence people are carried off, and what is entered
    ("The nuns were kidnapped from the Norlandic town of Brod in May.", ["Brod"]),
    ("Two men from Lorvik were shot dead in Brod.", ["Brod"]),
    ("Rebels tried to enter the town of Brod at night.", ["Brod"]),
    ("Tanks entered Lorvik and fired at crowds.", ["Lorvik"]),
    ("Police reported two deaths in Brod.", ["Brod"]),
    # groups, bodies, beliefs and houses are no places
    ("Drones killed three in strikes against al Qaeda and its friends.", []),
    ("The raid on an al Qaeda camp in Kabul killed two.", ["Kabul"]),
    ("A car bomb went off in Deir al Zahr.", ["Deir al Zahr"]),
    ("The gunman opened fire at NLTU on Monday.", []),
    ("A bomb killed six in UAE waters.", []),
    ("It destroyed the tomb of a man revered in Christianity and Judaism.", []),
    ("A boy opened fire at Tarr High on Monday.", []),
    ("Twelve were shot dead at the Lorvik Navy Yard.", []),
    ("A bomb hurt six outside the Hall & Tarr Center in Brod.", ["Brod"]),
    ("A guard was hurt in US led air strikes.", []),
    ("She tried to enter the Directorate of Roads in Brod.", ["Brod"]),
    ("Fighting in the DRC killed two.", ["DRC"]),
    # persons who were shot, and whose death is told
    ("Crowds marched over the shooting of Gavin Tarr.", []),
    ("Two officers had a part in Tarr's death in Brod.", ["Brod"]),
    ("The bombing of Lorvik lasted an hour.", ["Lorvik"]),
    # where the hurt lie, where somebody grew up or was told something
    ("A nurse treated the wounded in a hospital in Ankara.", []),
    ("Three of the wounded died in a hospital in Ankara.", []),
    ("Hospitals in Ankara were told to take the wounded.", []),
    ("A guard was killed in a hospital in Ankara by a rocket.", ["Ankara"]),
    ("Tarr, who grew up in Lorvik, died in a raid on Brod.", ["Brod"]),
    ("The rebels claimed the raid in a call to a stringer in Lorvik.", []),
    ("In Lorvik, the premier said the attacks show that the war goes on.", []),
    # a land to one side of which it was, a name that hangs on "called", a place of which a clause tells what happened there
    ("A man stabbed two people in a village in south-eastern France.", ["south-eastern France"]),
    ("Shells fell on north-west Syria.", ["north-west Syria"]),
    ("The south-eastern bank in Lorvik was hit.", ["Lorvik"]),
    ("They drove through a town called Sirk when a bomb went off.", ["Sirk"]),
    ("The convoy was hit by a roadside bomb as it drove through Brod.", ["Brod"]),
    ("He sang as he drove through Brod.", []),
    ("He was riding through Brod when gunmen shot him.", ["Brod"]),
    ("He was riding through Brod when his wife called.", []),
    ("A bomb went off in a village named Tamsk near Brod.", ["Tamsk", "Brod"]),
    ("A boy named Tarr was shot in Brod.", ["Brod"]),
    ("The rebels called Brod a ruin after the shelling of Tamsk.", ["Tamsk"]),
    ("The crowded Sirk district, where the car bomb exploded on Thursday, was sealed off.", ["Sirk district"]),
    ("Ministers met in Lorvik, where the shooting took place, and spoke of it.", ["Lorvik"]),
    ("He flew to Brod, where gunmen killed three of his men on Sunday.", ["Brod"]),
    ("He will visit the city of Sirk, where two bombs went off last month.", ["Sirk"]),
    ("He flew to Lorvik, where he was born, to speak of the bombing in Brod.", ["Brod"]),
    ("Ministers met in Lorvik, where the talks took place, to speak of the bombing in Brod.", ["Brod"]),
    # where people met, marched or worked when they were attacked; not where somebody spoke of it
    ("A car bomb detonated outside the French Embassy in Tripoli, injuring two guards.", ["Tripoli"]),
    ("A blast tore through the embassy in Dar es Salaam.", ["Dar es Salaam"]),
    ("A boy was killed at a rally in Lorvik on Sunday.", ["Lorvik"]),
    ("Two were shot dead during a protest in Lorvik.", ["Lorvik"]),
    ("The blast in Brod was felt as envoys spoke at a meeting in Lorvik.", ["Brod"]),
    ("Speaking at a summit in Lorvik, the premier said the bombing in Brod was vile.", ["Brod"]),
    ("They protested outside the embassy in Lorvik over the bombing in Brod.", ["Brod"]),
    ("A missile hit a group of rebels meeting in the village of Sirk.", ["Sirk"]),
    ("Envoys meeting in Lorvik deplored the bombing in Brod.", ["Brod"]),
    ("Two assaults in the province of Sirk led to the deaths of nine men.", ["Sirk"]),
    # what is taken, and how
    ("The rebels seized control of Tamsk on Friday.", ["Tamsk"]),
    ("Two men were killed on a London street.", ["London"]),
    ("The rebels lost control of Tamsk on Friday.", []),
    ("The army recaptured Tamsk on Friday.", ["Tamsk"]),
    ("The rebels took Kabul after heavy fighting.", ["Kabul"]),
    ("The general took Gavin Tarr to the camp.", []),
    ("Nine were hurt in the attack on a hotel in the seaside resort of Tamsk.", ["Tamsk"]),
    # feasts, and what is led or backed by a land
    ("A bomb went off on New Year's Day outside a church in Lorvik.", ["Lorvik"]),
    ("Gunmen struck on Norland's Republic Day at noon in Brod.", ["Brod"]),
    ("The man is said to have been hurt in a U.S.-led air strike last week.", []),
    # a crowd that protests is somewhere else
    ("Thousands protested in Lorvik on Monday over a bombing in Brod.", ["Brod"]),
    ("Police fired at a crowd in Lorvik as it protested over the bombing in Brod.", ["Lorvik", "Brod"]),
    ("A suspect in the bombing in Brod was arraigned in Lorvik.", ["Brod"]),
    # a house at which it was, and the town it stands in
    ("Gunmen kidnapped ten nurses at the Red Crescent in Baghdad.", ["Baghdad"]),
    ("A bomb killed two at the Radisson in Amman.", ["Amman"]),
    ("In a seaside park at Port Arthur, Tasmania, a man shot two people.", ["Port Arthur"]),
    ("Shots were fired at Brod on Sunday.", ["Brod"]),
    ("Two were killed in a blast at the Sirk junction in Kabul.", ["Kabul"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_places(text: str, expected: list[str]) -> None:
    lexicon = load_lexicon()
    found = find_places(Cast(text, lexicon), Span(0, len(text)))
    assert [text[p.span.start : p.span.end] for p in found] == expected


def test_a_person_of_a_country_is_no_place() -> None:
    text = "The raid came hours after the envoy lashed out at Ruritania's Ivan Petrenko over the plan."
    lexicon = load_lexicon()
    found = [text[m.span.start : m.span.end] for m in find_places(Cast(text, lexicon), Span(0, len(text)))]
    assert "Ivan Petrenko" not in found


CHOSEN = [
    ("Shelling in northern Latakia\nShells hit Kabri and Tamsk on Friday.", ["Kabri", "Tamsk"]),
    ("Strikes on Ukraine killed seven on Monday.\nDrones hit Lorvik, Tamsk and Orel.", ["Ukraine", "Lorvik", "Tamsk", "Orel"]),
    ("A blast in Pakistan killed seven.\nThe bomb went off in Lorvik.", ["Lorvik"]),
    ("Drones struck the districts of Brod and Orel in Lorvik.", ["Brod", "Orel"]),
    ("Three bombs killed 80 across Baghdad.\nOne went off in Sadr City.", ["Baghdad", "Sadr City"]),
    ("A bomb in western Baghdad killed eight.\nOne went off in Sadr City.", ["western Baghdad", "Sadr City"]),
    ("A raid in eastern Norway killed six.\nIt was in Brod.", ["Brod"]),
    ("A raid in eastern Norway killed six.", ["eastern Norway"]),
    ("A rocket hit Tel Aviv.", ["Tel Aviv"]),
    ("A raid in Norway killed six.\nIt was told from northern Norway that the raid in northern Norway was long.", ["northern Norway"]),
    ("Strikes across Norway killed six.\nOne was in northern Norway.", ["Norway", "northern Norway"]),
    ("A rocket hit Israel.", ["Israel"]),
    ("A man is shot in northeast Norway\nGunmen shot a man in northeastern Norway on Friday.", ["northeast Norway"]),
    ("A bomb killed two west of Lorvik\nThe bomb went off in Brod.", ["Brod"]),
    ("A drone fired a missile east of Brod in northern Norway.", ["Brod"]),
    ("A man was shot in Brod.\nIn neighbouring Orel province, gunmen killed two.", ["Brod", "Orel province"]),
    # a town that bears a land's name; a part of the one town that is named; a land where few places are named in it
    ("Rockets hit Mexico City on Friday.\nThree men were shot in northern Mexico.", ["Mexico City"]),
    ("Gunmen shot a man in Boston on Friday.\nHe was shot in the city's Sirk neighborhood.", ["Sirk"]),
    ("In Baghdad, five died when a bomb exploded in the neighbourhood of Sirk.", ["Sirk"]),
    ("A bomb hit the Sirk neighbourhood in the north of the city.\nShots fell in Orel, a part of Lorvik.", ["Sirk", "Orel"]),
    ("A bomb killed six in Lorvik.\nShells hit Brod and the suburb of Sirk.", ["Lorvik", "Brod", "Sirk"]),
    ("A shooting in northern England killed six\nThe shots were fired in Brod and Orel.", ["Brod", "Orel"]),
    ("Two blasts killed 15 in southern Norway\nThe bombs went off in Brod and Orel.", ["Brod", "Orel"]),
]  # fmt: skip


@pytest.mark.parametrize("spot", [False, True])
@pytest.mark.parametrize(("text", "expected"), CHOSEN)
def test_the_most_specific_places_are_chosen(text: str, expected: list[str], spot: bool) -> None:
    lexicon = load_lexicon()
    cast = Cast(text, lexicon)
    sentences = tuple(split_sentences(text))
    found = [place for each in sentences for place in find_places(cast, each)]
    assert [text[span.start : span.end] for span in hit_places(found, sentences, text, lexicon, spot)] == expected


def test_a_province_tells_where_the_spot_is() -> None:
    text = "Gunmen killed nine in Tamsk on Friday.\nThe men had come to Orlo state from the north and fired in Tamsk."
    lexicon = load_lexicon()
    sentences = tuple(split_sentences(text))
    found = [
        PlaceMention(Span(text.index(name), text.index(name) + len(name)), False, "in") for name in ("Tamsk", "Orlo")
    ]
    assert [text[s.start : s.end] for s in hit_places(found, sentences, text, lexicon, spot=True)] == ["Tamsk"]
    assert len(hit_places(found, sentences, text, lexicon, spot=False)) == 2
