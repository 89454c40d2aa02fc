"""The attack task: what is particular to armed attacks in the news.

Reading order: `lexicon` (word lists from prompts/attack/en.toml), `numerals`, `times`, `names`, `speech`,
`places` (surface expressions with exact offsets), `figures`, `weapons`, `things`, `quotes` (candidates, each with a
first judgement by rule), `events` (which attacks there are and which one a candidate belongs to), `assemble` (how
candidates and judgements become records), `calibration` (what an answer is worth), `rules` (what is asked).
"""

RULES_VERSION = 2
"""Part of the signature of every run that the rules take part in. Raise it when they yield something else than before,
on any text: `tests/behaviour.py` notices most of that. Neither a comment nor a new layout of the code is a change."""
