# What can be done here: `make` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PREDICT := $(VENV)/.predict

.DEFAULT_GOAL := help
.PHONY: help setup demo check lint test bench docs clean

help: ## list what can be done
	@echo "CRM Pulse. make …"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## a virtual environment in .venv with everything that is needed

# Made again when the dependencies change.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else \
	  f"Python 3.11 or newer is needed, $(PYTHON) is {v.major}.{v.minor}; try: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(STAMP)

# The library that predicts is large, and nothing but its own tests needs it.
$(PREDICT): $(STAMP)
	@echo "installing the library of predictions (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[predict]'
	@touch $(PREDICT)

demo: setup ## the whole product on this machine: a simulated sales floor, live (Ctrl-C ends it)
	@$(BIN)/crm-pulse demo $(ARGS)

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: lint ## the quick checks: style, types, architecture, tests without servers
	$(BIN)/pytest -q -n auto --dist worksteal -m "not kafka and not embedded and not slow" $(ARGS)

test: lint $(PREDICT) ## everything that this machine can run; a real Kafka where there are Java 17 and Maven
	$(BIN)/pytest -q -rs -n auto --dist worksteal -m "not kafka and not embedded" $(ARGS)
	$(BIN)/pytest -q -rs -n 2 --dist worksteal -m "(kafka or embedded) and not alone" $(ARGS)
	$(BIN)/pytest -q -rs -m alone $(ARGS)

bench: setup ## measure speed beside the raw limits, in one table
	$(BIN)/python -m benchmarks.run $(ARGS)

docs: setup ## write the generated pages, schemas and the picture of the demo again
	$(BIN)/python -m schemas.generate
	$(BIN)/python -m streams.settings.docs
	$(BIN)/python -m streams.metrics > docs/metrics.md
	$(BIN)/python -m schemas.generators.kpi_docs
	$(BIN)/python -m streams.grafana
	$(BIN)/python -m streams.measuring.prometheus_rule
	$(BIN)/python -m streams.web.api.generate
	$(BIN)/python -m streams.cli.demo_picture

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
