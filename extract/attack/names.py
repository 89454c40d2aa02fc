"""Who speaks and who reports: subjects of verbs of saying, people's full names, their roles. All by rule, with offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from extract.articles import Span
from extract.attack.lexicon import Lexicon, any_of

_CAP = r"(?:(?:[A-Z]|Lt|Gen|Col|Maj|Capt|Sgt|Adm|Brig|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Prof|St|U\.S|U\.K|U\.N)\.|[A-ZÀ-ÞŁŚŻĆА-ЯІЇЄ][\w’'‑-]*|[a-z]{1,2}-[A-Z][\w’'-]+)"
_LINK = r"(?:of|de|del|della|der|den|van|von|bin|ibn|al|el|ben|da|dos|du|la|le)"
_RUN = re.compile(rf"{_CAP}(?:[ \u00a0](?:{_LINK}[ \u00a0]){{0,2}}{_CAP})*")
_WORD = r"[\w’'./‑-]+"
_PRONOUN = re.compile(r"(?:he|she|they|it|who|we|I)\Z", re.IGNORECASE)
_ADVERBS = (
    r"(?:(?:has|have|had|also|later|then|earlier|further|meanwhile|previously|repeatedly|only|separately|again|"
    r"reportedly|publicly|was|is|were|are|did|not|be|been|immediately|simply|sharply|strongly|swiftly|angrily|\w+ly)\s){0,3}"
)
_STOP_WORDS = frozenset(
    "the a an this that these those his her its their our my and but or as while when after before since if although though"
    " in on at by for from with without to of during despite amid following because according however meanwhile earlier"
    " later last also not no what who which where how why there here then it he she they we i you".split()
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody to whom a statement is attributed.

    Attributes:
        subject: the noun phrase as it stands ("Kyiv Mayor Vitali Klitschko", "the governor", "he").
        verb: the reporting verb, or "according to".
    """

    subject: Span
    verb: Span


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in an article: the fullest form of the name, and the fullest role given anywhere."""

    name: Span
    role: Span | None


class Cast:
    """The people of one article, found once: full names by last name, roles by full name."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        """Reads the whole text; costs a few milliseconds per 10 000 characters."""
        self.text = text
        self.lexicon = lexicon
        self._roles = any_of(lexicon.data["roles"]["words"])
        self._forms = any_of(lexicon.data["roles"]["forms"])

    @cached_property
    def people(self) -> dict[str, Person]:
        """Person by folded last name; the longest form of the name wins, the first of equals."""
        names: dict[str, Span] = {}
        roles: dict[str, Span] = {}
        for run in _RUN.finditer(self.text):
            name, role = self._split(Span(run.start(), run.end()))
            words = self._words(name)
            if not words or not self._is_person(words):
                continue
            last = words[-1].lower()
            if last not in names or len(words) > len(self._words(names[last])):
                names[last] = name
            for found in (role, self._role_before(Span(run.start(), run.end()), name), self._role_after(name)):
                if found and len(self._words(found)) > len(self._words(roles[last]) if last in roles else []):
                    roles[last] = found
        return {last: Person(name, roles.get(last)) for last, name in names.items()}

    @cached_property
    def aliases(self) -> dict[str, Span]:
        """Full names by the short form that the article introduces: "Israel Defense Forces (IDF)"."""
        pattern = rf"(?P<full>(?!The\s){_CAP}(?:\s(?:of|for|and|the|{_CAP}))*\s?{_CAP})\s\((?P<short>[A-Z][\w-]{{1,9}})\)"
        return {found["short"]: Span(*found.span("full")) for found in re.finditer(pattern, self.text)}

    def full_name(self, phrase: Span) -> Span:
        """The phrase, or the full name it is short for; without a leading article before a short name."""
        short = re.sub(r"^the\s", "", self.text[phrase.start : phrase.end], flags=re.IGNORECASE)
        return self.aliases.get(short, phrase)

    def person(self, phrase: Span) -> Person | None:
        """The person a noun phrase names, by the fullest name in the article."""
        for run in reversed(list(_RUN.finditer(self.text, phrase.start, phrase.end))):
            name, _ = self._split(Span(run.start(), run.end()))
            words = self._words(name)
            if words and (known := self.people.get(words[-1].lower())):
                full = {word.lower() for word in self._words(known.name)}
                if len(words) == 1 or words[0].lower() in full:
                    return known
        return None

    def _words(self, span: Span) -> list[str]:
        piece = re.sub(r"['’]s\b", "", self.text[span.start : span.end])
        return piece.split()

    def _split(self, run: Span) -> tuple[Span, Span | None]:
        """A capitalised run → name and title: "Foreign Minister Ann Lee" → "Ann Lee", "Foreign Minister"."""
        text = self.text[run.start : run.end]
        cut = 0
        for title in self._roles.finditer(text):
            cut = title.end()
        cut += _after_office(text[cut:])
        rest = text[cut:]
        start = run.start + cut + (len(rest) - len(rest.lstrip(" ,\u00a0")))
        end = run.end - (2 if re.search(r"['’]s\Z", text) else 0)
        if text.endswith(".") and not re.search(r"\b[A-Z]\.\Z", text):
            end = min(end, run.end - 1)
        if not cut or start >= end:
            return Span(run.start, end), None
        if self._forms.fullmatch(text[:cut].strip()):
            return Span(start, end), None
        return Span(start, end), Span(run.start, run.start + len(text[:cut].rstrip()))

    def _is_person(self, words: list[str]) -> bool:
        """Two to four capitalised words, none of which belongs to places or bodies."""
        if not 2 <= len(words) <= 5 or words[0].lower() in _STOP_WORDS or any(word.isupper() and len(word) > 3 for word in words):
            return False
        text = " ".join(words)
        return not (
            self.lexicon.has("areas", text)
            or self.lexicon.has("bodies", text)
            or self.lexicon.has("end_matter", text)
            or _NO_PERSON.search(text)
            or any(side.pattern.search(words[-1]) for side in self.lexicon.sides)
        )

    def _role_before(self, run: Span, name: Span) -> Span | None:
        """A role in small letters directly before a name: "Kremlin spokesman", "the White House press secretary"."""
        if name.start != run.start:
            return None
        before = self.text[max(0, run.start - 90) : run.start]
        found = re.search(rf"((?:{_CAP}\s(?:of\s)?)*(?:[a-z][\w’'-]*\s){{0,3}}?[a-z][\w-]*)\s\Z", before)
        if not found:
            return None
        words = found[1].split()
        if not self._roles.fullmatch(words[-1]):
            return None
        while words and words[0].lower() in _STOP_WORDS:
            words.pop(0)
        phrase = " ".join(words)
        start = run.start - 1 - len(phrase)
        return Span(start, run.start - 1) if self.text[start : run.start - 1] == phrase else None

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
        if re.match(r"(?:and|but|while|as|in|on|at|after|who|which|with|to|from|he|she|was|is)\b", found["role"]):
            return None
        return Span(name.end + found.start("role"), name.end + found.end("role"))


_PARTICLES = frozenset(("ben", "bin", "ibn", "abu", "al", "von", "van", "de", "der"))


def _after_office(rest: str) -> int:
    """Length of " of Foreign Affairs" in " of Foreign Affairs Ann Lee": a name is the last two words, or more
    with a particle in it."""
    words = list(re.finditer(r"[\w’'.-]+", rest))
    if len(words) < 4 or words[0].group() not in ("of", "for"):
        return 0
    take = 3 if len(words) > 4 and words[-2].group().lower() in _PARTICLES else 2
    return words[-take].start()


_NO_PERSON = re.compile(
    r"\b(?:Union|Council|Ministry|Minister|Department|Party|Army|Force|Forces|Guard|Service|Nations|House|Street|Square|Park|"
    r"University|Institute|Commission|Committee|Agency|Times|Post|News|Press|Reuters|International|National|Security|"
    r"Defen[cs]e|Foreign|Interior|State|States|East|West|North|South|Western|Eastern|Northern|Southern|Sea|Gulf|River|Mission|"
    r"Hospital|School|Airport|Port|Bank|Court|Group|Organi[sz]ation|Association|Company|Corporation|Embassy|Church|Mosque|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Telegram|Twitter|Facebook|Media|Television|Radio|Journal|Brigade|Movement|Front|Liberation|"
    r"Muslim|Muslims|Christian|Christians|World|War|Day|Republic|Kingdom|Emirates|Arabia|Bureau|Strip|Bank|Easter|Red|Black)\b"
)


def attributions(text: str, start: int, end: int, lexicon: Lexicon) -> list[Attribution]:
    """Everybody to whom `text[start:end]` attributes something, outside quotation marks, in text order.

    Example: "At least nine people died, the governor said." → "the governor".
    """
    piece = _without_quotes(text[start:end])
    found: dict[int, Attribution] = {}
    for match in re.finditer(rf"\baccording to (?P<np>(?:{_WORD}\s?){{1,9}}?)(?=[,.;:]|\s(?:who|which|that|and|on|in a)\b|\Z)", piece, re.IGNORECASE):
        _keep(found, match.start("np"), match.end("np"), match.start(), match.start("np"), start)
    for verb in lexicon.words["said"].finditer(piece):
        subject = _before(piece, verb.start(), lexicon) or _after(piece, verb.end(), lexicon)
        if subject:
            _keep(found, *subject, verb.start(), verb.end(), start)
    return [found[key] for key in sorted(found)]


def _keep(found: dict[int, Attribution], a: int, b: int, va: int, vb: int, offset: int) -> None:
    found.setdefault(va + offset, Attribution(Span(a + offset, b + offset), Span(va + offset, vb + offset)))


def _without_quotes(piece: str) -> str:
    """The text with everything inside quotation marks and brackets blanked, offsets kept."""
    bare = re.sub(r"“[^”\n]*”?|\"[^\"\n]*\"?", lambda match: "\u0001" * len(match.group()), piece)
    return re.sub(r"\([^()\n]{1,40}\)", lambda match: " " * len(match.group()), bare)


def _before(piece: str, verb: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject directly before a verb, or before the apposition before it."""
    head = re.search(rf"(?P<np>(?:{_WORD}[ \u00a0]+){{1,14}})\Z", piece[:verb])
    if head:
        words = re.sub(rf"(?<=\s){_ADVERBS}\Z", "", head["np"])
        cut = _noun_phrase(words, lexicon)
        if cut is not None:
            return head.start("np") + cut, head.start("np") + len(words.rstrip())
        if re.search(r"\b(?:and|then|but)\s*\Z", words) and (first := _first_subject(piece[:verb], lexicon)):
            return first
    elif re.search(r",\s\Z", piece[:verb]) and piece[verb : verb + 20].split()[0].lower().endswith("ing"):
        # "Hamas condemned the raid, calling it …"
        return _first_subject(piece[:verb], lexicon)
    # "Ann Lee, head of the city's administration, said"
    for pattern in (
        rf"(?:\A|[.;:,\u0001]\s?|\b(?:and|but|while|as)\s)(?P<np>(?:{_WORD}\s){{0,6}}{_WORD}),\s[^,\u0001]{{3,110}},\s{_ADVERBS}\Z",
        rf"(?:\A|[.;:,\u0001]\s?|\b(?:and|but|while|as)\s)(?P<np>(?:{_WORD}\s){{0,6}}{_WORD}),\s\d{{1,2}},\s(?:[^,\u0001]{{3,110}},\s)?{_ADVERBS}\Z",
    ):
        found = re.search(pattern, piece[:verb])
        if found:
            cut = _noun_phrase(found["np"] + " ", lexicon)
            if cut is not None:
                return found.start("np") + cut, found.end("np")
    return None


def _first_subject(piece: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """The noun phrase a sentence begins with, for a second verb of the same subject."""
    sentence = max((match.end() for match in re.finditer(r"[.!?]\s+(?=[A-Z])", piece)), default=0)
    for run in _RUN.finditer(piece, sentence, min(len(piece), sentence + 120)):
        verb = re.match(rf"\s{_ADVERBS}(?P<verb>[a-z]+(?:ed|aid|rote|ld))\b", piece[run.end() :])
        if not verb:
            continue
        words = run.group().split()
        while words and words[0].lower() in _STOP_WORDS:
            words.pop(0)
        phrase = " ".join(words)
        if phrase and _can_speak(phrase, lexicon) and not _DAY.fullmatch(phrase):
            return run.end() - len(phrase), run.end()
    return None


_DAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|" + "|".join(
    "January February March April May June July August September October November December".split()
))


def _noun_phrase(words: str, lexicon: Lexicon) -> int | None:
    """Where, in the words before a verb, the noun phrase that can speak begins."""
    tokens = list(re.finditer(_WORD, words))
    if not tokens:
        return None
    last = tokens[-1].group()
    if _PRONOUN.match(last):
        return None if last.lower() in ("who", "i", "we") else tokens[-1].start()
    begin = len(tokens)
    for index in range(len(tokens) - 1, -1, -1):
        word = tokens[index].group()
        lowered = word.lower()
        if _DAY.fullmatch(word):
            break
        if lowered in ("the", "a", "an", "his", "her", "its", "their"):
            begin = index
            if lowered == "the" and index > 1 and tokens[index - 1].group() in ("for", "of"):
                continue  # "a spokesperson for the White House"
            break
        if lowered in ("of", "for", "de", "der", "von", "al", "and") and index and index < len(tokens) - 1:
            before = tokens[index - 1].group()
            if lowered == "and" and not before[:1].isupper():
                break
            continue
        if lowered in _STOP_WORDS or lexicon.words["said"].fullmatch(word):
            break
        begin = index
    while begin < len(tokens) and tokens[begin].group().lower() in ("of", "for", "and"):
        begin += 1
    if begin >= len(tokens):
        return None
    phrase = words[tokens[begin].start() :].strip()
    return tokens[begin].start() if _can_speak(phrase, lexicon) else None


def _can_speak(phrase: str, lexicon: Lexicon) -> bool:
    """A name, a body that reports, or a description of a person."""
    if re.search(r"\d-year-old\Z", phrase):
        return True
    if lexicon.has("bodies", phrase) or lexicon.has("persons", phrase):
        return True
    last = phrase.split()[-1]
    return last[:1].isupper() and last.lower() not in _STOP_WORDS


def _after(piece: str, verb_end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject after the verb: "said Ann Lee, the mayor"; only right after a quotation."""
    found = re.match(rf"\s(?P<np>(?:{_WORD}\s){{0,9}}?{_WORD})(?=,|\.(?:\s|\Z)|;|:|\s(?:in|on|at|who|as|after|during|from|told|\u0001)|\Z)", piece[verb_end:])
    if not found:
        return None
    before = piece[:verb_end].rstrip()
    if "\u0001" not in before[-60:]:
        return None
    phrase = found["np"]
    if not (re.match(r"[A-ZÀ-Þ]", phrase) or re.match(r"(?:the|a|an)\s", phrase)) or not _can_speak(phrase, lexicon):
        return None
    return verb_end + found.start("np"), verb_end + found.end("np")
