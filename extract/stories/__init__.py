"""Stories: the records of many articles that tell of one thing, put together (`extract stories`).

`plan` (what a task says of them), `mentions` (a record reduced to what tells it from others) with `days`, `where` and `told`
(its day, places and figures), `vocabulary` and `rarity` (words as numbers, what a word
or place tells), `blocking` (which pairs are compared), `comparing` with
`weighing` (evidence of a pair, and what it weighs), `clustering` (pairs → groups), `linking` (these steps in order), `series`
(figures over time; low, best, high), `building` (groups → stories), `story` (a stories file), `decisions` (what people said),
`updating` (ids that stay, history), `moving` (reports called otherwise since), `collecting` (runs → a stories file).
"""
