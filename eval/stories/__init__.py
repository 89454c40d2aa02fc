"""How well reports of many articles are put into stories: systems × sets, one table.

    python -m eval.stories --help

    `sets`       reports with their right stories: from labels, which measures the linking alone, or from a run
    `systems`    what puts reports together: ours, and what a user would try first
    `table`      the document that is left, and its rendering

Only `eval.benchmarks.stories` imports this package. Measures are `eval.scoring.coreference`.
"""
