"""The gold set as files: is every label file what the codebook asks for, and the JSON schema that says so to editors.

What is a fault (each is one line with file and JSON pointer):

- the file is not JSON, not of the label form, of another codebook version, or named for another article;
- a verbatim value does not stand in the article, character for character, on borders of words and numbers;
- the evidence lacks what the record cannot be without: the words of its quantity, the thing damaged, the words
  quoted, and for a quotation the marks around them. A date, a place, a source or a speaker may stand elsewhere;
- two records of one list say the same, a place stands twice, two weapons of an event share kind and outcome;
- a quantity of zero, a bound that its own words contradict, a null value that is not `about`, a date without words;
- a draft that nobody has accepted, a label file without an article, an article without a label file.

Not here: the label file's model (`labels`), and whether a label is right, which only reading tells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from eval.gold.labels import Label, file_name, file_names, load_labels
from extract.articles import Article, read_articles
from extract.errors import GoldError, UsageError
from extract.files.documents import parsed, pointer, read_text
from extract.records.grounding import TextIndex
from extract.records.marks import Compare, Evidence, Silent, is_verbatim, item_model, marks, part_model
from extract.tasks.attack.schema import CODEBOOK_VERSION, Event, Quantity, Quote

BOUND_WORDS = {
    "at_least": ("at least", "more than", "over"),
    "at_most": ("at most", "up to", "fewer than", "less than"),
    "about": ("about", "nearly", "almost", "around"),
}
"""Words at the start of a quantity that settle its bound."""

OPENING, CLOSING = "\"'“‘„«‹", "\"'”’“»›"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a label file.

    Attributes:
        file: the file, as it was named.
        pointer: JSON pointer of the value; "" is the file as a whole.
        message: one line.
    """

    file: str
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}: {self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        faults: in order of file and place.
        files: number of label files.
        drafted: ids of articles whose labels began as a model's draft and were accepted; reported apart.
    """

    faults: Sequence[Fault]
    files: int
    drafted: Sequence[str] = field(default=())


def load_articles(folder: Path) -> dict[str, Article]:
    """The articles of a gold set by id.

    Raises:
        UsageError: there is no such folder, or nothing in it.
        GoldError: a file in it is not an article.
    """
    found: dict[str, Article] = {}
    for item in read_articles([str(folder)]):
        if not isinstance(item, Article):
            raise GoldError(f"{item.source!r} is not an article: {item.reason}")
        found[item.id] = item
    return found


def check_set(labels: Path, articles: Path) -> Checked:
    """Checks a folder of label files against a folder of articles.

    Raises:
        UsageError: one of the folders does not exist or holds nothing to check.
        GoldError: an article cannot be read.
    """
    files = sorted(labels.glob("*.json"))
    if not files:
        raise UsageError(f"no label files (*.json) in {str(labels)!r}")
    texts = load_articles(articles)
    faults = [fault for path in files for fault in check_file(path, texts)]
    labelled = {path.name for path in files}
    faults += [
        Fault(article.source, "", f"has no label file {str(labels / file_name(name))!r}; see `extract gold draft`")
        for name, article in texts.items()
        if labelled.isdisjoint(file_names(name))
    ]
    drafted = [] if faults else [name for name, label in load_labels(labels).items() if label.drafted_from]
    return Checked(faults, len(files), drafted)


def check_file(path: Path, articles: Mapping[str, Article], *, drafts: bool = False) -> list[Fault]:
    """Checks one label file.

    Args:
        path: the label file.
        articles: articles by id.
        drafts: whether a draft that nobody has accepted yet is let pass.
    """
    try:
        text = read_text(path, "label file", GoldError)
        parsed(text)
        # strict: "4" is a slip of the hand, not a number
        label = Label.model_validate_json(text, strict=True)
    except ValidationError as error:
        return [
            Fault(str(path), pointer(part["loc"]), f"{part['msg']}{_found(part['input'])}") for part in error.errors()
        ]
    except (GoldError, ValueError) as error:
        return [Fault(str(path), "", str(error))]
    found = list(_head_faults(label, path.name, drafts))
    article = articles.get(label.article_id)
    if article is None:
        found.append(("/article_id", f"no article {label.article_id!r} among the {len(articles)} articles"))
    else:
        found += _record_faults(label, article)
    return [Fault(str(path), place, message) for place, message in found]


def label_schema() -> str:
    """The JSON schema of label files, as text: gold/labels.schema.json is this."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Label.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


_Finding = tuple[str, str]
"""JSON pointer and message."""


def _found(value: object) -> str:
    return f" (found {value!r})" if isinstance(value, str | int | float) and len(str(value)) < 100 else ""


def _head_faults(label: Label, name: str, drafts: bool) -> Iterator[_Finding]:
    if label.codebook != CODEBOOK_VERSION:
        yield "/codebook", f"codebook version {label.codebook}, where this project has {CODEBOOK_VERSION}"
    if name not in file_names(label.article_id):
        yield "/article_id", f"{label.article_id!r} in a file named {name!r}, not {file_name(label.article_id)!r}"
    if not label.annotator.strip():
        yield "/annotator", "empty: say who or what read the article"
    for name in ("labelled_on", "published"):
        day = getattr(label, name)
        if day is not None and not _is_day(day):
            yield f"/{name}", f"{day!r} is not a day (YYYY-MM-DD)"
    if label.draft and not drafts:
        yield "/draft", "a draft, not gold: correct it by reading, then `extract gold accept FILE --annotator NAME`"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Place:
    """A record or part with where it stands and the evidence that has to support it."""

    pointer: str
    record: BaseModel
    evidence: str | None


def _record_faults(label: Label, article: Article) -> Iterator[_Finding]:
    index = TextIndex(article.text)
    for place in _places(label, "", None):
        yield from _word_faults(place, article.text, index)
        for name, info in type(place.record).model_fields.items():
            if item_model(info):
                yield from _repeats(getattr(place.record, name), f"{place.pointer}/{name}")
        for kind, rule in _RULES.items():
            if isinstance(place.record, kind):
                yield from rule(place)


def _places(record: BaseModel, pointer: str, evidence: str | None) -> Iterator[_Place]:
    """A record tree, outer records first; a part has the evidence of its record."""
    fields = type(record).model_fields
    own = [getattr(record, name) for name, info in fields.items() if any(isinstance(m, Evidence) for m in marks(info))]
    evidence = own[0] if own else evidence
    yield _Place(pointer, record, evidence)
    for name, info in fields.items():
        value = getattr(record, name)
        if item_model(info):
            for number, item in enumerate(value):
                yield from _places(item, f"{pointer}/{name}/{number}", None)
        elif part_model(info) and value is not None:
            yield from _places(value, f"{pointer}/{name}", evidence)


def _word_faults(place: _Place, text: str, index: TextIndex) -> Iterator[_Finding]:
    for name, info in type(place.record).model_fields.items():
        value = getattr(place.record, name)
        if not is_verbatim(info) or value is None:
            continue
        is_list = isinstance(value, list)
        needed = _is_needed_wording(place.record, name)
        for number, words in enumerate(value if is_list else [value]):
            pointer = f"{place.pointer}/{name}/{number}" if is_list else f"{place.pointer}/{name}"
            if message := _unfound(words, text, index):
                yield pointer, message
            elif needed and place.evidence is not None and words not in place.evidence:
                yield pointer, f"{words!r} is not in the record's evidence"
        if is_list:
            for number, words in enumerate(value):
                if words in value[:number] and not _is_silent(place.record, name):
                    yield f"{place.pointer}/{name}/{number}", f"{words!r} stands twice"


def _unfound(words: str, text: str, index: TextIndex) -> str | None:
    if not words.strip():
        return "empty; what is not stated is null or left out"
    if words != words.strip():
        return f"{words!r} begins or ends with white space"
    found = index.find(words)
    if found is None:
        return f"{words!r} cuts a word or number" if words in text else f"{words!r} is not in the article"
    span, status = found
    if status != "exact":
        return f"{words!r} is not in the article, which has {text[span.start : span.end]!r}"
    return None


def _is_needed_wording(record: BaseModel, name: str) -> bool:
    """Whether a field holds words without which the record could not be: required ones, but for names."""
    info = type(record).model_fields[name]
    if _is_silent(record, name):
        return True
    return info.is_required() and any(isinstance(m, Compare) and m.rule == "text" for m in marks(info))


def _is_silent(record: BaseModel, name: str) -> bool:
    return any(isinstance(mark, Silent) for mark in marks(type(record).model_fields[name]))


def _repeats(records: Sequence[BaseModel], pointer: str) -> Iterator[_Finding]:
    seen: dict[str, int] = {}
    for number, record in enumerate(records):
        key = json.dumps(record.model_dump(exclude={"evidence"}), sort_keys=True)
        first = seen.setdefault(key, number)
        if first != number:
            yield f"{pointer}/{number}", f"says the same as {pointer}/{first}"


def _quantity_faults(place: _Place) -> Iterator[_Finding]:
    quantity = place.record
    assert isinstance(quantity, Quantity)
    if quantity.value is not None and quantity.value <= 0:
        yield f"{place.pointer}/value", f"{quantity.value}: zeros are not recorded"
    if quantity.value is None and quantity.bound != "about":
        yield f"{place.pointer}/bound", f"{quantity.bound!r} for words without a number, which are 'about'"
    for bound, words in BOUND_WORDS.items():
        if quantity.bound != bound and re.match(rf"(?:{'|'.join(words)})\b", quantity.text, re.IGNORECASE):
            yield f"{place.pointer}/bound", f"{quantity.bound!r}, but {quantity.text!r} is {bound!r}"


def _event_faults(place: _Place) -> Iterator[_Finding]:
    event = place.record
    assert isinstance(event, Event)
    if event.date is not None and event.date_text is None:
        yield f"{place.pointer}/date", f"{event.date!r} follows from no `date_text`"
    if event.date is not None and not _is_day(event.date):
        yield f"{place.pointer}/date", f"{event.date!r} is not a day"
    seen: dict[tuple[str, str], int] = {}
    for number, weapon in enumerate(event.weapons):
        first = seen.setdefault((weapon.kind, weapon.outcome), number)
        if first != number:
            yield (
                f"{place.pointer}/weapons/{number}",
                f"{weapon.kind} {weapon.outcome} is {place.pointer}/weapons/{first} already",
            )


def _quote_faults(place: _Place) -> Iterator[_Finding]:
    quote = place.record
    assert isinstance(quote, Quote)
    named = {"text": quote.text, **{f"continued/{number}": part for number, part in enumerate(quote.continued)}}
    for name, words in named.items():
        if words in quote.evidence and not _stands_in_marks(words, quote.evidence):
            yield f"{place.pointer}/{name}", f"{words!r} does not begin and end at quotation marks"


def _stands_in_marks(words: str, evidence: str) -> bool:
    # A quotation that goes on in the next paragraph has no closing mark at the end of the line.
    marked = rf"(?<=[{re.escape(OPENING)}]){re.escape(words)}(?=[{re.escape(CLOSING)}]|\s*\n|\Z)"
    return re.search(marked, evidence) is not None


_RULES: Mapping[type[BaseModel], Callable[[_Place], Iterator[_Finding]]] = {
    Quantity: _quantity_faults,
    Event: _event_faults,
    Quote: _quote_faults,
}
"""What the codebook asks of single record types, beyond what their marks say."""
