"""Finished runs, and stories, as tables for other programs.

`run_tables` (which tables a schema has, and their rows), `stories` (the tables of a stories
file), `story_column` (which story a record is in), `named_tables` (what tables of either kind have in common), `csv_files`, `excel`,
`parquet`, `sqlite` (writers of tables), `writers` (what one is), `exporting` (the order of the steps), `replacing` (what may be
replaced), `printing` (tables as text).
"""
