"""Gold: `labels` (label files), `checking` (what is wrong with them), `clusters` (articles that report one thing), `stories`
(reports that tell of one attack), `drafts` (labels begun by a model), `clone` (what only a clone has); to and from Label
Studio: `labelling_config`, `labelstudio_writer`, `labelstudio_reader`."""
