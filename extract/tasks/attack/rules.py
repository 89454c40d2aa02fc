"""The rules of the attack task: which candidates are asked about, and how candidates and answers become records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, RootModel, create_model

from extract.articles import Article
from extract.articles.linguistics import version_of
from extract.errors import PromptError
from extract.records.checks import Stated
from extract.tasks.attack import RULES_VERSION
from extract.tasks.attack.assemble import assemble_records
from extract.tasks.attack.codebook import record_faults
from extract.tasks.attack.lexicon import Lexicon, load_lexicon
from extract.tasks.attack.reading import Reading, read_article
from extract.tasks.attack.reasons import reasons
from extract.tasks.attack.stated import denies_day, stated_number
from extract.tasks.task import Answer, Assembled, Unit


@lru_cache(maxsize=1024)
def _choice(name: str, choices: tuple[str, ...]) -> type[BaseModel]:
    """The form of an answer that is one of the choices, as a bare JSON string."""
    kind: Any = Literal[choices]
    return create_model(name, __base__=RootModel[kind])


class AttackRules:
    """Armed attacks in the news (see `extract.tasks.task.Rules`)."""

    def __init__(self, language: str = "en") -> None:
        """Loads the word lists of a language."""
        self.lexicon: Lexicon = load_lexicon(language)
        self.languages = frozenset({language})

    @property
    def fingerprint(self) -> str:
        """Declared version of the rules, digest of what is in the word lists, and versions of what parses sentences."""
        return f"rules {RULES_VERSION}, words {self.lexicon.sha256}, {version_of('en')}"

    def reading(self, article: Article) -> Reading:
        """The article's candidates; computed once per text."""
        return read_article(article, self.lexicon)

    def units(self, kind: str, article: Article, answers: Sequence[Answer]) -> list[Unit]:
        """What is asked about: the lead."""
        return self.reading(article).units(kind)

    def answer_form(self, name: str, unit: Unit) -> type[BaseModel]:
        """Every form is a choice among the unit's choices."""
        if not unit.choices:
            raise PromptError(f"answer form {name!r} needs choices, and a {unit.kind} has none")
        return _choice(name.title(), unit.choices)

    def assemble(self, article: Article, answers: Sequence[Answer]) -> Assembled:
        """Whole-record answers are merged; without any, the candidates are assembled."""
        return assemble_records(article, answers, self.reading(article))

    def stated_number(self, words: str) -> Stated | None:
        """What the words of a number state."""
        return stated_number(words, self.lexicon)

    def record_faults(self, record: BaseModel) -> Iterator[tuple[str, str]]:
        """What the codebook asks of a record, beyond the marks of the schema."""
        return record_faults(record)

    def denies_day(self, words: str, day: date) -> bool:
        """Whether words name another day."""
        return denies_day(words, day)

    def reasons(self, article: Article, record: BaseModel, evidence: str) -> Iterator[str]:
        """What was found in the record's evidence."""
        return reasons(self.reading(article), record, evidence)
