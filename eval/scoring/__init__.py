"""Scoring: `matching` (are two values equal) with `demonyms`, `leaves` (what of a schema is compared), `assignment` and
`alignment` (gold record ↔ predicted record), `metrics` (counts that add up); `coreference` (reports put into stories)."""
