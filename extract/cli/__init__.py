"""Commands; the work is done elsewhere. `main` (groups, errors, exit codes), `settings` (option, environment, file),
`telling` (lines beside the results), `run`, `show`, `explain`, `export`, `stories`, `correct`, `tasks`, `models`, `cache`,
`batch`, `serve`, `cluster` (what `run` does there)."""
