# Each target does its own set-up. `make help` lists them.
MAKEFLAGS += --no-print-directory
PYTHON_IN_VENV := .venv/bin/python
UV_COMPILE := $(PYTHON_IN_VENV) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: help run test check bench install schema access lock

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: ## Open the whole shop on this machine; Ctrl-C closes it, its data stays in .data
	@requirements/install run
	@exec $(PYTHON_IN_VENV) -m hanse up

test: ## Run all tests against engines of their own
	@requirements/install dev
	@$(PYTHON_IN_VENV) -m pytest -n 2

check: ## Everything that is checked without running the shop: style, types, imports, schema, migrations
	@requirements/install dev
	@$(PYTHON_IN_VENV) .ci/check.py

bench: ## Measure the running shop against two floors (ARGS=--quick to see that it works)
	@requirements/install dev
	@$(PYTHON_IN_VENV) -m benchmarks $(ARGS)

install: ## Make .venv with everything for development, and the command .venv/bin/hanse
	@requirements/install dev

schema: ## Print the API's schema into schema.graphql
	@requirements/install dev
	@$(PYTHON_IN_VENV) -m hanse export-schema > schema.graphql.new && mv schema.graphql.new schema.graphql

access: ## Write docs/access-table.md anew: who may do what
	@requirements/install dev
	@WRITE_ACCESS_TABLE=1 $(PYTHON_IN_VENV) -m pytest tests/architecture/test_access_table.py

lock: ## Renew the locks from pyproject.toml, with the newest versions that it allows
	@requirements/install dev
	@$(UV_COMPILE) --upgrade --extra embedded --extra dev --output-file requirements/dev.lock
	@$(UV_COMPILE) --constraints requirements/dev.lock --extra embedded --output-file requirements/run.lock
	@$(UV_COMPILE) --constraints requirements/dev.lock --output-file requirements/runtime.lock
	@requirements/install dev
