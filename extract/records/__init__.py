"""Records of an article, whatever their schema.

`marks` (what a schema says of its fields), `tree` (its fields and walks over its records), `schemas` (which ones can be
worked with), `grounding` with `borders` (where a value stands in the text), `checks` (values against their own words),
`folding` (words without what makes no difference), `merging` (pieces of a text into one tree), `totals` (which figures
add up), `beliefs` (how far values are to be believed), `results` (what an article yielded, and the run
file), `lines` (those of a run, in order or one by one), `parts` (a run folder's), `journal` and `folder_journal` (a run while
it is written), `continuing` (what it has already, and what is to be done), `index` (where its articles stand), `runs`
(several read as one), `texts` (the articles of a run found again), `corrections` (what people say of them), `columns` (tables as values), `days` (words for a time → a day
of the calendar), `day_columns` (these in tables).
"""
