"""Views of results: `tables` and `explanation` (of one value) for people, `doubts` (what to look at first), `page` (a run in a browser), `export`
for other programs, `sinks` (where a run's results go), `progress`, `corrections_report`, `terminal` (texts that do nothing to one), `colour`."""
