# Two commands for a newcomer: make demo, make test. Everything else is for those who work on it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 3000
# Four workers for two cores, each with its own servers, browser and folders: half of a service's test is waiting.
WORKERS ?= -n 4 --dist worksteal
# Steps that do not meet, side by side; what each prints comes in one piece.
TOGETHER := $(MAKE) --no-print-directory --jobs=2 --output-sync=target
# What was compiled, and what pytest rewrote, is kept whatever the shell says: else each worker does it anew.
export PYTHONDONTWRITEBYTECODE :=
# make acceptance SEED=7: other moments to kill at.
SEED    ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo install test coverage check lint types contracts rewritten format accuracy bench acceptance security image fuzz literals env rules manifests lock clean

help:            ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp   ## the local workspace: no Slack, no cluster, no Docker
	@$(BIN)/crashloop demo --port $(PORT)

install: $(VENV)/run.stamp  ## the command .venv/bin/crashloop, and nothing is started

test: $(VENV)/test.stamp  ## all that a clean checkout needs to prove itself
	@$(TOGETHER) lint types contracts rewritten
	$(BIN)/python -m pytest $(WORKERS)

coverage: $(VENV)/test.stamp  ## the suite once more, and what no test of it runs
	$(BIN)/python -m pytest $(WORKERS) --cov --cov-report=term-missing:skip-covered

check: $(VENV)/test.stamp       ## lint, types, import contracts
	@$(TOGETHER) lint types contracts

# pytest rewrites every assert once: here, beside mypy, and not in each worker at the same time.
rewritten: $(VENV)/test.stamp
	@said=$$($(BIN)/python -m pytest --collect-only -q) || { echo "$$said"; exit 1; }

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive bot handlers diagnostics deploy
	$(BIN)/python -m tests.audit

types: $(VENV)/test.stamp
	$(BIN)/mypy

contracts: $(VENV)/test.stamp
	$(BIN)/lint-imports

format: $(VENV)/test.stamp      ## rewrite the sources in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

accuracy: $(VENV)/test.stamp  ## how often the answer is right, scenario by scenario
	$(BIN)/python -m tests.accuracy

bench: $(VENV)/test.stamp     ## what a diagnosis costs in CPU and memory, and what size does to the service
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_size

acceptance: $(VENV)/test.stamp  ## a storm on two replicas, killed twenty times: what was lost, and the figures
	$(BIN)/python -m tests.acceptance.storm $(SEED)

security: $(VENV)/test.stamp  ## every threat that has a test: what was tried, what held
	$(BIN)/python -m pytest -m threat -p tests.support.threats

image: $(VENV)/test.stamp     ## the image, built without a container engine, and run: wants root, buildah, debootstrap
	IMAGE=1 $(BIN)/python -m pytest tests/deploy/test_image.py

fuzz: $(VENV)/test.stamp      ## coverage-guided, a minute: the Slack guard, the alert readers, the redactor
	$(BIN)/python -m tests.fuzz

literals: $(VENV)/test.stamp    ## what a line must hold for a signature or a word to match, worked out beforehand
	$(BIN)/python -m tests.literals

env: $(VENV)/run.stamp          ## write .env.example from the settings
	$(BIN)/python -m bot.settings > .env.example

rules:            ## write the Prometheus operator's form of the alert rules
	$(PYTHON) deploy/prometheus/operator.py rules.yaml crashloop > deploy/prometheus/prometheusrule.yaml
	$(PYTHON) deploy/prometheus/operator.py bot-rules.yaml crashloop-bot > deploy/prometheus/bot-prometheusrule.yaml

manifests: $(VENV)/test.stamp   ## write deploy/kubernetes from the Helm chart
	$(BIN)/python -m tests.manifests

lock: $(VENV)/test.stamp        ## resolve the locks anew (hashes, no addresses)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build --extra test --constraint requirements.lock --output-file tests/requirements.lock pyproject.toml

# A tag may be moved, a digest is one image for ever: what is released is built on one.
clean:           ## remove what make made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info build

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing the locked packages into $(VENV): once, a minute or two ..." >&2
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: tests/requirements.lock pyproject.toml | $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@
