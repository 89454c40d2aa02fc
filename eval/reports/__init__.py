"""Reports: `report` (lines, tables and sections, as text or Markdown), `notation` (how numbers are written), `page` (tables
inside a page); of what: `evaluation_report`, `comparison_report`, `calibration_report`, `leaderboard` with `chart`; `beside`
(what labels or another run say, for `extract view`)."""
