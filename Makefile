# Every target sets up what it needs. `make` alone lists them. ARGS are handed on: make demo ARGS=--exit
.DEFAULT_GOAL := help
.SILENT:
MAKEFLAGS += --no-print-directory
.PHONY: help python setup setup-dev demo chaos bench screenshots serve test check lock

# The first Python here that is new enough; looked for only when something needs it.
PYTHON = $(eval PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done))$(PYTHON)
BIN := .venv/bin
CODE := app benchmarks client sandbox tests tools wsgi.py
UV_COMPILE := $(BIN)/python -m uv --quiet --no-config pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

help:  ## list the targets
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: python  ## make .venv with what the product needs, and fetch what its pages are made of
	$(PYTHON) tools/setup.py
	$(PYTHON) tools/assets.py

setup-dev: python
	$(PYTHON) tools/setup.py --dev
	$(PYTHON) tools/assets.py

python:
	test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, as python3 or python3.11."; exit 1; }

demo: setup  ## show a cutover with stand-ins for both systems
	$(BIN)/python -m sandbox.demo $(ARGS)

chaos: setup  ## move back and forth under many clients and real faults; ARGS="--moves 1000 --seed 7", or --short
	$(BIN)/python -m sandbox.chaos.system_packages
	$(BIN)/python -m sandbox.chaos $(ARGS)

bench: setup  ## measure the budgets side by side; ARGS=pause for one subject
	$(BIN)/python -m sandbox.chaos.system_packages
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: setup-dev  ## draw the pages into docs/pictures, with Chromium; ARGS=board for one
	$(BIN)/python -m tests.browser.pictures $(ARGS)

serve: setup  ## serve the controller
	$(BIN)/cutover serve $(ARGS)

test: setup-dev  ## run every test; SYSTEM=1 also installs PostgreSQL, Node.js, npm and Chromium (Debian, as root)
	$(BIN)/python -m tests.system_packages
	echo "Looking for the tests, up to half a minute …"
	$(BIN)/pytest --numprocesses=2 --dist=loadfile $(ARGS)

check: setup-dev  ## format, lint, types, and which part may import which
	$(BIN)/ruff format --check --quiet $(CODE) || { echo "Mend it with: $(BIN)/ruff format $(CODE)"; exit 1; }
	$(BIN)/ruff check --quiet $(CODE)
	echo "Checking types, up to a minute the first time …"
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports

lock: setup  ## compile requirements*.in into locks with hashes; ARGS=--upgrade takes newer versions
	for name in requirements-setup requirements requirements-dev; do \
		$(UV_COMPILE) $(ARGS) --output-file $$name.txt $$name.in || exit 1; done
