"""People and bodies by name: full names, roles, what "the ministry" stands for. By rule, with offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import dropwhile

from extract.articles.sentences import Span, split_sentences
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.syntax import Syntax

_CAP = (
    r"(?:(?:(?:[A-Z]\.[-‑]?)*[A-Z]|Lt|Gen|Col|Maj|Capt|Sgt|Adm|Brig|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Prof|St|U\.S|U\.K|U\.N)\."
    r"|[A-ZÀ-ÞŁŚŻĆА-ЯІЇЄ][\w’'‑-]{0,60}+|[a-z]{1,2}-[A-Z][\w’'-]{1,60}+)"
)
_LINK = r"(?:of|de|del|della|der|den|van|von|bin|ibn|al|el|ben|da|dos|du|la|le|in(?=[ \u00a0]Charge\b))"
NAME_RUN = re.compile(rf"{_CAP}(?:[ \u00a0](?:{_LINK}[ \u00a0]){{0,2}}{_CAP})*")
"""Capitalised words in a row, with the small words that names hold."""
FULL_NAME = rf"{_CAP}(?:[ \u00a0](?:{_LINK}[ \u00a0])?{_CAP}){{1,4}}"
RANK = re.compile(
    r"(?:Lt|Gen|Col|Maj|Capt|Sgt|Adm|Brig|Cpl|Pvt|Supt|Insp|Cmdr|Rear|Vice)\.?(?:-Gen\.?)?"
    r"|(?:(?:Lieutenant|Major|Brigadier|Colonel|General|Captain|Sergeant|Corporal|Admiral|Superintendent|Inspector|Constable)-?)+"
    r"|Chief(?=\Z)|Detective"
)
"""Titles that tell no role."""
_POLICE_RANK = re.compile(r"ASP|DSP|SSP|CSP|SP|ACP|DCP|AIG|DIG|IGP?|ASI|SI|SHO|DPO|SDPO|PPRO")
"""The same, of the police in Asia and Africa, before a name."""
_OFFICE = re.compile(rf"(?P<role>(?:{_CAP}\s)+)(?:to|of|for)\s\Z")
"""Before a land that ends an office, and a name: "Ambassador to Chad Ann Lee"."""
BARE_RANK = re.compile(
    r"(?:(?:\A|\s)(?:(?:Lt|Maj|Brig|Lieutenant|Major|Brigadier)\.?[\s-](?:Gen\.|General|Col\.|Colonel)|Lt|Lieutenant|Colonel"
    r"|(?:Adm|Gen|Lt|Col|Maj|Capt|Sgt|Cmdr|Brig|Cpl|Dr)\b\.?|(?:(?:Rear|Vice)\s)?Admiral|Rear|Vice|Major|Captain|Sergeant))+\Z"
)
"""Behind a role: "press secretary Rear Adm."."""
_POST_FOR = re.compile(rf"(?:{_CAP}\s(?:of\s)?)+for\s(?:the\s)?\Z")
_DAY = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September"
    r"|October|November|December"
)
# "The mayor, Ann Lee,": a role that a name in apposition explains
_ROLE_COMMA = re.compile(
    r"\b(?:[Tt]he|(?=[Aa]n?\s))\s?(?P<role>(?:(?:[A-Z]\.)+|[\w’'-]+)(?:\s(?:(?:[A-Z]\.)+|[\w’'-]+)){0,9}),\s\Z"
)
_POST = re.compile(r"\s(?:of|for|at|in)\s")
_BODY_REACH = 4000
"""Characters in which the body that "the ministry" stands for is looked for."""
_ALIAS_REACH = 200
"""Characters before "(IDF)" in which the name it is short for begins."""
_ALIAS = re.compile(r"\s\((?P<short>[A-Z][\w-]{1,9})\)")
_INITIALS = re.compile(r"[A-Z]{3,6}")
_SMALL = r"[\s-](?:(?:of|for|and|the|on|in)\s){0,2}(?:al-)?"
"""Between words of a name whose initials are its short form."""
_MOST_SHORT = 200
"""Short forms that are looked up in the whole text: no article that people read has more."""
_OF_A_BODY = re.compile(r"\b(?:[Tt]he|(?P<body>[A-Z]\w+)\s(?:to|for))\s\Z")
# Several words, or one with a capital inside: a lone "Kyiv" before a bracket has no short form.
_WRITTEN_FULL = re.compile(
    rf"(?!The\s)(?:{_CAP}(?:\s(?:(?:of|for|and|the)\s)*+{_CAP})++|(?=[\w’'‑-]{{1,60}}?[A-ZÀ-ÞŁŚŻĆА-ЯІЇЄ]){_CAP})\Z"
)


_NO_ROLES = frozenset(("VERB", "AUX", "SCONJ", "ADP", "DET", "PRON", "CCONJ", "ADV"))
"""Behind these a role begins."""


def is_day(word: str) -> bool:
    """Whether a word is a weekday or a month."""
    return _DAY.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in an article: the fullest form of the name, and the fullest role given anywhere."""

    name: Span
    role: Span | None


_WRITTEN_OUT = {"agency": "(?:Agency|Service|Authority|Office|Department)", "police": "(?:Police)"}
"""What a short name may be short for, where that is not the word itself."""
_OWNER = re.compile(r"(?:[\w-]+[’']s[ \u00a0])+")


class Cast:
    """The people of one article, found once: full names by last name, roles by full name."""

    def __init__(self, text: str, lexicon: Lexicon, syntax: Syntax | None = None) -> None:
        """Takes the text, and the parses of its sentences if there are any yet."""
        self.text = text
        self.syntax = syntax or Syntax(text, tuple(split_sentences(text)))
        self.lexicon = lexicon
        self._roles = lexicon.words["roles"]
        self._forms = lexicon.words["forms"]
        self._named: dict[str, list[Span]] = {}
        self._full: dict[str, Span | None] = {}

    @cached_property
    def people(self) -> dict[str, Person]:
        """Person by folded last name; the longest form of the name wins, the first of equals."""
        names: dict[str, Span] = {}
        roles: dict[str, Span] = {}
        for run in NAME_RUN.finditer(self.text):
            name, role = self.split(Span(run.start(), run.end()))
            words = self._words(name)
            if not words or (name.start == run.start() and self._of_a_body(name)) or not self._is_person(words, role):
                continue
            if self._roles.fullmatch(words[-1]) and words[0].isupper() and name.end not in self._called:
                continue  # "UN High Commissioner" is an office
            last = _last_name(words)
            if last not in names or len(words) > len(self._words(names[last])):
                names[last] = name
            if words[0] not in self._words(names[last]) and self._words(names[last])[0] not in words:
                continue  # a namesake
            for found in (role, self._role_before(Span(run.start(), run.end()), name), self._role_after(name)):
                if found and len(self._words(found)) > len(self._words(roles[last]) if last in roles else []):
                    roles[last] = found
        people = {last: Person(name, roles.get(last)) for last, name in names.items()}
        for person in [*people.values()]:
            for word in self._words(person.name)[1:-1]:
                people.setdefault(word.lower(), person)  # "Reyes" is Jose Reyes Ferriz
        return people

    @cached_property
    def _called(self) -> dict[int, int]:
        """Where names of persons of several words begin, as the model reads them, by where they end."""
        found: dict[int, int] = {}
        words = self.lexicon.words
        for sentence in self.syntax.between(0, len(self.text)):
            doc = self.syntax.of(sentence)
            for name in doc.ents if doc is not None else ():
                first, text = name[0], re.sub(r"['’]s\Z", "", name.text)
                end = sentence.start + name.start_char + len(text)
                posted = first.i > 0 and first.nbor(-1).lower_ in ("to", "of", "for")
                if words["demonyms"].fullmatch(first.text) or (posted and words["countries"].fullmatch(first.text)):
                    text = text.partition(" ")[2]  # "Norwegian Ann Lee"
                if name.label_ == "PERSON" and " " in text:
                    found[end] = end - len(text)
        return found

    @cached_property
    def _no_persons(self) -> frozenset[str]:
        """Names that the model takes for places, nations or events, and nowhere for a person."""
        labels: dict[str, set[str]] = {}
        for name, label in self.syntax.entities():
            labels.setdefault(name, set()).add(label)
        return frozenset(name for name, taken in labels.items() if taken <= {"GPE", "NORP", "FAC", "EVENT"})

    @cached_property
    def aliases(self) -> dict[str, Span]:
        """Full names by the short form that the article introduces: "Israel Defense Forces (IDF)"."""
        aliases: dict[str, Span] = {}
        for alias in _ALIAS.finditer(self.text):
            if full := _WRITTEN_FULL.search(self.text, max(0, alias.start() - _ALIAS_REACH), alias.start()):
                aliases[alias["short"]] = Span(*full.span())
        return aliases

    @cached_property
    def capitals(self) -> frozenset[str]:
        """Words with a capital where no sentence begins."""
        return frozenset(re.findall(r"(?<=[a-z,] )[A-Z][\w’'‑-]+", self.text))

    def full_name(self, phrase: Span) -> Span:
        """The phrase, or the full name it is short for; without a leading article before a short name."""
        short = re.sub(r"^the\s", "", self.text[phrase.start : phrase.end], flags=re.IGNORECASE)
        if short.islower() and short in self.lexicon.sets["generic_bodies"]:
            return self._body_before(short, phrase.start) or self._whose(short, phrase.start) or phrase
        if short.islower() and short.split()[-1] in self.lexicon.sets["generic_bodies"]:
            return self._whose(short, phrase.start) or phrase
        if short.lower() in self.lexicon.sets["generic_bodies"] and (
            body := self._body_before(short.lower(), phrase.start)
        ):
            return body
        if short not in self._full and len(self._full) < _MOST_SHORT:
            self._full[short] = self.aliases.get(short) or self._written_full(short)
        return self._full.get(short) or phrase

    def _written_full(self, short: str) -> Span | None:
        """What "the LBC" and "the Lorvik Centre" are short for, if the article has "Lorvik Birds Council", "… for Birds"."""
        if _INITIALS.fullmatch(short):
            name = _SMALL.join(rf"{letter}[\w’'-]+" for letter in short)
        elif NAME_RUN.fullmatch(short) and " " in short:
            name = rf"{re.escape(short)}\s(?:for|to)(?:\s(?:the\s|and\s)?{_CAP}){{1,4}}"
        else:
            return None
        found = re.search(rf"\b{name}\b", self.text)
        return Span(*found.span()) if found else None

    def _whose(self, body: str, position: int) -> Span | None:
        """The last "Chadian health ministry" before "the health ministry", or before "the ministry"."""
        start = max(0, position - _BODY_REACH)
        pattern = rf"\b(?:{_CAP}\s){{1,3}}(?:[a-z]+\s)?{re.escape(body)}\b"
        named = None
        for found in re.finditer(pattern, self.text[start:position]):
            lead = re.match(r"(?:The|In|On|At|But|And|One|Two|Three|Four|Five|Six|Some)\s", found.group())
            first = start + found.start() + (lead.end() if lead else 0)
            named = Span(first, start + found.end()) if self.text[first].isupper() else named
        return named

    def _body_before(self, noun: str, position: int) -> Span | None:
        """The body that "the ministry" stands for: the last one named before with that word in its name."""
        bodies = self._bodies(noun)
        last = bisect_right(bodies, position, key=lambda body: body.end) - 1
        if last < 0 or bodies[last].start < position - _BODY_REACH:
            return None
        start, end = bodies[last].start, bodies[last].end
        lead = re.match(r"(?:The|An?|In|On|At|But|And)\s", self.text[start:end])
        return Span(start + (lead.end() if lead else 0), end)

    def _bodies(self, noun: str) -> list[Span]:
        """Every name of several words with a body's word in it, found once for each word."""
        if noun not in self._named:
            name = (
                rf"(?:[A-Z][\w-]{{1,60}}+[’']s\s)?(?:{_CAP}\s(?:of\s|for\s)?(?:the\s)?){{0,4}}"
                rf"{_WRITTEN_OUT.get(noun, noun.title())}(?:\s(?:of|for|to)\s(?:the\s)?{_CAP}(?:\s{_CAP}){{0,3}})?(?![\w])"
            )
            self._named[noun] = [
                Span(*found.span()) for found in re.finditer(name, self.text) if len(found.group().split()) > 1
            ]
        return self._named[noun]

    def person(self, phrase: Span) -> Person | None:
        """The person a noun phrase names, by the fullest name in the article."""
        for run in reversed(list(NAME_RUN.finditer(self.text, phrase.start, phrase.end))):
            name, _ = self.split(Span(run.start(), run.end()))
            words = self._words(name)
            if words and (known := self.people.get(_last_name(words))):
                full = {word.lower() for word in self._words(known.name)}
                if len(words) == 1 or words[0].lower() in full or words[-len(full) :] == self._words(known.name):
                    return known
        return None

    def of_role(self, words: list[str]) -> tuple[Span, Span | None] | None:
        """The one person who is called so, and the role: "the Lorvik prosecutor" is Ann Lee, the prosecutor of Lorvik."""
        named = set()
        for person in self.people.values() if words else ():
            role = self.text[person.role.start : person.role.end].lower() if person.role else ""
            if {*words} <= {*role.split()} and _POST.split(role)[0].split()[-1:] == words[-1:]:
                named.add((person.name, person.role))
        return named.pop() if len(named) == 1 else None

    def _words(self, span: Span) -> list[str]:
        piece = re.sub(r"['’]s\b", "", self.text[span.start : span.end])
        return piece.split()

    def split(self, run: Span) -> tuple[Span, Span | None]:
        """A capitalised run → name and title: "Foreign Minister Ann Lee" → "Ann Lee", "Foreign Minister"."""
        words = self.text[run.start : run.end].split(" ")
        while len(words) > 1 and is_day(words[-1]):
            words.pop()  # "Secretary Ann Lee Monday said"
        begin = run.start
        while len(words) > 1 and _POLICE_RANK.fullmatch(words[0]) and not self._roles.search(" ".join(words[1:])):
            begin += len(words.pop(0)) + 1  # "DSP Ann Lee"
        text = " ".join(words)
        run = Span(begin, begin + len(text))
        end = run.end - (2 if re.search(r"['’]s\Z", text) else 0)
        if text.endswith(".") and not re.search(r"\b[A-Z]\.\Z", text):
            end = min(end, run.end - 1)
        persons = self._called
        named = max(0, persons.get(end, run.end) - run.start)  # "Hassan Sheikh Omar"
        titles = [
            title.end()
            for title in self._roles.finditer(text)
            if title.start() <= named or not _SHEIKH.match(text, title.start())
        ]
        if titles and titles[-1] == len(text) and end in persons:
            titles.pop()  # "Rep. Ann King"
        cut = titles[-1] if titles else 0
        if (of := text.find(" of ", cut)) > 0 and run.start + of in persons:
            end = run.start + of  # "Ann Lee of Norland"
        office, called = _after_office(text[cut:]), persons.get(end, 0) - run.start
        before = " ".join(dropwhile(self._leads, text[: max(0, called)].split()))
        lands = (self.lexicon.words[each] for each in ("demonyms", "countries"))
        told = office or not before or any(words.fullmatch(before) for words in lands)
        if len(words) > 2 and not cut and (post := self._post_before(run.start)) is not None:
            first = run.start + called if called > 0 else end - len(" ".join(words[-2:]))
            return Span(first, end), Span(post, first - 1)
        cut = called if told and called > cut else cut + office
        rest = text[cut:]
        start = run.start + cut + (len(rest) - len(rest.lstrip(" ,\u00a0")))
        if not cut or start >= end:
            owner = _OWNER.match(text)  # "Ukraine's Ann Lee"
            return Span(run.start + (owner.end() if owner and run.start + owner.end() < end else 0), end), None
        words = [*dropwhile(self._leads, text[:cut].split())]
        title = " ".join(words)
        ranks = all(self._forms.fullmatch(word) or RANK.fullmatch(word) for word in words) and title != "Chief"
        if ranks or title.endswith(("'s", "’s")) or self.lexicon.words["demonyms"].fullmatch(title):
            return Span(start, end), None
        first = run.start + len(text[:cut].rstrip()) - len(title)
        return Span(start, end), Span(first, first + len(BARE_RANK.sub("", title)))

    def _post_before(self, start: int) -> int | None:
        """Where the post begins whose field opens a run: "Secretary of State for" before "Defence Ann Lee"."""
        found = _POST_FOR.search(self.text, max(0, start - 80), start)
        return found.start() if found and self._roles.search(found.group()) else None

    def _leads(self, word: str) -> bool:
        """Whether a word in front of a title or name is none of it: "On", "Monday"."""
        return word.lower() in self.lexicon.sets["stop"] or is_day(word)

    def _of_a_body(self, name: Span) -> bool:
        """Nobody is called "the Ann Lee", and "Save Harbours" in "Committee to Save Harbours" is nobody."""
        found = _OF_A_BODY.search(self.text, max(0, name.start - 40), name.start)
        return found is not None and (
            found["body"] is None or found["body"].lower() in self.lexicon.sets["generic_bodies"]
        )

    def _is_person(self, words: list[str], role: Span | None) -> bool:
        """Two to five capitalised words, none of which belongs to places or bodies; a nation's only behind a role."""
        if (
            not 2 <= len(words) <= 5
            or words[0].lower() in self.lexicon.sets["stop"]
            or any(word.isupper() and len(word) > 3 for word in words)
            or " ".join(words) in self._no_persons
        ):
            return False
        text = " ".join(words)
        return not (
            self.lexicon.has("areas", text)
            or self.lexicon.has("bodies", text)
            or self.lexicon.has("end_matter", text)
            or self.lexicon.has("no_persons", text)
            or (self.lexicon.side_of(words[-1]) is not None and role is None)  # "Commissioner Jon Turk" is one
        )

    def _role_before(self, run: Span, name: Span) -> Span | None:
        """A role before a name: "Kremlin spokesman", "army spokesman Colonel", "the mayor," with its comma."""
        before = self.text[max(0, run.start - 90) : run.start]
        office = _OFFICE.search(before) if name.start > run.start else None
        if office and self._roles.search(office["role"]):
            return Span(run.start - len(before) + office.start("role"), name.start - 1)
        comma = _ROLE_COMMA.search(before)
        if comma and self.text[name.end : name.end + 1] == "," and self._roles.search(comma["role"]):
            return Span(run.start - len(before) + comma.start("role"), run.start - len(before) + comma.end("role"))
        found = re.search(rf"((?:{_CAP}\s(?:of\s)?)*(?:[a-z][\w’'-]*\s){{0,3}}?[a-z][\w-]*)\s\Z", before)
        if not found or not self._roles.fullmatch(found[1].split()[-1]):
            return None
        words = found[1].split()
        while words and words[0].lower() in self.lexicon.sets["stop"]:
            words.pop(0)
        start = run.start - 1 - len(" ".join(words))
        if self.text[start : run.start - 1] != " ".join(words):
            return None
        for sentence in self.syntax.between(start, run.start):  # "helped save harbour officer Ann Lee"
            for token in self.syntax.of(sentence) or ():
                place = sentence.start + token.idx + len(token) + 1
                outside = token.pos_ in _NO_ROLES and token.dep_ != "amod" and token.lower_ != "of"
                start = place if outside and start < place < run.start - 1 else start
        role = BARE_RANK.sub("", self.text[start : max(name.start, run.start) - 1])
        return Span(start, start + len(role))

    def _role_after(self, name: Span) -> Span | None:
        """An apposition: ", a top aide to the president," → "a top aide to the president"."""
        found = re.match(
            r",\s(?:(?:aged\s)?\d{1,2},\s)?(?P<role>(?:an?|the|one\sof|[\w’']+)\s?[^,.;:()\"“”\n]{2,90}?)"
            r"(?=,|\.|;|:|\n|\Z|\s(?:who|which|that|where|whose|said|told|says)\b)",
            self.text[name.end : name.end + 140],
        )
        if not found or not self._roles.search(found["role"]):
            return None
        if self.lexicon.words["said"].match(found["role"]):
            return None
        # "a health adviser": the role word comes early; "and the mayor said" is no apposition
        if re.match(
            r"(?:and|but|while|as|in|on|at|after|wh\w+|with|to|from|he|she|was|is|tipped|seen|known|hailed)\b",
            found["role"],
        ):
            return None
        return Span(name.end + found.start("role"), name.end + found.end("role"))


def _last_name(words: list[str]) -> str:
    """The key of a person: "thwadi" for "Hussein al-Thwadi", who is "Thwadi" later on."""
    return re.sub(r"\A(?:al|el)[-‑]", "", words[-1].lower())


_SHEIKH = re.compile(r"(?:Sheikh|Sheik|Mullah|Haji)\b")
"""Titles that are names as well."""
_PARTICLES = frozenset(("ben", "bin", "ibn", "abu", "al", "von", "van", "de", "der"))


def _after_office(rest: str) -> int:
    """Length of " of Foreign Affairs" in " of Foreign Affairs Ann Lee": a name is the last two words, or more
    with a particle in it."""
    words = list(re.finditer(r"[\w’'.-]+", rest))
    if len(words) < 4 or words[0].group() not in ("of", "for"):
        return 0
    take = 3 if len(words) > 4 and words[-2].group().lower() in _PARTICLES else 2
    return words[-take].start()
