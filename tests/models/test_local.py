"""The embedded model: what it is called, when it is loaded, and (marker `live`) that it does as it is told."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import types
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal, Self

import pytest
from pydantic import BaseModel, ConfigDict, RootModel
from pydantic_core import from_json

import extract.models.local
import extract.models.primed
from eval.benchmarks.misbehaving import misbehaving, says
from eval.harness import load_gold
from extract.engines.setup import Setup
from extract.engines.units import plan
from extract.errors import ModelUnavailable, TransportError
from extract.models.beginnings import Beginnings
from extract.models.catalogue import DEFAULT_MODEL, KNOWN_MODELS
from extract.models.client import Client, Message, Request, Response, Sampling, TokenLogprob
from extract.models.local import CONTEXT_TOKENS, LocalClient, LocalServer, model_identity, restores
from extract.models.weights import find_weights, whereabouts
from extract.tasks.attack.schema import Records
from extract.tasks.loading import load_task

DEFAULT_IDENTITY = f"local/{DEFAULT_MODEL}@sha256:cc324af070c2ecbf;template=builtin;grammar=llguidance;prefix=primed"
ROOT = Path(__file__).parents[2]
HAS_SERVER = importlib.util.find_spec("xllamacpp") is not None


class Harm(RootModel[Literal["killed", "injured", "none"]]):
    """A choice, as a bare JSON string."""


@pytest.fixture
def cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for caches, and no hub."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    return tmp_path / "home"


def question(client: LocalClient, answer: type[BaseModel], words: str, top_logprobs: int = 0) -> Request:
    messages = (Message("system", "You classify figures in news."), Message("user", words))
    return Request(client.identity, messages, answer, Sampling(max_tokens=16, top_logprobs=top_logprobs))


class Params(types.SimpleNamespace):
    """What xllamacpp takes; any of it can be set."""

    def __init__(self) -> None:
        super().__init__(model=types.SimpleNamespace())


def faked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """xllamacpp with a server at an address, and no model loaded yet."""
    module: Any = types.ModuleType("xllamacpp")
    module.CommonParams = Params
    module.Server = lambda params: types.SimpleNamespace(listening_address=address)
    monkeypatch.setitem(sys.modules, "xllamacpp", module)
    monkeypatch.setattr(extract.models.local, "_loaded", None)


def test_a_server_is_open_when_it_does_its_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[str, str | None]] = []

    class Slots(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *said: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Slots) as real:
        Thread(target=real.handle_request, daemon=True).start()
        faked(monkeypatch, f"http://127.0.0.1:{real.server_port}")
        with LocalServer(tmp_path / "a.gguf") as server:
            assert asked == [("/slots", f"Bearer {server.api_key}")]


def test_a_server_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        faked(monkeypatch, f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ModelUnavailable, match="does not answer"), LocalServer(tmp_path / "a.gguf"):
            pass


def test_the_identity_of_a_known_model_needs_no_file(cache_home: Path) -> None:
    assert model_identity(DEFAULT_MODEL) == DEFAULT_IDENTITY
    assert LocalClient().identity == DEFAULT_IDENTITY
    assert not cache_home.exists()


def test_a_given_file_is_known_by_its_content_wherever_it_lies(cache_home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(b"GGUF one")
    (tmp_path / "b.gguf").write_bytes(b"GGUF one")
    (tmp_path / "c.gguf").write_bytes(b"GGUF two")
    one, same, other = (model_identity(str(tmp_path / name)) for name in ("a.gguf", "b.gguf", "c.gguf"))
    # printf 'GGUF one' | sha256sum
    assert one == same == "local/gguf@sha256:583a3ee3dcfe165b;template=builtin;grammar=llguidance;prefix=primed"
    assert other != one


@pytest.mark.parametrize("name", ["gpt-9", "nowhere/missing.gguf"])
def test_no_such_model(name: str) -> None:
    with pytest.raises(ModelUnavailable, match=name):
        LocalClient(name)


def test_a_missing_file_shows_at_the_first_request_and_stays(cache_home: Path) -> None:
    model = KNOWN_MODELS["gemma-3-270m"]
    if whereabouts(model, cache_home) == "installed":
        pytest.skip("its part packages are installed")
    told: list[str] = []
    with LocalClient(model.name, progress=lambda step, done, total: told.append(step)) as client:
        assert isinstance(client, Client)
        for _ in range(2):
            with pytest.raises(ModelUnavailable, match=r"three ways to get it"):
                client.complete(question(client, Records, "?"))
    assert told == []


def test_a_platform_without_a_server_is_told_the_other_ways(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    words = r"no embedded server.*\.\[local\].*--base-url.*provider/model"
    with pytest.raises(ModelUnavailable, match=words) as caught, LocalServer(tmp_path / "a.gguf"):
        pass
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not HAS_SERVER, reason="xllamacpp is not installed")
def test_a_file_that_is_no_model_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extract.models.local, "_loaded", None)  # whatever live test ran before
    (tmp_path / "a.gguf").write_bytes(b"GGUF and then nothing")
    with pytest.raises(ModelUnavailable, match=r"cannot load .*a\.gguf'"), LocalServer(tmp_path / "a.gguf"):
        pass
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("chosen", "named"),
    [
        (Sampling(reasoning_effort="low"), "--reasoning-effort 'low'"),
        (Sampling(mode="tools"), "--answer-mode 'tools'"),
        (Sampling(mode="md_json", strict=True), "--answer-mode 'md_json' or --strict"),
    ],
)
def test_an_option_it_does_not_know_is_named(cache_home: Path, chosen: Sampling, named: str) -> None:
    asked = Request("m", (Message("user", "?"),), Records, chosen)
    with LocalClient() as client, pytest.raises(ModelUnavailable, match=f"does not know {named}: leave"):
        client.complete(asked)


def test_it_is_loaded_once_at_the_first_request_and_closed_at_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    states: list[str] = []
    (tmp_path / "a.gguf").write_bytes(b"GGUF one")
    with misbehaving(says('"killed"')) as there:

        class Server(LocalServer):
            base_url = there.base_url

            def __enter__(self) -> Self:
                states.append(f"{self.slots} slots")
                return self

            def __exit__(self, *error: object) -> None:
                states.append("stopped")

        monkeypatch.setattr(extract.models.local, "LocalServer", Server)
        with LocalClient(str(tmp_path / "a.gguf"), slots=2, progress=lambda step, *_: states.append(step)) as client:
            asked = question(client, Harm, "Eight people were killed.")
            assert [client.complete(asked).text for _ in range(3)] == ['"killed"'] * 3
            assert all(key != "Bearer no-key" for key in there.keys)
            assert all("id_slot" in sent for sent in there.asked)
    steps = [step for step in states if step != "verifying"]
    assert steps == ["loading", "2 slots", "loading", "stopped"]


def test_what_was_kept_is_restored_and_what_the_server_refuses_is_dropped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    moved: list[tuple[str, int]] = []
    takes = True
    with misbehaving(says('"killed"')) as there:

        class Server(LocalServer):
            base_url = there.base_url

            def __enter__(self) -> Self:
                return self

            def __exit__(self, *error: object) -> None: ...

            def move_slot(self, action: Literal["save", "restore"], slot: int, file: str) -> bool:
                assert self.slots_folder is not None
                moved.append((action, slot))
                if action == "save":
                    (self.slots_folder / file).write_bytes(b"keys and values")
                return takes or action == "save"

        monkeypatch.setattr(extract.models.local, "LocalServer", Server)
        monkeypatch.setattr(extract.models.local, "find_weights", lambda *given: Path(__file__))
        monkeypatch.setattr(extract.models.primed, "LONG", 0.0)

        def asked(times: int) -> None:
            with LocalClient() as client:
                client.beginnings = Beginnings(tmp_path / "kept")
                for number in range(times):
                    client.complete(question(client, Harm, f"{number} people were killed."))

        asked(3)
        assert moved == [("save", 0)]
        asked(1)
        assert moved == [("save", 0), ("restore", 0)]
        takes = False
        asked(1)
        assert [*(tmp_path / "kept").iterdir()] == []


# The real model


@pytest.fixture(scope="module")
def weights() -> Path:
    """The default model's file; without it and a server the live tests are skipped."""
    if not HAS_SERVER:
        pytest.skip("xllamacpp is not installed: pip install '.[local]'")
    if whereabouts(KNOWN_MODELS[DEFAULT_MODEL]) == "absent":
        pytest.skip(f"no weights on this machine: extract models fetch {DEFAULT_MODEL}")
    return find_weights(DEFAULT_MODEL)


@pytest.fixture(scope="module")
def client(weights: Path) -> Iterator[LocalClient]:
    """The default model, loaded once for all tests."""
    with LocalClient() as started:
        yield started


@pytest.mark.live
def test_a_question_costs_five_tokens(client: LocalClient) -> None:
    words = "Sentence: At least eight people were killed in Kyiv.\nWhat happened to them?"
    response = client.complete(question(client, Harm, words, top_logprobs=3))
    assert (response.outcome, response.text) == ("ok", '"killed"')
    assert response.usage.output_tokens <= 5  # quote, kill, ed, quote, end of turn
    assert len(response.attempts[0].logprobs) == response.usage.output_tokens
    assert all(len(token.top) == 3 for token in response.attempts[0].logprobs)
    assert "xllamacpp" in response.versions


class Pair(BaseModel):
    """Objects of a plain model are closed on the wire."""

    harm: Literal["killed", "injured"]
    number: int


def shipped() -> dict[str, type[BaseModel]]:
    """Every form of answer that a prompt of ours asks for."""
    return {"records": Records, "choice": Harm}


PROSE = Sampling(max_tokens=40)


def written(client: LocalClient, answer: type[BaseModel]) -> str:
    """What the model writes when the prompt asks for anything but the form."""
    messages = (
        Message("system", "You are a poet. You never write JSON."),
        Message("user", "Write two lines about the sea."),
    )
    return client.complete(Request(client.identity, messages, answer, PROSE)).attempts[0].text


def enforced(client: LocalClient, answer: type[BaseModel]) -> bool:
    """Whether the server keeps the model to a form: its text is the beginning of such JSON, and compact."""
    text = written(client, answer)
    try:
        value = from_json(text, allow_partial="trailing-strings")
    except ValueError:
        return False
    schema = answer.model_json_schema()
    if "enum" in schema:
        return value in schema["enum"]
    if schema["type"] == "array":
        return isinstance(value, list) and text.startswith("[") and ", " not in text
    return isinstance(value, dict) and set(value) <= set(schema["properties"]) and text[:2] in ('{"', "{}")


@pytest.mark.live
@pytest.mark.parametrize("name", shipped())
def test_every_shipped_form_is_enforced(client: LocalClient, name: str) -> None:
    assert enforced(client, shipped()[name])


@pytest.mark.live
@pytest.mark.parametrize("form", [Pair, RootModel[tuple[Literal["killed", "injured"], int]]])
def test_objects_and_positional_tuples_are_enforced(client: LocalClient, form: type[BaseModel]) -> None:
    assert enforced(client, form)


class Distinct(RootModel[list[Literal["a", "b"]]]):
    """Holds a keyword that the grammar engine refuses."""

    model_config = ConfigDict(json_schema_extra={"uniqueItems": True})


@pytest.mark.live
def test_a_keyword_that_the_grammar_refuses_is_noticed(client: LocalClient) -> None:
    # The server answers 200 with prose then; if this ever fails, the server has learnt the keyword.
    with pytest.raises(TransportError, match="the server did not enforce its form"):
        written(client, Distinct)


@pytest.mark.live
def test_the_limit_of_tokens_is_kept(client: LocalClient) -> None:
    asked = Request(client.identity, (Message("user", "List all that you know."),), Records, Sampling(max_tokens=7))
    response = client.complete(asked)
    assert response.outcome == "cut"
    assert response.usage.output_tokens <= 7


@pytest.mark.live
def test_a_question_over_the_context_is_one_line(client: LocalClient) -> None:
    with pytest.raises(TransportError, match=r"127\.0\.0\.1 refused .*ask for less at once.*2048"):
        client.complete(question(client, Harm, "word " * 3000))


@pytest.mark.live
def test_threads_share_the_model_quietly(client: LocalClient, capfd: pytest.CaptureFixture[str]) -> None:
    questions = [question(client, Harm, f"{number} people were wounded.") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(client.complete, questions))
    assert {response.outcome for response in responses} == {"ok"}
    assert capfd.readouterr() == ("", "")


def tokens(responses: list[Response]) -> list[tuple[str, tuple[TokenLogprob, ...]]]:
    """What was said, with every logprob."""
    return [(response.text, response.attempts[-1].logprobs) for response in responses]


@pytest.fixture(scope="module")
def gold_questions(client: LocalClient) -> list[Request]:
    """Questions about the leads of gold articles, which begin alike."""
    task = load_task("attack")
    setup = Setup(
        task,
        task.prompt_set("sentence"),
        client,
        client.identity,
        context_tokens=CONTEXT_TOKENS,
        sampling=Sampling(top_logprobs=5),
    )
    articles = list(load_gold(ROOT / "gold" / "attack", task).articles.values())[:3]
    return [request for article in articles for request in plan(article, setup)]


@pytest.mark.live
def test_answers_do_not_depend_on_what_was_asked_before(client: LocalClient, gold_questions: list[Request]) -> None:
    others = [question(client, Harm, f"{number} people were wounded.", top_logprobs=5) for number in ("Two", "Ten")]
    asked = [*gold_questions, *others]
    assert len(asked) == 5
    forth = [client.complete(each) for each in asked]
    assert all(logprobs for _, logprobs in tokens(forth))
    back = [client.complete(each) for each in reversed(asked)][::-1]
    client.complete(question(client, Harm, "Three people were wounded."))
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(client.complete, asked[::2] + asked[1::2]))
    assert tokens(back) == tokens(forth)
    assert tokens(together) == tokens(forth[::2] + forth[1::2])


ASKED_IN_A_PROCESS = """
import sys
from pathlib import Path
from typing import Literal
from pydantic import RootModel
import extract.models.primed
from extract.models.beginnings import Beginnings
from extract.models.client import Message, Request, Sampling
from extract.models.local import LocalClient

extract.models.primed.LONG = 0.0
system = "You classify figures in news. " + " ".join(f"In report {n}, {n % 7} people were hurt." for n in range(40))
with LocalClient(sys.argv[1]) as client:
    client.beginnings = Beginnings(Path(sys.argv[2]))
    for number in range(3):
        messages = (Message("system", system), Message("user", f"{number} people were wounded in the north."))
        form = RootModel[Literal["killed", "injured", "none"]]
        told = client.complete(Request(client.identity, messages, form, Sampling(max_tokens=16, top_logprobs=5)))
        print(told.text, told.attempts[-1].logprobs)
"""


@pytest.mark.live
@pytest.mark.parametrize("name", [model.name for model in KNOWN_MODELS.values() if model.restores])
def test_another_process_goes_on_from_a_beginning_that_was_kept(weights: Path, name: str, tmp_path: Path) -> None:
    if whereabouts(KNOWN_MODELS[name]) == "absent":
        pytest.skip(f"no weights on this machine: extract models fetch {name}")

    def answers(folder: Path) -> str:
        command = [sys.executable, "-c", ASKED_IN_A_PROCESS, name, str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout

    alone, read, restored = answers(Path("/dev/null/none")), answers(tmp_path), answers(tmp_path)
    assert len([*tmp_path.glob("*.kv")]) == 1
    assert alone.count("logprob") > 2
    assert alone == read == restored


@pytest.mark.parametrize(
    ("identity", "does"),
    [
        (DEFAULT_IDENTITY, True),
        ("local/gemma-3-270m@sha256:1;x", False),
        ("local/gguf@sha256:1;x", False),
        ("m", False),
    ],
)
def test_only_models_that_are_known_to_restore_exactly_do(identity: str, does: bool) -> None:
    assert restores(identity) is does


@pytest.mark.live
def test_one_process_runs_one_model(client: LocalClient, tmp_path: Path) -> None:
    client.complete(question(client, Harm, "Three people were wounded."))
    with pytest.raises(ModelUnavailable, match="in a process of its own"), LocalServer(tmp_path / "b.gguf"):
        pass


@pytest.mark.live
def test_a_server_that_is_closed_at_once_ends(weights: Path) -> None:
    for _ in range(5):
        with LocalServer(weights, context_tokens=256, slots=1):
            pass


@pytest.mark.live
def test_the_port_wants_a_key_and_closes_with_the_server(weights: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with LocalServer(weights, context_tokens=256, slots=1) as server:
        assert server.base_url.startswith("http://127.0.0.1:")
        body = b'{"messages": [{"role": "user", "content": "?"}]}'
        asked = urllib.request.Request(
            f"{server.base_url}/chat/completions", body, {"Content-Type": "application/json"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            opener.open(asked)
        assert refused.value.code == 401
        refused.value.close()
    with pytest.raises(urllib.error.URLError, match="refused"):
        opener.open(asked)
