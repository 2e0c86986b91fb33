# The two commands that set everything up and run it: `make ask` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -q
TESTS ?=

.PHONY: ask test lint types measure pictures benchmark lock clean

ask: $(VENV)/installed
	@$(BIN)/resolvent ask

test: $(VENV)/installed-dev
	@$(BIN)/python -m pytest $(TESTS)

lint: $(VENV)/installed-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	@$(BIN)/mypy && MYPYPATH=docs $(BIN)/mypy docs

measure: $(VENV)/installed-dev
	@PYTHONPATH=. $(BIN)/python docs/measure_interview.py
	@PYTHONPATH=. $(BIN)/python docs/measure_pages.py

pictures: $(VENV)/installed-dev
	@PYTHONPATH=. $(BIN)/python docs/picture.py && PYTHONPATH=. $(BIN)/python docs/screenshots.py

benchmark: $(VENV)/installed-dev
	@$(BIN)/python -m benchmarks

lock: $(VENV)/installed-dev
	@$(PIP) uv
	@$(BIN)/uv pip compile -q pyproject.toml --all-extras --group dev --universal --python-version 3.11 --no-emit-index-url \
	  --custom-compile-command "make lock" -o requirements/dev.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "resolvent needs Python 3.11 or later; name one: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml requirements/dev.txt | $(VENV)/bin/python
	@$(PIP) -c requirements/dev.txt -e .
	@touch $@

$(VENV)/installed-dev: pyproject.toml requirements/dev.txt | $(VENV)/bin/python
	@$(PIP) -r requirements/dev.txt -e .
	@touch $@ $(VENV)/installed
