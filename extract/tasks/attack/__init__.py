"""The attack task: what is particular to armed attacks in the news.

Reading order, each on the shoulders of those before:

- what is wanted: `schema` (the records), `codebook` (what they may not be)
- tools: `lexicon` (word lists from prompts/attack/en.toml), `syntax` and `nouns` (how sentences are built)
- words with exact offsets: `numerals`, `marks` (quotation marks), `names`, `speech` (who says something), `capitals`
- what a clause says of an attack: `tellings` (words for one), `times`, `clauses`, `sides` (who attacks), `parts` (all of it)
- candidates for records: `places` and `containers`; `denials`, `fates`, `census` and `figures` (people); `weapons`;
  `outages`, `harm` and `things` (damage); `quotes`
- which attacks there are, and which one a clause is about: `subject` (is there one at all?), `story`, `others`,
  `short_names`, `findings`, `events`
- records: `calibration` (what an answer is worth), `reading` (all of that for one article), `casualties`, `assemble`
- beside them: `stated` (what the words of a value say), `reasons` (what was seen, in words), `tolls` and `analyst` (a
  table of a run)
- `rules`: what the project calls
"""

RULES_VERSION = 13
"""Part of the signature of every run that the rules take part in. Raise it when they yield something else than before,
on any text: `tests/behaviour.py` notices most of that. Neither a comment nor a new layout of the code is a change."""
