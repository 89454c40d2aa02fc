"""Prompts: `prompt_sets`, folders of files each of which asks one thing."""
