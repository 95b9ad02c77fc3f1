# make demo    a 40-second film about Grace Hopper in build/demo
# make test    everything that CI runs
# Both set up .venv first; `make setup` does only that.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PLUGINS := $(sort $(wildcard plugins/*))
STAMP := .venv/.tintype-installed
SOURCES := pyproject.toml constraints.txt engine/pyproject.toml $(wildcard plugins/*/pyproject.toml)

.PHONY: setup demo test lint extension clean

setup: $(STAMP)
	@$(BIN)/tintype doctor

$(STAMP): $(SOURCES)
	@$(PYTHON) -c 'import sys; sys.exit("Tintype needs Python 3.11 (this is %d.%d): apt-get install python3.11, or make PYTHON=/path/to/python3.11" % sys.version_info[:2] if sys.version_info[:2] != (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install --yes python3.11-venv"; exit 1; }
	@echo "Setting up .venv: about 2 GB, a few minutes the first time."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade -c constraints.txt "pip>=25.1" setuptools wheel
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --no-build-isolation -c constraints.txt -e engine $(addprefix -e ,$(PLUGINS)) -e ".[blender]" --group dev
	touch $@

demo: setup
	$(BIN)/tintype demo build/demo

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup lint
	$(BIN)/pytest

extension: $(STAMP)
	$(BIN)/python -m tintype_addon.packaging build

clean:
	rm -rf build .venv
