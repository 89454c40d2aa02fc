"""Views of results: `tables` and `explanation` (of one value) for people, `export` for other programs, `sinks` (where a run's results go), `progress`,
`corrections_report`, `terminal` (texts that do nothing to one), `colour`."""
