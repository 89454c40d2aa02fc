"""The scorer against the codebook's scoring written a second time: plain dictionaries, every pairing tried.

Nothing of `eval` is used in the second scorer. Hundreds of seeded cases: hand-made records dropped, doubled,
swapped and altered, up to six a side, with vocabularies so small that ties are frequent.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

import pytest

from eval.scoring.metrics import score_article
from extract.tasks.attack.schema import Records

Json = dict[str, Any]

TEXT = (
    "Russia struck Kyiv early Thursday. At least 18 people were killed, officials said. Dozens were hurt in Lviv. "
    "A missile hit a school. Ukraine shelled Belgorod on Friday. Two soldiers died. Nearly 100 buildings burned. "
    "\u201cWe will rebuild,\u201d the mayor said. Drones flew over Moscow."
)
SENTENCES = [sentence + "." for sentence in TEXT.rstrip(".").split(". ")]

LEAVES: dict[str, list[tuple[str, str]]] = {
    "event": [("kind", "enum"), ("attacker", "name"), ("date_text", "text")],
    "weapon": [("kind", "enum"), ("quantity", "quantity"), ("outcome", "enum")],
    "casualty": [
        ("outcome", "enum"),
        ("quantity", "quantity"),
        ("who", "enum"),
        ("place", "name"),
        ("source", "name"),
    ],
    "damage": [
        ("object", "text"),
        ("kind", "enum"),
        ("extent", "enum"),
        ("quantity", "quantity"),
        ("place", "name"),
    ],
    "quote": [("speaker", "name"), ("role", "text"), ("text", "quotation")],
}
CHILDREN = {"weapons": "weapon", "casualties": "casualty", "damage": "damage"}


# --- the second scorer ---------------------------------------------------------------------------------------------


@cache
def tokens(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold().replace("\u2019", "'")
    words = [word.removesuffix("'s") for word in plain.replace(".", "").split()]
    spaced = "".join(c if c.isalnum() else " " for c in " ".join(words))
    return tuple(word for word in spaced.split() if word not in {"a", "an", "the"})


def name(text: str) -> set[str]:
    return {"russia" if token in {"russian", "moscow"} else token for token in tokens(text)}


def token_f1(gold: str, predicted: str) -> float:
    mine, theirs = Counter(tokens(gold)), Counter(tokens(predicted))
    return 2 * sum((mine & theirs).values()) / (sum(mine.values()) + sum(theirs.values()))


def state(rule: str, gold: Any, predicted: Any) -> str:
    if rule == "name":
        mine, theirs = name(gold), name(predicted)
        return "COR" if mine == theirs else "PAR" if mine and theirs and (mine < theirs or theirs < mine) else "INC"
    if rule == "text":
        share = token_f1(gold, predicted)
        return "COR" if share >= 0.9 else "PAR" if share >= 0.5 else "INC"
    if gold == predicted:
        return "COR"
    missiles = {"ballistic_missile", "cruise_missile", "hypersonic_missile"}
    near = "missile" in (gold, predicted) and missiles & {gold, predicted}
    return "PAR" if near else "INC"


def number(gold: Json, predicted: Json) -> str:
    mine, theirs = gold["value"], predicted["value"]
    if mine is None and theirs is None:
        return "COR" if tokens(gold["text"]) == tokens(predicted["text"]) else "INC"
    if mine is None or theirs is None:
        return "INC"
    if mine == theirs:
        return "COR"
    vague = "about" in (gold["bound"], predicted["bound"])
    return "PAR" if vague and mine - mine / 20 <= theirs <= mine + mine / 20 else "INC"


def one_sided(there: bool) -> str:
    return "MIS" if there else "SPU"


def own_states(kind: str, gold: Json | None, predicted: Json | None) -> list[tuple[str, str]]:
    """(field, state) of every own headline leaf of a pair or of a record alone."""
    found: list[tuple[str, str]] = []
    for field, rule in LEAVES[kind]:
        mine: Any = gold.get(field) if gold else None
        theirs: Any = predicted.get(field) if predicted else None
        if rule == "quotation":
            mine = " ".join([gold["text"], *gold["continued"]]) if gold else None
            theirs = " ".join([predicted["text"], *predicted["continued"]]) if predicted else None
            rule = "text"
        if mine is None and theirs is None:
            continue
        if rule == "quantity":
            both = mine is not None and theirs is not None
            alone = one_sided(mine is not None)
            found.append(("quantity.value", number(mine, theirs) if both else alone))
            found.append(("quantity.bound", state("enum", mine["bound"], theirs["bound"]) if both else alone))
        elif mine is None or theirs is None:
            found.append((field, one_sided(mine is not None)))
        else:
            found.append((field, state(rule, mine, theirs)))
    if kind == "event":
        found += [
            ("places", s) for s in places(gold["places"] if gold else [], predicted["places"] if predicted else [])
        ]
    return found


def places(gold: list[str], predicted: list[str]) -> list[str]:
    """Every injective pairing of places; those predicted too often are set aside first."""
    usable: list[str] = []
    surplus = 0
    for place in predicted:
        same = sum(name(other) == name(place) for other in usable)
        in_gold = sum(name(other) == name(place) for other in gold)
        if same < max(1, in_gold):
            usable.append(place)
        else:
            surplus += 1
    best = (0, 0)

    def visit(at: int, free: tuple[str, ...], cor: int, par: int) -> None:
        nonlocal best
        if at == len(gold):
            best = max(best, (cor, par))
            return
        visit(at + 1, free, cor, par)
        for index, place in enumerate(free):
            outcome = state("name", gold[at], place)
            if outcome != "INC":
                rest = free[:index] + free[index + 1 :]
                visit(at + 1, rest, cor + (outcome == "COR"), par + (outcome == "PAR"))

    visit(0, tuple(usable), 0, 0)
    cor, par = best
    lone = len(usable) - cor - par + surplus
    return ["COR"] * cor + ["PAR"] * par + ["MIS"] * (len(gold) - cor - par) + ["SPU"] * lone


def canonical(record: Json) -> str:
    tidy = dict(record)
    for key in (*CHILDREN, "places"):
        if key in tidy:
            tidy[key] = sorted(tidy[key], key=lambda item: canonical(item) if isinstance(item, dict) else dumps(item))
    return dumps(tidy)


def dumps(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def distance(gold: Json, predicted: Json) -> int:
    mine, theirs = TEXT.find(gold["evidence"]), TEXT.find(predicted["evidence"])
    return abs(mine - theirs) if mine >= 0 and theirs >= 0 else len(TEXT)


class Second:
    """Counts of one article, all pairings tried."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._known: dict[tuple[str, int, int], tuple[int, int]] = {}

    def pairing(self, kind: str, gold: list[Json], predicted: list[Json], flat: bool) -> list[tuple[Any, Any]]:
        mine, theirs = sorted(gold, key=canonical), sorted(predicted, key=canonical)
        agree = [[self.agreement(kind, g, p, flat) for p in theirs] for g in mine]
        far = [[distance(g, p) for p in theirs] for g in mine]
        best: tuple[tuple[int, int, int], list[int]] = ((-1, 0, 0), [])

        def visit(at: int, chosen: list[int], total: tuple[int, int, int]) -> None:
            nonlocal best
            if at == len(mine):
                if total > best[0]:  # the first of equal ones is kept, and they come in canonical order
                    best = (total, chosen)
                return
            for index in range(len(theirs)):
                cor, par = agree[at][index]
                if cor and index not in chosen:
                    step = (total[0] + cor, total[1] + par, total[2] - far[at][index])
                    visit(at + 1, [*chosen, index], step)
            visit(at + 1, [*chosen, -1], total)

        visit(0, [], (0, 0, 0))
        pairs = [(g, theirs[i] if i >= 0 else None) for g, i in zip(mine, best[1], strict=True)]
        return pairs + [(None, p) for i, p in enumerate(theirs) if i not in best[1]]

    def agreement(self, kind: str, gold: Json, predicted: Json, flat: bool) -> tuple[int, int]:
        if (kind, id(gold), id(predicted)) not in self._known:
            states = [s for _, s in own_states(kind, gold, predicted)]
            if kind == "event" and not flat:
                for key, child in CHILDREN.items():
                    for g, p in self.pairing(child, gold[key], predicted[key], flat):
                        if g and p:
                            states += [s for _, s in own_states(child, g, p)]
            self._known[kind, id(gold), id(predicted)] = states.count("COR"), states.count("PAR")
        return self._known[kind, id(gold), id(predicted)]

    def score(self, gold: Json, predicted: Json) -> dict[str, list[int]]:
        for g, p in self.pairing("event", gold["events"], predicted["events"], flat=False):
            self.count("event", g, p)
            for field in ("context", "date"):
                mine, theirs = g and g[field], p and p[field]
                if mine or theirs:
                    outcome = state("enum", mine, theirs) if mine and theirs else one_sided(bool(mine))
                    self.counts[f"apart/event.{field}", outcome] += 1
            for key, child in CHILDREN.items():
                for a, b in self.pairing(child, g[key] if g else [], p[key] if p else [], flat=False):
                    self.count(child, a, b)
        for g, p in self.pairing("quote", gold["quotes"], predicted["quotes"], flat=False):
            self.count("quote", g, p)
        for key, child in CHILDREN.items():
            mine = [record for event in gold["events"] for record in event[key]]
            theirs = [record for event in predicted["events"] for record in event[key]]
            for g, p in self.pairing(child, mine, theirs, flat=True):
                for _, s in own_states(child, g, p):
                    self.counts[f"flat/{child}", s] += 1
        names = {key for key, _ in self.counts}
        return {key: [self.counts[key, s] for s in ("COR", "PAR", "INC", "MIS", "SPU")] for key in names}

    def count(self, kind: str, gold: Json | None, predicted: Json | None) -> None:
        states = own_states(kind, gold, predicted)
        for field, s in states:
            for key in ("overall", f"type/{kind}", f"field/{kind}.{field}"):
                self.counts[key, s] += 1
        if gold and predicted and all(s == "COR" for _, s in states):
            self.counts[f"exact/{kind}", "COR"] += 1
        else:
            self.counts[f"exact/{kind}", "MIS"] += gold is not None
            self.counts[f"exact/{kind}", "SPU"] += predicted is not None


# --- hand-made records and their alterations -----------------------------------------------------------------------

QUANTITIES: list[Json | None] = [
    None,
    {"text": "at least 18", "value": 18, "bound": "at_least"},
    {"text": "Two", "value": 2, "bound": "exact"},
    {"text": "Nearly 100", "value": 100, "bound": "about"},
    {"text": "96", "value": 96, "bound": "exact"},
    {"text": "Dozens", "value": None, "bound": "about"},
    {"text": "dozens", "value": None, "bound": "about"},
    {"text": "many", "value": None, "bound": "about"},
]
EVIDENCE = [*SENTENCES, "not in the article"]
PLACES = ["Kyiv", "Kyiv region", "the Kyiv", "Moscow", "Russia", "Lviv", "Lviv region"]
NAMES = [None, "officials", "Kyiv officials", "the mayor", "Mayor"]
POOLS: dict[str, dict[str, list[Any]]] = {
    "weapon": {
        "evidence": EVIDENCE,
        "kind": ["drone", "missile", "cruise_missile"],
        "quantity": QUANTITIES,
        "outcome": ["used", "hit"],
    },
    "casualty": {
        "evidence": EVIDENCE,
        "outcome": ["killed", "injured"],
        "quantity": QUANTITIES[1:],
        "who": ["people", "soldiers"],
        "place": [None, "Kyiv", "Kyiv region"],
        "source": NAMES,
    },
    "damage": {
        "evidence": EVIDENCE,
        "object": ["a school", "school", "the old school building", "100 buildings", "buildings"],
        "kind": ["education", "residential"],
        "extent": ["damaged", "on_fire"],
        "quantity": QUANTITIES,
        "place": [None, "Lviv"],
    },
    "event": {
        "evidence": EVIDENCE,
        "kind": ["air_strike", "shelling"],
        "context": ["main", "other"],
        "attacker": [None, "Russia", "Russian", "Ukraine", "Moscow forces"],
        "date_text": [None, "early Thursday", "Thursday", "on Friday"],
        "date": [None, "2026-04-02", "2026-04-03"],
    },
    "quote": {
        "evidence": EVIDENCE,
        "speaker": ["the mayor", "Mayor", "the mayor of Kyiv"],
        "role": [None, "mayor"],
        "text": ["We will rebuild,", "We will", "rebuild"],
        "continued": [[], ["rebuild"]],
    },
}


def make(rng: random.Random, kind: str, children: int = 0) -> Json:
    record = {field: rng.choice(pool) for field, pool in POOLS[kind].items()}
    if kind == "event":
        record["places"] = [rng.choice(PLACES) for _ in range(rng.randint(0, 3))]
        record |= {key: [make(rng, child) for _ in range(rng.randint(0, children))] for key, child in CHILDREN.items()}
    return record


def spoil(rng: random.Random, kind: str, records: list[Json], limit: int) -> list[Json]:
    """Copies of records: some dropped, some doubled, some altered, some with a field of another, all shuffled."""
    copies: list[Json] = []
    for record in records:
        copy = dict(record)
        fate = rng.random()
        if fate < 0.15:
            continue
        if fate < 0.3:
            copies.append(dict(copy))
        elif fate < 0.65:
            field = rng.choice(list(POOLS[kind]))
            copy[field] = rng.choice(POOLS[kind][field])
        elif fate < 0.75:
            field = rng.choice(list(POOLS[kind]))
            copy[field] = rng.choice(records)[field]
        copies.append(copy)
    rng.shuffle(copies)
    if kind == "event":
        for copy in copies:
            copy["places"] = [place for place in copy["places"] * 2 if rng.random() < 0.6][:3]
            for key, child in CHILDREN.items():
                copy[key] = spoil(rng, child, copy[key], limit if limit == 6 else 2)
        if len(copies) > 1 and rng.random() < 0.3:  # a child ends up in the wrong event
            key = rng.choice(list(CHILDREN))
            copies[0][key], copies[1][key] = copies[1][key], copies[0][key]
    return copies[:limit]


def case(seed: int) -> tuple[Json, Json]:
    rng = random.Random(seed)
    if seed % 25 == 0:  # six a side, on one level
        gold = {"events": [make(rng, "event") for _ in range(6)], "quotes": [make(rng, "quote") for _ in range(6)]}
    elif seed % 25 == 1:
        gold = {"events": [make(rng, "event", children=6)], "quotes": []}
    else:
        events = [make(rng, "event", children=2) for _ in range(rng.randint(0, 3))]
        gold = {"events": events, "quotes": [make(rng, "quote") for _ in range(rng.randint(0, 4))]}
    limit = 6 if seed % 25 < 2 else 3
    predicted = {kind + "s": spoil(rng, kind, gold[kind + "s"], limit) for kind in ("event", "quote")}
    if seed % 25 == 1:
        del predicted["events"][1:]  # six a side in the flat view too
    return gold, predicted


def first(gold: Json, predicted: Json) -> dict[str, list[int]]:
    score = score_article("x", Records.model_validate(gold), Records.model_validate(predicted), TEXT)
    rows = {key: [t.cor, t.par, t.inc, t.mis, t.spu] for key, t in score.tallies.items()}
    return {key: row for key, row in rows.items() if any(row)}


@pytest.mark.parametrize("block", range(12))
def test_every_pairing(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        gold, predicted = case(seed)
        assert first(gold, predicted) == Second().score(gold, predicted), seed
        assert first(predicted, gold) == Second().score(predicted, gold), seed


@pytest.mark.parametrize("block", range(5))
def test_order_of_lists_changes_nothing(block: int) -> None:
    for seed in range(1000 + block * 40, 1040 + block * 40):
        gold, predicted = case(seed)
        rng = random.Random(seed)
        expected = score_article("x", Records.model_validate(gold), Records.model_validate(predicted), TEXT)
        for side in (gold, predicted):
            rng.shuffle(side["events"])
            rng.shuffle(side["quotes"])
            for event in side["events"]:
                for key in ("places", *CHILDREN):
                    rng.shuffle(event[key])
        again = score_article("x", Records.model_validate(gold), Records.model_validate(predicted), TEXT)
        assert again.tallies == expected.tallies, seed
        assert again.rates == expected.rates, seed


@pytest.mark.parametrize("block", range(5))
def test_gold_against_itself_is_all_right(block: int) -> None:
    for seed in range(2000 + block * 40, 2040 + block * 40):
        gold, _ = case(seed)
        records = Records.model_validate(gold)
        for key, tally in score_article("x", records, records, TEXT).tallies.items():
            assert (tally.par, tally.inc, tally.mis, tally.spu) == (0, 0, 0, 0), (seed, key)
            assert tally.f1() in (1, None)
