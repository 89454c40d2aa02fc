"""Files of ours: `documents` (JSON and TOML, checked), `locks` (one writer a file), `run_files` (known by their beginning),
`stored` (folders, also at addresses of file systems)."""
