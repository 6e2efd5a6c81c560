GOLDSMITH_PORT ?= 8090
GOLDSMITH_DATA ?= ./goldsmith-data
PYTHON ?= python3

.PHONY: install run test check
.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install -q -e .
	touch $@

web/dist/index.html: package-lock.json $(shell find web/src src/goldsmith/kinds -name '*.ts' -o -name '*.svelte' -o -name '*.css')
	npm ci --no-audit --no-fund
	npm run build

install: .venv/installed web/dist/index.html

run: install
	.venv/bin/goldsmith demo --data $(GOLDSMITH_DATA)
	.venv/bin/goldsmith serve --data $(GOLDSMITH_DATA) --port $(GOLDSMITH_PORT)

.venv/tested: .venv/installed
	.venv/bin/pip install -q -e '.[test]'
	touch $@

test: install .venv/tested
	npm run check
	npm test
	.venv/bin/lint-imports
	.venv/bin/pytest

check: .venv/tested
	.venv/bin/ruff check src tests
	.venv/bin/mypy
	.venv/bin/lint-imports
