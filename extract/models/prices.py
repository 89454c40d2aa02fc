"""What tokens cost: a small dated price file, and the user's own beside it.

Prices change and nobody keeps them here up to date by magic: every entry says when it was read and where. A
model that is not listed has an unknown price, which is never taken for 0. Nothing else of the project is needed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from extract.errors import UsageError
from extract.files.documents import load_document

PRICE_FILE = Path(__file__).with_name("prices.json")
PER_TOKENS = 1_000_000

_DATE_SUFFIX = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})$")


class Price(BaseModel):
    """US dollars per million tokens, read on a day from a source.

    Attributes:
        cached: of tokens that the server had read before; None where it is not known, and they cost what others do.
        batch: what a request in a batch costs, as a share of these; OpenAI's pages say half.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)
    batch: float = Field(default=0.5, ge=0, le=1)
    as_of: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    source: str = ""


class Prices(BaseModel):
    """A price file.

    Attributes:
        free: first parts of model names that cost nothing per token ("local" for "local/qwen…").
        models: "provider/model" → price.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["attested-prices-1"]
    currency: Literal["USD"] = "USD"
    unit: Literal["1 000 000 tokens"] = "1 000 000 tokens"
    free: list[str] = []
    models: dict[str, Price] = {}

    def of(self, model: str) -> Price | None:
        """The price of a model: by its name without what a server says of itself, then without a date at its end.

        A bare name is OpenAI's.
        """
        model = model.partition("@")[0]
        name = model if "/" in model else f"openai/{model}"
        return self.models.get(name) or self.models.get(_DATE_SUFFIX.sub("", name))

    def cost(
        self, model: str, input_tokens: int, output_tokens: int, cached_input_tokens: int = 0, *, batched: bool = False
    ) -> float | None:
        """US dollars, 0 for a model that is free, None when the price is unknown.

        Args:
            cached_input_tokens: those of the input that are cheaper where the price says so.
            batched: the tokens of a batch.
        """
        if re.split(r"[/:@ ]", model, maxsplit=1)[0] in self.free:
            return 0.0
        price = self.of(model)
        if price is None:
            return None
        cached = input_tokens if cached_input_tokens > input_tokens else cached_input_tokens
        read = (input_tokens - cached) * price.input + cached * (price.input if price.cached is None else price.cached)
        whole = (read + output_tokens * price.output) / PER_TOKENS
        return whole * price.batch if batched else whole


def load_prices(own: Path | None = None) -> Prices:
    """The shipped prices, with the user's entries in front.

    Args:
        own: a price file of the same form; its entries replace shipped ones of the same name.

    Raises:
        UsageError: the file cannot be read or is no price file.
    """
    shipped = _read(PRICE_FILE)
    if own is None:
        return shipped
    mine = _read(own)
    return shipped.model_copy(
        update={"free": sorted({*shipped.free, *mine.free}), "models": {**shipped.models, **mine.models}}
    )


def _read(path: Path) -> Prices:
    return load_document(path, Prices, "price file", UsageError)
