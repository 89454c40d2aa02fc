"""Engines: `session` (a run spec opened) gives a `setup` (all that a run is made with); `units` (what is asked about
an article), `pipeline` with `ledger` (one article → its result, which every engine calls), `threads` (many articles in
threads of this process), `processes` (on all cores), `cluster` with `cluster_worker` (on the `machines` of a cluster),
`datasets` (the rows of a Ray dataset), `estimates` (what a run would ask), `runs` (runs made for an evaluation),
`extractor` (the library's way in), `same` (undecided pairs of reports, put to a model for stories)."""
