#!/bin/sh
# Writes the lock files beside this script: versions and hashes of wheels for Python 3.11 and later on every
# platform, no addresses. Pins that still fit are kept; `requirements/lock.sh --upgrade` takes the newest.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m venv "$tools"
"$tools/bin/python" -m pip install --quiet uv

listed() { # what a list in pyproject.toml names, a line each
    "$tools/bin/python" -c '
import sys, tomllib
from functools import reduce
print(*reduce(dict.__getitem__, sys.argv[1:], tomllib.load(open("pyproject.toml", "rb"))), sep="\n")' "$@"
}

lock() { # FILE UV-ARGUMENTS…, and requirements on standard input
    file=requirements/$1
    shift
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --only-binary :all: --emit-build-options --no-emit-index-url --no-annotate \
        --custom-compile-command "make lock" --output-file "$file" "$@" - >/dev/null
    echo "$file"
}

# The build backend is locked too, so that installing the project itself resolves nothing. The longest list comes
# first and binds the others: one environment can take them all.
backend() { listed build-system requires; echo editables; }
user='--extra local --extra documents --extra excel --extra gazetteer --extra parquet --extra serve' # what `make run` has, so that nothing is amiss
backend | lock peers.txt "$@" pyproject.toml $user --extra peers
backend | lock run.txt "$@" --constraints requirements/peers.txt pyproject.toml $user
backend | lock dev.txt "$@" --constraints requirements/peers.txt pyproject.toml $user --extra dev
listed project optional-dependencies local-model | lock model.txt "$@"
{ listed build-system requires; listed project optional-dependencies release; } | lock release.txt "$@"
