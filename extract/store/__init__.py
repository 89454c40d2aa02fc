"""Recordings: requests with all that came back.

`recordings` (their written form), `places` (where they lie: one place, or a store of several), `layers` (files of
them), `shared` (those of many machines), `working` with `disk` and `claims` (this machine's own), `stored_client` (a client in front of a client),
`exchange` and `vetting` (in and out of files), `misses` (why a replay missed), `showing` (a recording as
people read it), `pytest_plugin` (the fixture `replay`).
"""
