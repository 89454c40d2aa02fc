"""News articles in, attested records out.

Reading order: `errors` and `fields` (the words the rest is written in), `schema` (what is asked for), `articles` and
`sentences` (text and offsets), `prompts` (how it is asked), `client` (a request and what came back), `tasks` and
`tasklist`, `attack` (the one task), `parsing`, `confidence`, `grounding` with `borders`, `checks`, `language`, `records`
(results), `pipeline` (the order of the steps).
Around it: `spec` (what a run is made of) and `settings` (where that comes from), `session` (model, store and prompts put
together), `openai_client` with `asking`, `attempts`, `transport`,
`wire` and `keys` (the live way to a model), `served` (which model that is), `catalogue`, `weights`, `local` and
`primed` (the embedded one), `store` with `working`, `claims`, `disk`, `layers`, `recordings`, `exchange`, `vetting`, `misses` and
`replay` (recordings), `running`, `runs`, `targets`, `journal`, `locks`, `export`, `texts`, `view`, `terminal` and
`progress` (a run and its output), `documents` (JSON and TOML of ours), `prices` and `budget`, and the commands: `cli`, `cli_run`, `cli_models`, `cli_cache`.
"""
