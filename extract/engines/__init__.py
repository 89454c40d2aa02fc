"""Engines: `extractor` (the library's way in), `session` (a run spec opened), `pipeline` (articles worked on), `running` (a run within its budget), `runs`
(runs made for an evaluation)."""
