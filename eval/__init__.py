"""Evaluation: gold labels and extracted records in, figures out.

In reading order: `labels` (gold label files), `demonyms`, `matching` (are two values equal), `leaves` (what of a
schema is compared), `assignment` (exact one-to-one pairing), `alignment` (gold record ↔ predicted record),
`metrics` (counts per article that add up). The rules are gold/CODEBOOK.md, "Scoring". Then `stats` (arrays only),
`clusters`, `evaluation` (the document), `harness`, `comparison`, `report` and `comparison_report`, `bench`, `leaderboard`,
`chart`, `figures` (how numbers are written), `ablation`, `peers`, `benchmarks`; for labels `gold`, `agreement`, `drafts`,
`labelstudio`; commands in `cli` and `cli_gold`.
"""
