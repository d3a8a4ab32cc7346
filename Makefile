# make demo · make test · make bench · make fuzz · make corpus · make chaos · make lint · make format · make regold · make pictures · make clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test bench fuzz corpus chaos lint format regold pictures clean

demo: $(READY)
	$(BIN)/lnp-batch process sample_data/*.xlsx --out build/demo --config sample_data/lnp-batch.toml --reference-date 2026-11-23 || test $$? -eq 4
	@echo "The results are in build/demo"

test: $(READY)
	$(BIN)/python -m pytest -n auto

bench: $(READY)
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks || true

fuzz: $(READY)
	$(BIN)/python -m tests.fuzz 10000

corpus: $(READY)
	$(BIN)/python -m tests.corpus

chaos: $(READY)
	$(BIN)/python -m tests.chaos 500

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

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group test --group lint
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
