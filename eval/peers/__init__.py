"""What others get out of the same model: ours beside plain instructor and langextract, on one server in one run.

`python -m eval.peers --help`. Only `eval.benchmarks.speed` imports this package; langextract is the extra `peers`.

    worker     a peer's turn at an article in a process of its own, given up when it takes too long; memory
    meter      counts what a peer asks of the server, outside of it
    ours, with_instructor, with_langextract   one peer each: article → records of any task
    flat, mapping   records as langextract knows them, and back
    runner     peers take turns on every article; answers are scored
    standings  the document that a run leaves, and its tables
"""
