"""The attack task: what is particular to armed attacks in the news.

Reading order: `lexicon` (word lists from prompts/attack/en.toml), `syntax` (how sentences are built), `numerals`, `times`,
`names`, `marks`, `speech`, `capitals`, `places`, `containers` (surface expressions with exact offsets), `tellings`, `clauses`, `sides`, `parts` (what
each clause of a sentence says of an attack), `denials`, `fates`, `census` (what did not happen, what became of whom),
`figures`, `weapons`, `nouns`, `outages`, `harm`, `things`, `quotes` (candidates, each with a first judgement by rule), `subject` (what an
article is about), `story`, `short_names`, `others`, `findings`, `events` (which attacks there are and which one a clause belongs to), `retold`, `casualties`,
`assemble` (how candidates and judgements become records), `calibration` (what an answer is worth), `rules` (what is asked), `reasons`
(what was seen, in words).
"""

RULES_VERSION = 10
"""Part of the signature of every run that the rules take part in. Raise it when they yield something else than before,
on any text: `tests/behaviour.py` notices most of that. Neither a comment nor a new layout of the code is a change."""
