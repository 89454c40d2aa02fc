"""Services that fail, in the parse of a sentence: "homes lost power", "left a town without water", "power was cut"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from extract.tasks.attack.denials import unreal
from extract.tasks.attack.lexicon import Lexicon
from extract.tasks.attack.nouns import counted, led_to
from extract.tasks.attack.syntax import begins, child, subject_of

_LOSING = frozenset(("lost", "lose", "loses", "losing", "lack", "lacked", "lacking"))
_HAVING = frozenset(("have", "has", "had", "having"))


class Outage(NamedTuple):
    """A service that fails.

    Attributes:
        noun: who or what is left without it, or the service itself.
        cause: the word that says so.
        service: its noun.
    """

    noun: Any
    cause: Any
    service: Any


def outages(doc: Any, lexicon: Lexicon) -> Iterator[Outage]:
    """Who or what is left without a service ("homes lost power"), or the service that fails ("power was cut")."""
    for service in doc:
        if service.pos_ not in ("NOUN", "PROPN") or not lexicon.words["services"].fullmatch(service.text):
            continue
        while service.dep_ == "compound" and lexicon.words["supply"].fullmatch(service.head.text):
            service = service.head
        first = service
        while first.dep_ == "conj":
            first = first.head
        cause = first.head
        if cause.lower_ == "without" and first.dep_ == "pobj":
            yield Outage(_bereft(service, _without(cause), lexicon), cause, service)
        elif first.dep_ == "dobj" and (
            cause.lower_ in _LOSING or (cause.lower_ in _HAVING and any(c.lower_ == "no" for c in first.children))
        ):
            yield Outage(_bereft(service, subject_of(cause), lexicon), cause, service)
        elif (
            first.dep_ in ("dobj", "nsubjpass", "nsubj")
            and begins(lexicon.words["cutting"], cause)
            and not unreal(cause, lexicon)
        ):
            customers = next(led_to(cause, {"to", "for"}), None) or next(led_to(service, {"to", "for"}), None)
            yield Outage(_bereft(service, customers, lexicon), cause, service)


def _bereft(service: Any, owner: Any | None, lexicon: Lexicon) -> Any:
    """The homes or people left without a service; the service itself where they are a bare number or a place."""
    owner = service if owner is None else counted(owner)
    named = (
        owner.tag_ in ("NN", "NNS")
        and owner.ent_type_ not in ("GPE", "LOC", "CARDINAL")
        and not lexicon.words["area"].fullmatch(owner.text)
        and not any(child.lower_ == "of" for child in owner.children)  # "parts of the city"
    )
    return owner if named else service


def _without(without: Any) -> Any | None:
    """Who is "without power": the noun before it, the object of its verb ("left a town without power"), or the subject."""
    head = without.head
    if head.pos_ in ("NOUN", "PROPN"):
        return head
    return child(head, "dobj") or subject_of(head)
