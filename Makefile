# Asar. `make` alone lists what can be made. Needs GNU make and Python 3.11 or newer, nothing else.

PYTHON ?=
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
# The lock files name every package with its hash: nothing is resolved, nothing is built, nothing can be swapped.
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check
FROM_LOCK := $(PIP_INSTALL) --no-deps --only-binary :all: --require-hashes --requirement
OURSELVES := $(PIP_INSTALL) --no-deps --no-build-isolation --editable .

DEV := $(VENV)/.dev
RUNTIME := $(VENV)/.runtime
# Who has the test tools needs no second, smaller environment.
ANY := $(if $(wildcard $(DEV)),$(DEV),$(RUNTIME))

.DEFAULT_GOAL := help
.PHONY: help python env demo test check campaign migrate messages lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

python: # which interpreter would be taken; fails where none will do
	@$(call find_python); echo $$python

env: $(DEV) ## the environment with the test tools, in .venv

demo: $(ANY) ## a fresh demo database and the server (HOST=127.0.0.1 PORT=8000)
	ASAR_MODE=demo $(BIN)/asar demo --host $(HOST) --port $(PORT)

test: $(DEV) ## all tests (WORKERS=2; ARGS='-k word' for some of them)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: $(DEV) ## lint, types, templates, languages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m app.words.check

campaign: $(DEV) ## the long tests: kills, mutations, payloads, load
	CAMPAIGN=1 $(BIN)/python -m pytest tests/campaigns $(ARGS)

migrate: $(ANY) ## brings the database of the settings to the newest schema
	$(BIN)/asar migrate

messages: $(DEV) ## what a language still lacks or says too much (AREA=web for one area)
	$(BIN)/python -m app.words.check $(AREA)

# The one target that wants more than Python: uv, in a folder of its own that `make clean` removes.
lock: ## re-makes the lock files from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@$(call find_python) && { test -x .lock-tools/bin/uv || { $$python -m venv .lock-tools && .lock-tools/bin/python -m pip install -q uv; }; }
	$(call compile,requirements.lock,--extra postgres)
	$(call compile,requirements-extras.lock,--extra postgres --extra oidc --extra pdf)
	$(call compile,requirements-dev.lock,--extra dev)

clean: ## removes the environment and everything that was made, except databases and keys
	rm -rf $(VENV) .lock-tools build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEV): requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $@

# Sets $$python to the first interpreter that is new enough; PYTHON=… wins.
define find_python
for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11) none; do \
  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
done; \
if [ $$python = none ]; then echo 'Asar needs Python 3.11 or newer (name it with PYTHON=/path/to/python3).' >&2; exit 1; fi; \
if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
  echo "$$python cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; \
fi
endef

define install
@$(call find_python); \
if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then rm -rf $(VENV); $$python -m venv $(VENV); fi
@echo 'Installing what $(1) names into $(VENV)'
@$(FROM_LOCK) $(1)
@$(OURSELVES)
endef

define compile
.lock-tools/bin/uv pip compile pyproject.toml --group build $(2) --universal --python-version 3.11 \
  --generate-hashes --only-binary :all: --no-header --no-emit-index-url --no-emit-find-links \
  $(UPGRADE) --quiet --output-file $(1)
endef
