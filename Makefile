# Every target sets up what it needs by itself; scripts/setup takes a moment when all is there.
# ARGS goes to the program: make demo ARGS=--no-serve
.DEFAULT_GOAL := help
.PHONY: help demo test check proof bench mutate build bare clean
MERR := .venv/bin/merr
PYTEST := .venv/bin/python -m pytest

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## From nothing to the Joplin tornado: the ranked list, then the dashboard on port 8050
	@scripts/setup runtime
	@$(MERR) demo $(ARGS)

test: ## Unit tests, tests on a real PostGIS, tests in a real browser
	@scripts/setup runtime dev browser
	$(PYTEST) -n 2 -m "not proof" $(ARGS)

check: ## Lint, format, types, layers, documents, compose file
	@scripts/setup runtime dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PYTEST) -q tests/test_docs.py tests/test_compose.py
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

proof: ## The long proofs
	@scripts/setup runtime dev browser build
	$(PYTEST) -n 2 -m proof $(ARGS)

bench: ## Measure, and compare with peers
	@scripts/setup runtime peers
	$(MERR) bench $(ARGS)

mutate: ## Change each line of the rules of trust, and see a test fail
	@scripts/setup runtime dev
	.venv/bin/python scripts/mutants.py $(ARGS)

build: ## Rebuild data/ from its sources
	@scripts/setup runtime build
	$(MERR) build all $(ARGS)

bare: ## Prove `make demo` on a bare Debian 12 in a folder: as root, with apt rights, with no rights
	@python3 -B scripts/bare.py $(ARGS)

clean: ## Stop the cluster and remove .venv/ and caches; the database stays
	@if [ -x $(MERR) ]; then $(MERR) db down; fi
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build-cache mutants screenshots
