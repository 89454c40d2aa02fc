"""Reports: `report` (lines, tables and sections, as text or Markdown), `evaluation_report`, `comparison_report`, `calibration_report`, `leaderboard` with `chart`, `page` (tables inside a page), `notation`
(how numbers are written)."""
