"""Prompts: `prompt_sets` (folders of files each of which asks one thing), and what is made of a schema: `examples` (what a
task asks for, shown), `outline` (a schema in words), `whole` (one request for everything)."""
