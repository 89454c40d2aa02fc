"""What is tried to make attested fail, counted: `python -m eval.benchmarks.faults`.

`counting` (a case, the counts of a part, all of them as a document), `forked` (commands in cheap processes that can be
killed), `checking` (what a result, a run file and a store have to be), `mutations` (texts and bytes spoilt at random),
`tokens` (of chat templates), `habits` (what bad servers do); the parts: `killed`, `disk`, `together`, `articles`, `files`,
`answers`, `injected`, `served`, `growing`; `parts` (how much of each is tried, and the table).
"""
