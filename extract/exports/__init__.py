"""Finished runs as tables for other programs.

`reading` (runs, article by article), `run_tables` (which tables a schema has, and their rows), `csv_files`, `excel`, `parquet`,
`sqlite` (writers of tables), `writers` (what one is), `exporting` (the order of the steps), `replacing` (what may be replaced), `printing` (tables as text).
"""
