# `make serve` and `make test` are all a reader needs; both set up what is missing and redo it only when a lock changes.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
SOURCES := $(wildcard ../shared/sources)
export ITDA_SOURCES ?= $(SOURCES)

# The whole path at the size of a nation: generated, built, published, served, asked (docs/operations.md, Capacity). Not in .ci/run:
# 100,000 programmes take some 6 minutes of two cores and 5.5 GB, most of it for the search index; NATION_PARTS=network leaves that out.
PROGRAMS ?= 100000
NATION_PARTS ?= network,search

.PHONY: nation serve test successor editor check build lock messages docs clean

serve: .venv/runtime var/snapshots/current
	@$(BIN)/itda serve --host $(HOST) --port $(PORT)

var/snapshots/current: .venv/runtime $(shell find data ontology kg search -type f ! -name '*.pyc')
	@$(BIN)/itda build >/dev/null || { test -f $@ && echo "The new data has faults; the data published before is served." >&2; }

test: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

# The search once more on the maintained successor of Whoosh, which is imported by the same name.
successor: .venv/dev var/whoosh3/made
	@PYTHONPATH=var/whoosh3 $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile tests/search

var/whoosh3/made: requirements/whoosh3.txt .venv/dev
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes --upgrade --target var/whoosh3 -r $<
	@touch $@

# The editor of the query page, where npm is at hand; without it the page has a plain text box.
editor: web/static/editor.js

web/static/editor.js: editor/editor.js editor/package.json editor/package-lock.json
	@npm --prefix editor ci --silent --no-audit --no-fund
	@npm --prefix editor run --silent build

nation: .venv/dev var/snapshots/current
	@$(BIN)/python -m bench.nation --programs $(PROGRAMS) --parts "$(NATION_PARTS)"

check build: .venv/runtime
	@$(BIN)/itda $@

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Itda needs Python 3.11 or later: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Install the venv module first, for example: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: .venv/made requirements/runtime.txt pyproject.toml
	@echo "Setting up (only the first time, and when a lock changes) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/runtime requirements/dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# For maintainers: renew the locks (needs pip-tools), the message catalogue and the generated documents.
LOCK := pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

lock:
	$(LOCK) --extra dev -o requirements/dev.txt pyproject.toml
	$(LOCK) -c requirements/dev.txt -o requirements/runtime.txt pyproject.toml
	$(LOCK) -c requirements/dev.txt -o requirements/build.txt requirements/build.in

# Finds new sentences; write their Korean into web/translations/ko/LC_MESSAGES/messages.po.
messages: .venv/dev
	$(BIN)/pybabel -q extract -F web/babel.cfg -k N_ --no-location --sort-output --no-wrap -o var/messages.pot web
	$(BIN)/pybabel -q update -i var/messages.pot -d web/translations -l ko --ignore-obsolete --no-fuzzy-matching --no-wrap

docs: .venv/dev
	$(BIN)/python -m kg.build.dictionary > docs/data-dictionary.md

clean:
	rm -rf .venv var build dist
