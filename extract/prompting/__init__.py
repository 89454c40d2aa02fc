"""Prompts: `prompt_sets` (folders of files each of which asks one thing), and what is made of a schema: `examples`
(what a task asks for, shown), `outline` (a schema in words), `whole` (one request for everything), `items` (records
as flat lists of values), `candidates` (the names, numbers and times that a value can be) with `speakers` (who says
something) and `titles` (what persons are called), `grammars` (items whose words are the text's), `relevance` (whether an
article reports a kind of record at all), `passages` (a small question for each passage, with worked examples as `turns`),
`gathering` (items back to records, with the full names of `persons`)."""
