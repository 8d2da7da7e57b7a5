# The course in two commands: `make lab` opens it, `make test` tests it.
# Needs make and Python 3.11 or newer; everything else is installed into .venv, or named when it cannot be.

FOLDER ?= csto-course
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install -c constraints.txt
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --doctest-modules
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11

.PHONY: help lab test check lint bench lessons pins tools

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile | expand -t 18

lab: $(VENV)/.base ## Open the course in JupyterLab (FOLDER=csto-course, PORT=8888, BROWSER=no)
	@$(BIN)/cstolib lab "$(FOLDER)" $(if $(PORT),--port $(PORT)) $(if $(filter no,$(BROWSER)),--no-browser)

test: lint tools ## Run every test: code, data, lessons, wheel, browser
	$(PYTEST) --nbval --nbval-sanitize-with tests/nbval.cfg

check: lint ## Run what takes two minutes: no browser, no wheel, no lesson from top to bottom
	$(PYTEST) cstolib tests --ignore=tests/browser --ignore=tests/packaging --ignore=tests/lessons

lint: $(VENV)/.test ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: tools ## Measure what a learner waits for, as ratios
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

lessons: $(VENV)/.test ## Make the student exercises and run the lessons, from their sources
	$(BIN)/python -m cstolib.authoring.build

pins: $(VENV)/.test ## Ask the package index for a file of every pin, on every Python (needs a network)
	$(BIN)/python tests/packaging/pins.py

tools: $(VENV)/.test
	@sh tests/tools.sh $(BIN)/python

$(VENV)/.made:
	@for python in $(PYTHONS); do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; \
	    rm -rf $(VENV); \
	    $$python -m venv $(VENV) && touch $@; exit $$?; \
	  fi; \
	done; \
	echo "The course needs Python 3.11 or newer, with its venv module; none was found here."; \
	echo "On Debian and Ubuntu: apt-get install python3 python3-venv. Elsewhere: python.org, or conda (README.md)."; \
	echo "If it is installed under another name: make PYTHON=/path/to/python3 ..."; \
	exit 1

$(VENV)/.base: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the course and JupyterLab into $(VENV); this takes a minute or so, once."
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing the course and all that its tests need into $(VENV); this takes a minute or two, once."
	@$(PIP) -e '.[test]'
	@touch $@ $(VENV)/.base
