"""Tasks: `task` (one as a value), `loading` (from a folder, by name or path), `starting` (a folder begun), `checking` (what
is weak about one), and `attack`, the rules of one that ships."""
