"""Records of an article, whatever their schema.

`marks` (what a schema says of its fields), `tree` (its fields and walks over its records), `schemas` (which ones can be
worked with), `grounding` with `borders` (where a value stands in the text), `checks` (values against their own words),
`folding` (words without what makes no difference), `merging` (pieces of a text into one tree), `totals` (which figures
add up), `beliefs` (how far values are to be believed), `results` (what an article yielded, and the run file), `journal` (a run file while it is written), `index` (where its articles stand in it), `runs` (several run files read as one), `texts` (the articles
of a run found again), `corrections` (what people say of them), `columns` (tables as values), `days` (words for a time → a day
of the calendar), `day_columns` (these in tables).
"""
