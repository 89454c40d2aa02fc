"""A run as one HTML file: `content` (what the page knows), `shape` (what it knows of the schema), `numerals` (what
words state as numbers), `building` (content → file); template, style and scripts are in `assets`."""
