# `make demo` and `make test` do all their own set-up on a machine with Python 3.11 or newer.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
OUT ?= reports
WORKERS ?= auto

.PHONY: help setup demo test lint bench fuzz mutation clean pinned oldest newest

help:
	@echo "make demo    every report of the sample engagement, HTML and PDF, into $(OUT)/"
	@echo "make test    lint, types, import order and all tests (installs what they need)"
	@echo "make lint    ruff, mypy, import-linter"
	@echo "make pinned  the tests against the wheel, installed elsewhere; also: make oldest, make newest (versions of libraries)"
	@echo "make bench   measure, and store the table in bench/results.md"
	@echo "make fuzz    damaged files against every reader, a minute each (Linux)"
	@echo "make mutation ARGS=stats   (or scoring, metrics) one change of the code after the other: does a test notice?"
	@echo "make clean   remove the environment and everything made"

$(READY): pyproject.toml constraints.txt
	@tools/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $(READY)

setup: $(READY)

demo: $(READY)
	@$(BIN)/kamassess demo --out $(OUT)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: $(READY)
	@tools/browser.sh
	@$(MAKE) --no-print-directory lint
	@env -u PYTHONDONTWRITEBYTECODE OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

ELSEWHERE = tools/browser.sh && tools/elsewhere.sh $@ "$(PYTHON)" $(ARGS)

pinned:
	@$(ELSEWHERE)

oldest:
	@$(ELSEWHERE)

newest:
	@$(ELSEWHERE)

bench: $(READY)
	@tools/browser.sh
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@$(BIN)/python bench/run.py

fuzz: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	@$(BIN)/python bench/fuzz.py $(ARGS)

mutation: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutation]'
	@$(BIN)/python bench/mutation.py $(ARGS)

clean:
	rm -rf $(VENV) .*_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find reports -mindepth 1 ! -name README.md -delete
