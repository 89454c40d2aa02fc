"""Prompts: `prompt_sets` (folders of files each of which asks one thing), `examples` (what a task asks for, shown)."""
