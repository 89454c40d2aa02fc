"""Reports: `report` (lines, tables and sections, as text or Markdown), `evaluation_report`, `comparison_report`, `calibration_report`, `leaderboard` with `chart`, `page` (tables inside a page), `beside` (what labels or another run say, for `extract view`), `notation`
(how numbers are written)."""
