.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types boundaries unit acls catalogue

PYTHON ?= python3
PIP_VERSION := 26.3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
ARGS ?=

help: ## Show these targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Make .venv and install everything in it, once; nothing global

demo: setup ## Replay real arrivals through all services and serve the picture
	$(BIN)/tenpoint demo $(ARGS)

test: setup lint types boundaries unit ## Everything that a change must pass

lint: setup ## Lint, and check the format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## Check the types
	$(BIN)/mypy

boundaries: setup ## Check who may import whom, and that the walls bite
	$(BIN)/lint-imports
	$(BIN)/pytest tests/boundaries

unit: setup ## Run all other tests
	$(BIN)/pytest --ignore=tests/boundaries -n auto

acls: setup ## Print who may write and read which topic
	$(BIN)/python -m scripts.acls

catalogue: setup ## Write docs/events.md from the contracts
	$(BIN)/python -m scripts.events_catalogue

$(INSTALLED): pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tenpoint needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip==$(PIP_VERSION)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@
