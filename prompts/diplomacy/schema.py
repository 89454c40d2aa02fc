"""Verbal acts between political actors; gold/diplomacy/CODEBOOK.md is the contract."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from extract import Compare, Evidence, Verbatim

Kind = Literal[
    "consult",
    "support",
    "agree",
    "concede",
    "cooperate",
    "aid",
    "request",
    "accuse",
    "reject",
    "threaten",
    "protest",
    "sanction",
]
Topic = Literal["violence", "peace", "arms", "territory", "economy", "relief", "other"]

Actor = Annotated[str, Verbatim("person", "organisation", "place", "phrase"), Compare("name")]


class Act(BaseModel):
    """What one political actor says to or does towards another, short of force. One record per kind, actor, target and topic.

    Actors are states, their organs and office holders, international organisations, parties, armed groups and political
    leaders; not residents, witnesses, reporters, experts. Reports of facts, boasts and the use of force are no acts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: Annotated[str, Evidence()]
    kind: Annotated[
        Kind,
        Field(
            description="consult: meets, calls, hosts, mediates; support: praises, backs, is ready or interested; "
            "agree: accepts, concludes, commits itself; concede: gives in, releases, lifts; cooperate: shares, trains, "
            "trades; aid: gives or announces money, goods, weapons; request: asks, demands, urges, proposes; accuse: "
            "condemns, criticises, blames; reject: refuses, denies, calls off, contradicts; threaten: warns of what it "
            "will do; protest: summons or recalls an envoy; sanction: imposes or announces penalties, bans"
        ),
    ]
    actor: Annotated[
        Actor, Field(description="Who acts: the name without title; the person if named, else the body or state.")
    ]
    target: Annotated[Actor | None, Field(description="At whom, in the same way; null when nobody is named.")] = None
    topic: Annotated[
        Topic,
        Field(
            description="violence: attacks and who is to blame; peace: talks, a ceasefire; arms: weapons, defence, "
            "guarantees of security; territory; economy: sanctions, trade; relief: rescue, rebuilding"
        ),
    ]
    amount: Annotated[
        str | None,
        Verbatim("number"),
        Compare("text"),
        Field(description="Money or number offered, asked for or imposed."),
    ] = None
    date_text: Annotated[
        str | None, Verbatim("time"), Compare("text"), Field(description="Words that say when the act takes place.")
    ] = None
    place: Annotated[str | None, Verbatim("place"), Compare("name"), Field(description="Where it takes place.")] = None


class Acts(BaseModel):
    """All such acts of an article, in the order of the text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    acts: list[Act] = []
