# Every command of the project. `make` alone lists them. CI runs `make test` and `make check`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/stamps
DATA   := $(or $(CQRS_DATA),var)
VENDOR := src/cqrs/portal/web/static/vendor

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo serve test mutants reference screenshots check format bench lock reset clean

help: ## list the commands
	@echo "CQRS, rebuilt. Start with: make demo"
	@echo
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

# Set-up: each stamp is remade only when what it was made from changes. -------------------------

setup: $(STAMPS)/python $(STAMPS)/project $(STAMPS)/frontend ## install what the project needs; quick when nothing changed

$(STAMPS)/venv:
	@$(PYTHON) scripts/prerequisites.py python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: requirements/runtime.txt requirements/dev.txt | $(STAMPS)/venv
	@echo "Installing Python packages, each checked against its hash (under a minute)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMPS)/project: scripts/link_project.py | $(STAMPS)/venv
	@$(BIN)/python scripts/link_project.py
	@touch $@

$(STAMPS)/frontend: package.json package-lock.json .npmrc scripts/copy_frontend.py | $(STAMPS)/venv
	@$(BIN)/python scripts/prerequisites.py node
	@echo "Installing the NHS.UK frontend…"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(BIN)/python scripts/copy_frontend.py $(VENDOR)
	@touch $@

# Use it. --------------------------------------------------------------------------------------

demo: setup ## load made-up England and serve it on 127.0.0.1:8000; ARGS=--no-serve only loads
	@$(BIN)/cqrs demo $(ARGS)

serve: setup ## serve what is already loaded
	@$(BIN)/cqrs serve $(ARGS)

reset: ## delete the embedded database and files: everything in ./var, or in $CQRS_DATA
	@$(PYTHON) scripts/reset_data.py "$(DATA)"

# Work on it. ----------------------------------------------------------------------------------

test: setup ## the fast suite, then matrix, national, fault and browser tests; SUITE=fast runs one
	@$(BIN)/python scripts/run_tests.py $(SUITE) $(if $(ARGS),-- $(ARGS))

mutants: setup ## change the calculation in small ways and say which change no test notices (minutes)
	@$(BIN)/python scripts/run_mutants.py $(ARGS)

reference: setup ## write docs/reference from the code again
	@$(BIN)/python -m scripts.write_reference

screenshots: setup ## take the pictures of the documents again
	@CQRS_SCREENSHOTS=1 $(BIN)/python scripts/run_tests.py journey

check: setup ## format, lint, types, import contracts, definitions
	@echo "Format";           $(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }
	@echo "Lint";             $(BIN)/ruff check --quiet .
	@echo "Types";            CQRS_NO_DATABASE=1 $(BIN)/mypy
	@echo "Import contracts"; $(BIN)/lint-imports --no-logo
	@echo "Deployment";       CQRS_HTTPS=1 CQRS_NO_DATABASE=1 CQRS_SECRET_KEY=for-this-check-only-$$(printf '%040d' 7)abcdefgh $(BIN)/python -m django check --deploy --fail-level INFO --settings cqrs.portal.config.settings >/dev/null
	@echo "Dependencies";     $(BIN)/python -m scripts.check_dependencies
	@echo "Definitions";      $(BIN)/cqrs check
	@echo "Reference";        $(BIN)/python -m scripts.write_reference --check

format: setup ## format the code and put imports in order
	@$(BIN)/ruff check --quiet --fix-only . ; $(BIN)/ruff format .

bench: setup ## one line for each claim about speed: figure, ratio, goal, met or not
	@$(BIN)/python scripts/run_benchmarks.py $(ARGS)

lock: ## pin requirements/*.in again, with hashes and without addresses (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: install it, then run make lock again."; exit 1; }
	@cd requirements && for name in runtime dev; do \
		echo "Locking $$name…"; \
		uv pip compile $$name.in --output-file $$name.txt --quiet --universal --python-version 3.11 \
			--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade; done
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## delete what setup and the tools made; the data stays
	@rm -rf $(VENV) node_modules $(VENDOR) test-results build *.egg-info src/*.egg-info \
		.hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
