# Every target sets up what it needs. `make help` lists them.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
FUZZ_EXAMPLES ?= 50000
WORKERS ?= 2
DURATION ?= 600
SEED ?=
BENCH_EVENTS ?= 2000000
BENCH_ROUNDS ?= 2
BENCH_BACKLOG ?= 20000000

.DEFAULT_GOAL := help
.PHONY: help setup tools demo test chaos chaos-scenarios cluster-test check fuzz mutants mutants-rules calm-weeks bench bench-parts bench-scale bench-behind soak generate pictures image image-base lock release-check clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(READY) ## Make .venv with the agent and the extras demo and dev

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: give one of 3.11 or later, as in: make setup PYTHON=python3.12" >&2; exit 1; }
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

tools: setup ## Fetch or build the real components that tests use (.cache)
	$(PY) -m tests.tools

demo: setup ## Play a scenario through an embedded broker and the real agent
	$(VENV)/bin/api-error-agent demo

test: setup tools ## Run every test, on a real Kafka and a real Prometheus (WORKERS=2 processes)
	$(PY) -m pytest --numprocesses $(WORKERS) --dist loadgroup --no-loadscope-reorder

chaos: setup tools ## Let everything fail for a while and hold the sums against the topic (DURATION=600 SEED=)
	@$(PY) -m tests.chaos --duration $(DURATION) $(if $(SEED),--seed $(SEED))

chaos-scenarios: setup tools ## Play one kind of fault after the other, as long as each takes
	$(PY) -m pytest tests/chaos -m "chaos or not chaos" -v

cluster-test: setup ## Install, upgrade, roll back and uninstall the chart on a real Kubernetes API server
	$(PY) -m tests.tools cluster
	$(PY) -m pytest tests/cluster -m cluster -v -s

check: setup ## Lint, types, layers
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

fuzz: setup ## Look for input that breaks decoding, classifying or exposition (FUZZ_EXAMPLES=50000)
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(PY) -m pytest tests/unit -m fuzz

mutants: setup tools ## Change the code in small ways, and list the changes that no test notices (SEED= ROOM= MINUTES=)
	@$(PY) -m tests.mutants $(if $(SEED),--seed $(SEED)) $(if $(ROOM),--room $(ROOM)) $(if $(MINUTES),--minutes $(MINUTES))

mutants-rules: setup tools ## Change each rule of an alert in every way, and list the changes that no scenario notices
	$(PY) -m pytest tests/rules -m mutants --numprocesses $(WORKERS)

calm-weeks: setup tools ## Play calm weeks, slow burns and weekends through all rules, an hour
	$(PY) -m pytest tests/rules -m weeks -v

bench: setup ## Measure the whole agent beside others, 12 to 25 minutes (bench/RESULTS.md; BENCH_EVENTS=2000000)
	$(PY) -m bench --events $(BENCH_EVENTS) --rounds $(BENCH_ROUNDS)
	$(PY) -m docs.generate

bench-parts: setup ## Measure in process: classifying, the way from bytes to counts, a page of /metrics
	$(PY) -m bench.classify
	$(PY) -m bench.hotpath
	$(PY) -m bench.exposition

bench-scale: setup ## Measure 1, 2 and 4 agents on 1, 8 and 64 partitions
	$(PY) -m bench.scale

bench-behind: setup ## Measure an agent far behind (BENCH_BACKLOG=20000000 events) under 256 MB
	$(PY) -m bench.behind --events $(BENCH_BACKLOG)

soak: setup ## Watch an agent through faults; exit 1 if what it holds grows (DURATION=600)
	$(PY) -m bench.soak --duration $(DURATION)

generate: setup ## Write everything that is generated: docs, rules, boards
	$(PY) -m docs.generate
	$(PY) -m grafana.src.generate

pictures: setup ## Draw boards and status page anew for docs/images, in Chromium, on what real agents show
	$(PY) -m docs.src.pictures
	$(PY) -W ignore::DeprecationWarning -m grafana.src.pictures.draw

image: ## Build the container image with docker, podman or buildah (ENGINE=, IMAGE=, PLATFORMS=)
	deploy/image/build.sh

image-base: ## Pin the newest base image, by its digest
	deploy/image/renew-base.sh

lock: setup ## Pin the requirements anew
	$(PY) -m pip install --quiet --disable-pip-version-check uv
	sh requirements/lock.sh
	$(PY) -m release.licences

release-check: setup ## Make the files of a release in dist/, and check all that needs no network but the registries (TAG=)
	@$(PY) -m release $(if $(TAG),--tag $(TAG))

clean: ## Remove what make made, but not .cache
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info dist
