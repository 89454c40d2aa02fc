"""Models: the one seam to any of them, and every way to one that answers.

`client` (a request, a response), `parsing` (model text → answer), `confidence` (logprobs → shares). The live way:
`openai_client` with `asking`, `attempts`, `transport`, `wire`, `keys`; `served` (which model a server has); `taped`
(a client that is answered later, from a tape). The embedded
one: `catalogue`, `weights`, `local`, `primed`, `beginnings`. What it costs: `prices`, `budget`.
"""
