"""Commands that evaluate: `scores` (eval, compare, bench) and `gold`."""
