"""Words for a place → where it is, offline, with the rule that found it; what is not known stays unknown.

`index` (GeoNames' settlements as a database, made once), `gazetteer` (settlements, regions and countries by name),
`wording` (what the words of a place, and those around it, say), `context` (which countries a text is about), `choosing` (which
of several places of one name is meant), `resolution` (the places of an article), `columns` (for tables), `outline` (a map as
SVG), `maps` (one for each article), `make_outline` (their data).
"""
