"""Reports: `evaluation_report`, `comparison_report`, `leaderboard` with `chart`, `page` (tables inside a page), `notation`
(how numbers are written)."""
