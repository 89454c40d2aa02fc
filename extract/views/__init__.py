"""Views of results: `tables` and `explanation` (of one value) for people, `stories` (of many articles; `story_words`), `doubts` (what to look
at first), `page` (a run in a browser), `export` for other programs, `sinks` (where a run's results go), `progress`, `corrections_report`,
`grids` (tables as wide as a terminal), `terminal` (texts that do nothing to one), `colour`."""
