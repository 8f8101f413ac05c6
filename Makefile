# Extra arguments for what a target runs go into ARGS: make test ARGS="-k local -x".
.DEFAULT_GOAL := help
.PHONY: help setup demo test owner faults fuzz matrix lint bench peers docs clean
BIN := .venv/bin
OWNER_TESTS := $(filter-out tests/toolkit/,$(wildcard tests/*/))

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: PostgreSQL and Python packages
	@./setup.sh

demo: setup ## Take a generated legacy database through the main job
	@$(BIN)/mdt demo $(ARGS)

test: setup ## Run the tests
	@$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

owner: setup ## Run the tests of the SQL as a role that owns its databases and is no superuser
	@MDT_TEST_ROLE=test_owner $(BIN)/python -m pytest -n 3 --dist loadfile $(OWNER_TESTS) $(ARGS)

faults: setup ## Kill runs by the hundred, and change a large table under traffic
	@$(BIN)/python -m pytest -m faults -n 2 --dist loadfile tests/toolkit $(ARGS)

fuzz: setup ## Ingest twenty thousand mutated payloads, which takes an hour
	@$(BIN)/python -m pytest -m faults tests/integration $(ARGS)

matrix: ## Run the tests on PostgreSQL 17 too, in a Debian 13 root of its own
	@./matrix.sh trixie make --no-print-directory test ARGS="$(ARGS)"

lint: setup ## Check Python and SQL: style, types, safety
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/mdt lint $(ARGS)
	@$(BIN)/mdt lint toolkit/routines

bench: setup ## Measure against the numbers that the product promises
	@$(BIN)/python -m bench $(ARGS)

peers: ## Install other migration tools into .cache, to be measured beside ours
	@python3 -m venv .cache/peers
	@.cache/peers/bin/pip install --quiet alembic 'psycopg[binary]'
	@npm install --silent --no-fund --no-audit --prefix .cache/peers dbmate

docs: setup ## Write the reference, the diagrams and the size charts from the database
	@$(BIN)/python docs/generate.py

clean: ## Remove .venv and caches; the private cluster and its data stay
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
