# make run    clean what is new in raw/ and publish warehouse/current.duckdb
# make test   everything that must hold; make test-all adds the long figures
# make help   the rest

.DEFAULT_GOAL := help
SHELL := /bin/sh
MIN := 3.11
# The first Python of at least $(MIN); PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
# Labelled data, where it lies beside the project; tests that need it are left out without.
export CLEANER_GOLD ?= $(abspath $(wildcard ../shared/gold))
PYTEST := $(BIN)/python -m pytest

.PHONY: help run test test-all fast slow long lint snapshots train lock clean-warehouse

help: ## Show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: $(READY) ## Clean what is new in raw/, load it, publish warehouse/current.duckdb
	@$(BIN)/python -m flows.ingest

test: lint fast slow ## Format, lint, types, import floors, tests, snapshots, docs (about 10 minutes)

test-all: test long ## All of it, with the long figures: many kills, many mutants

lint: $(READY)
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/cleaner rules test

fast: $(READY)
	@test -n "$(CLEANER_GOLD)" || echo "CLEANER_GOLD is not set and no gold lies beside the project: tests on it are left out"
	$(PYTEST) -n 2

slow: $(READY)
	$(PYTEST) -m "slow and not long"

long: $(READY)
	$(PYTEST) -m long

snapshots: $(READY) ## Write the golden snapshots anew; then read the diff
	$(PYTEST) tests/test_golden.py --regen-all

train: $(READY) ## Train the learned engines anew: make train GOLD=folder (20 minutes); then run the tests
	@test -n "$(GOLD)" || { echo "Name the folder of labelled data: make train GOLD=/path/to/gold" >&2; exit 2; }
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m training.train --gold "$(GOLD)" --cross-validate
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m training.train_pages --gold "$(GOLD)" --cross-validate

lock: $(READY) ## Resolve the dependencies anew into requirements.lock
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version $(MIN) --upgrade --no-header --no-emit-index-url --no-emit-find-links \
		--group dev pyproject.toml -o requirements.lock

clean-warehouse: ## Throw the warehouse away; raw/ can fill it again
	rm -rf warehouse/*.duckdb* warehouse/staging warehouse/versions warehouse/.prefect warehouse/.lock

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python $(MIN) or newer is needed and none was found: install it, or name it with make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (Debian: python3-venv)" >&2; exit 2; }
	@echo "Building .venv with $(PYTHON) (once; about a minute)" >&2
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
