"""News articles in, attested records out.

    errors      every error a user can meet
    spec        what a run is made of, as one value
    files       documents of ours on disk, locks
    articles    bytes → articles with sentences
    records     marks of a schema; where values stand in a text; results and run files
    models      requests and responses, and every way to a model that answers
    store       recordings: a client in front of a client
    prompting   what is asked
    tasks       a record schema and all that is particular to it; `attack` is one
    views       results for people and for other programs
    engines     a spec opened, an article worked on, many articles run
    cli         the commands

Arrows go from the last to the first (contracts in pyproject.toml). In code: `errors`, `spec`, `files`, `articles`,
`records`, `models`, `store`, `prompting`, `tasks`, `views`, `engines`, `cli`.
"""
