# Lumbung. `make` alone lists what there is.

# Recipes use names relative to this folder: make cannot handle absolute ones with spaces in them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
export INBOX CHANNELS DATE PYTHON UPGRADE PACKAGE

lumbung := .venv/bin/lumbung
python := .venv/bin/python
fast_tests := $(wildcard tests/unit tests/contracts tests/dags)
# The crash tests wait more than they work: they come first, beside the others.
slow_tests := $(wildcard tests/faults tests/integration tests/dbt tests/browser)

.PHONY: help nightly up down status clean test bench fuzz lint format lock env environment environment-dev

help:
	@echo "Lumbung: price and industry figures of 38 regency offices, collected, judged and published every night."
	@echo
	@echo "  make nightly              set everything up, run tonight's night with sample data, print the summary"
	@echo "  make nightly INBOX=dir    the same with your files: dir/<BPS code>/<dataset>/<file>"
	@echo "               DATE=2026-07-28   for that business date instead of today (Asia/Jakarta)"
	@echo "  make nightly CHANNELS=1   the same with what the offices' own channels hold (docs/channels.md)"
	@echo "  make up                   keep Airflow's pages, the planner pages and the warehouse running"
	@echo "  make status               what is running and where, and how the last night went"
	@echo "  make down                 stop everything; nothing is lost"
	@echo "  make clean                stop everything and delete all data, after asking (.venv stays)"
	@echo
	@echo "  make test                 all tests, the quick ones first"
	@echo "  make bench                the time of each stage beside the fastest it could be"
	@echo "  make fuzz                 ten minutes of mutated files against the decoder (FUZZ_SECONDS=60, FUZZ_SEED=2)"
	@echo "  make lint                 style, types, SQL and contracts"
	@echo "  make format               put Python and SQL in the house style"
	@echo "  make lock                 write the locked requirements anew (UPGRADE=1, PACKAGE=name)"
	@echo "  make env                  write .env with new random passwords, for docker compose"
	@echo
	@echo "Data, logs and passwords are kept in LUMBUNG_HOME (now $${LUMBUNG_HOME:-.lumbung}). More: README.md"

nightly: environment
	@$(lumbung) nightly $${INBOX:+--inbox "$$INBOX"} $${CHANNELS:+--channels} $${DATE:+--date "$$DATE"}

up: environment
	@$(lumbung) up

# Asking, stopping and cleaning must not first install a gigabyte.
down status clean:
	@if [ -x $(lumbung) ]; then \
		sh .ci/bootstrap run && $(lumbung) $@; \
	elif [ -e "$${LUMBUNG_HOME:-.lumbung}" ]; then \
		sh .ci/bootstrap run && $(lumbung) $@; \
	else \
		echo "Nothing is set up here yet. make nightly sets everything up."; \
	fi

test: environment-dev
	@$(python) -m pytest -n 2 $(fast_tests)
	@$(python) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(slow_tests)

bench: environment-dev
	@$(python) -m tests.benchmarks

fuzz: environment-dev
	@$(python) -m tests.fuzz --seconds "$${FUZZ_SECONDS:-600}" --seed "$${FUZZ_SEED:-1}"

lint: environment-dev
	@echo "lint: Python style"; $(python) -m ruff check .
	@echo "lint: Python layout"; $(python) -m ruff format --check .
	@echo "lint: types"; $(python) -m mypy
	@echo "lint: SQL"; $(python) -m sqlfluff lint --disable-progress-bar dbt_project/models
	@echo "lint: contracts"; $(python) -P .ci/check_contracts.py

format: environment-dev
	@$(python) -m ruff check --fix --quiet .
	@$(python) -m ruff format .
	@$(python) -m sqlfluff fix --disable-progress-bar dbt_project/models

lock: environment-dev
	@sh .ci/lock

env:
	@sh .ci/make-env

environment:
	@sh .ci/bootstrap run

environment-dev:
	@sh .ci/bootstrap dev
