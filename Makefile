# Thin: the work is in the package, the pins in requirements/, the checks in .ci/run. Needs Python 3.11+, git, make.

# The first of these that is there and has wheels in the locks; a newer one can be named, and may have none.
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11
# Files and folders; a name with a space in it in quotes of its own.
ARTICLES := gold/articles
MODEL := qwen2.5-coder-1.5b-instruct
OUT := runs/$(shell date +%Y-%m-%d-%H%M%S).jsonl
OPTIONS :=
TESTS :=
BENCH := peers
BIN := .venv/bin

# A setting that a user may have in pip's configuration, and that no virtual environment takes.
export PIP_USER := 0

# .venv is made anew when it is half made, came with a copied clone, lost its Python, or when another one is named.
BELOW := $(if $(filter file,$(origin PYTHON)),(3, 15),(4,))
ifneq ($(shell grep -sqxF '$(CURDIR)' .venv/made-in && $(BIN)/python -c '' 2>/dev/null || echo stale),)
AGAIN := again
else ifneq ($(origin PYTHON),file)
NAMED := $(shell $(PYTHON) -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
AGAIN := $(if $(wildcard .venv/lib/$(or $(NAMED),none)),,again)
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run model test check bench results tables dev lock release clean again

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 15

run: model ## Extract records: make run ARTICLES="news.txt folder", or the articles in gold/articles
	@status=0; $(BIN)/extract run $(ARTICLES) --model local/$(MODEL) $(OPTIONS) -o $(OUT) || status=$$?; \
	if [ $$status -le 1 ]; then $(BIN)/extract show $(OUT) && echo "JSON lines: $(OUT)"; fi; exit $$status

model: .venv/run.stamp ## Get and verify the embedded model: 1.1 GB, once, into the user's cache folder
	@$(BIN)/python -c 'import xllamacpp' 2>/dev/null || { echo "no embedded model on this platform: xllamacpp has wheels for" \
	    "Linux (glibc), macOS and Windows x86-64; use $(BIN)/extract run FILE --base-url URL --model NAME"; exit 2; }
	@$(BIN)/extract models fetch $(MODEL) >/dev/null

test: .venv/dev.stamp ## Run the tests: make test TESTS="tests/records/test_grounding.py -x"
	@$(BIN)/python -m pytest $(TESTS)

check: ## What CI checks with this Python and no model: format, lint, types, imports, tests with coverage, gold set
	@.ci/run --without-model

bench: model .venv/peers.stamp ## Run beside other tools: make bench OPTIONS="--limit 1", or BENCH=benchmarks.speed
	@$(BIN)/python -m eval.$(BENCH) $(OPTIONS)

results: .venv/dev.stamp ## Record and time the leaderboard anew, live: an hour; eval/recordings and eval/results change
	@rm -rf runs/results && mkdir -p runs/results
	@ATTESTED_STORE=runs/results/store $(BIN)/extract bench eval/matrix.toml --cache refresh --runs runs/results
	@ATTESTED_STORE=runs/results/store $(BIN)/extract bench eval/diplomacy.toml --cache refresh --runs runs/results
	@for set in attack/sentence attack/whole attack/passages diplomacy; do ATTESTED_STORE=runs/results/store \
	    $(BIN)/extract cache export eval/recordings/$${set#attack/}.jsonl --replace --prompt $$set || exit; done
	@$(MAKE) --no-print-directory tables

tables: .venv/dev.stamp ## Write every table of README, docs and eval/results anew, from recordings
	@$(BIN)/extract bench eval/matrix.toml --cache replay --out eval/results/attack --update docs/evaluation.md
	@$(BIN)/extract bench eval/diplomacy.toml --cache replay --out eval/results/diplomacy --update docs/evaluation.md
	@$(BIN)/python -m eval.ablation >/dev/null
	@$(BIN)/python -m eval.stories --update docs/stories.md >/dev/null
	@$(BIN)/python -m eval.costs --update docs/costs.md >/dev/null
	@$(BIN)/python -m eval.benchmarks.speed --render eval/results/speed.json --update docs/speed.md >/dev/null
	@$(BIN)/python -m eval.benchmarks.faults --render eval/results/faults.json --update docs/faults.md >/dev/null
	@for peers in eval/results/*/peers.json; do \
	    $(BIN)/python -m eval.peers --render $$peers --update docs/evaluation.md >/dev/null || exit; done

dev: .venv/dev.stamp ## Install everything that developing takes into .venv

lock: ## Resolve requirements/*.txt anew: make lock LOCK=--upgrade for the newest versions
	@PYTHON=$(firstword $(PYTHON)) requirements/lock.sh $(LOCK)

release: ## Build, try and list a release in dist/: make release OPTIONS=--try before it is one
	@PYTHON=$(firstword $(PYTHON)) .ci/release $(OPTIONS)

clean: ## Delete .venv and caches; runs, recordings and models stay
	rm -rf .venv build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.venv/made-in: $(AGAIN)
	@for python in $(PYTHON); do \
	    $$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < $(BELOW))' 2>/dev/null || continue; \
	    echo "making a virtual environment in .venv with `$$python --version`"; \
	    $$python -m venv --clear .venv && echo '$(CURDIR)' >$@; exit; \
	done; \
	echo "Python 3.11 to 3.14 is needed; tried were: $(PYTHON). Name another: make PYTHON=/path/to/python3.12"; exit 2

.venv/%.stamp: requirements/%.txt requirements/install.py pyproject.toml $(AGAIN) | .venv/made-in
	@$(BIN)/python requirements/install.py $<
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
