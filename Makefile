# Everything a person does with onescale from a checkout. `make help` lists it.
.DEFAULT_GOAL := all
SHELL  := /bin/bash
PYTHON ?= python3
CORES  ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 4)
VENV   := .venv
BIN    := $(VENV)/bin
RUN     = $(BIN)/snakemake --cores $(CORES)
# Jobs of a second or two leave cores idle between them: two jobs a core.
QUICK   = $(BIN)/snakemake --cores $(shell expr 2 '*' $(CORES)) --configfile config/quick.yaml

# What is installed is compiled by those who first import it (see INSTALL), so they may keep what they
# compiled: under PYTHONDONTWRITEBYTECODE, which images of containers set, every job compiles all anew.
unexport PYTHONDONTWRITEBYTECODE

# V=1 shows what Snakemake says of itself, too.
all: $(VENV)/ready  ## set up, then train and compare everything (results/index.html at the end)
	$(RUN) --report results/report.html --report-after-run
	@echo 'the page: results/index.html (open it in a browser)'

quick: $(VENV)/ready  ## the same in a minute or two: fewer seeds and steps, into results/quick/
	$(QUICK) --report results/quick/report.html --report-after-run
	@echo 'the page: results/quick/index.html (open it in a browser)'

# Files in the order of tests/conftest.py, the longest first; xdist would take those with one test last.
PYTEST = $(BIN)/python -m pytest -n $(CORES) --dist loadfile --no-loadscope-reorder
test: $(VENV)/ready-test  ## set up, then run the tests
	$(PYTEST)

# The tests that docs/reliability.md names.
faults: $(VENV)/ready-test  ## try to break every promise of docs/reliability.md
	ONESCALE_FAULTS=1 $(PYTEST) $(shell grep -o 'tests/[a-z_/]*\.py' docs/reliability.md | sort -u)

MINUTES ?= 10
fuzz: $(VENV)/ready-test  ## random tables against fractions, for MINUTES=10
	$(BIN)/python tests/faults/fuzz.py --minutes $(MINUTES)

# What pyproject.toml says is enough, with the lowest version of each (needs uv).
LOWEST = .venv-lowest/bin/python
test-lowest:  ## the tests of tables, networks and data with the lowest versions allowed (needs uv)
	uv venv --quiet --clear --python $(PYTHON) .venv-lowest
	uv pip install --quiet --python $(LOWEST) --resolution lowest-direct -e '.[workflow,excel,urls,test]'
	$(LOWEST) -m pytest -n $(CORES) --dist loadfile tests/core tests/data tests/nn tests/runs tests/tables tests/training

# As root, with Debian's package slurm-wlm; a cluster of one node is set up and taken down again.
test-slurm: $(VENV)/ready-test  ## train on a SLURM cluster of one node (root; installs slurm-wlm)
	$(BIN)/python -m pip install --quiet snakemake-executor-plugin-slurm==2.8.0
	command -v slurmctld > /dev/null || apt-get install -y slurm-wlm > /dev/null
	ONESCALE_SLURM=1 timeout 240 $(BIN)/python -m pytest tests/slurm

test-spark: $(VENV)/ready-test  ## the tests of Spark frames (needs Java; installs PySpark into .venv)
	$(BIN)/python -m pip install --quiet 'pyspark>=4'
	ONESCALE_SPARK=1 timeout 300 $(BIN)/python -m pytest tests/spark

check: $(VENV)/ready-test  ## format, lint, types: ruff, mypy, snakefmt, snakemake --lint
	$(BIN)/ruff format --check src tests benchmarks workflow/scripts
	$(BIN)/ruff check src tests benchmarks workflow/scripts
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(RUN) --lint

format: $(VENV)/ready-test  ## rewrite the sources as `make check` wants them
	$(BIN)/ruff check --fix src tests benchmarks workflow/scripts
	$(BIN)/ruff format src tests benchmarks workflow/scripts
	$(BIN)/snakefmt Snakefile workflow

schema: $(VENV)/ready  ## write schema, tables of keys and references from the code's own words
	$(BIN)/python workflow/scripts/schema.py

PUBLISHED = nice -n 10 $(RUN) --configfile config/published.yaml
published: $(VENV)/ready  ## make the run that is published: hours; after a kill the same command goes on
	$(PUBLISHED) -- all evidence
	$(PUBLISHED) -- confirm
	nice -n 10 $(RUN) --configfile config/fashion.yaml -- all evidence

publish: $(VENV)/ready  ## publish the finished runs in results/, and write the tables of docs/results.md
	$(BIN)/python workflow/scripts/publish.py

restore: $(VENV)/ready  ## bring the published run back to results/, to go on from it
	$(RUN) --quiet all -- fetch_dataset
	$(BIN)/python workflow/scripts/restore.py

bench: $(VENV)/ready-test  ## speed, as ratios to peers and limits (peers that are installed: pip install -e '.[bench]')
	for one in benchmarks/*.py; do $(BIN)/python $$one || exit 1; done

LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --extra jobs --extra excel
lock:  ## resolve pyproject.toml anew into requirements.lock and requirements-test.lock (needs uv)
	$(LOCK) --upgrade -o requirements.lock
	$(LOCK) --upgrade --extra test --constraint requirements.lock -o requirements-test.lock

clean:  ## remove what the workflow made (results/published/ and .venv stay)
	find results -mindepth 1 -maxdepth 1 ! -name README.md ! -name published -exec rm -rf {} +
	rm -rf .snakemake data/cache

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Exact versions with hashes, into a folder of the project's own (--no-compile halves the time: Python
# compiles what is used, when it is used). The package itself is installed editable, so that an edit
# under src/ is live. What only tests and checks need comes when they are asked for.
INSTALL = $(BIN)/python -m pip install --quiet --no-compile
$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "onescale needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import venv; from ensurepip import version' 2>/dev/null || { echo >&2 "$(PYTHON) makes no virtual environments; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "setting up $(VENV) (once; about a minute) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip uninstall -qq --yes setuptools  # Python 3.11 puts it there; nothing here imports it
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/ready-test: requirements-test.lock $(VENV)/ready
	@$(INSTALL) --require-hashes --requirement requirements-test.lock
	@touch $@

.PHONY: all quick test faults fuzz test-lowest test-slurm check format lock clean help bench schema publish published restore
