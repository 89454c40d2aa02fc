"""A run, or stories, as one HTML file: `content` (what the page of a run knows), `shape` (what it knows of the schema), `numerals` (what
words state as numbers), `stories` (what the page of stories knows), `building` (either → file); templates, styles and scripts are in `assets`."""
