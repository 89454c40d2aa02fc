"""Commands that evaluate: `scores` (eval, calibrate, compare, bench), `page` (view) and `gold`."""
