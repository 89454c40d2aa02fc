"""Which countries a text is about: how often it names each, with the words that are made of its name ("Ukrainian")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from extract.places.gazetteer import Gazetteer
from extract.places.index import key_of
from extract.places.wording import is_several_countries

_WORD = re.compile(r"[^\W\d_][\w’'.-]*")
_LONGEST_NAME = 4
"""Words of a country's name that are looked at."""
_ENDINGS = ("n", "an", "ian", "ean", "i", "ese", "ish")
_IRREGULAR = {
    "american": "US",
    "british": "GB",
    "burmese": "MM",
    "danish": "DK",
    "dutch": "NL",
    "emirati": "AE",
    "filipino": "PH",
    "french": "FR",
    "german": "DE",
    "greek": "GR",
    "irish": "IE",
    "lebanese": "LB",
    "palestinian": "PS",
    "palestinians": "PS",
    "polish": "PL",
    "saudi": "SA",
    "spanish": "ES",
    "swiss": "CH",
    "thai": "TH",
}


def named_countries(text: str, gazetteer: Gazetteer) -> Counter[str]:
    """Code of a country → how often a text names it."""
    known = _names(gazetteer)
    words = [(found.group().strip(".’'-"), found.start()) for found in _WORD.finditer(text)]
    counts: Counter[str] = Counter()
    skip = 0
    for number, (word, _) in enumerate(words):
        if number < skip or not word[:1].isupper():
            continue
        for length in range(min(_LONGEST_NAME, len(words) - number), 0, -1):
            name = " ".join(each for each, _ in words[number : number + length])
            if length > 1 and is_several_countries(name):
                skip = number + length
                break
            if code := known.get(key_of(name.removesuffix("’s").removesuffix("'s"))):
                counts[code] += 1
                skip = number + length
                break
    return counts


@cache
def _names(gazetteer: Gazetteer) -> dict[str, str]:
    """Names of countries and of areas with a name of their own, and words made of the names."""
    found: dict[str, str] = {}
    for country in sorted(gazetteer.countries.values(), key=lambda each: len(each.name)):
        if " " not in country.name:  # of two with one word for what is theirs, the longer: Niger, Nigeria
            found |= dict.fromkeys(_made_of(key_of(country.name)), country.code)
    return found | _IRREGULAR | gazetteer.areas | gazetteer.names_of_countries


def _made_of(name: str) -> Iterator[str]:
    """ "iraq" → "iraqi", "ukraine" → "ukrainian", "afghanistan" → "afghan"."""
    stems = {name, name.rstrip("aeiouy"), name.rstrip("aeiouy") + "i"}
    if name.endswith("istan"):
        yield name.removesuffix("istan")
    for stem in stems:
        if len(stem) > 2:
            yield from (stem + ending for ending in _ENDINGS)
            yield from (stem + ending + "s" for ending in _ENDINGS if ending != "ese")
