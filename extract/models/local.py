"""The embedded model: a llama.cpp server inside this process, on loopback, started by the first request.

It is asked like any other OpenAI-compatible server, but one question after another (`primed`). Where model files come
from is in `weights`.
"""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Literal, Self

from extract.errors import ModelUnavailable, install
from extract.models.beginnings import Beginnings, this_machine
from extract.models.catalogue import DEFAULT_MODEL, KNOWN_MODELS, is_path, known_model
from extract.models.client import Request, Response, canonical_json
from extract.models.openai_client import Line, installed_versions
from extract.models.primed import PrimedClient
from extract.models.transport import PATIENT, Patience
from extract.models.weights import Progress, digest, find_weights
from extract.spec import TIMEOUT, AnswerMode, unknown_to_embedded

CONTEXT_TOKENS = 2048
SLOTS = 4
_CACHE_RAM_MIB = 256  # the default of 8192 lets memory grow with every new prompt
_SILENT = -1
_MOST_STARTING = 120.0
"""Seconds that a loaded server may take to begin its work, or to move a slot, on a machine that does much else."""

_loaded: Path | None = None  # the one file this process has loaded, see `LocalServer.__enter__`


def model_identity(name_or_path: str, progress: Progress | None = None) -> str:
    """What requests name as their model: the weights' digest, and the modes that change what they answer.

    `prefix=primed`: every question goes on from the same place, whatever was asked before it (`extract.models.primed`).
    A known name needs no file; a path is read once (`weights.digest`) and may turn out to be a known model.

    Raises:
        ModelUnavailable: no such model or file.
    """
    if is_path(name_or_path):
        sha256 = digest(find_weights(name_or_path), progress)
        name = next((model.name for model in KNOWN_MODELS.values() if model.sha256 == sha256), "gguf")
    else:
        name, sha256 = name_or_path, known_model(name_or_path).sha256
    return f"local/{name}@sha256:{sha256[:16]};template=builtin;grammar=llguidance;prefix=primed"


def restores(identity: str) -> bool:
    """Whether a model of that identity is known to go on from a file as if it had just read it (`LocalModel.restores`)."""
    model = KNOWN_MODELS.get(identity.removeprefix("local/").partition("@")[0])
    return model is not None and model.restores


class LocalServer:
    """A llama.cpp server on a free port of 127.0.0.1, open from `with` to the end of its block.

    Attributes:
        context_tokens: prompt and answer of one request together.
        slots: beginnings of prompts remembered at the same time.
        slots_folder: what slots are saved to and restored from; none where they are not.
        api_key: random, so that other users of this machine cannot use the model.
    """

    def __init__(
        self,
        weights: Path,
        *,
        context_tokens: int = CONTEXT_TOKENS,
        slots: int = SLOTS,
        slots_folder: Path | None = None,
    ) -> None:
        self.context_tokens = context_tokens
        self.slots = slots
        self.slots_folder = slots_folder
        self._weights = weights.resolve()
        self._server: object | None = None
        self._address = ""
        self.api_key = secrets.token_urlsafe(32)

    @property
    def base_url(self) -> str:
        """Where it speaks OpenAI's language."""
        return f"{self._address}/v1"

    def __enter__(self) -> Self:
        """Loads the model, which takes seconds.

        Raises:
            ModelUnavailable: there is no server for this platform, it cannot load the file, or this process has
                loaded another one before.
        """
        global _loaded
        try:
            import xllamacpp
        except ImportError as error:
            raise ModelUnavailable(
                f"no embedded server: xllamacpp cannot be imported by Python {platform.python_version()} on "
                f"{platform.system()} {platform.machine()} ({error}); {install('local')}, or name "
                "a server by --base-url, or a model by provider/model"
            ) from error
        # Its grammar engine keeps the first model's tokens by address, and aborts the process when another
        # model comes to lie there (seen with build 11549).
        if _loaded not in (None, self._weights):
            raise ModelUnavailable(
                f"this process has loaded {str(_loaded)!r}, and the embedded server cannot change models: "
                f"run {str(self._weights)!r} in a process of its own"
            )
        params = xllamacpp.CommonParams()
        self._set(params)
        try:
            server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelUnavailable(
                f"the embedded server cannot load {str(self._weights)!r}: the file is damaged or of a kind it does "
                f"not know, or memory is short ({error})"
            ) from error
        self._server, self._address, _loaded = server, server.listening_address, self._weights
        self._await_work()
        return self

    def _await_work(self) -> None:
        """Waits until the server works off what it is asked: one that is closed before never ends (seen with build 11549).

        Which slots it has only the thread can say that does.
        """
        connection = HTTPConnection(self._address.removeprefix("http://"), timeout=_MOST_STARTING)
        try:
            connection.request("GET", "/slots", headers={"Authorization": f"Bearer {self.api_key}"})
            connection.getresponse().read()
        except (OSError, HTTPException) as error:
            raise ModelUnavailable(f"the embedded server does not answer: {error}") from error
        finally:
            connection.close()

    def _set(self, params: Any) -> None:
        params.model.path = str(self._weights)
        params.hostnames = ["127.0.0.1"]
        params.port = 0  # a free one
        params.api_keys = [self.api_key]
        # The context is divided among the slots. Sharing it (kv_unified) would let four long requests fail together.
        params.n_ctx = self.context_tokens * self.slots
        params.n_parallel = self.slots
        # With Jinja templates answers come fenced and indented, and x-guidance is ignored.
        params.use_jinja = False
        params.ui = False
        params.cache_ram_mib = _CACHE_RAM_MIB
        params.verbosity = _SILENT
        if self.slots_folder is not None:
            params.slot_save_path = f"{self.slots_folder}/"

    def move_slot(self, action: Literal["save", "restore"], slot: int, file: str) -> bool:
        """Writes what a slot holds to a file of the folder, or reads it from there; says whether that went well."""
        connection = HTTPConnection(self._address.removeprefix("http://"), timeout=_MOST_STARTING)
        try:
            connection.request(
                "POST",
                f"/slots/{slot}?action={action}",
                json.dumps({"filename": file}),
                {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"},
            )
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def __exit__(self, *error: object) -> None:
        self._server = None  # its destructor stops it and closes the port


class LocalClient(PrimedClient):
    """Answers requests by the embedded model; loads it when the first request comes, never before.

    Safe to call from several threads. Use it in a `with` block, or call `close`.

    Attributes:
        identity: what requests to this client name as their model.
        context_tokens: prompt and answer of one request together.
        beginnings: where those of prompts are kept for other processes; in the user's cache folder.
    """

    def __init__(
        self,
        name_or_path: str = DEFAULT_MODEL,
        *,
        progress: Progress | None = None,
        context_tokens: int = CONTEXT_TOKENS,
        slots: int = SLOTS,
        timeout: float = TIMEOUT,
        patience: Patience = PATIENT,
    ) -> None:
        """Prepares a client.

        Args:
            name_or_path: a known model, or the path of a .gguf file.
            progress: told of every step that takes seconds.
            context_tokens: per request; memory grows with context_tokens * slots.
            slots: beginnings of prompts remembered at the same time.
            timeout: seconds for one question.
            patience: how long faults are met with further tries.

        Raises:
            ModelUnavailable: no such model or file. That a known model's file is missing shows when it is needed.
        """
        identity = model_identity(name_or_path, progress)
        super().__init__(
            name_or_path, identity, base_url="", api_key=None, slots=slots, timeout=timeout, patience=patience
        )
        self.context_tokens = context_tokens
        self._progress = progress
        self.beginnings = Beginnings()
        self._server: LocalServer | None = None
        self._failure: ModelUnavailable | None = None

    def complete(self, request: Request) -> Response:
        """Answers one request.

        Raises:
            ModelUnavailable: the model cannot be had or started, or does not know an option that was chosen.
            TransportError: the server did not answer properly.
        """
        if unknown := unknown_to_embedded(request.sampling.chosen):
            raise ModelUnavailable(f"the embedded model does not know {' or '.join(unknown)}: leave that option out")
        return super().complete(request)

    def close(self) -> None:
        """Stops the server, if it was started, and frees its memory."""
        super().close()
        if self._server is not None:
            self._server.__exit__(None, None, None)
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _open(self, mode: AnswerMode | None) -> Line:
        if self._failure is not None:  # the other threads need not try it too
            raise self._failure
        if self._server is None:
            try:
                self._server = self._started()
            except ModelUnavailable as failure:
                self._failure = failure
                raise
        return super()._open(mode)

    def _started(self) -> LocalServer:
        weights = find_weights(self._model, self._progress)
        size = weights.stat().st_size
        if self._progress:
            self._progress("loading", 0, size)
        folder = self.beginnings.folder if restores(self.identity) and self.beginnings.ready() else None
        server = LocalServer(
            weights, context_tokens=self.context_tokens, slots=self._slots, slots_folder=folder
        ).__enter__()
        self._base_url, self._key = server.base_url, server.api_key
        self._know(self._key)
        if self._progress:
            self._progress("loading", size, size)
        return server

    def _recall(self, name: str, slot: int) -> bool:
        server = self._server
        if server is None or server.slots_folder is None or (file := self.beginnings.find(self._key_of(name))) is None:
            return False
        went_well = server.move_slot("restore", slot, file)
        if not went_well:
            self.beginnings.drop(file)
        return went_well

    def _keep(self, name: str, slot: int) -> None:
        server = self._server
        if server is not None and server.slots_folder is not None:
            self.beginnings.keep(self._key_of(name), lambda file: server.move_slot("save", slot, file))

    def _key_of(self, name: str) -> str:
        """The key of a beginning, made of all that the server's sums depend on."""
        made_by = [self.identity, installed_versions(("xllamacpp",)), self.context_tokens, self._slots, this_machine()]
        return hashlib.sha256(canonical_json([*made_by, name]).encode()).hexdigest()[:32]
