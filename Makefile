# Two commands do all the set-up: `make demo` and `make test`. Everything lands in .venv.
PYTHON ?= python3
VENV := .venv
KG := $(VENV)/bin/kg
PAGES := tests/data/pages
DEMO := demo

.PHONY: demo test check conformance examples clean

demo: $(VENV)/installed
	mkdir -p $(DEMO)
	$(KG) build $(PAGES) -o $(DEMO)/pfocr.ttl
	$(KG) validate $(DEMO)/pfocr.ttl
	$(KG) query $(DEMO)/pfocr.ttl figures-of-gene --param symbol=TP53

test: $(VENV)/installed-for-tests check
	$(VENV)/bin/pytest -n auto

# The table of engines: needs Virtuoso, Jena and Comunica, which .ci/run installs.
conformance: $(VENV)/installed-for-tests
	KG_CONFORMANCE=docs/conformance.md $(VENV)/bin/pytest -q tests/test_conformance.py

# queries/ as two other ecosystems read it.
examples: $(VENV)/installed
	rm -rf examples
	$(KG) queries --write examples/sib --style sib
	$(KG) queries --write examples/grlc --style grlc

check: $(VENV)/installed-for-tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

$(VENV)/pip:
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'  # the first with --group
	touch $@

$(VENV)/installed: $(VENV)/pip pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --editable '.[validate]'
	touch $@

$(VENV)/installed-for-tests: $(VENV)/installed
	$(VENV)/bin/python -m pip install --quiet --editable . --group dev
	touch $@

clean:
	rm -rf $(VENV) $(DEMO) dist
