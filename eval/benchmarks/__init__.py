"""Measurements of this project beside others, each a command: `python -m eval.benchmarks.store`."""
