# What people and CI run. `make help` lists it.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BUNDLE := attnviz/static

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export npm_config_audit := false
export npm_config_fund := false
export npm_config_update_notifier := false

.DEFAULT_GOAL := help
# The steps stand in the order in which they have to run.
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

.PHONY: help demo test setup browser check lint fresh-bundle bundle format clean

help: ## List the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/.installed ## Install into .venv, draw the embedded model's attention; the last line is the page's path
	@$(BIN)/attnviz demo

test: setup ## Install everything that the checks need, then run them all
	@$(MAKE) check

setup: browser $(VENV)/.installed-test frontend/node_modules/.installed ## Install everything that the checks need

check: lint fresh-bundle ## All the checks, installing nothing; pytest comes last
	@$(BIN)/python -m pytest

lint:
	@echo "lint: ruff, mypy, import-linter, biome, tsc"
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo "Some files are not formatted: run 'make format'."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports >$(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@npm --prefix frontend run --silent check

# The bundle is committed, so that Python's side needs no Node: it has to be the one that frontend/ builds.
fresh-bundle:
	@echo "frontend: tests, and the committed bundle is the one that builds"
	@npm --prefix frontend test --silent -- --reporter=dot
	@npm --prefix frontend run --silent build
	@git diff --exit-code --stat -- $(BUNDLE) && test -z "$$(git ls-files --others --exclude-standard -- $(BUNDLE))" || \
		{ echo "$(BUNDLE) is not the bundle of frontend/: run 'make bundle' and commit what it writes."; exit 1; }

bundle: frontend/node_modules/.installed ## Build frontend/ into attnviz/static
	@npm --prefix frontend run --silent build

format: $(VENV)/.installed-test frontend/node_modules/.installed ## Format Python and TypeScript
	@$(BIN)/ruff check --fix --select I --quiet .
	@$(BIN)/ruff format --quiet .
	@cd frontend && npx --no-install biome check --write --linter-enabled=false .

clean: ## Remove what the targets above have made
	rm -rf $(VENV) frontend/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	rm -rf .hypothesis attnviz-demo.html attention.html
	find attnviz tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Files with a dot mark what is installed, so that a second run installs nothing.

$(BIN)/pip:
	@echo "venv: $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "pip: attnviz and what it needs (some minutes the first time)"
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "pip: attnviz and what its tests need (some minutes the first time)"
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[test]'
	@touch $(VENV)/.installed $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	@echo "npm: the bundle's tools"
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20.19 or later."; exit 1; }
	@npm --prefix frontend ci --loglevel=error >/dev/null
	@touch $@

# The pages are tested in Debian's Chromium, Japanese text in a font that has it.
browser:
	@need=; \
	test -x /usr/bin/chromium || need="$$need chromium"; \
	fc-list :lang=ja 2>/dev/null | grep -q . || need="$$need fonts-noto-cjk"; \
	test -z "$$need" && exit 0; \
	test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { echo "Missing:$$need. Install them, then run this again."; exit 1; }; \
	echo "apt-get:$$need"; \
	export DEBIAN_FRONTEND=noninteractive; \
	apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $$need >/dev/null
