"""RunSpec → setup: which model they mean, which prompt set, which store; nothing is loaded or called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.misbehaving import misbehaving, says
from extract.engines.session import (
    WHOLE_ARTICLE_TOKENS,
    kind_of,
    open_setup,
    whereto,
)
from extract.errors import ModelUnavailable, PromptError, ReplayMiss, StoreError, TaskError, UsageError
from extract.models.client import Message, Request
from extract.models.local import CONTEXT_TOKENS, LocalClient
from extract.models.openai_client import OpenAIClient, ProviderClient
from extract.spec import Mode, RunSpec
from extract.store.stored_client import StoredClient, open_store
from extract.tasks.loading import load_task
from tests.models.test_served import LLAMA, PROPS, VLLM, serving
from tests.small_task import ARTICLES, FakeClient, Sightings, sighted, write_set

SERVER = RunSpec(base_url="http://127.0.0.1:9/v1", model="m", model_id="server/m", cache="off")


def question(model: str = "server/m", text: str = "Wren?") -> Request:
    return Request(model, (Message("system", "You watch birds."), Message("user", text)), Sightings)


def test_the_embedded_model_is_the_default_whatever_keys_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    assert RunSpec().named_model == "local"
    assert RunSpec().is_embedded
    assert RunSpec(prompts="rules").named_model == "rules"
    with open_setup(RunSpec(cache="off")) as setup:
        assert setup.model.startswith("local/qwen2.5-coder-1.5b-instruct@sha256:")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (RunSpec(), "model qwen2.5-coder-1.5b-instruct, embedded: the text stays on this machine"),
        (RunSpec(model="rules"), "no model: rules alone, the text stays on this machine"),
        (RunSpec(model="openai/gpt-5-mini"), "model gpt-5-mini: the text is sent to openai"),
        (
            RunSpec(model="m", base_url="https://me:secret@host.example:8080/v1"),
            "model m: the text is sent to host.example:8080",
        ),
        (RunSpec(model="local", base_url="http://127.0.0.1:9/v1"), "model local: the text is sent to 127.0.0.1:9"),
        (RunSpec(model="openai/m", cache="replay"), "answers come from recordings alone, the text stays on this"),
    ],
)
def test_where_the_text_goes_is_said(spec: RunSpec, said: str) -> None:
    assert said in whereto(spec)


def test_another_address_of_openai_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://me:secret@elsewhere.example/v1")
    assert "sent to elsewhere.example (OPENAI_BASE_URL)" in whereto(RunSpec(model="openai/m"))


def test_an_address_of_openai_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://[::1")
    with pytest.raises(UsageError, match=r"OPENAI_BASE_URL 'http://\[::1' is no address of a server"):
        whereto(RunSpec(model="openai/m"))


def test_a_server_needs_the_name_of_its_model() -> None:
    spec = RunSpec(base_url="http://127.0.0.1:9/v1", cache="off")
    with pytest.raises(UsageError, match="--base-url needs --model"), open_setup(spec):
        raise AssertionError("it was opened")


@pytest.mark.parametrize(
    ("model", "base_url", "prompts"),
    [
        ("local", None, "sentence"),
        ("local/smollm2-135m", None, "sentence"),
        ("models/mine.gguf", None, "sentence"),
        ("openai/gpt-5-mini", None, "whole"),
        ("local", "http://127.0.0.1:9/v1", "whole"),
        ("rules", None, "rules"),
    ],
)
def test_small_models_get_small_questions(model: str, base_url: str | None, prompts: str) -> None:
    assert load_task("attack").usual_set(kind_of(RunSpec(model=model, base_url=base_url))) == prompts


def test_an_embedded_model_is_prepared_and_not_loaded() -> None:
    with open_setup(RunSpec(model="local", cache="off")) as setup:
        assert isinstance(setup.client, LocalClient)
        assert setup.model == setup.client.identity
        assert setup.model.startswith("local/qwen2.5-coder-1.5b-instruct@sha256:")
        assert (setup.prompts.name, setup.context_tokens) == ("sentence", CONTEXT_TOKENS)
        assert (setup.jobs, setup.articles_at_once) == (1, 1)
        assert setup.sampling.top_logprobs > 0
    with open_setup(RunSpec(model="local", prompts="whole", cache="off")) as setup:
        assert setup.context_tokens == WHOLE_ARTICLE_TOKENS
    with open_setup(RunSpec(model="local", cache="off", context=4096, jobs=3)) as setup:
        assert (setup.context_tokens, setup.jobs, setup.articles_at_once) == (4096, 3, 1)


def test_a_server_is_asked_as_many_things_at_once_as_one_says() -> None:
    with open_setup(SERVER) as setup:
        assert isinstance(setup.client, OpenAIClient)
        assert (setup.model, setup.prompts.name, setup.context_tokens) == ("server/m", "whole", 32_000)
        assert (setup.jobs, setup.articles_at_once) == (4, 4)
    spec = RunSpec(base_url=SERVER.base_url, model="m", model_id="mine", jobs=9, context=8000, cache="off")
    with open_setup(spec) as setup:
        assert (setup.model, setup.context_tokens) == ("mine", 8000)
        assert (setup.jobs, setup.articles_at_once) == (9, 9)


def test_a_provider_is_not_imported_before_the_first_request() -> None:
    with open_setup(RunSpec(model="nobody/knows", cache="off")) as setup:
        assert isinstance(setup.client, ProviderClient)
        assert (setup.model, setup.jobs) == ("nobody/knows", 8)
        with pytest.raises(ModelUnavailable, match="no model 'nobody/knows'"):
            setup.client.complete(question("nobody/knows"))


@pytest.mark.parametrize(
    ("spec", "fault", "words"),
    [
        (RunSpec(model="gpt-5"), UsageError, "no model 'gpt-5': use local"),
        (RunSpec(model="m", base_url="localhost:8080"), UsageError, "--base-url 'localhost:8080' is no address"),
        (RunSpec(model="m", base_url="http://"), UsageError, "--base-url 'http://' is no address"),
        (RunSpec(model="rules", prompts="sentence"), UsageError, "asks nothing, and prompt set 'sentence' asks"),
        (RunSpec(model="local", task="birds"), TaskError, "no task .birds.: .*tasks that ship: attack"),
        (RunSpec(model="local", prompts="fancy"), PromptError, "no prompt set 'fancy'"),
        (RunSpec(model="local/huge"), ModelUnavailable, "huge"),
        (RunSpec(model="nowhere/mine.gguf"), ModelUnavailable, "nowhere/mine.gguf"),
        (RunSpec(model="openai/m", recordings=(Path("nowhere/at/all.jsonl"),), cache="replay"), StoreError, "nowhere"),
    ],
)
def test_settings_that_do_not_fit_are_refused(spec: RunSpec, fault: type[Exception], words: str) -> None:
    with pytest.raises(fault, match=words), open_setup(spec):
        raise AssertionError("it was opened")


def test_rules_ask_no_model(tmp_path: Path) -> None:
    with open_setup(RunSpec(model="rules", store=tmp_path / "store")) as setup:
        assert (setup.model, setup.prompts.prompts) == ("rules", ())
        with pytest.raises(UsageError):
            setup.client.complete(question())
    assert not (tmp_path / "store").exists()


def test_answers_are_recorded_and_replayed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with misbehaving(says(sighted("Wren"))) as server:
        spec = RunSpec(base_url=server.base_url, model="m", store=store)
        with open_setup(spec) as setup:
            assert isinstance(setup.client, StoredClient)
            first = setup.client.complete(question())
        with open_setup(spec) as setup:
            again = setup.client.complete(question())
        assert len(server.asked) == 1
        assert (first.replayed, again.replayed) == (False, True)
    with open_setup(RunSpec(base_url=SERVER.base_url, model="m", store=store, cache="replay")) as setup:
        assert setup.client.complete(question()).text == sighted("Wren")
        with pytest.raises(ReplayMiss):
            setup.client.complete(question(text="Owl?"))


def test_replaying_makes_no_store(tmp_path: Path) -> None:
    spec = RunSpec(base_url=SERVER.base_url, model="m", store=tmp_path / "store", cache="replay")
    with open_setup(spec, raise_misses=True) as setup:
        assert setup.raise_misses
        with pytest.raises(ReplayMiss):
            setup.client.complete(question())
    assert not (tmp_path / "store").exists()


def test_a_store_that_cannot_be_had_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said: list[str] = []
    with misbehaving(says(sighted())) as server:
        spec = RunSpec(base_url=server.base_url, model="m", store=tmp_path / "file" / "store")
        with open_setup(spec, warn=said.append) as setup:
            assert setup.client.complete(question()).text == sighted()
    assert len(said) == 1
    assert "nothing is recorded" in said[0]


def test_a_server_that_is_waited_for_is_told_of_while_it_lasts() -> None:
    said: list[str] = []
    with serving({"/v1/models": 503}) as server:

        def warn(line: str) -> None:
            said.append(line)
            server.answers = {"/v1/models": VLLM}

        with open_setup(RunSpec(base_url=server.base_url, model="m", cache="off"), warn=warn) as setup:
            assert setup.model == "server/m@vllm;root=Qwen+Qwen2.5-7B-Instruct"
    (line,) = said
    assert line.startswith("waiting for 127.0.0.1 to say what it serves: it answers 503")


def test_the_key_of_a_server_is_not_that_of_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    with misbehaving(says(sighted())) as server:
        spec = RunSpec(base_url=server.base_url, model="m", cache="off")
        with open_setup(spec) as setup:
            setup.client.complete(question())
        monkeypatch.setenv("ATTESTED_API_KEY", "its-own")
        with open_setup(spec) as setup:
            setup.client.complete(question())
        assert "sk-of-openai" not in str(server.keys[0])
        assert server.keys[1] == "Bearer its-own"


def test_a_prompt_set_may_lie_anywhere(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "mine", {"ask.md": ARTICLES})
    with open_setup(replace(SERVER, prompts=str(folder))) as setup:
        assert (setup.prompts.name, setup.prompts.task) == ("mine", "attack")


class Closing(Exception):
    """Ends a block."""


@pytest.mark.parametrize(("ending", "closed"), [(None, True), (Closing(), True), (KeyboardInterrupt(), False)])
def test_connections_are_closed_except_after_an_interrupt(
    monkeypatch: pytest.MonkeyPatch, ending: BaseException | None, closed: bool
) -> None:
    # Closing the embedded model waits for it to be fetched or loaded; who interrupts does not.
    calls: list[str] = []
    monkeypatch.setattr(OpenAIClient, "close", lambda client: calls.append("closed"))
    try:
        with open_setup(SERVER):
            if ending:
                raise ending
    except (Closing, KeyboardInterrupt):
        pass
    assert calls == (["closed"] if closed else [])


def test_another_model_behind_the_same_name_replays_nothing_of_the_first(tmp_path: Path) -> None:
    store = tmp_path / "store"

    def named(server_says: dict[str, Any], cache: Mode) -> str:
        with serving(server_says) as server:
            spec = RunSpec(base_url=server.base_url, model="qwen", store=store, cache=cache)
            with open_setup(spec) as setup:
                assert bool(server.asked) == (cache != "replay")
                return setup.model

    first = named({"/v1/models": LLAMA, "/props": PROPS}, "auto")
    other = named({"/v1/models": LLAMA, "/props": {**PROPS, "chat_template": "another"}}, "auto")
    assert first.startswith("server/qwen@llama.cpp:")
    assert other not in (first, "server/qwen")
    assert named({}, "replay") == "server/qwen"
    client = StoredClient(FakeClient(lambda text: sighted(text)), open_store(store))
    client.complete(question(first))
    client.complete(question("server/qwen2"))
    assert named({}, "replay") == first
    client.complete(question(other))
    with pytest.raises(UsageError, match="recordings of several models called 'qwen': say which with --model-id"):
        named({}, "replay")
    with open_setup(
        RunSpec(base_url=SERVER.base_url, model="qwen", model_id=other, store=store, cache="replay")
    ) as setup:
        assert setup.model == other


@pytest.mark.parametrize("address", ["http://[::1", "http://[abc]/v1", "ftp://x/v1", "http://"])
def test_an_address_of_any_shape_is_told_in_one_line(address: str) -> None:
    with pytest.raises(UsageError, match="is no address of a server"):
        whereto(RunSpec(model="m", base_url=address))
