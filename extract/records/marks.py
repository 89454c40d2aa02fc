"""Marks that a record schema puts on its fields, read by prompts, grounding, scoring and views.

They are the only thing those parts know about a schema, so that none of them knows attacks:

    class Casualty(BaseModel):
        source: Annotated[str | None, Verbatim("person", "organisation"), Compare("name")] = None

They stand on a field, inside an optional type or on the items of a list, and a schema may do without any:

- words (`str`) without a mark, or with `Key` alone, are looked for in the text. Where they are there, they get their
  place, like words that are marked; that they are not is no problem, for nobody said that they are copied. Any other
  mark says what the words are: only `Verbatim` and `Evidence` ones are looked for then.
- a field without `Compare` is compared by its type: numbers and closed vocabularies by equality, words as text, lists
  of words as a set of names, lists of models as child records, a model as part of its record.

How they are read from a schema is `tree`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from extract.errors import TaskError

Rule = Literal["equal", "number", "name", "text"]
What = Literal["person", "organisation", "speaker", "title", "place", "time", "number", "quotation", "phrase"]


@dataclass(frozen=True, slots=True, init=False)
class Verbatim:
    """The value is a substring of the article, character for character.

    Attributes:
        what: kinds of words that it may be; small models choose among such words of a passage.
        full: a person called by a last name or a pronoun has the full name, where the text gives it elsewhere; a title is
            the fullest that the text gives the record's person or speaker, if it has one alone.
    """

    what: tuple[What, ...]
    full: bool

    def __init__(self, *what: What, full: bool = False) -> None:
        """Any piece of the text ("phrase") unless said otherwise.

        Raises:
            TaskError: there is no such kind.
        """
        kinds = get_args(What)
        if unknown := [each for each in what if each not in kinds]:
            raise TaskError(f"Verbatim({unknown[0]!r}): a verbatim value is one or several of {', '.join(kinds)}")
        object.__setattr__(self, "what", what or ("phrase",))
        object.__setattr__(self, "full", full)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The piece of the article that supports the whole record; verbatim, breaks ties, is never a leaf."""


@dataclass(frozen=True, slots=True)
class Compare:
    """How a leaf is compared with its gold value.

    Attributes:
        rule: `equal`, `number`, `name` (folded tokens) or `text` (token F1).
        join: further fields of the same record read as the continuation of this text.
        wording: for `number`, the sibling field that holds the words it was read from (it decides when both
            numbers are null).
        vague: for `number`, the sibling field and the value of it that allow a near miss (5 %).
        broader: for `equal`, values that are a coarser word for others: a near miss, not an error (no part of
            the hash, which types that hold the mark are asked for).
    """

    rule: Rule
    join: tuple[str, ...] = ()
    wording: str | None = None
    vague: tuple[str, str] | None = None
    broader: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Apart:
    """Reported beside the headline figure, by equality; not a headline leaf."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Carried along, compared through another field; no leaf of its own."""


@dataclass(frozen=True, slots=True)
class Key:
    """Part of what makes two records of a type the same one: what was found twice is merged by it (`merging`)."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Some records of this list count what others count too: `totals` says which of them add up.

    Attributes:
        by: fields of a record that keep sums apart ("outcome").
        whole: field → its value in a record that counts all, not a part ("who": "people").
    """

    by: tuple[str, ...]
    whole: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reader concludes, and concludes differently from one passage to the next: it tells no two records apart."""


@dataclass(frozen=True, slots=True)
class NumberOf:
    """The number that a sibling field states in words; `checks` holds them against each other.

    Attributes:
        words: the sibling with the words.
        bound: the sibling that says how exact it is.
        least: smaller numbers state nothing.
    """

    words: str
    bound: str | None = None
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar as YYYY-MM-DD; `checks` sees that it exists.

    Attributes:
        words: the sibling with the words that give it: without them there is no day.
    """

    words: str | None = None


Mark = Verbatim | Evidence | Compare | Apart | Silent | Key | Judged | Totals | NumberOf | Day
