"""Requests asked in a provider's batches, at a lower price and within a day: `lines` (a request and its answer in a batch
file), `filling` (files within a provider's limits), `state` (what was sent, as a document), `tape` (what was sent and
what came back, found again), `looking` (an article as far as it is answered: what lacks), `server` (files and batches of
a provider), `jobs` (articles and a model, over several rounds), `going` (a job's articles gone over), `working` (submit,
collect, export, import). What is recorded is what an ordinary run would have recorded, and a run then replays it."""
