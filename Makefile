# Everything lives in .venv, made from requirements.lock. A fresh machine needs Python 3.11 or newer, make and a
# package registry.

PACKAGES := $(foreach folder,alfred bot core proxy tests bench,$(if $(wildcard $(folder)/*.py $(folder)/*/*.py),$(folder)))
BIN := .venv/bin
ARGS ?=

# The first interpreter that runs and is new enough; `make PYTHON=…` names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)

.PHONY: help run test check format docs soak e2e-slack e2e-teams check-slack-types pictures bench lock clean .venv

help:
	@echo 'make run     a demo of everything on http://127.0.0.1:8080'
	@echo 'make test    the tests (ARGS="-k name" for some of them)'
	@echo 'make check   format, lint, types, imports'
	@echo 'make format  format the code and repair what ruff can'
	@echo 'make docs    write the schemas of the events to docs/events/'
	@echo 'make soak    property tests for long, and a company of 200 for a year'
	@echo 'make e2e-slack  the story in a Slack that runs here (needs npm)'
	@echo 'make e2e-teams  the story in a Teams that runs here (needs npm, and network namespaces)'
	@echo 'make check-slack-types  every message against the types that Slack publishes (needs npm)'
	@echo 'make pictures  draw docs/pictures anew (needs npm and Chromium)'
	@echo 'make bench   the benchmarks'
	@echo 'make lock    choose versions anew and write requirements.lock'
	@echo 'make clean   remove .venv and caches'

run: .venv
	@$(BIN)/alfred up --demo $(ARGS)

test: .venv
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: .venv
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports --no-logo

format: .venv
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv
	$(BIN)/python -m alfred.event_schemas

soak: .venv
	ALFRED_TEST_PROFILE=soak $(BIN)/pytest -n 2 --dist worksteal -m 'soak or hypothesis' \
		--deselect tests/simulation $(ARGS)
	ALFRED_SEED=$${ALFRED_SEED:-$$(date +%Y%m%d)} $(BIN)/pytest -s -m soak tests/simulation

# Stand-ins that nobody here wrote, in exact versions, kept outside this folder; none of their scripts is run.
E2E := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/alfred-e2e/slack
e2e-slack: .venv
	@if [ "$$(uname -sm)" != 'Linux x86_64' ]; then echo 'e2e-slack skipped: local-slack is for Linux on x86_64'; exit 0; fi; \
	if ! command -v npm >/dev/null; then \
		echo 'e2e-slack skipped: npm is missing'; test -z "$$ALFRED_TEST_REQUIRE_SERVERS"; exit; fi; \
	mkdir -p '$(E2E)' && npm install --silent --ignore-scripts --no-audit --no-fund --prefix '$(E2E)' \
		local-slack-linux-x64@0.1.8 emulate@0.11.2 && \
	ALFRED_TEST_STAND_INS='$(E2E)' $(BIN)/pytest -m e2e tests/e2e_slack $(ARGS)

# Microsoft's Playground, under a licence for evaluation: never shipped, and no part of .ci/run. It listens on every
# address that it finds, so it gets a network of its own, with nothing else in it.
E2E_TEAMS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/alfred-e2e/teams
e2e-teams: .venv
	@if ! unshare -rn sh -c 'ip link set lo up' 2>/dev/null; then \
		echo 'e2e-teams skipped: no network namespaces here'; test -z "$$ALFRED_TEST_REQUIRE_SERVERS"; exit; fi; \
	if ! command -v npm >/dev/null; then \
		echo 'e2e-teams skipped: npm is missing'; test -z "$$ALFRED_TEST_REQUIRE_SERVERS"; exit; fi; \
	mkdir -p '$(E2E_TEAMS)' && npm install --silent --ignore-scripts --no-audit --no-fund --prefix '$(E2E_TEAMS)' \
		@microsoft/m365agentsplayground@0.2.28 && \
	ALFRED_TEST_STAND_INS='$(E2E_TEAMS)' unshare -rn sh tests/e2e_teams/alone.sh \
		$(BIN)/pytest -m e2e tests/e2e_teams $(ARGS)

# Every message and window, with the longest content, against what Slack publishes as its types.
TYPES := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/alfred-slack-types
check-slack-types: .venv
	@if ! command -v npm >/dev/null; then \
		echo 'check-slack-types skipped: npm is missing'; test -z "$$ALFRED_TEST_REQUIRE_SERVERS"; exit; fi; \
	mkdir -p '$(TYPES)' && npm install --silent --ignore-scripts --no-audit --no-fund --prefix '$(TYPES)' \
		@slack/types@3.2.0 typescript@5.9.3 && \
	$(BIN)/python -m tests.slack_types.goldens '$(TYPES)/goldens.ts' && \
	cd '$(TYPES)' && node node_modules/typescript/bin/tsc --strict --noEmit --target es2022 --module nodenext goldens.ts

# What people see, from a demo whose figures are known, drawn by renderers that nobody here wrote. The same Chromium
# draws the same bytes again where the play takes less than a minute of the demo's clock, which runs on; another
# release may smooth letters differently.
PICTURES := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/alfred-pictures
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
pictures: .venv
	@command -v npm >/dev/null || { echo 'make pictures needs npm (Node.js 20 or newer)' >&2; exit 1; }
	@test -x '$(CHROMIUM)' || { echo 'make pictures needs Chromium: install it (Debian: apt install chromium)' \
		'or name one: make pictures CHROMIUM=/path/to/chromium' >&2; exit 1; }
	@rm -rf '$(PICTURES)/scenes' '$(PICTURES)/drawn' && mkdir -p '$(PICTURES)/scenes' '$(PICTURES)/drawn' docs/pictures
	@cp tests/pictures/package.json tests/pictures/render.mjs '$(PICTURES)'
	@npm install --silent --ignore-scripts --no-audit --no-fund --prefix '$(PICTURES)' || { \
		echo 'make pictures: npm could not install what tests/pictures/package.json names' >&2; exit 1; }
	$(BIN)/python -m tests.pictures.scenes '$(PICTURES)/scenes'
	node '$(PICTURES)/render.mjs' '$(PICTURES)/scenes' '$(PICTURES)/drawn' '$(CHROMIUM)'
	@rm -f docs/pictures/*.png && cp '$(PICTURES)/drawn/'*.png docs/pictures

bench: .venv
	$(BIN)/python -m bench.ledger $(ARGS)
	$(BIN)/python -m bench.proxy $(ARGS)
	$(BIN)/python -m bench.slack $(ARGS)

# Exact versions and hashes for every supported Python and system, without the name of any registry.
lock: .venv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --upgrade --generate-hashes \
		--no-annotate --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv: .venv/made

# Made whole or not at all: a half-made .venv has no stamp and is made again.
.venv/made: requirements.lock
	@if [ -z '$(PYTHON)' ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Alfred needs Python 3.11 or newer; found $$($(or $(PYTHON),python3) --version 2>&1 | head -1)." \
			"Name one: make PYTHON=/path/to/python3.12" >&2; exit 1; fi
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
