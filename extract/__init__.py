"""News articles in, attested records out.

Reading order: `errors` and `fields` (the words the rest is written in), `schema` (what is asked for),
`articles` (text and offsets), `prompts` (how it is asked), `client` (a request and what came back),
`local` (the embedded model), `store` (recordings), `parsing`, `grounding`, `records` (results),
`pipeline` (the order of the steps), `export`, `view`, `cli`.
"""
