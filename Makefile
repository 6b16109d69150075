# vaksam: `make weekly` shows it, `make test` checks it, `make help` lists the rest.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
DEMO := data/var/demo
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && { echo $$p; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help weekly test thorough fuzz lint bench peers docs lock clean

FUZZ_FILES ?= 20000
# What Python compiled once is not compiled again by every process of the tests.
unexport PYTHONDONTWRITEBYTECODE

# One more than cores: some tests wait for a server or for each other.
TEST_WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); echo $$((cores + 1)))

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "vaksam needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The locks are complete, so pip installs what they name and resolves nothing.
$(VENV)/base.installed: requirements/base.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/base.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/build.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.installed: requirements/dev.lock $(VENV)/base.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.lock
	@touch $@

weekly: $(VENV)/base.installed ## set up, make a demo inbox, run the week, show the list
	$(BIN)/vaksam demo $(DEMO)/inbox --labels $(DEMO)/labels.csv
	$(BIN)/vaksam weekly --inbox $(DEMO)/inbox --out $(DEMO)/out --state $(DEMO)/state || test $$? -eq 3

# The workers share the cores already: a pool of threads in each only makes them wait.
test: $(VENV)/dev.installed lint ## set up, lint, check types, run all tests
	POLARS_MAX_THREADS=1 $(BIN)/pytest --numprocesses $(TEST_WORKERS) --dist worksteal

thorough: $(VENV)/dev.installed ## all tests, with many more examples of most laws
	$(BIN)/pytest --numprocesses $(TEST_WORKERS) --dist worksteal --hypothesis-profile thorough

fuzz: $(VENV)/dev.installed ## read 20,000 (FUZZ_FILES) damaged and hostile files of every format
	$(BIN)/python -W ignore -m tests.fuzz --files $(FUZZ_FILES)

lint: $(VENV)/dev.installed ## style, types, rule files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers auto
	$(BIN)/vaksam rules lint & linted=$$!; $(BIN)/vaksam rules test && wait $$linted

bench: $(VENV)/dev.installed ## measure the claims in benchmarks/README.md
	$(BIN)/python -m benchmarks.quality
	$(BIN)/python -m benchmarks.weekly
	$(BIN)/python -m benchmarks.identity

peers: .venv-splink/installed .venv-names/installed ## environments of the tools that benchmarks/identity.py compares with

# Splink and nomenklatura want versions that vaksam cannot have, or more than it should.
.venv-splink/installed: requirements/bench.lock
.venv-names/installed: requirements/names.lock
.venv-splink/installed .venv-names/installed:
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

docs: $(VENV)/base.installed ## write the generated pages of docs/
	$(BIN)/vaksam rules docs --out docs
	$(BIN)/vaksam sources docs --out docs

lock: $(VENV)/dev.installed ## pin the dependencies again, with hashes
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --output-file requirements/base.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --constraints requirements/base.lock pyproject.toml --output-file requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --constraints requirements/dev.lock requirements/build.in --output-file requirements/build.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra bench --constraints requirements/base.lock pyproject.toml --output-file requirements/bench.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements/names.in --output-file requirements/names.lock

clean: ## remove the environment and the demo
	rm -rf $(VENV) .venv-splink .venv-names $(DEMO)
