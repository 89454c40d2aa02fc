"""What a model's answers are worth beside the rules' own verdict: numbers fitted on labelled texts, kept as data.

prompts/attack/sentence/calibration.toml holds them, and says what they were fitted on and how well it went.
"""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, ValidationError

from extract.errors import PromptError
from extract.files.documents import first_fault, read_text
from extract.prompting.prompt_sets import prompt_root

_SUREST = 0.999
"""A share nearer to 0 or 1 counts as this: no surer answer was among those that the numbers were fitted on."""


class Weights(BaseModel):
    """A logistic fit: what rules and model say for one of two answers, as parts of a sum of logits.

    Attributes:
        fitted_on: for people.
        constant: what speaks for the answer when both are undecided.
        rule: what the rules' verdict adds when it is this answer.
        said: what a logit of the model's share adds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fitted_on: str
    constant: float
    rule: float
    said: float

    def belief(self, ruled: bool, share: float) -> float:
        """How far the answer is to be believed, 0…1.

        Args:
            ruled: whether the rules give this answer.
            share: the model's share of it.
        """
        bounded = min(max(share, 1 - _SUREST), _SUREST)
        logit = self.constant + self.rule * ruled + self.said * math.log(bounded / (1 - bounded))
        return 1 / (1 + math.exp(-logit))


class _Calibration(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    no_attack: Weights


@lru_cache(maxsize=1)
def no_attack() -> Weights:
    """How far it is to be believed that an article tells of no attack.

    Raises:
        PromptError: there is no such file, or it is broken.
    """
    file = prompt_root() / "attack" / "sentence" / "calibration.toml"
    try:
        return _Calibration.model_validate(tomllib.loads(read_text(file, "weights", PromptError))).no_attack
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"{file}: not TOML: {error}") from error
    except ValidationError as error:
        raise PromptError(f"{file}: {first_fault(error)}") from error
