"""Quotations in made-up paragraphs."""

from __future__ import annotations

import pytest

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import load_lexicon
from extract.tasks.attack.names import Cast
from extract.tasks.attack.quotes import Quotation, find_quotations

QUOTES = [
    (
        '"Storms used to be something pretty rare, but they are becoming more prevalent in our society nowadays," '
        "CEO of Lorvik Harbour Authority John Falkoff said.",
        [
            "John Falkoff, CEO of Lorvik Harbour Authority: Storms used to be something pretty rare, but they are becoming "
            "more prevalent in our society nowadays,"
        ],
    ),
    (
        "“It fell here,” 65-year-old Hassan Sheikh Omar told the Tern. “We ran,” Omar said.",
        ["Hassan Sheikh Omar: It fell here,", "Hassan Sheikh Omar: We ran,"],
    ),
    ("“We ran,” said Ann Lee. “It was loud.”", ["Ann Lee: We ran, + It was loud."]),
    ("Mayor Ann Lee called it “a crime”.", ["Ann Lee, Mayor: a crime"]),
    (
        "Ann Lee, a nurse who lives near, said it shook. “I fell,” she said.",
        ["Ann Lee, a nurse who lives near: I fell,"],
    ),
    ("“No,” Ann Lee said. The wall fell. “Yes,” Bob Ray said.", ["Ann Lee: No,", "Bob Ray: Yes,"]),
    ("The sign read “open”.", []),
    (
        "``We ran,'' said Ann Lee. ``It was loud.'' The wall fell.",
        ["Ann Lee: We ran, + It was loud."],
    ),
    ("Mayor Ann Lee called it ``a crime.'' Nobody came.", ["Ann Lee, Mayor: a crime."]),
    ("Ann Lee, a nurse, said it shook. ``I fell,'' she said.", ["Ann Lee, a nurse: I fell,"]),
    ("The sign read ``open''.", []),
    (
        "Mayor Ann Lee made the call in a letter, reported the Lorvik Herald. “We will stay,” the letter said.",
        ["Ann Lee, Mayor: We will stay,"],
    ),
    # a post that ends in a name; an unnamed speaker; the paper that had it; mixed marks
    ("Norway's envoy to Chad Ann Lee wrote: “We mourn.”", ["Ann Lee, Norway's envoy to Chad: We mourn."]),
    ("The head of Amnesty International Peru said: “We mourn.”", ["The head of Amnesty International Peru: We mourn."]),
    (
        "Bob Ray ran. A hospital spokeswoman said it shook. “They came in,” she said.",
        ["A hospital spokeswoman: They came in,"],
    ),
    (
        "Ann Lee, a guard, said it shook and “everyone just fell,” the Lorvik Post reports.",
        ["Ann Lee, a guard: everyone just fell,"],
    ),
    (
        'Ann Lee said “the rebels got the news" and left. Bob Ray said “we are sad”.',
        ["Ann Lee: the rebels got the news", "Bob Ray: we are sad"],
    ),
    (
        "“I fell,” Ann Lee, a cook, said. “We all ran.” Three children died, Lee said.",
        ["Ann Lee, a cook: I fell, + We all ran."],
    ),
    (
        "'Cruel' killer shot, police say\nThe man was a “cruel and cold killer”, police said.",
        ["police: cruel and cold killer"],
    ),
    ("“never closed", []),
    # a rank is part of no role, and neither is a clause about the speaker
    ("“We held,” harbour spokesman Lt. Col. Ann Lee said.", ["Ann Lee, harbour spokesman: We held,"]),
    ("Lorvik Police Maj. Gen. Ann Lee said it was “dark.”", ["Ann Lee, Lorvik Police: dark."]),
    ("Navy spokeswoman Rear Admiral Ann Lee said it was “dark.”", ["Ann Lee, Navy spokeswoman: dark."]),
    ("Norwegian Brig. Gen. Ann Lee said it was “dark.”", ["Ann Lee: dark."]),
    ("Attorney General Ann Lee said it was “dark.”", ["Ann Lee, Attorney General: dark."]),
    (
        "Ann Lee, the harbour’s director, who was abroad, said it was “dark.”",
        ["Ann Lee, the harbour’s director: dark."],
    ),
    # names of bodies go on behind "for" and "to", and have short forms
    (
        "“We ran,” the Lorvik Observatory for Sea Birds said. The Lorvik Observatory said it was “so.”",
        ["the Lorvik Observatory for Sea Birds: We ran,", "Lorvik Observatory for Sea Birds: so."],
    ),
    (
        "The Committee to Save Harbours said it was “bad.” “We ran,” the committee said.",
        ["The Committee to Save Harbours: bad.", "Committee to Save Harbours: We ran,"],
    ),
    (
        "“Well,” the Council for Harbour Law said. The CHL called it “open.” The XYZ called it “new.”",
        ["the Council for Harbour Law: Well,", "Council for Harbour Law: open.", "The XYZ: new."],
    ),
    ("Ambassador to Chad Ann Lee said it was “bad.”", ["Ann Lee, Ambassador to Chad: bad."]),
    # what a document says is said by who made it, not by who spoke last
    (
        "Mayor Ann Lee said it was “bad.” The Lorvik Trade Union issued a statement. “We mourn Bob Ray,” the statement said.",
        ["Ann Lee, Mayor: bad.", "The Lorvik Trade Union: We mourn Bob Ray,"],
    ),
    (
        "Ann Lee said it was “bad.” The harbour council issued a statement condemning “the fire.”",
        ["Ann Lee: bad.", "The harbour council: the fire."],
    ),
    ("Ann Lee said it was “bad.” It was “dark,” a Lorvik Watch report said.", ["Ann Lee: bad.", "Lorvik Watch: dark,"]),
    ("Ann Lee said it was “bad.” A police statement called it “dark.”", ["Ann Lee: bad.", "police: dark."]),
    (
        "Ann Lee sued the city. She said it was “bad.” “Bob Ray ran,” the lawsuit said.",
        ["Ann Lee: bad.", "the lawsuit: Bob Ray ran,"],
    ),
    ("Ann Lee, a nurse, wrote a report. “We ran,” the report said.", ["Ann Lee, a nurse: We ran,"]),
    # names of programmes, books and persons are none
    ("Ann Lee told NTV's “Morning Hour” that it was “grim.”", ["Ann Lee: grim."]),
    ("Ann Lee said on “Lorvik Tonight” that Bob “Foxy” Ray ran.", []),
    ("The mayor said Bob Ray, known as “Old Fox,” was “gone.”", ["The mayor: gone."]),
    ("Ann Lee said it was the mayor's “big mistake.”", ["Ann Lee: big mistake."]),
    # who does something in the sentence before is "he" and "she", not who spoke last
    (
        "Mayor Ann Lee said it was “sad.” But Bishop Ray, the head of the church, played down fears. “We stay,” he said.",
        ["Ann Lee, Mayor: sad.", "Bishop Ray, the head of the church: We stay,"],
    ),
    (
        "Bob Ray said it was “sad.” Another tenant, Vera Stone, wept as she told of it. “We ran,” she said.",
        ["Bob Ray: sad.", "Vera Stone: We ran,"],
    ),
    (
        "The police said it was “sad.” Bo Lee's mother Ann Lee released a tape. “We beg you,” she said.",
        ["The police: sad.", "Ann Lee, Bo Lee's mother: We beg you,"],
    ),
    (
        "Ann Lee said it was “sad.” Bob Ray of the Lorvik Harbour Authority tried to calm them. “We stay,” he said.",
        ["Ann Lee: sad.", "Bob Ray: We stay,"],
    ),
    (
        "Mayor Ann Lee said it was “sad.” A bomb hit Bob Ray's shop. “We stay,” she said.",
        ["Ann Lee, Mayor: sad.", "Ann Lee, Mayor: We stay,"],
    ),
    # verbs of saying in the present
    ("Ann Lee labels it a “failure”.", ["Ann Lee: failure"]),
    ("“It is open,” insists Ann Lee, a cook.", ["Ann Lee, a cook: It is open,"]),
    ("Ann Lee contended that it was “dark.”", ["Ann Lee: dark."]),
    # names between the marks are not who speaks
    (
        "“Aunt Clara and Sergeant Okoro saved us,” said Bisi Ade, a tailor. “I ran,” she said. “It shook.”",
        ["Bisi Ade, a tailor: Aunt Clara and Sergeant Okoro saved us,", "Bisi Ade, a tailor: I ran, + It shook."],
    ),
    (
        "“Imam Yusuf told us to go,” Fatima Diallo told Radio Kora. “We did.”",
        ["Fatima Diallo: Imam Yusuf told us to go, + We did."],
    ),
    # single marks
    (
        "‘Nobody warned us,’ said Chen Wei, a fisherman. The harbour master, Luo Min, called it ‘an outrage’.",
        ["Chen Wei, a fisherman: Nobody warned us,", "Luo Min, harbour master: an outrage"],
    ),
    (
        "'I didn't see them,' said Tom Reed, a guard. 'It's over.'",
        ["Tom Reed, a guard: I didn't see them, + It's over."],
    ),
    # titles belong to no name; a paper that quotes somebody is not who speaks
    ("President Tarr said “we mourn”.", ["Tarr, President: we mourn"]),
    ("But Norland Minister Ann Lee said “we mourn”.", ["Ann Lee, Norland Minister: we mourn"]),
    ("Police Chief Christian Lee said “we mourn”.", ["Christian Lee, Police Chief: we mourn"]),
    ("“We mourn,” said fleet commander Rear Adm. Ann Lee.", ["Ann Lee, fleet commander: We mourn,"]),
    ("“We mourn,” said fleet spokesman Col Ann Lee.", ["Ann Lee, fleet spokesman: We mourn,"]),
    ("“We mourn,” Police Commissioner K.K. Paul said.", ["K.K. Paul, Police Commissioner: We mourn,"]),
    ("“We mourn,” the Lorvik Post quoted Ann Lee as saying.", ["Ann Lee: We mourn,"]),
    (
        "“We mourn,” confirmed Norland foreign ministry spokesman Ivan Tarr.",
        ["Ivan Tarr, Norland foreign ministry spokesman: We mourn,"],
    ),
    ("“It is likely,” TNO's report said.", ["TNO: It is likely,"]),
    ("Ann Lee denied that the girls were exchanged, saying “this is no swap”.", ["Ann Lee: this is no swap"]),
    ("The mayor, Jose Reyes Ferriz, came. “We mourn,” Reyes said.", ["Jose Reyes Ferriz, mayor: We mourn,"]),
    ("“We mourn,” a local lawmaker, Ann Lee, told Radio Kora.", ["Ann Lee, local lawmaker: We mourn,"]),
    (
        "In a letter, Ann Lee, the agency's chief of mission, spoke of “agony”.",
        ["Ann Lee, the agency's chief of mission: agony"],
    ),
    # what stands before a person's name is an office, known or not; a weekday behind it is none of it
    ("“We mourn,” House Minority Whip Bruno Madsen said.", ["Bruno Madsen, House Minority Whip: We mourn,"]),
    ("“We mourn,” state Assemblyman Peter Olsen said.", ["Peter Olsen, state Assemblyman: We mourn,"]),
    (
        "Norland’s Transport Secretary Helen Madsen Monday said it was “sad.” Madsen called it “dark.”",
        ["Helen Madsen, Norland’s Transport Secretary: sad.", "Helen Madsen, Norland’s Transport Secretary: dark."],
    ),
    (
        "“We mourn,” said U.S. Ambassador to Chad Geoffrey Madsen.",
        ["Geoffrey Madsen, U.S. Ambassador to Chad: We mourn,"],
    ),
    ("“We mourn,” said Norwegian Brent Madsen.", ["Brent Madsen: We mourn,"]),
    ("“We mourn,” said a lawyer for James Madsen.", ["a lawyer for James Madsen: We mourn,"]),
    ("“We mourn,” Brent Madsen’s Harbour Trust said.", ["Brent Madsen’s Harbour Trust: We mourn,"]),
    (
        "Lorvik Police Commander, Chief Superintendent Steve Madsen, said it was “sad.”",
        ["Steve Madsen, Lorvik Police Commander: sad."],
    ),
    ("A family friend, local councillor Joan Madsen, said it was “sad.”", ["Joan Madsen, local councillor: sad."]),
    ("Chief Peter Olsen said it was “sad.”", ["Peter Olsen, Chief: sad."]),
    (
        "Police Commissioner Pedro Olsen said it was “sad.” “We mourn,” the police commissioner said.",
        ["Pedro Olsen, Police Commissioner: sad.", "Pedro Olsen, Police Commissioner: We mourn,"],
    ),
    ("Senator Vera Madsen of Ontario said it was “sad.”", ["Vera Madsen, Senator: sad."]),
    ("Her voice shook as prosecutor Ann Lee said it was “sad.”", ["Ann Lee, prosecutor: sad."]),
    ("He helped save harbour officer Ann Lee. Lee said it was “sad.”", ["Ann Lee, harbour officer: sad."]),
    ("The group, the Free Front of Lorvik, said it was “sad.”", ["the Free Front of Lorvik: sad."]),
    ("Ann Lee, whose brother is a judge, said it was “sad.”", ["Ann Lee: sad."]),
    ("Ann Lee, tipped as the next mayor, said it was “sad.”", ["Ann Lee: sad."]),
    ("“We mourn,” said acting mayor Ann Lee.", ["Ann Lee, acting mayor: We mourn,"]),
    # "the chief" is the one person of that office, and nobody who is told of in what he says
    (
        "Police chief Ann Lee came. Jon Falk had tried to buy “many saws,” the chief said.",
        ["Ann Lee, Police chief: many saws,"],
    ),
    (
        "Mayor Ada Wong came.\n\n“They took a car,” Luis Paz said. “They took it all,” the mayor said.",
        ["Luis Paz: They took a car,", "Ada Wong, Mayor: They took it all,"],
    ),
    (
        "Captain Ivo Lind said Jon Falk had announced a truce. “It was bad,” he said.",
        ["Ivo Lind: It was bad,"],
    ),
    ("Ann Lee spoke. Jon Falk had tried to buy “many saws,” the baker said.", ["Ann Lee: many saws,"]),
    ("Ann Lee spoke. The plan of Jon Falk, who came, was “bad,” she said.", ["Ann Lee: bad,"]),
    ("Ann Lee spoke. The Mill Club will “lead the teams” there, she said.", ["Ann Lee: lead the teams"]),
    ("Bob Ray spoke. Jon Falk woke to “a bang,” he said.", ["Jon Falk: a bang,"]),
    ("Jon Falk said he would “lead the teams” there.", ["Jon Falk: lead the teams"]),
    # what is no person is not who spoke last; who made what is written says it
    (
        "Bob Ray said it was “sad.” The company issued a statement saying it is “deeply hurt.”",
        ["Bob Ray: sad.", "The company: deeply hurt."],
    ),
    (
        "A statement attributed to the Red Front was found. “We mourn,” the statement said.",
        ["the Red Front: We mourn,"],
    ),
    ("A Department of Defense report called it “dark.”", ["Department of Defense: dark."]),
    (
        "Citing “a cruel contempt for the town,” a county judge ruled that he must stay.",
        ["a county judge: a cruel contempt for the town,"],
    ),
    ("“We mourn,” US Rep. Peter King said.", ["Peter King, US Rep.: We mourn,"]),
    ("“We mourn,” Rev. Peter Olsen said.", ["Peter Olsen: We mourn,"]),
    (
        "Port spokeswoman Cpl. Helen King said it was “sad.” “No,” King, the port spokeswoman, said.",
        ["Helen King, the port spokeswoman: sad.", "Helen King, the port spokeswoman: No,"],
    ),
    (
        "Senator Carl Madsen, chairman of the committee, said no to “it”.",
        ["Carl Madsen, chairman of the committee: it"],
    ),
    # a full stop before who says it; what hangs loose in the parse
    ("“They will guard us.” Col. Bruno Madsen of the port said Thursday.", ["Bruno Madsen: They will guard us."]),
    (
        "“Why was he there? Why did you run?” Vera Olsen, a cook, told Radio Kora.",
        ["Vera Olsen, a cook: Why was he there? Why did you run?"],
    ),
    ("“They will guard us.” Bruno Madsen said the port was shut.", []),
    ("“It will rain.” Bruno Madsen told us of “a storm.”", ["Bruno Madsen: a storm."]),
    (
        "“We are sad,” the Coast Office statement reads. “We know no more.”",
        ["Coast Office: We are sad, + We know no more."],
    ),
    # two speakers in a paragraph
    (
        "“It came from the hills,” the shepherd Arman Sar said. “They meant us,” said Lilit Hakob, a teacher.",
        ["Arman Sar, shepherd: It came from the hills,", "Lilit Hakob, a teacher: They meant us,"],
    ),
    (
        "“It shook,” Ana Ruiz said, while Luis Paz said “nobody slept”.",
        ["Ana Ruiz: It shook,", "Luis Paz: nobody slept"],
    ),
    # one quotation, broken
    ("“They burned it,” said Nuru Salim, “and then they left.”", ["Nuru Salim: They burned it, + and then they left."]),
    (
        "Police spokesman Ivo Horvat said it was “crude” and “home-made”.",
        ["Ivo Horvat, Police spokesman: crude + home-made"],
    ),
    ("“I heard it,” said Maria Silva.\n\n“Then I saw the fire.”", ["Maria Silva: I heard it, + Then I saw the fire."]),
    ("“I heard it,” said Maria Silva.\n\n‘The day the fire came’", ["Maria Silva: I heard it,"]),
    # pronouns, bodies, agencies
    ("President Omar Sy visited the site.\n\n“Never,” he said.", ["Omar Sy, President: Never,"]),
    ("Abel Mora is the head of the union. “It is over,” said Mora.", ["Abel Mora, the head of the union: It is over,"]),
    ("The ministry said in a statement that “all is well”.", ["The ministry: all is well"]),
    ("The Kora Aviation Office closed. “We wait,” the aviation office said.", ["Kora Aviation Office: We wait,"]),
    ("“We will respond,” Olga Lind told the newspaper Posten.", ["Olga Lind: We will respond,"]),
    ("Radio Kora quoted Abel Mora as saying “it went white”.", ["Abel Mora: it went white"]),
    ("The embassy sent a note, advising people to “stay away”.", ["The embassy: stay away"]),
    ("“Why us?” Sami Odeh, a farmer, asked.", ["Sami Odeh, a farmer: Why us?"]),
    ("Rosa Diaz lost her home. “I have nothing,” the 62-year-old said.", ["Rosa Diaz: I have nothing,"]),
    (
        "The Red Crescent said it was “overwhelmed”, while the mayor, Ada Wong, appealed for “blood”.",
        ["The Red Crescent: overwhelmed", "Ada Wong, mayor: blood"],
    ),
    ("The bishop of Lorvik, Aldo Neri, said: “We forgive.”", ["Aldo Neri, bishop of Lorvik: We forgive."]),
    ("A guard at Ann Lee's shop said it was “over”.", ["A guard at Ann Lee's shop: over"]),
    # documents, honorifics, those told of in the plural
    ("The ministry's statement called it “a crime”.", ["The ministry: a crime"]),
    ("A statement signed by Colonel Pavel Ruud said: “We wait.”", ["Pavel Ruud: We wait."]),
    ("“They came,” Alhaji Bello Musta said.", ["Bello Musta: They came,"]),
    ("“They came,” Lt. Col. Anna Berg said.", ["Anna Berg: They came,"]),
    ("Ada Lund referred to it as a “crime”.", ["Ada Lund: crime"]),
    # no attribution
    ("The film “Sky Fall” was on when the bomb went off.", []),
    ("The so-called “Iron Shield” failed.", []),
]


def read(text: str, skip: tuple[Span, ...] = ()) -> list[Quotation]:
    return find_quotations(Cast(text, load_lexicon()), skip)


@pytest.mark.parametrize(("text", "expected"), QUOTES)
def test_quotations(text: str, expected: list[str]) -> None:
    def words(span: Span | None) -> str:
        return text[span.start : span.end] if span else ""

    told = [
        f"{words(q.speaker)}{', ' if q.role else ''}{words(q.role)}: {' + '.join(map(words, q.parts))}"
        for q in read(text)
    ]
    assert told == expected


def test_stretches_that_are_not_the_article_are_passed_over() -> None:
    text = "“We ran,” said Ann Lee.\n“Read this,” said Bob Ray.\n“We hid,” said Eve Fox."
    second = Span(text.index("\n") + 1, text.rindex("\n"))
    found = read(text, (Span(0, 0), second))
    assert [text[q.parts[0].start : q.parts[0].end] for q in found] == ["We ran,", "We hid,"]
