"""The name that a person bears in full somewhere in a text, for one who is called by a last name elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from extract.prompting.candidates import Candidates


def full_names(passages: Iterable[Candidates | None]) -> Mapping[str, str]:
    """Last name → full name, where only one person of the text bears it.

    Args:
        passages: the candidates of each passage of the text.
    """
    found: dict[str, set[str]] = {}
    for candidates in passages:
        for mention in (candidates or {}).get("person", ()):
            words = mention.text.split()
            if len(words) > 1 and all(word[0].isupper() for word in words):
                found.setdefault(words[-1], set()).add(mention.text)
    longest = {last: max(names, key=len) for last, names in found.items()}
    return {last: full for last, full in longest.items() if all(full.endswith(name) for name in found[last])}
