# `make demo`, `make run`, `make test`, `make bench`: each makes the environment it needs, in .venv, by itself.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo run test lint unit integration bench faults soak slow-sink lock audit fuzz clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

.venv/app: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/app

.venv/bench: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@

demo: .venv/app ## the bundled day of news through the real pipeline, then the page
	$(BIN)/pactwatch demo

run: .venv/app ## the same on the real feeds of config/feeds.yaml
	$(BIN)/pactwatch run

test: lint unit integration ## lint, types, import layers, unit and integration tests

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: .venv/dev
	$(BIN)/python -m pytest tests --ignore=tests/integration --ignore=tests/bench --numprocesses=logical --maxprocesses=4 --dist=loadfile

integration: .venv/dev
	$(BIN)/python -m pytest tests/integration

bench: .venv/bench ## figures as ratios against peers, printed as a table
	$(BIN)/python -m tests.bench

lock: ## requirements.lock anew: what the image installs, with hashes
	uv pip compile pyproject.toml --extra kafka --extra elasticsearch --extra channels --universal --upgrade \
		--python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' \
		--quiet --output-file requirements.lock

audit: .venv/dev ## known faults of what is locked; asks the advisory database
	$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements.lock

.venv/fuzz: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,fuzz]'
	@touch $@

fuzz: .venv/fuzz ## machine-made input at every door, FUZZ_SECONDS (60) for each
	$(BIN)/python -m tests.fuzz

faults: .venv/dev ## kill, block and fill real things again and again; the table goes into docs/operations.md
	$(BIN)/python -m tests.faults

soak: .venv/dev ## half an hour at full speed through Kafka: is memory flat, is nothing left waiting
	$(BIN)/python -m tests.faults.soak

slow-sink: .venv/dev ## Elasticsearch at a tenth of its speed: how large do worker and poller grow, is polling late
	$(BIN)/python -m tests.faults.slow

clean: ## remove the environment and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache build *.egg-info
