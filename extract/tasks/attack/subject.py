"""What an article is about: which of its sentences are the article, and whether they report an armed attack."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from extract.articles import Article
from extract.articles.sentences import Span
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.parts import Part, is_none
from extract.tasks.attack.tellings import Telling

_QUOTED = re.compile(r"(?!“[\w-]+(?:\s[\w-]+){0,2},?”)“[^”]*”?|\"[^\"]*\"?|``(?:[^']|'(?!'))*")
LEAD = 6
"""Sentences, headline included, in which an article says what it is about."""

MAX_SENTENCE = 1500
"""Longer sentences are cut: no prose has them, and what is found in one is compared pairwise."""

_FURNITURE = re.compile(
    r"\s*(?:---|(?:[>»►→•*-]+\s*|\()?(?i:read\s(?:more|also|next)\b|see\salso\b|also\sread\b"
    r"|(?:read|related(?:\s\w+)?|watch|recommended|also\son\s(?:our|this)\s\w+|more\s(?:on|about|from)\s[\w ]{1,30}"
    r"|don[’']t\smiss|click\shere|key\s?words|authors?|publish(?:ed)?\sdate)\s?[:|]|original\sarticle\s*\Z"
    r"|(?:image|media|video|photo)\s(?:copyright|credit|caption|playback)\b|image\ssource\b)"
    r"|\*\*\\?\[|\[\w+\]|Published\s*:|\(?(?:Writing|Reporting|Editing) by|Item \d+ of|Sign up|Source:"
    r"|By [A-Z][\w .-]{3,40}\Z"
    r"|(?:[A-Z][a-z]{2,5}day,?\s)?(?:[A-Z][a-z]{2,8}\.?\s\d{1,2},?|\d{1,2}\s[A-Z][a-z]{2,8}\.?,?)\s(?:19|20)\d\d\s*\Z)"
)

_ = r"[ \u00a0]"
_TOWN = rf"[A-ZÀ-Þ][\w.’'‑-]*(?:{_}(?:(?:of|de|del|da|do|la|el|al){_})?[A-ZÀ-Þ][\w.’'‑-]*){{0,3}}"
_TOWNS = rf"{_TOWN}(?:(?:,{_}{{1,2}}|{_}?[/|]{_}?|{_}(?:and|&){_}){_TOWN}){{0,3}}"
_ON = rf"{_}?,?{_}(?:[A-Z][a-z]{{2,8}}\.?{_}\d{{1,2}}|\d{{1,2}}{_}[A-Z][a-z]{{2,8}}\.?)(?:{_}?,?{_}\d{{4}})?"
_AGENCY, _DASH = rf"{_}?\([A-Z][\w &.,/’'-]{{1,40}}\)", rf"{_}*(?:--|[-–—―|_]|(?<=\d{_})\?){_}+"
_DATELINE = re.compile(
    rf"^[ \t*_#>]*(?:(?:By{_}[A-Z][^\n(]{{2,60}}?{_})??(?=[A-Z’'.]{{2}}){_TOWNS}(?:{_ON})?(?:(?:{_AGENCY})?{_DASH}|(?<=[A-Z]{{4}}):{_}+)"
    rf"|[A-Z][a-z]{{2,8}}\.?{_}\d{{1,2}},{_}\d{{4}}{_}{_TOWNS}{_AGENCY}{_DASH}|{_TOWNS}{_ON}{_AGENCY}:?{_}+|(?:(?:{_TOWNS})?(?:{_ON})?{_AGENCY}(?:{_}{_TOWNS})?(?:{_DASH}|:{_}+)|{_TOWNS}(?:{_ON})?{_DASH})"
    rf"(?![^\n.]*{_}[-–—―]+{_}))(?=[\"“‘'(]?[A-Z0-9À-Þ])(?=[^\n]*[^\w\s][ \t\r]*$)"
    rf"|^(?=[A-Z’'.]{{2}}){_TOWNS}(?:{_ON})?{_AGENCY}{_}*(?:--|[–—―]){_}+(?=[\"“‘'(]?[A-Z0-9À-Þ])"
    rf"|^(?:(?=[A-Z’'.]{{2}}){_TOWNS}{_ON}(?:,{_}\d{{4}})?|{_TOWNS}{_ON}{_AGENCY})(?=[ \t\r]*$)",
    re.MULTILINE,
)
"""Place, day and agency before a line of prose: "KYIV, July 3 (Reuters) - ", "Jerusalem — ", "QUETTA: "; or a line of its own. Without capitals no
second dash may follow, as in "Kharkiv – Ukraine's second city – was hit"."""


_IN_CAPITALS = re.compile(
    rf"^(?P<town>(?=[A-ZÀ-Þ]{{4}}|[A-ZÀ-Þ]{{2,3}}[ ./-]+[A-ZÀ-Þ]{{2}})[A-ZÀ-Þ]{{2,}}\.?(?:[ /-][A-ZÀ-Þ]{{2,}}\.?)*)(?:,{_}{_TOWN})?{_}"
    rf"(?=(?:An?|[A-Z][a-z]+){_}[\w’'\"“-][^\n]*[^\w\s][ \t\r]*$)",
    re.MULTILINE,
)
"""A town before a line of prose, whose dash was lost: "ANKARA Ten people were wounded …"."""


def without_datelines(text: str) -> str:
    """The text with blanks for its datelines, which are no part of a sentence: nothing in one acts or is hit."""
    text = _DATELINE.sub(lambda found: " " * len(found[0]), text)
    return _IN_CAPITALS.sub(lambda found: found[0] if text.count(found["town"]) > 1 else " " * len(found[0]), text)


def body(article: Article, lexicon: Lexicon) -> tuple[Span, ...]:
    """The sentences that are the article: no menus, link lists, related-story lines, nothing behind them."""
    kept: list[Span] = []
    lines, line_end, furniture = 0, -1, False
    for sentence in article.sentences:
        if sentence.start > line_end:
            line, line_end = _line_at(article.text, sentence.start)
            furniture = is_furniture(line)
            if (
                not furniture
                and lines > 8
                and len(line) < 80
                and lexicon.words["end_matter"].match(line.lstrip("#*> "))
            ):
                break
        if not furniture:
            lines += 1
            kept.extend(_pieces(sentence))
    return tuple(kept)


def _line_at(text: str, position: int) -> tuple[str, int]:
    """The line around a position, and where it ends."""
    end = text.find("\n", position)
    end = end if end >= 0 else len(text)
    return text[text.rfind("\n", 0, position) + 1 : end], end


def _pieces(sentence: Span) -> list[Span]:
    """A sentence, cut hard where it is too long to be one."""
    starts = range(sentence.start, sentence.end, MAX_SENTENCE)
    return [Span(start, min(start + MAX_SENTENCE, sentence.end)) for start in starts]


def is_furniture(line: str) -> bool:
    """A line that is no article: a link, a list of links, a capital-letter pointer to another story."""
    bare = re.sub(r"!?\[[^\[\]]*\]\([^()]*\)", "", line)
    if "](" in line and len(bare.strip(" -#*\\[]>·,")) < 40:
        return True
    letters = [char for char in bare if char.isalpha()]
    shouting = letters and sum(char.isupper() for char in letters) / len(letters) > 0.8 and len(bare.split()) > 3
    return bool(shouting) or _FURNITURE.match(bare) is not None


def kind_belief(text: str, parts: Sequence[Sequence[Part]], lexicon: Lexicon) -> dict[str, float]:
    """The rules' belief in each kind of main event, and in there being none; sums to 1.

    Words of a kind count more the nearer they stand to the headline. That the first sentences speak of no attack is
    strong evidence for "none", that they do is fair evidence against it.

    Args:
        parts: the clauses of each sentence.
    """
    sentences = (each[0].sentence for each in parts)
    scores = kind_scores(enumerate(text[each.start : each.end] for each in sentences), lexicon)
    none = 0.1 if tells_attack(text, parts, lexicon) else 0.9
    total = math.fsum(scores.values())  # the same on every Python: `sum` rounds in another way from 3.12 on
    return {name: (1 - none) * score / total for name, score in scores.items()} | {"none": none}


def kind_scores(pieces: Iterable[tuple[int, str]], lexicon: Lexicon) -> dict[str, float]:
    """How strongly words speak for each kind of event: all of a kind in a sentence once, the more the earlier it stands.

    Args:
        pieces: each with the number of its sentence.
    """
    scores = {row.name: 0.5 for row in lexicon.kinds("event")} | {"other": 0.6}
    for number, piece in pieces:
        weight = 4.0 if number < 2 else 2.0 if number < LEAD else 1.0
        for name in {row.name for row in lexicon.kinds("event") if row.pattern.search(piece)}:
            scores[name] += weight * (_NO_MEANS if name in ("ground_assault", "other") else 1)
        for words, name in _HINTS.items():
            scores[name] += _HINTED * weight * lexicon.has(words, piece)
    return scores


_HINTS = {"in_person": "ground_assault", "gunmen": "ground_assault", "strikes": "air_strike"}
"""Words that tell a kind where no better ones do."""
_HINTED = 0.3
_NO_MEANS = 0.6
"""What a word for a raid counts, which says how people came and not what they killed with."""


def tells_attack(text: str, parts: Sequence[Sequence[Part]], lexicon: Lexicon) -> bool:
    """Whether the first sentences tell of an armed attack that happened of late, and not of a strike for wages, a match, an
    accident, a threat or a trial.

    Words of arms, or of an attack with its victims, have to occur, and in at least as many sentences as words of those
    other worlds; where people are killed, it is enough that a side strikes, or those who bear arms. What is quoted does not
    count: that is where speech is figurative.
    """
    about, killed = False, False
    armed, borne, peaceful = 0, 0, 0
    denied = any(lexicon.has("denied", clauses[0].whole) for clauses in parts[:LEAD])
    stands = ("happened",) if denied else ("happened", "alleged")
    for number, clauses in enumerate(parts[: 2 * LEAD]):
        sentence = clauses[0].sentence
        plain = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text[sentence.start : sentence.end])
        news = [part for part in _news(clauses, text) if not is_none(part, lexicon)]
        told = [each for part in news for each in part.told if plain[each.start] != " " and each.standing in stands]
        peaceful += lexicon.has("peaceful", plain)
        killed |= bool(news) and lexicon.has("killed", plain)
        if tells_arms(told, plain, lexicon) or (number and _CLAIM.search(plain)):
            armed += 1
        else:
            peaceful += 2 * lexicon.has("accident", plain)
            if any(not each.person for each in told):
                borne += lexicon.has("bearers", plain) or any(part.sides for part in news)
        about |= number < 3 and bool(told) and (does_harm(plain, lexicon) or lexicon.has("fighting", plain))
    armed += borne if killed and not peaceful else 0
    return about and armed > 0 and armed >= peaceful


_CLAIM = re.compile(r"\bclaim(?:s|ed|ing)?\s(?:of\s|any\s)?responsibility\b", re.IGNORECASE)
"""Nobody is said to claim an accident, or not to."""
_SENT = re.compile(r"(?:launch|fir)ed\Z", re.IGNORECASE)
_AIMED = re.compile(
    r"[^.;]{0,80}?\b(?:at|on|onto|against|toward|towards|into)\s(?!(?:[\w-]+\s){0,3}?(?:sea|seas|waters?|ocean|orbit|space|air|sky|coast|"
    r"[a-z]+day|january|february|march|april|may|june|july|august|september|october|november|december)\b)",
    re.IGNORECASE,
)


def does_harm(plain: str, lexicon: Lexicon) -> bool:
    """Whether words say that somebody was attacked: what is fired at nobody, or into the sea, is a test."""
    for found in lexicon.find("specific", plain):
        if _SENT.match(found.group()) is None or _AIMED.match(plain, found.end()):
            return True
    return False


def rules_out(text: str, parts: Sequence[Sequence[Part]]) -> bool:
    """Whether the first sentences have words for an attack, and each of them says that it did not happen, or long ago."""
    lead = parts[:LEAD]
    told = any(part.deeds for clauses in lead for part in clauses)
    happened = (each for clauses in lead for part in _news(clauses, text) for each in part.deeds)
    return told and all(each.standing in ("unreal", "remembered") for each in happened)


_IN_WORDS = ("attack", "assault", "raid")
"""What is done with words, or by the police, as well as with arms."""


def tells_arms(told: Sequence[Telling], piece: str, lexicon: Lexicon) -> bool:
    """Words of arms, or of an attack with its victims or those who bear arms: an attack alone may be one in words."""
    hurt = any(lexicon.has(words, piece) for words in ("killed", "injured", "fighters", "terror"))
    struck = _STRIKE.search(piece) is not None
    return any(
        hurt if each.word.startswith(_IN_WORDS) else each.armed or (struck and each.word.startswith("strike"))
        for each in told
    )


_STRIKE = re.compile(
    r"(?<!\bhunger\s)(?<!\blightning\s)(?<!\bbird\s)\bstrikes?\s(?:(?:on|in|at|against|near|outside)\s[^,.;]{1,60}?\s)?(?:ha(?:s|ve|d)\s)?"
    r"(?:kill|wound|injur|destroy|flatten|damag)"
    r"|\b(?:killed|wounded|injured|dead)\s(?:[\w’'-]+\s){0,8}?(?:in|by|after)\s(?:an?\s|the\s)?(?:[a-z-]+\s)?strikes?\s(?:on|hit)\b",
    re.IGNORECASE,
)
"""A strike that kills is none for wages."""


_OLD = re.compile(r"(?:19|20)\d\d|\byears?\b|\bdecades?\b", re.IGNORECASE)


def _news(parts: Sequence[Part], text: str) -> list[Part]:
    """Clauses that are no look back, nor hang from one: "the 2015 attacks, in which …", "ten years after a bomb …"."""
    fresh: list[bool] = []
    for part in parts:
        old = part.sequel or any(_OLD.search(text[time.span.start : time.span.end]) for time in part.times)
        fresh.append(not old and (part.clause.parent is None or fresh[part.clause.parent]))
    return [part for part, new in zip(parts, fresh, strict=True) if new]
