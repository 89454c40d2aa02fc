"""Measurements of this project beside others. Each figure has one command, `python -m eval.benchmarks.NAME`:

    speed     all parts of the project, as ratios (docs/speed.md); `speed_parts` with `store` and `limits`
    local     runs of many articles on one machine, their memory, continuing them (docs/using.md)
    cluster   the same on a Ray cluster (docs/cluster.md)
    faults    what is tried to make it fail, counted (docs/faults.md); `growth`, which is one part of it, in full
    serving   `extract serve` with many clients, and with too many
    stories   `extract stories` as reports grow in number; `made_up_reports`
    page      the page of a run in a browser: how fast it is, and the pictures in README and docs

`loopback` is a server for the time of a block, `misbehaving` one that answers as a script says; tests use them, too.
"""
