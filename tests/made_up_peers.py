"""Peers without a model, for the comparison's tests; they run in processes of their own, so they are functions here."""

from __future__ import annotations

import json
import os
import time
import urllib.request

from eval.peers.worker import Endpoint, Extract
from extract.articles import Article
from extract.tasks.attack.schema import Records
from tests.small_gold import LABELS


def open_perfect(endpoint: Endpoint) -> Extract:
    """Knows the labels; asks the server once all the same."""

    def extract(article: Article) -> Records:
        ask(endpoint)
        return gold(article.id)

    return extract


def open_unlucky(endpoint: Endpoint) -> Extract:
    """Does well with one article, and comes to grief with three in three ways."""

    def extract(article: Article) -> Records:
        if article.id == "north":
            ask(endpoint)
            time.sleep(60)
        if article.id == "south":
            os._exit(3)
        if article.id == "east":
            raise ValueError("no\nidea")
        os.write(1, b"noise on standard output does not matter")
        return gold(article.id)

    return extract


def open_absent(endpoint: Endpoint) -> Extract:
    """Cannot be imported."""
    raise ImportError("no module named 'absent'")


def gold(article_id: str) -> Records:
    """A label's records."""
    label = LABELS[article_id]
    return Records.model_validate({"events": label["events"], "quotes": label["quotes"]})


def ask(endpoint: Endpoint) -> None:
    """One request."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    body = json.dumps({"model": endpoint.model, "messages": []}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.api_key}"}
    with opener.open(urllib.request.Request(f"{endpoint.base_url}/chat/completions", body, headers)) as answer:
        answer.read()
