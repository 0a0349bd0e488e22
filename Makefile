# Kavka: what a person types. `make help` lists the tasks; README.md says what each shows.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Big downloads and builds that outlive a checkout: jars, Kubernetes binaries, the node image.
export KAVKA_CACHE ?= $(HOME)/.cache/kavka

# Most tests wait for other programs most of the time.
export RUST_TEST_THREADS ?= $(shell expr 2 \* $$(nproc))

CARGO ?= cargo
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
BINARIES := $(TARGET_DIR)/x86_64-unknown-linux-musl/debug

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start the quick start on this machine: one broker, one topic, one pipeline
	@.ci/packages build
	@$(CARGO) build --workspace
	@$(BINARIES)/kavka up -f examples/quickstart.yaml $(ARGS)

.PHONY: build
build: ## Build every program (static, for x86_64-unknown-linux-musl)
	@.ci/packages build
	@$(CARGO) build --workspace

.PHONY: test
test: ## Unit, integration, simulation and client compatibility tests (no Kubernetes)
	@.ci/packages build
	@tests/compat/prepare.sh & prepared=$$!; built=0; $(CARGO) build --workspace || built=$$?; \
		wait $$prepared; exit $$built
	@$(CARGO) test --workspace

.PHONY: sim
sim: ## The simulator alone: seeds and crash points of log, journal and quorum (SEEDS=FROM..TO)
	@.ci/packages build
	@KAVKA_SIM_SEEDS=$(or $(SEEDS),0..300) $(CARGO) test -p kavka-test-sim

.PHONY: compat
compat: ## Clients, tools and whole suites that nobody here wrote, against a real broker
	@.ci/packages build
	@tests/compat/prepare.sh
	@$(CARGO) build --workspace
	@$(CARGO) test -p kavka-test-compat
	@$(BINARIES)/kavka-test-suites $(ARGS)

.PHONY: verify
verify: ## Fuzzing, and a fast choice of the foreign suites
	@.ci/packages verify
	@tests/compat/prepare.sh
	@$(CARGO) build --workspace
	@tests/fuzz/run.sh
	@$(BINARIES)/kavka-test-suites --quick

.PHONY: check
check: ## Format, lints, generated files, licences
	@.ci/packages check
	@$(CARGO) fmt --all --check
	@.ci/licences
	@$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@$(CARGO) build --workspace --locked
	@$(BINARIES)/kavka-protocol-generator --check
	@$(BINARIES)/kavka-core-generator --check
	@$(BINARIES)/crdgen --check

.PHONY: generate
generate: ## Write the generated files anew: protocol messages, CRDs
	@$(CARGO) run -q -p kavka-protocol-generator
	@$(CARGO) run -q -p kavka-core-generator
	@$(CARGO) run -q -p kavka-crds --bin crdgen
	@$(CARGO) fmt --all

.PHONY: images
images: build ## The four container images, as docker archives and, where docker runs, loaded into it
	@.ci/images/build

.PHONY: e2e
e2e: ## From image to last record on a three-node kind cluster
	@.ci/packages e2e
	@$(MAKE) --no-print-directory images
	@$(BINARIES)/kavka-test-e2e

.PHONY: bench
bench: ## Kavka beside Apache Kafka on this machine, as a table (ARGS=--help tells more)
	@.ci/packages build
	@tests/compat/prepare.sh
	@$(CARGO) build --release -p kavka-broker -p kavka-test-bench
	@$(BINARIES:debug=release)/kavka-test-bench $(ARGS)
