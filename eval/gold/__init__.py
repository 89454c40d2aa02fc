"""Gold: `labels` (label files), `checking` (what is wrong with them), `clusters` (articles that report one thing), `stories`
(reports that tell of one attack), `drafts`,
`labelstudio_writer` and `labelstudio_reader` with `labelling_config`, `clone` (what only a clone has)."""
