# make run    starts the explorer with the demo cohort
# make test   passes every check and test
# Each does all of its own set-up in .venv, a private environment beside this file.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint bench stress conversion demo-data oracles screenshots clean

run: .venv/run-time | data/cohorts.duckdb
	$(BIN)/streamlit run app.py

test: lint
	sh .ci/chromium
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/browser
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/browser

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/development
	$(BIN)/python -m tests.bench

stress: .venv/development
	$(BIN)/python -m tests.stress

conversion: .venv/development
	$(BIN)/python -m tests.conversion build/conversion

demo-data: .venv/run-time
	$(BIN)/python -m data.generator.tables

oracles:
	sh tests/oracle/make

screenshots: .venv/development
	sh .ci/chromium
	$(BIN)/python -m tests.browser.screenshots

clean:
	rm -rf .venv

data/cohorts.duckdb: | .venv/run-time
	$(BIN)/python -m core.demo

.venv/python:
	sh .ci/venv $(PYTHON)
	touch $@

.venv/run-time: .venv/python requirements.txt constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	touch $@

.venv/development: .venv/run-time requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	touch $@
