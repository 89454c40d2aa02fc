"""Records of an article, whatever their schema.

`marks` (what a schema says of its fields), `tree` (fields of a schema, walks over records), `grounding` with `borders` (where a value stands in
the text), `checks` (values against their own words), `results` (what an article yielded, and the run file), `journal`
(a run file while it is written), `texts` (the articles of a run found again).
"""
