"""Evaluation: gold labels and extracted records in, figures out.

    scoring     two record trees → counts of right and wrong leaves
    stats       intervals and paired tests over arrays
    gold        label files: read, checked, drafted, exchanged
    evaluation  the document that says what was scored and how
    harness     runs against gold → an evaluation
    comparison  two evaluations: did it get better, and can this set tell?
    fitting     a labelled run → how far its values are to be believed
    reports     evaluations, comparisons, leaderboards as text and tables
    bench       models × prompt sets; beside it `agreement`, `ablation`, `peers`, `stories`, `costs`, `benchmarks`
    cli         the commands

Arrows go from the last to the first. In code: `scoring`, `stats`, `gold`, `evaluation`, `harness`, `comparison` and `fitting`, `reports`,
`bench`, `cli`. The rules of scoring are in gold/attack/CODEBOOK.md.
"""
