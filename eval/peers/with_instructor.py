"""Peer: plain instructor, one request per article with the whole schema."""

from __future__ import annotations

from eval.peers.worker import Endpoint, Extract
from extract.articles import Article
from extract.tasks.attack.schema import Records

MAX_TOKENS = 4096
"""Half of the context: a news article takes less than the other half."""

SYSTEM = """\
You extract armed attacks and quotations from a news article. Answer in JSON.

events: one for each armed attack that the article says happened; an empty list if there is none. kind says how, \
attacker which side ("Russia") or null. context is "main" for the attack the article is about and "other" for \
attacks it only mentions. date_text is the article's wording of the time, date the day as YYYY-MM-DD or null. places \
are the names of the places hit. Each event has its own weapons, casualties and damage.
weapons: one for each kind of weapon and its outcome: used, intercepted or hit.
casualties: one for each figure of killed, injured, hospitalised, missing or captured people. who is the group, \
source who reports the figure, place only if the figure is for one of several places.
damage: one for each thing hit, named in object, with its kind and extent.
quantity: text is the article's wording ("at least 18"), value the number or null if it is vague ("dozens"), bound \
is exact, at_least, at_most or about.
quotes: words inside quotation marks, with the speaker's name and role. If "he said" breaks a quotation, its further \
parts are in continued.

evidence is the sentence that supports a record. Copy evidence, names, wordings and quotations exactly from the \
article. Use null for what the article does not say."""


def open_instructor(endpoint: Endpoint) -> Extract:
    """Prepares instructor's client; an answer that does not fit is asked for once more."""
    import instructor
    import openai

    sdk = openai.OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key)
    client = instructor.from_openai(sdk, mode=instructor.Mode.JSON_SCHEMA)

    def extract(article: Article) -> Records:
        published = f"Published: {article.published.isoformat()}\n\n" if article.published else ""
        return client.chat.completions.create(
            model=endpoint.model,
            response_model=Records,
            messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": published + article.text}],
            max_tokens=MAX_TOKENS,
            temperature=0,
            seed=0,
            max_retries=1,
        )

    return extract
