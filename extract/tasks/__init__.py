"""Tasks: `task` (what the rest knows about one), `loading` (by name), and `attack`, the one that ships."""
