"""Peer: this project with the prompt set that is usual for the embedded model, without a store in front of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from eval.peers.worker import Endpoint, Extract
from extract.articles import Article
from extract.errors import ModelError
from extract.tasks.task import Task


def open_ours(endpoint: Endpoint, task: Task[Any]) -> Extract:
    """Prepares everything as `extract run --model local --cache off` does, but for the server."""
    import instructor
    import openai

    from extract.engines.session import open_setup
    from extract.engines.threads import extract_all
    from extract.models.openai_client import OpenAIClient
    from extract.spec import RunSpec

    # A server of its own would be started by the first request; there is none.
    with open_setup(RunSpec(cache="off"), task=task) as local:
        client = OpenAIClient(
            endpoint.model, local.model, base_url=endpoint.base_url, api_key=endpoint.api_key, dialect="llama"
        )
        setup = replace(local, client=client, context_tokens=endpoint.context_tokens)
    # Loads what our first request would load: the other peers do that before their clock starts too.
    instructor.from_openai(openai.OpenAI(api_key=endpoint.api_key))

    def extract(article: Article) -> BaseModel:
        [result] = extract_all([article], setup)
        if result.records is None:
            raise ModelError(result.problems[0].detail)
        return result.records

    return extract
