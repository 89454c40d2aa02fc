"""Peer: plain instructor, one request per article with the whole schema."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from eval.peers.worker import Endpoint, Extract
from extract.articles import Article
from extract.prompting.outline import outline
from extract.tasks.task import Task

MAX_TOKENS = 4096
"""Half of the context: a news article takes less than the other half."""

SYSTEM = """\
You extract records from a news article. Answer in JSON. Copy evidence, and whatever is marked as copied, exactly from \
the article. Use null for what the article does not say.

"""


def open_instructor(endpoint: Endpoint, task: Task[Any]) -> Extract:
    """Prepares instructor's client; an answer that does not fit is asked for once more."""
    import instructor
    import openai

    sdk = openai.OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key)
    client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)
    system = SYSTEM + outline(task.schema)

    def extract(article: Article) -> BaseModel:
        published = f"Published: {article.published.isoformat()}\n\n" if article.published else ""
        records: BaseModel = client.chat.completions.create(
            model=endpoint.model,
            response_model=task.schema,
            messages=[{"role": "system", "content": system}, {"role": "user", "content": published + article.text}],
            max_tokens=MAX_TOKENS,
            temperature=0,
            seed=0,
            max_retries=1,
        )
        return records

    return extract
