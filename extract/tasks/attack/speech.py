"""Who says something: subjects of verbs of saying, "according to", outside quotation marks. By the parse of sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.marks import is_marked
from extract.tasks.attack.names import NAME_RUN, RANK, Cast, Person
from extract.tasks.attack.syntax import Syntax, subject_of

_PRONOUN = re.compile(r"(?:he|she|they|it|him|her|them|who|which|we|I)\Z", re.IGNORECASE)
_OUTSIDE = frozenset(("punct", "cc", "mark", "prep", "preconj", "relcl", "acl"))
"""What stands before a noun and is no part of its phrase."""
_NO_ROLE = frozenset(("man", "woman", "boy", "girl", "person", "one", "other", "men", "women", "group"))
_POSTS = frozenset(("of", "for", "at", "with", "in", "from"))
_ROLE_POSTS = _POSTS | {"on", "to"}
_OF = frozenset(("of",))
_MISSIONS = frozenset(("Embassy", "Consulate", "General", "Mission", "Hospital", "Bureau", "Office"))
_POSTED = frozenset(("of", "in", "at"))
_JOINED = re.compile(r"[-‑–]|\w+")
_OCCASIONS = frozenset(
    ("time", "scene", "interview", "conference", "briefing", "speech", "address", "broadcast", "call", "hearing")
)
"""Behind "in" and "at" these tell when somebody spoke, not who."""
_AGED = re.compile(r"\b(?P<who>the\s\d{1,3}-year-old)\s\Z", re.IGNORECASE)
_AGE = re.compile(r"(?:\d{1,3}|[a-z]+)-year-old\s")
"""Before a name it is no part of it."""
_SAYS = re.compile(rf"[,?!][”\"’']\s(?P<who>(?!I\s){NAME_RUN.pattern})\s\Z")
_SAID_BY = re.compile(rf"\s(?P<name>{NAME_RUN.pattern})")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody to whom a statement is attributed.

    Attributes:
        subject: the noun phrase as it stands ("Kyiv Mayor Vitali Klitschko", "the governor", "he").
        verb: the reporting verb, or "according to".
        origin: somebody else passes it on ("according to", "citing").
        role: what the sentence says the subject is ("a doctor at the hospital"), if anything.
        head: the noun itself, of the words of the subject.
        name: the name alone, of "rebel leader Ann Lee".
        reports: the verb tells facts; "claimed responsibility", "condemned the attack" do not.
        told: the clause that is said.
    """

    subject: Span
    verb: Span
    origin: bool = False
    role: Span | None = None
    head: Span | None = None
    name: Span | None = None
    reports: bool = True
    told: Span | None = None


def is_pronoun(phrase: str) -> bool:
    """Whether a subject only points back."""
    return _PRONOUN.fullmatch(phrase) is not None


def speaking_person(item: Attribution, cast: Cast) -> Person | None:
    """The person who is the subject, not one whose name is only part of it ("a guard at Ann Lee's shop")."""
    person = cast.person(item.subject)
    if person is None or item.head is None:
        return person
    head = cast.text[item.head.start : item.head.end]
    words = cast.text[person.name.start : person.name.end].lower().split()
    if any(word.endswith(head.lower()) for word in words):
        return person
    *_, run = NAME_RUN.finditer(cast.text, item.subject.start, item.subject.end)
    office = head[0].isupper() and cast.lexicon.has("roles", head)  # "Ambassador to Chad Ann Lee"
    return person if office and cast.split(Span(*run.span()))[0].start > run.start() else None


def attributions(text: str, start: int, end: int, lexicon: Lexicon, syntax: Syntax) -> list[Attribution]:
    """Everybody to whom `text[start:end]` attributes something, outside quotation marks, in text order.

    Example: "At least nine people died, the governor said." → "the governor".
    """
    return [
        item
        for sentence in syntax.between(start, end)
        for item in _said(text, sentence, lexicon, syntax)
        if start <= min(item.subject.start, item.verb.start) and max(item.subject.end, item.verb.end) <= end
    ]


@lru_cache(maxsize=1024)
def _said(text: str, sentence: Span, lexicon: Lexicon, syntax: Syntax) -> tuple[Attribution, ...]:
    doc = syntax.of(sentence)
    if doc is None:
        return ()
    starts = {token.idx: token for token in doc}
    found: dict[int, Attribution] = {}
    for match in lexicon.find("said", doc.text):
        verb = starts.get(match.start())
        if verb is None or is_marked(text, sentence.start + match.start()):
            continue
        speaker = _speaker(verb, sentence, text, lexicon)
        words = Span(sentence.start + match.start(), sentence.start + match.end())
        if speaker is not None:
            above = verb.head.head
            if verb.dep_ == "pcomp" and verb.head.lower_ == "as" and _clause(verb, 0) is None and _clause(above, 0):
                # "nine died, the agency quoted Ann Lee as saying"
                words = Span(sentence.start + above.idx, sentence.start + above.idx + len(above))
            item = attributed(speaker, words, sentence.start)
            found[match.start()] = replace(item, reports=_reports(verb, lexicon), told=_clause(verb, sentence.start))
        elif subject := _beside(text, words, sentence):
            found[match.start()] = Attribution(subject, words)
    for item in _origins(doc, sentence.start, lexicon, text):
        found[item.verb.start - sentence.start] = item
    return tuple(found[key] for key in sorted(found))


def _origins(doc: Any, base: int, lexicon: Lexicon, text: str) -> Iterator[Attribution]:
    """ "according to the mayor", "Interfax reported, citing the ministry": who is named behind it is the origin."""
    for token in doc:
        if token.lower_ not in ("according", "citing", "quoting") and not (
            token.lower_ == "per" and doc[token.i - 1].text == ","
        ):
            continue
        heads = [child for child in token.children if child.lower_ == "to"] if token.lower_ == "according" else [token]
        for noun in (child for head in heads for child in head.children if child.dep_ in ("pobj", "dobj")):
            if lexicon.words["no_speakers"].fullmatch(noun.text) or is_marked(text, base + noun.idx):
                continue  # "citing the discovery of a rifle", "citing “a lack of care”"
            verb = Span(base + token.idx, max(base + token.idx + len(token), phrase_of(named(noun), base).start))
            yield attributed(noun, verb, base, origin=True)


def _reports(verb: Any, lexicon: Lexicon) -> bool:
    """Whether a verb of saying has a clause as what is said, or is one that gives figures ("confirmed nine deaths")."""
    objects = [child.dep_ for child in verb.children if child.dep_ in ("ccomp", "dobj", "parataxis", "xcomp")]
    links = {child.dep_ for child in verb.children}
    by_whom = "agent" in links and links.isdisjoint(("aux", "auxpass", "mark"))  # "a raid, claimed by rebels, killed …"
    passed_on = verb.tag_ == "VBN" and (verb.dep_ in ("acl", "relcl", "amod") or by_whom)
    fact = lexicon.words["reporting"].fullmatch(verb.text) is not None
    if not fact and verb.i + 1 < len(verb.doc) and verb.nbor().lower_ == "for":
        return False  # "marchers were calling for peace"
    denied = any(child.dep_ == "neg" for child in verb.children)
    return not (passed_on or denied or _made_to_speak(verb) is not None) and (
        "dobj" not in objects or "ccomp" in objects or fact
    )


def _clause(verb: Any, base: int) -> Span | None:
    for child in verb.children:
        if child.dep_ == "ccomp":
            first, last = child.left_edge, child.right_edge
            return Span(base + first.idx, base + last.idx + len(last))
    return None


def attributed(noun: Any, verb: Span, base: int, origin: bool = False) -> Attribution:
    """The attribution to a noun, with its role; what a document says is said by who wrote it."""
    noun = author_of(noun)
    name = named(noun)
    if behind := _name_behind(noun, verb.start - base):
        first, last = behind
        words = Span(base + first.idx, base + last.idx + len(last))
        start = next((token for token in noun.doc[noun.left_edge.i :] if token.pos_ not in ("DET", "PRON")), noun)
        post = Span(base + start.idx, base + first.idx - 1)
        return Attribution(Span(post.start, words.end), verb, origin, post, Span(base + noun.idx, post.end), words)
    head = Span(base + name.idx, base + name.idx + len(name))
    subject, role = phrase_of(name, base), _role(name, noun, base)
    alone = Span(role.end + 1, subject.end) if role and subject.start <= role.start < role.end < head.end else None
    return Attribution(subject, verb, origin, role, head, alone)


WRITTEN = frozenset((
    "statement", "report", "bulletin", "communique", "communiqué", "release", "dispatch", "announcement", "message", "letter",
    "post", "tweet", "memo", "update", "summary",
))  # fmt: skip
"""What is written and says something."""


def author_of(document: Any) -> Any:
    """Who wrote a document: "a report from the agency", "a note signed by Ann Lee", "the army's statement"."""
    if document.lower_ not in WRITTEN:
        return document
    if issuer := _issuer(document):
        return issuer
    makers = [child for child in document.children if child.dep_ in ("acl", "relcl")]
    links = [
        link
        for above in (document, *makers)
        for link in above.children
        if link.lower_ in ("by", "from") or above.lower_ == "attributed"
    ]
    authors = [noun for link in links for noun in link.children if noun.dep_ == "pobj"]
    authors += [
        child
        for child in document.children
        if child.dep_ == "poss" and child.pos_ != "PRON" and child.ent_type_ != "DATE"
    ]
    return authors[0] if authors else document


def issuer_told(document: Any) -> Any | None:
    """Who a sentence says to have made a document, or to speak in it: "Ann Lee said in a statement"."""
    if document.dep_ == "pobj" and document.head.lower_ == "in":
        told = document.head.head
        return subject_of(told) if told.pos_ in ("VERB", "AUX") else told
    author = author_of(document)
    return None if author == document else author


def _issuer(document: Any) -> Any | None:
    """ "the agency issued a statement saying", "a Red Cross report says", "a police statement"."""
    if document.dep_ == "dobj" and document.head.lower_ in _MADE:
        return subject_of(document.head)
    before = document.nbor(-1) if document.i else document
    if before.dep_ == "pobj" and before.head.lower_ == "of":
        before = before.head.head  # "a Department of Ports report"
    if before.head != document or before.dep_ not in ("compound", "nmod") or document.lower_ in _POSTED_WORDS:
        return None
    return before if before.ent_type_ == "ORG" or before.lower_ in _ISSUERS else None


_MADE = frozenset(("issued", "issuing", "released", "releasing", "wrote", "published", "made", "sent", "posted", "put"))
_ISSUERS = frozenset(("police", "army", "military", "government", "ministry", "family", "company", "court", "council"))
_POSTED_WORDS = frozenset(("post", "tweet", "message", "update"))
"""Before these a name is where they stand."""


def _name_behind(noun: Any, verb: int) -> tuple[Any, Any] | None:
    """The name that ends a description right before the verb: "the ambassador to Chad Ann Lee said"."""
    last = next((token for token in reversed(noun.doc) if token.idx + len(token) < verb + 1 and token.idx < verb), noun)
    post = noun.nbor() if noun.i + 1 < len(noun.doc) else noun
    if last.i < noun.i + 4 or post.lower_ not in _ROLE_POSTS or noun.ent_type_ == "PERSON":
        return None
    first = last
    while first.i > post.i + 1 and first.nbor(-1).tag_ == "NNP":
        first = first.nbor(-1)
    if first.nbor(-1).pos_ in ("ADP", "DET"):
        first = last.nbor(-1) if last.i - first.i >= 2 else last  # "of Kano Abba Yusuf": a place, then the name
    of_person = last.ent_type_ == "PERSON" and last.tag_ == "NNP" and first.i < last.i <= first.i + 3
    return (first, last) if of_person else None


def _role(name: Any, noun: Any, base: int) -> Span | None:
    """ "Ann Lee, a doctor who came by", "the police chief, Ann Lee", "her neighbour Ann Lee"."""
    first, last = _first(name), _title(name)
    if last is not None and (name == noun or last.text.islower()):
        return Span(base + first.idx, base + last.idx + len(last))
    if name != noun:
        start = name.nbor(2) if name.i < noun.i and name.nbor().text == "," else _first(noun)
        end = phrase_of(noun, base).end
        return Span(base + start.idx, end) if noun.lower_ not in _NO_ROLE else None
    for child in name.children:
        if child.dep_ == "appos" and child.tag_ in ("NN", "NNS") and name.tag_ == "NNP" and child.i > name.i:
            phrase = phrase_of(child, base, _ROLE_POSTS)
            last = next(
                (c.right_edge for c in child.children if c.dep_ == "relcl" and c.left_edge.lower_ == "who"), None
            )
            if last is None or name.doc[last.left_edge.i].i < child.i:
                return phrase
            last = last.nbor(-1) if last.is_punct else last
            return Span(phrase.start, max(phrase.end, base + last.idx + len(last)))
    return None


def _first(noun: Any) -> Any:
    return next((token for token in noun.doc[noun.left_edge.i :] if token.pos_ not in ("DET", "PRON", "PUNCT")), noun)


def _title(name: Any) -> Any | None:
    """The last word of a role before a name: "rebel leader Ann Lee", "former Lorvik Harbour Master Ann Lee"."""
    person = name
    while person.ent_type_ == "PERSON" and person.ent_iob_ == "I":
        person = person.nbor(-1)
    before = [*name.doc[_first(name).i : person.i]]
    small = [each for each in before if each.text.islower() and each.dep_ != "poss" and each.tag_ in _ATTRIBUTES]
    if name.tag_ != "NNP" or not name.text[0].isupper() or not small or any(each.text == "," for each in before):
        return None
    last = person.nbor(-1) if person.i < name.i else small[-1]
    last = small[-1] if last.is_space or RANK.fullmatch(last.text) else last
    return last if last.tag_.startswith("NN") else None


_ATTRIBUTES = frozenset(("NN", "NNS", "JJ", "VBN"))


def _speaker(verb: Any, sentence: Span, text: str, lexicon: Lexicon) -> Any | None:
    """The token of who does the saying; None for passives ("he was told") and things that cannot speak."""
    if not verb.tag_.startswith("VB") and verb.pos_ != "VERB":
        return None
    outside = [child for child in verb.children if not is_marked(text, sentence.start + child.idx)]
    agents = [c for child in outside if child.dep_ == "agent" for c in child.children if c.dep_ == "pobj"]
    if agents:
        return agents[0] if agents[0].pos_ == "PRON" or can_speak(agents[0], lexicon) else None
    if any(child.dep_ in ("auxpass", "nsubjpass") for child in outside):
        return None
    if (verb.dep_ == "acl" and verb.tag_ == "VBN") or (
        verb.i + 1 < len(verb.doc) and verb.nbor().lower_ == "to" and verb.lower_ != "referred"
    ):
        return None  # "two boys said to be cousins"
    own = [child for child in outside if child.dep_ == "nsubj"]
    if (asked := _made_to_speak(verb)) is not None:
        return asked if can_speak(asked, lexicon) else None
    if len(own) > 1 and own[0].tag_ == "NNP":
        apart = any(token.text == "," for token in verb.doc[own[0].i : own[-1].i])
        return own[0] if apart else own[-1]  # "Ann Lee, however, a spokeswoman, said"; "said Lt. Ann Lee"
    between = None if own and can_speak(own[0], lexicon) else _between_commas(verb)
    if between is not None and can_speak(between, lexicon) and not is_marked(text, sentence.start + between.idx):
        return between
    beside = None if own else _right_before(verb, text, sentence.start)
    if beside is not None and named(beside).tag_ == "NNP" and named(beside).ent_type_ in ("PERSON", "ORG", ""):
        return beside
    noun = (
        _undated(subject_of(verb, _unmarked(text, sentence.start)))
        or _right_behind(verb, outside, text, sentence.start)
        or beside
    )
    if noun is not None and verb.tag_ == "VBG" and noun.head.dep_ == "ccomp" and noun.head.i < verb.i:
        noun = subject_of(noun.head.head, _unmarked(text, sentence.start)) or noun  # "denied that any had died, saying"
    return noun if noun is not None and can_speak(noun, lexicon) else None


def _made_to_speak(verb: Any) -> Any | None:
    """ "The riot forced the mission to say that it was leaving": who says it is the object of another verb."""
    if verb.dep_ != "xcomp" or verb.tag_ != "VB":
        return None
    return next((each for each in verb.head.children if each.dep_ == "dobj" and each.i < verb.i), None)


def _right_behind(verb: Any, outside: Sequence[Any], text: str, base: int) -> Any | None:
    """ "“…,” confirmed spokesman Ann Lee", "…, added the report": who speaks is read as what is confirmed."""
    behind_words = verb.i > 0 and (
        text[base + verb.nbor(-1).idx] in "”\"’'»," or is_marked(text, base + verb.nbor(-1).idx)
    )
    objects = (each for each in outside if each.dep_ == "dobj" and each.left_edge.i == verb.i + 1)
    return next(objects, None) if behind_words else None


def _undated(noun: Any | None) -> Any | None:
    """ "Ann Lee Monday said", of which the parse makes a day with a name."""
    if noun is None or noun.ent_type_ not in ("DATE", "TIME"):
        return noun
    return next((each for each in reversed([*noun.lefts]) if each.ent_type_ == "PERSON"), noun)


def _unmarked(text: str, base: int) -> Callable[[Any], bool]:
    return lambda token: not is_marked(text, base + token.idx)


def _between_commas(verb: Any) -> Any | None:
    """The noun phrase between a comma and a verb, which a parse hangs on the words before it at times.

    "… by army aircraft in Lorvik, nurses and shopkeepers reported", "… two commanders, the head of the district said".
    """
    if verb.tag_ not in ("VBD", "VBZ"):
        return None
    first = verb.i
    while first > max(0, verb.i - _LONGEST) and verb.doc[first - 1].pos_ in _NOMINAL:
        first -= 1
    roots = [token for token in verb.doc[first : verb.i] if not first <= token.head.i < verb.i]
    if len(roots) != 1 or not first or verb.doc[first - 1].text != "," or roots[0].dep_ in ("nsubj", "pobj"):
        return None
    called = roots[0].tag_ == "NNP" and any(each.lower_ == "the" for each in roots[0].lefts)  # "the Red Cross"
    return roots[0] if (called or roots[0].tag_ in ("NN", "NNS")) and roots[0].head.i < first else None


_LONGEST = 12
_NOMINAL = frozenset(("DET", "ADJ", "NOUN", "PROPN", "NUM", "ADP", "CCONJ", "PART"))
"""What a noun phrase is made of."""


def _right_before(verb: Any, text: str, base: int) -> Any | None:
    """The noun beside a verb that the parse ties to words between the marks: "“…”, the head, Ann Lee, said"."""
    place = verb.i - (2 if verb.i > 1 and verb.nbor(-1).text == "," else 1)
    if place < 0 or verb.tag_ not in ("VBD", "VBZ"):
        return None
    noun = verb.doc[place]
    if noun.dep_ == "appos" and noun.head.i < noun.i:
        noun = noun.head
    return noun if noun.pos_ in ("NOUN", "PROPN") and not is_marked(text, base + noun.idx) else None


def roles_told(doc: Any, lexicon: Lexicon, base: int) -> Iterator[tuple[Span, Span]]:
    """Names with roles, of "Ann Lee is the head of the union"."""
    for token in doc:
        if token.dep_ != "attr" or token.tag_ != "NN" or not lexicon.words["roles"].fullmatch(token.text):
            continue
        for child in token.head.children:
            if child.dep_ == "nsubj" and child.tag_ == "NNP":
                yield phrase_of(child, base), phrase_of(token, base, _ROLE_POSTS)


def named(noun: Any) -> Any:
    """The name that explains a role: "the police chief, Ann Lee"."""
    if noun.tag_ not in ("NN", "NNS"):
        beside = ((each, _first(each)) for each in noun.rights if each.dep_ == "appos" and each.ent_type_ == "PERSON")
        near = ((each, first) for each, first in beside if first.nbor(-1) == noun or first.nbor(-1).text == ",")
        joined = (each for each, first in near if all(word.dep_ != "cc" for word in noun.doc[first.i : each.i]))
        person = next(joined, noun)
        return person if noun.tag_ == "NNP" and noun.ent_type_ not in ("PERSON", "GPE") else noun
    if owner := next((each for each in noun.lefts if each.dep_ == "poss" and each.nbor().text == ","), None):
        return owner  # "Ann Lee, the agency's head, said" is read as her head
    last = _behind(noun, _POSTS)  # "the bishop of Lorvik, Ann Lee": the parse explains Lorvik
    explained = [*noun.children, *(child for child in last.children if child.ent_type_ == "PERSON")]
    names = [child for child in explained if child.dep_ == "appos" and child.tag_ == "NNP"]
    return names[0] if names else noun


def can_speak(noun: Any, lexicon: Lexicon) -> bool:
    """Names, pronouns and every noun but the few that stand for words, times and numbers."""
    if noun.pos_ == "PRON":
        return noun.lower_ in ("he", "she", "they", "it")
    if noun.pos_ == "ADJ":
        # "the 21-year-old", "the wounded"; "Tarr, the mayor," is read as one
        return any(child.dep_ in ("det", "appos") for child in noun.children)
    if noun.ent_type_ in ("DATE", "TIME", "CARDINAL", "PERCENT", "MONEY", "QUANTITY"):
        return False
    if lexicon.words["no_speakers"].fullmatch(noun.text):
        return False
    return noun.pos_ in ("NOUN", "PROPN") and not (noun.text.islower() and lexicon.kind_of("weapon", noun.text))


def phrase_of(noun: Any, base: int, posts: frozenset[str] = _POSTS) -> Span:
    """The noun with what stands before it, and for a description what tells which one ("a doctor at the hospital")."""
    before = (child for child in noun.lefts if child.dep_ not in _OUTSIDE and child.tag_ not in ("WP", "WDT", "WRB"))
    first = min([noun.i, *(child.left_edge.i for child in before)])
    last = _behind(noun, posts)
    doc = noun.doc
    first = next((place + 1 for place in range(noun.i - 1, first, -1) if doc[place].text == ","), first)
    ranks = [token.i for token in doc[first : noun.i] if token.text.endswith(".") and RANK.fullmatch(token.text)]
    if ranks and ranks[0] > first:
        first = ranks[-1] + 1  # "State Police Lt. Ann Lee"
    while noun.tag_ == "NNP" and first and not doc[first - 1].whitespace_ and _JOINED.fullmatch(doc[first - 1].text):
        first -= 1  # "al-Harazi" is read as three words
    start = doc[first].idx
    end = last.idx + len(last)
    if noun.tag_ == "NNP" and (age := _AGE.match(doc.text, start, noun.idx)):
        start = age.end()
    if noun.tag_ == "NNP" and (run := NAME_RUN.match(doc[first : noun.i + 5].text)):
        end = max(end, start + run.end())  # "O’Neill" is cut in two at times
    return Span(base + start, base + end)


def _behind(noun: Any, posts: frozenset[str]) -> Any:
    last = noun
    for _ in range(4):
        following = last.nbor() if last.i + 1 < len(noun.doc) else None
        if following is None:
            break
        if last.tag_ == "NNP" and (rest := _capitals_behind(following)) is not None:
            last = rest
            continue
        # "the Embassy in Norland"; not "Ann Lee in Norland"
        named = _POSTED if noun.text in _MISSIONS else _OF
        if following.dep_ == "prep" and following.lower_ in (named if noun.pos_ == "PROPN" else posts):
            inner = next((child for child in following.children if child.dep_ == "pobj"), None)
        elif following.dep_ == "cc" and following.head in (noun, last):
            inner = next((c for c in following.head.children if c.dep_ == "conj" and c.i > following.i), None)
            inner = inner if inner is not None and inner.pos_ in ("NOUN", "PROPN") else None
        elif following.tag_ == "CD" and following.dep_ in ("nummod", "appos") and following.head == last:
            inner = following
        else:
            break
        if (
            inner is None
            or inner.ent_type_ in ("DATE", "TIME")
            or (following.lower_ != "of" and inner.lower_ in _OCCASIONS | WRITTEN)
        ):
            break
        last = inner
    return last


def _capitals_behind(link: Any) -> Any | None:
    """The last capitalised word behind "for" or "to" in a body's name: "the Lorvik Observatory for Sea Birds"."""
    end = link.i + 1
    if link.lower_ not in ("for", "to") or link.nbor(-1).ent_type_ in ("PERSON", "GPE", "NORP", "DATE"):
        return None
    while end < len(link.doc) and link.doc[end].text[0].isupper() and link.doc[end].ent_type_ not in ("DATE", "TIME"):
        end += 1
    return link.doc[end - 1] if end > link.i + 1 and link.doc[end - 1].pos_ != "VERB" else None


def _beside(text: str, verb: Span, sentence: Span) -> Span | None:
    """Where the parse has no subject: the name right behind a verb that follows a mark, or right before one."""
    lead = text[max(sentence.start, verb.start - 3) : verb.start].rstrip()
    if lead.endswith(("”", '"', "’", "'", "»")) and (found := _SAID_BY.match(text, verb.end, sentence.end)):
        return Span(*found.span("name"))
    before = _AGED.search(text, max(sentence.start, verb.start - 20), verb.start)
    before = before or _SAYS.search(text, max(sentence.start, verb.start - 60), verb.start)
    return Span(*before.span("who")) if before else None
