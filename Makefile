GOLDSMITH_PORT ?= 8090
GOLDSMITH_DATA ?= ./goldsmith-data
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
ROOT_RUN := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: install run test check bench docs types wheel label-studio-ml
.DELETE_ON_ERROR:

.venv/installed: pyproject.toml requirements.lock
ifdef UV
	$(UV) venv -q --python $(PYTHON) --allow-existing .venv
	$(UV) pip install -q --python $(BIN)/python -r requirements.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps -e .
else
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
endif
	touch $@

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund --loglevel=error

web/dist/index.html: node_modules/.package-lock.json vite.config.ts $(shell find web/src web/messages web/index.html src/goldsmith/kinds \
		-name '*.ts' -o -name '*.svelte' -o -name '*.css' -o -name '*.html' -o -name '*.json')
	npm run --silent build

install: .venv/installed web/dist/index.html

run: install
	$(BIN)/goldsmith demo --data $(GOLDSMITH_DATA)
	$(BIN)/goldsmith serve --data $(GOLDSMITH_DATA) --port $(GOLDSMITH_PORT)

.venv/tested: .venv/installed requirements-test.lock
ifdef UV
	$(UV) pip install -q --python $(BIN)/python -r requirements-test.lock
else
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-test.lock
endif
	touch $@

# What tests need of the machine: a browser and PostgreSQL. Where apt is not there, the tests that need them skip.
.venv/machine:
	@mkdir -p .venv
	@if command -v apt-get >/dev/null && { ! command -v chromium >/dev/null || ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }; then \
		$(ROOT_RUN) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(ROOT_RUN) apt-get install -y -qq chromium postgresql >/dev/null; fi
	@touch $@

# The real package behind a Label Studio ML backend, apart from ours: it asks for a Flask of 2020. Its test skips without.
label-studio-ml: .venv/label-studio-ml/bin/python
.venv/label-studio-ml/bin/python:
	$(PYTHON) -m venv .venv/label-studio-ml
	.venv/label-studio-ml/bin/pip install -q --disable-pip-version-check label-studio-ml==1.0.9 rq redis

test: .venv/machine install .venv/tested
	npm run --silent check
	npm run --silent test
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder # in the order of tests/conftest.py, the longest first

check: .venv/tested install
	$(BIN)/ruff check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm run --silent check

bench: install .venv/tested
	$(BIN)/python tests/bench/run.py

types: .venv/installed
	$(BIN)/python -m goldsmith.server.typescript

docs: .venv/tested
	$(BIN)/python -m tests.formats.fidelity

# What is handed on: a wheel and, with uv, a source archive in dist/, both with the built client in them.
wheel: install
ifdef UV
	$(UV) build -q --out-dir dist
else
	$(BIN)/pip wheel -q --disable-pip-version-check --no-deps -w dist .
endif
	@for one in dist/*.whl; do $(BIN)/python -m zipfile -l $$one > dist/names.txt; \
		grep -q 'goldsmith/client/index.html' dist/names.txt || { echo "$$one lacks the client" >&2; exit 1; }; \
		! grep -E '\.(ts|svelte) ' dist/names.txt || { echo "$$one holds sources of the client" >&2; exit 1; }; \
		rm dist/names.txt; echo "$$one"; done
