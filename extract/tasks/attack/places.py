"""Names of places, found by what they depend on: a preposition of place, a verb of attack, a word for an area, a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from extract.articles.sentences import Span
from extract.tasks.attack.capitals import Capitals, Name, names_belief
from extract.tasks.attack.names import RANK, Cast
from extract.tasks.attack.nouns import qualified
from extract.tasks.attack.syntax import SUBJECTS, child, verb_above
from extract.tasks.attack.tellings import EFFECTS, dates_attack

_LED = re.compile(r"\s(?:led|backed)\b(?!\sto\b)")
COMPASS = re.compile(r"(?:(?:north|south|east|west)-?)+(?:ern)?")
_TO_ONE_SIDE = re.compile(rf"(?<![\w-]){COMPASS.pattern}\s\Z")
_DISTANCE = re.compile(
    r"\d\s?(?:kms?|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|yards|feet)\s(?:\([^()]{1,30}\)\s)?(?:to\sthe\s)?"
    r"(?:(?:north|south|east|west|-)+(?:ern)?\s(?:of|from)|from)\s(?:the\s(?:[a-z]+\s){1,3}of\s|the\s(?:[a-z]+\s){1,2})?\Z"
)
"""Before a name that only tells how far off another place is."""
_STREET = re.compile(r"\s(?:road|street|avenue|highway|lane|bridge|junction|intersection|roundabout)\b")
"""Behind the name of one; "a London street" is any one there."""
_OF_A_GROUP = re.compile(r"\b(?:Qa[’']?[ei]da|State|Army|Front|Jihad)\s(?:organi[sz]ation\s)?in\s(?:the\s)?\Z")
"""Before what belongs to the name of a group: "al-Qaeda in the Arabian Peninsula"."""
_TREATED = re.compile(
    r"\b(?:to\s(?:[\w-]+\s){0,4}?(?:hospitals?|clinics?)|(?:morgues?|mortuar(?:y|ies))|intensive\scare\s(?:at|in)\s(?:[\w-]+\s){0,3}?(?:hospitals?|clinics?)|(?:being\s)?treated(?:\s(?:at|in)\s(?:[\w-]+\s){0,3}?(?:hospitals?|clinics?))?)"
    r"\s(?:in|at)\s(?:the\s(?:[\w-]+\s){0,3}?(?:city|town|capital)\sof\s|the\scapital,\s)?\Z",
    re.IGNORECASE,
)
"""Before the name of where the wounded and the dead are taken."""
_CONTAINER = re.compile(
    r"(?:\s(?:(?!and\b|or\b)[a-z]+\s){0,2}(?:village|town|city|area|suburb|quarter|neighbou?rhood|district|communit(?:y|ies))s?)?"
    r"(?:\s(?:in|of|near|outside)\s|,\s(?:in\s|near\s|outside\s)?"
    r"|,\s(?:[\da-z-]+\s){0,5}(?:capital|suburb|outskirts|edge|part|(?:north|south|east|west)[a-z]*)\sof\s"
    r"|,\s(?:an?|the|one)\s(?:(?!in\b|of\b|at\b)[a-z-]+\s){0,3}(?:village|town|city|port|resort|suburb|district|province)\s(?:in|on)\s)"
    r"(?:the\s|[A-Z][\w-]+(?:\s[A-Z][\w-]+)?[’']s\s)?(?:(?!and\b|or\b)[a-z-]+\s){0,2}"
    r"(?:(?:[A-Z][\w-]+\s){1,2}(?:[a-z]+\s)?(?:village|town|city|port|camp)\sof\s)?"
)
"""Between two places: the first lies in the second. With the comma alone only where no list goes on."""
_TWO_SIDES = frozenset(
    (
        "alliance",
        "attacks",
        "border",
        "deal",
        "reached",
        "signed",
        "relations",
        "tension",
        "tensions",
        "agreement",
        "ties",
        "fighting",
        "clash",
        "clashes",
        "wars",
        "war",
    )
)
"""What is between two sides, and no place between two towns."""
_PERSONS = ("he", "she", "they", "we", "i")
_BE = ("is", "was", "are", "were")
_SETTLEMENTS = frozenset(
    ("city", "town", "village", "hamlet", "settlement", "port", "suburb", "slum", "township", "commune")
)
"""What lies in the land that is named before it: "the West Bank town of"."""
_ACRONYM = 6
"""Letters; longer names in capitals alone are written so in headlines."""
MOST_LINKS = 60
"""Steps from a name to what makes it a place; a longer list is cut."""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A name that may be a place.

    Attributes:
        span: the name with its word for an area, if that follows ("Odesa region"); no possessive.
        country: a country, or what lies to one side of it ("southern Israel"): a container.
        preposition: the word that makes it a place here.
        container: what it is said to be a part of ("Kabul" in "Kabul's Shahr-e-Naw neighborhood").
    """

    span: Span
    country: bool
    preposition: str
    container: str | None = None


def find_places(cast: Cast, where: Span) -> Iterator[PlaceMention]:
    """Names in a sentence that stand where places stand, in text order."""
    doc = cast.syntax.of(where)
    if doc is None:
        return
    text = cast.text
    sentence = _Sentence(cast, where.start, doc)
    before: PlaceMention | None = None
    explained: set[int] = set()
    for name in Capitals(doc, cast).names():
        place = sentence.place(name)
        if place is None or (name.root.dep_ == "conj" and name.root.head.i in explained):
            continue
        between = text[before.span.end : place.span.start] if before else ""
        if before and _CONTAINER.fullmatch(between) and not ("," in between and _listed(name.root)):
            before = replace(before, container=before.container or text[place.span.start : place.span.end])
            if "," in between:
                explained.add(name.root.i)
                continue  # "in Marlow, Ohio,": Ohio only tells where Marlow is
        if before:
            yield before
        before = place
    if before:
        yield before


def _listed(root: Any) -> bool:
    """Whether a name goes on with a list, and does not only tell where the one before lies."""
    return bool(root.dep_ in ("conj", "dobj"))


class _Sentence:
    """A sentence with its parse."""

    def __init__(self, cast: Cast, start: int, doc: Any) -> None:
        self._text = cast.text
        self._start = start
        self._doc = doc
        self._lexicon = cast.lexicon
        self._sets = cast.lexicon.sets
        self._cast = cast
        self._harm: dict[int, bool] = {}
        self._acts: dict[int, bool] = {}

    def place(self, name: Name) -> PlaceMention | None:
        """The mention that a name is, if it stands where places stand."""
        start, end = self._start + name.first.idx, self._start + name.last.idx + len(name.last.text.rstrip("."))
        words = self._text[start:end]
        head = qualified(name.root)
        area = self._area(name.root, head)
        owner = head.dep_ == "poss" or re.match(r"[’'](?:s\b|\s)", self._text[end : end + 2]) is not None
        countries = self._lexicon.words["countries"]
        if self._text[end : end + 1] == "." and countries.fullmatch(f"{words}."):
            words, end = f"{words}.", end + 1
        country = countries.fullmatch(words) is not None
        if (
            self._no_place(words)
            or _OF_A_GROUP.search(self._text, max(self._start, start - 40), start)
            or (_STREET.match(self._text, end) and not self._text.endswith((" a ", " an "), 0, start))
            or _DISTANCE.search(self._text, max(self._start, start - 100), start)
            or self._treated(name, start)
            or (owner and words.startswith(("St.", "Ste.")))  # "St. Mary's mission"
            or (owner and words.isupper() and name.root.ent_type_ == "ORG")  # "KORPAM's base"
            or (owner and (country or self._named(head.head) or self._belongs(name.root, head.head)))
            or (area and self._describes(name.root, area))
            or _LED.match(self._text, end)
            or (name.root.tag_ == "NNPS" and name.root.ent_type_ == "NORP")  # "the attack on U.S. Marines"
        ):
            return None
        made_by = self._made_by(name.root, head.head if owner else head, owner)
        if not owner and (head == name.root or area):
            made_by = made_by or self._before(name.first) or self._scene(head)
        if made_by is None or self._person(Span(start, end), name.root, made_by):
            return None
        if (area or made_by != "in") and self._is_acronym(words, name.root):
            return None  # "at NLTU", "the LRF community"
        house = head == name.root and name.root.ent_type_ in ("FAC", "ORG") and not self._text.startswith(", ", end)
        if made_by == "at" and (country or house):
            return None  # "pointed the finger at Norland", "at the Radisson in Amman"; not "at Port Arthur, Tasmania"
        side = None if country else self._lexicon.side_named(words)
        if side and (made_by not in self._sets["where"] or not countries.fullmatch(side)):
            return None
        if area and not owner and not country and area.lower_ not in self._sets["bare_areas"]:
            end = self._start + area.idx + len(area)
        compass = None if area or owner else _TO_ONE_SIDE.search(self._text, max(self._start, start - 20), start)
        if compass is not None:
            return PlaceMention(Span(compass.start(), end), country, made_by, None)  # a part of a town is none
        return PlaceMention(Span(start, end), country, made_by, self._owner(head))

    def _is_acronym(self, words: str, root: Any) -> bool:
        unknown = root.ent_type_ in ("ORG", "") and not self._lexicon.words["countries"].fullmatch(words)
        return unknown and words.isupper() and len(words) < _ACRONYM and not self._doc.text.isupper()

    def _treated(self, name: Name, start: int) -> bool:
        """Whether a name, or the first of its list, is where the wounded and the dead are taken."""
        first = min(name.root.conjuncts, key=lambda token: token.i, default=name.root)
        starts = {start, self._start + first.left_edge.idx if first.i < name.root.i else start}
        return any(_TREATED.search(self._text, max(self._start, each - 100), each) for each in starts)

    def _area(self, root: Any, head: Any) -> Any:
        """The word for an area behind a name, "region" in "Odesa region"; not the plural behind a list."""
        near = head.i == root.i + 1 or (head.i == root.i + 2 and self._doc[root.i + 1].text.islower())
        fits = near and self._is_area(head) and head.lower_ != "capital" and head.tag_ not in ("NNS", "NNPS")
        return head if head != root and fits else None

    def _is_area(self, noun: Any) -> bool:
        return self._lexicon.words["areas"].fullmatch(noun.text) is not None

    def _describes(self, root: Any, area: Any) -> bool:
        """Whether what stands before a word for an area describes it: "a Fulani village", "the Arab state of Oman"."""
        if any(child.lower_ in ("a", "an") for child in area.lefts):
            return bool(root.ent_type_ != "GPE")  # "in a Lorvik suburb"
        of = next((child for child in area.rights if child.lower_ == "of" and child.i == area.i + 1), None)
        if of is None:
            return False
        if any(child.tag_ == "NNP" for child in of.rights):
            sided = any(COMPASS.fullmatch(child.text) for child in (*root.lefts, *area.lefts))
            if area.lower_ in _SETTLEMENTS or (sided and area.lower_ in self._sets["bare_areas"]):
                return True  # "the Red Coast town of Lorvik", "the western Lorvik suburb of Tamsk"
        if area.lower_ not in self._sets["bare_areas"] | {"state", "region", "territory"}:
            return False
        land = any(self._lexicon.words["countries"].fullmatch(child.text) for child in of.rights)
        return land or (root.ent_type_ == "NORP" and names_belief(root.text))

    def _belongs(self, root: Any, owned: Any) -> bool:
        """Whether a name before "'s" is a person's or a firm's: towns own ports and suburbs, and no cars or murders."""
        if self._lexicon.has("killed", owned.text):
            return True
        built = self._lexicon.kind_of("thing", owned.text)
        if built == "vehicle" and owned.tag_ == "NN":
            return True
        if self._is_part(owned) or owned.lower_ in self._sets["attack_nouns"] or root.ent_type_ in ("GPE", "LOC"):
            return False
        return built in (("vehicle", "residential", None) if root.ent_type_ == "PERSON" else (None,))

    def _named(self, head: Any) -> bool:
        """Whether a noun has a name of its own: "Kyiv's Podil district", "Ukraine's Odesa"."""
        if not self._is_area(head):
            return head.tag_ in ("NNP", "NNPS") and not self._lexicon.has("not_hit", head.text)
        return any(child.dep_ in ("compound", "nmod") and child.tag_ in ("NNP", "NNPS") for child in head.lefts)

    def _owner(self, head: Any) -> str | None:
        return next((token.text for token in head.lefts if token.dep_ == "poss" and token.text[:1].isupper()), None)

    def _made_by(self, root: Any, head: Any, owner: bool) -> str | None:
        """The word that makes a name a place of the attack.

        Args:
            root: of the name.
            head: what the name qualifies ("region") or owns ("port" in "Aden's port"), or the root.
            owner: the name owns it.
        """
        if not owner and head != root and head.lower_ in self._sets["attack_nouns"]:
            # a settlement: "a Kabul suicide bombing". A land there can be the attacker
            land = self._lexicon.words["countries"].fullmatch(root.text)
            return str(head.lower_) if root.ent_type_ in ("GPE", "LOC") and not land else None
        if not owner and head != root and not self._is_area(head):
            if root.ent_type_ != "GPE" or head.ent_type_ or self._lexicon.words["countries"].fullmatch(root.text):
                return None
            built = self._lexicon.kind_of("thing", head.text)  # "at the Brussels airport"
            return self._direct(head) if built and built not in ("vehicle", "military") else None
        token, within = head, False
        for _ in range(MOST_LINKS):
            governor, word = token.head, token.head.lower_
            if token.dep_ in ("conj", "appos"):
                token = governor
            elif token.dep_ in ("compound", "nmod") and self._is_area(governor):
                token, within = governor, True
            elif token.dep_ == "pobj" and word == "of" and self._names_part(governor.head, token):
                token, within = governor.head, True
            elif token.dep_ == "oprd" and governor.dep_ == "acl" and self._is_area(governor.head):
                token = governor.head  # "a town called Lorvik"
            elif token.dep_ == "pobj" and word in ("including", "like", "as"):
                token = governor.head
            else:
                made_by = self._direct(token)
                return "in" if made_by and within and made_by in self._sets["hits_places"] else made_by
        return None

    def _direct(self, token: Any) -> str | None:
        """A preposition or verb right above a noun that makes it a place of the attack."""
        word = token.head.lower_
        if token.dep_ in ("advmod", "npadvmod") and COMPASS.fullmatch(token.lower_):
            return self._prepositional(token)  # "a strike north of Lorvik"
        if token.dep_ == "pobj" and word != "over":
            return self._prepositional(token.head)
        taken = word == "took" and token.ent_type_ in ("GPE", "LOC")
        if token.dep_ in ("dobj", "nsubjpass") and (word in self._sets["hits_places"] or taken):
            return str(word)
        over = token.head.head if token.dep_ == "pobj" else token.head
        if word in ("take", "took", "taken", "taking", "over") and over.lower_.startswith(("tak", "took")):
            told = token.dep_ == "pobj" or any(child.lower_ == "over" for child in over.children)
            return "over" if told and token.dep_ in ("pobj", "dobj", "nsubjpass") else None
        under_attack = token.dep_ == "nsubj" and word in ("came", "comes", "coming", "come")
        return "under" if under_attack and any(child.lower_ == "under" for child in token.head.rights) else None

    def _is_part(self, noun: Any) -> bool:
        """A word for an area or a part of one, which an "of" names: "the villages of", "the outskirts of"."""
        if noun.lower_ == "capital":  # "the Norlandic capital of Lorvik", not "the capital of Norland"
            return any(child.dep_ in ("amod", "poss") for child in noun.lefts)
        return noun.lower_ in self._sets["parts"] or self._is_area(noun)

    def _names_part(self, noun: Any, named: Any) -> bool:
        """Whether an "of" tells whose part a noun is: "the outskirts of Lorvik", "a wing of the city of Lorvik"."""
        return self._is_part(noun) or (self._is_area(named) and noun.pos_ == "NOUN" and noun.lower_ != "capital")

    def _prepositional(self, preposition: Any) -> str | None:
        """A preposition, if it tells where an attack was."""
        word, governor = preposition.lower_, preposition.head
        attacked = any(
            governor.lower_ in self._sets[words] for words in ("attack_nouns", "attack_verbs", "hits_places")
        )
        there = self._tells_where(preposition)
        if word in ("on", "against", "into", "onto", "of", "through") and not there:
            before = preposition.nbor(-2 if preposition.nbor(-1).is_punct else -1) if preposition.i > 1 else preposition
            attacked = attacked or (governor.lower_ == "control" and governor.head.lower_ in self._sets["seizes"])
            return str(word) if attacked or before.lower_ in self._sets["attack_nouns"] else None
        if governor.lower_ in ("spanning", "ranging", "stretching"):
            return "in"
        if word == "between" and governor.lower_ in _TWO_SIDES:
            return None
        if word == "from":
            return word if self._lexicon.has("captured", governor.text) else None
        if not there or (
            (governor.lower_ in self._sets["elsewhere"] and not self._victim(governor))
            or (governor.dep_ in ("dobj", "nsubjpass") and governor.head.lower_ in self._sets["held"])
        ):
            return None
        beside = (governor, preposition.nbor(-1)) if preposition.i else (governor,)
        if any(map(self._cares, beside)):
            return None
        if self._source(governor) or self._origin(governor) or self._aside(preposition):
            return None
        trait = child(governor, "acomp")
        if governor.lower_ in _BE and trait is not None and trait.lower_ in self._sets["elsewhere"]:
            return None  # "killings are rare in Norland"
        said = self._lexicon.words["said"]
        told = child(governor, "ccomp") if said.fullmatch(governor.text) else None
        if told is not None and not (
            self._tells_harm(told) or (told.tag_ in ("VBD", "VBN") and dates_attack(told, self._lexicon))
        ):
            return None  # "In Lorvik, an aide said that no one had spoken of the raid"
        passive = any(child.dep_ == "nsubjpass" for child in governor.lefts)  # "damage was reported in"
        if preposition.i > governor.i and said.fullmatch(governor.text) and not passive:
            return None  # where somebody spoke
        if governor.dep_ == "nsubj" and not attacked and said.fullmatch(governor.head.text):
            return None
        return str(word)

    def _tells_where(self, preposition: Any) -> bool:
        """Whether a preposition is one of place: "in", "north of", "on the island of", "was hit as it drove through"."""
        word, governor = preposition.lower_, preposition.head
        if word == "through":
            clause = child(governor, "advcl") or (governor.head if governor.dep_ == "advcl" else None)
            return clause is not None and dates_attack(clause, self._lexicon)
        edge = word == "on" and any(child.lower_ in self._sets["edges"] for child in preposition.rights)
        return edge or word in self._sets["where"] or COMPASS.fullmatch(word) is not None

    def _victim(self, noun: Any) -> bool:
        """ "Gunmen assassinated the minister in Lorvik", "a bomb went off outside the embassy in Lorvik", "at a rally in"."""
        if noun.dep_ == "acl":  # "killed rebels meeting in Lorvik"
            noun = noun.head
            while noun.dep_ == "conj" or (noun.dep_ == "pobj" and noun.head.lower_ == "of"):
                noun = noun.head if noun.dep_ == "conj" else noun.head.head
        if noun.dep_ == "pobj":
            over = noun.head
            scene = noun.lower_ in self._sets["civil"] or self._lexicon.kind_of("thing", noun.text) is not None
            there = scene and over.lower_ in self._sets["where"] | {"during", "through", "into", "on", "against"}
            return over.head.lower_ in self._sets["attack_nouns"] or (there and self._attacks(over))
        return noun.dep_ in ("dobj", "nsubjpass") and noun.head.lower_ in self._sets["attacks"]

    def _attacks(self, word: Any) -> bool:
        """Whether a verb, or the one that a preposition hangs from, tells of an attack: "detonated outside"; found once."""
        verb = verb_above(word)
        if verb is not None and word.i not in self._acts:
            words = verb.doc[verb.left_edge.i : verb.i + 1].text
            armed = self._lexicon.has("attack", words) or self._tells_harm(verb)
            self._acts[word.i] = armed and dates_attack(word, self._lexicon)
        return verb is not None and self._acts[word.i]

    def _source(self, noun: Any) -> bool:
        """A body that speaks, or by which something is told: "according to the consulate in Lorvik"."""
        for _ in range(4):
            if noun.dep_ == "pobj" and noun.head.lower_ == "to" and noun.head.head.lower_ == "according":
                return True
            if noun.dep_ == "nsubj" and self._lexicon.words["said"].fullmatch(noun.head.text):
                return noun.lower_ not in self._sets["attack_nouns"]
            if noun.dep_ not in ("pobj", "prep", "compound", "poss", "appos", "conj"):
                return False
            noun = noun.head
        return False

    def _cares(self, noun: Any) -> bool:
        """ "A nurse treated him in a hospital in Lorvik", "clinics in Lorvik took them in"."""
        verb = verb_above(noun)
        care = verb is not None and verb.lower_ in self._sets["care"]
        return care and self._lexicon.kind_of("thing", noun.text) == "medical"

    def _origin(self, noun: Any) -> bool:
        """ "Rockets fired by rebels in Lorvik", "rebels in Lorvik launched two missiles": whence they came."""
        by = noun.dep_ == "pobj" and noun.head.dep_ == "agent"
        verb = noun.head.head if by else noun.head
        if verb.lower_ not in ("fired", "launched", "firing", "launching") or not (by or noun.dep_ == "nsubj"):
            return False
        sent = [child(verb, "dobj", "nsubjpass"), verb.head if verb.dep_ in ("acl", "relcl") else None]
        return any(each is not None and each.lower_ in self._sets["sent"] for each in sent)

    def _aside(self, preposition: Any) -> bool:
        """Whether a clause that is not about the attack says where something was: "a man who was held in Lorvik"."""
        verb = verb_above(preposition)
        if verb is None or dates_attack(preposition, self._lexicon):
            return False
        subject = child(verb, *SUBJECTS)
        if subject is not None and subject.tag_ == "WP" and verb.dep_ == "relcl":
            subject = verb.head
        # "the president is in Norland", "he was a clerk at a school in Lorvik"; not "he was at a café there when …"
        near = preposition.head == verb or child(verb, "advcl") is None
        if subject is not None and near and verb.lower_ in _BE and self._is_somebody(subject):
            return True
        if self._tells_harm(verb):
            return False
        if verb.dep_ in ("relcl", "acl"):  # not "men who were praying in Lorvik were killed", "… suffered burns"
            over = verb_above(verb.head) or verb
            harm = child(over, "dobj")
            hurt = harm is not None and any(self._lexicon.has(words, harm.text) for words in EFFECTS)
            aim = verb.head.dep_ == "pobj" and verb.head.head.lower_ in ("on", "at", "against", "into")
            return not (hurt or aim or dates_attack(verb.head, self._lexicon))
        if verb.dep_ == "xcomp":
            return verb.head.dep_ in ("advcl", "relcl")
        if subject is None or subject.lower_ in _PERSONS:
            return False
        mark = child(verb, "mark", "advmod")
        return verb.dep_ == "conj" or (verb.dep_ == "advcl" and mark is not None and mark.lower_ not in ("as", "when"))

    def _is_somebody(self, noun: Any) -> bool:
        person = noun.ent_type_ == "PERSON" or noun.lower_ in _PERSONS
        return person or self._lexicon.has("roles", noun.text)

    def _tells_harm(self, verb: Any) -> bool:
        """Whether a verb and what hangs from it tell of dead, hurt or ruins; looked for once a verb."""
        if verb.i not in self._harm:
            words = self._doc[verb.left_edge.i : verb.right_edge.i + 1].text
            self._harm[verb.i] = any(self._lexicon.has(each, words) for each in EFFECTS)
        return self._harm[verb.i]

    def _before(self, first: Any) -> str | None:
        """The preposition right before a name, where the parse makes nothing of it."""
        token = first
        for _ in range(3):
            if token.i == 0:
                return None
            token = token.nbor(-1)
            if token.dep_ == "prep" and token.lower_ in self._sets["where"]:
                return self._prepositional(token)
            if not (token.tag_ in ("DT", "JJ") and token.text.islower()):
                return None
        return None

    def _scene(self, root: Any) -> str | None:
        """ "Lorvik, where a man stabbed three people", "the Sirk district, where it exploded", "the city of Brod, where …"."""
        of = root.dep_ == "pobj" and root.head.lower_ == "of" and self._is_area(root.head.head)
        for clause in (*root.rights, *(root.head.head.rights if of else ())):
            where = clause.dep_ == "relcl" and any(word.lower_ == "where" for word in clause.lefts)
            if where and clause.tag_ in ("VBD", "VBN") and self._attacks(clause):
                return "in"
        return None

    def _person(self, span: Span, root: Any, made_by: str) -> bool:
        """Whether a name is a person's: one with a role, or one that looks like it where persons are the aim too."""
        if root.dep_ == "pobj" and root.head.lower_ == "of" and self._is_area(root.head.head):
            return False  # "the city of Tarr"
        if any(RANK.fullmatch(each.text) for each in root.lefts if each.tag_ == "NNP"):
            return True  # "Maj. Ivan Tarr"
        person = self._cast.person(span)
        if person is None or person.role is not None:
            return person is not None
        if person.name.end - person.name.start > span.end - span.start and root.ent_type_ not in ("GPE", "LOC"):
            return True  # "in Tarr's street": the surname of one who is named in full elsewhere
        if self._owner(root):
            return bool(root.ent_type_ == "PERSON")
        listed = any(token.ent_type_ in ("GPE", "LOC") for token in root.conjuncts)
        hit = made_by in self._sets["aims"] | self._sets["hits_places"] | {"of"}
        return hit and bool(root.ent_type_ == "PERSON") and not listed

    def _no_place(self, name: str) -> bool:
        """Sides, bodies, buildings and arms, words that are no places, a word for an area alone."""
        words = self._lexicon.words
        if words["countries"].fullmatch(name):
            return False
        return bool(
            words["no_places"].fullmatch(name)
            or words["roles"].fullmatch(name)
            or words["roles"].fullmatch(f"{name}.")
            or words["areas"].fullmatch(name)
            or words["buildings"].search(name)
            or words["houses"].match(name)
            or self._lexicon.has("bodies", name)
            or self._lexicon.kind_of("weapon", name)
        )
