"""News articles in, attested records out.

Reading order: `errors` and `fields` (the words the rest is written in), `schema` (what is asked for), `articles` and
`sentences` (text and offsets), `prompts` (how it is asked), `client` (a request and what came back), `tasks` and
`tasklist`, `attack` (the one task), `parsing`, `confidence`, `grounding`, `language`, `records` (results), `pipeline`
(the order of the steps).
Around it: `session` (model, store and prompts put together), `openai_client` with `asking`, `attempts`, `transport`,
`wire` and `keys` (the live way to a model), `served` (which model that is), `catalogue`, `weights`, `local` and
`primed` (the embedded one), `store` with `working`, `disk`, `layers`, `recordings`, `exchange`, `vetting`, `misses` and
`replay` (recordings), `running`, `targets`, `journal`, `locks`, `export`, `texts`, `view` and `progress` (a run and its
output), `prices` and `budget`, and the commands: `cli`, `cli_run`, `cli_models`, `cli_cache`.
"""
