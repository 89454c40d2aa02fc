"""Recordings: requests with all that came back.

`recordings` (their written form), `layers` (files of them), `working` with `disk` and `claims` (this machine's own),
`stored_client` (a client in front of a client), `exchange` and `vetting` (in and out of files), `misses` (why a replay
missed), `pytest_plugin` (the fixture `replay`).
"""
