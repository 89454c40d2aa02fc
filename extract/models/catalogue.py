"""The local models that are known: which file each one is, to the byte, and who carries it.

Where a file is on this machine, and getting it, is in `weights`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from extract.errors import ModelUnavailable

DEFAULT_MODEL = "qwen2.5-coder-1.5b-instruct"


@dataclass(frozen=True, slots=True)
class Parts:
    """Registry packages that carry one model file in pieces.

    In the patterns `{n}` counts from 1 and `{i}` from 0.

    Attributes:
        distribution: name of a package.
        version: the one version whose pieces make up the file.
        module: the folder a package installs.
        data: the piece inside that folder.
        count: number of packages.
    """

    distribution: str
    version: str
    module: str
    data: str
    count: int

    def requirement(self, n: int) -> str:
        """Package `n` as pip wants it named."""
        return f"{self.distribution.format(n=n)}=={self.version}"

    def piece(self, n: int) -> tuple[str, str]:
        """Module folder of package `n`, and the path of its piece inside it."""
        return self.module.format(n=n, i=n - 1), self.data.format(n=n, i=n - 1)


@dataclass(frozen=True, slots=True)
class LocalModel:
    """One model file, whole and exact.

    Attributes:
        name: what a user types.
        file: name of the file in the cache folder.
        sha256: hex digest of the file.
        size: bytes.
        hub_repo: repository on the Hugging Face hub.
        hub_file: the file in it.
        parts: registry packages that carry it.
        licence: SPDX name, or the name of the terms.
        restores: it goes on from a file with what it has read as if it had just read it, to the last bit. Models that only
            look back through a window do not.
    """

    name: str
    file: str
    sha256: str
    size: int
    hub_repo: str
    hub_file: str
    parts: Parts
    licence: str
    restores: bool = False


KNOWN_MODELS: Mapping[str, LocalModel] = {
    model.name: model
    for model in TypeAdapter(list[LocalModel]).validate_json(Path(__file__).with_name("catalogue.json").read_bytes())
}
"""By name. gemma-3-270m is a base model, not tuned to follow instructions: a floor for benchmarks."""


def known_model(name: str, models: Mapping[str, LocalModel] = KNOWN_MODELS) -> LocalModel:
    """The known model of that name.

    Raises:
        ModelUnavailable: there is none.
    """
    try:
        return models[name]
    except KeyError:
        names = ", ".join(models)
        raise ModelUnavailable(
            f"no local model {name!r}: known are {names}; or give the path of a .gguf file"
        ) from None


def is_path(name_or_path: str) -> bool:
    """Whether a user means a file rather than a known model."""
    return name_or_path.endswith(".gguf") or os.sep in name_or_path
