# make demo · make wheel · make test · make lint · make format · make regold · make pictures · make clean
# make bench · make rounds · make fuzz · make corpus · make chaos · make determinism · make test-all · make test-latest · make lock
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
INSTALLED := build/installed
LATEST := build/latest
LOCK := build/lock

.PHONY: demo wheel test test-all test-wheel test-latest lock bench rounds fuzz corpus chaos determinism lint format regold pictures clean

# Exit code 3: some of the samples have findings, as they should.
demo: $(READY)
	$(BIN)/lnp-batch process sample_data/*.xlsx --out build/demo --config sample_data/lnp-batch.toml --reference-date 2026-11-23 || test $$? -eq 3
	@echo "The results are in build/demo"

# The package as docs/operations.md installs it: dist/lnp_batch-VERSION-py3-none-any.whl, for every platform.
wheel: $(READY)
	rm -f dist/lnp_batch-*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/lnp_batch-*.whl

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal

# The suite with its long tests, the wheel, then a sample of the longest: 2,000 mutants, the corpus if it is beside the
# checkout, and runs killed at every 50th crash point and at 10 random moments.
test-all: $(READY) test-wheel
	$(BIN)/python -m pytest -n auto --dist worksteal --all
	$(BIN)/python -m tests.fuzz 2000
	$(BIN)/python -m tests.corpus
	$(BIN)/python -m tests.chaos 10 --every 50

# The wheel in an environment of its own, away from the checkout, with the libraries that it asks for and no others: a run.
test-wheel: wheel
	$(PYTHON) -m venv --clear $(INSTALLED)
	$(INSTALLED)/bin/python -m pip install --quiet dist/lnp_batch-*.whl
	mkdir $(INSTALLED)/inbox && cp sample_data/5-dsl-et-alarme-confirmes.xlsx $(INSTALLED)/inbox
	cd $(INSTALLED) && bin/lnp-batch run --inbox inbox --outbox outbox --quiet-period 0 --reference-date 2026-11-23
	cd $(INSTALLED) && bin/lnp-batch doctor --outbox outbox

# The suite against the newest releases of everything, in an environment of its own. It may fail where `make test` passes.
test-latest:
	$(PYTHON) -m venv --clear $(LATEST)
	$(LATEST)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(LATEST)/bin/python -m pip install --quiet --editable . --group test
	$(LATEST)/bin/python -m pytest -n auto --dist worksteal

# Writes constraints.txt: what is pinned stays, what pyproject.toml adds is resolved, what it dropped goes.
# `make lock UPGRADE=--upgrade` takes the newest releases. The file is valid for every Python and platform we support.
lock:
	$(PYTHON) -m venv --clear $(LOCK)
	$(LOCK)/bin/python -m pip install --quiet "uv>=0.9"
	$(LOCK)/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'], sep='\n')" > $(LOCK)/build-system.in
	$(LOCK)/bin/uv pip compile --quiet pyproject.toml $(LOCK)/build-system.in --all-extras --group test --group lint \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --output-file constraints.txt $(UPGRADE)

# Not pinned: what we are compared with is the newest of its kind.
bench: $(READY)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks

# 200 months typed as people type, corrected by our messages alone: how often each is sent again. docs/rejections.md
rounds: $(READY)
	$(BIN)/python -m tests.months 200 --seed 1

fuzz: $(READY)
	$(BIN)/python -m tests.fuzz 10000

corpus: $(READY)
	$(BIN)/python -m tests.corpus

chaos: $(READY)
	$(BIN)/python -m tests.chaos 500
	$(BIN)/python -m tests.chaos 500 --postgresql

# The same workbooks, 300 times, under other hash seeds and under load.
determinism: $(READY)
	$(BIN)/python -m tests.determinism 300

lint: $(READY)
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

regold: $(READY)
	$(BIN)/lnp-batch template templates/portabilite-fr.xlsx --lang fr
	$(BIN)/lnp-batch template templates/port-in-en.xlsx --lang en
	$(BIN)/pybabel -q compile -d lnp_batch/cli/locale -l fr
	$(BIN)/python -m sample_data.make_samples
	$(BIN)/python -m pytest --regold tests/test_samples.py tests/test_docs.py tests/test_guides.py

pictures: $(READY)
	$(BIN)/python docs/make_pictures.py

# Exactly the versions of constraints.txt, the build backend's too: today's build is next year's build.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
