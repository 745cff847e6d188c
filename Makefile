# What there is to do here: `make` lists it. Everything is built by CMake (CMakePresets.json); this file sets up what is
# missing, and knows the order.

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
ARGS ?=
MATRIX := test-clang16 test-asan test-tsan test-wasm
SHELL := /bin/bash

# Configures where that was never done, or the presets have changed; after that Ninja does so itself.
define build
	@[ $(2)/build.ninja -nt CMakePresets.json ] || cmake --preset $(1)
	@cmake --build --preset $(1) --parallel $(JOBS)
endef
define run_tests
	@ctest --preset $(1) --parallel $(JOBS)
endef

.PHONY: help
help: ## this list
	@echo "HyperDB for C++. Targets:"
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24
	@echo
	@echo "Programs are left in build/bin/."

.PHONY: setup
setup: ## install what is missing to build and test (Debian; root or sudo)
	@scripts/setup base

.PHONY: setup-matrix
setup-matrix:
	@scripts/setup matrix

.PHONY: setup-tools
setup-tools:
	@scripts/setup tools

.PHONY: build
build: setup ## the library and the programs, optimised, with clang 19
	$(call build,release,build)

.PHONY: test
test: build ## the whole suite with clang 19
	$(call build,dev,build/dev)
	$(call run_tests,dev)

.PHONY: test-matrix
test-matrix: ## clang 16, ASan+UBSan, TSan, and WebAssembly under Node
	@failed=; for target in $(MATRIX); do \
	  echo "== $$target"; $(MAKE) --no-print-directory $$target || failed="$$failed $$target"; \
	done; \
	echo "== test-matrix: $${failed:+FAILED:}$${failed:-passed}"; test -z "$$failed"

MINUTES ?= 2
HOURS ?= 0
.PHONY: soak
soak: setup ## random load against naive models for MINUTES=2, or HOURS=8 (ARGS="--seed N" and other options)
	@[ build/dev/build.ninja -nt CMakePresets.json ] || cmake --preset dev
	@cmake --build --preset dev --target hyperdb-soak --parallel $(JOBS)
	@build/dev/bin/hyperdb-soak --steps 20000 --seconds $$(($(HOURS) > 0 ? $(HOURS) * 3600 : $(MINUTES) * 60)) $(ARGS)

.PHONY: test-clang16
test-clang16: setup-matrix ## the suite with the oldest supported compiler
	$(call build,clang16,build/clang16)
	$(call run_tests,clang16)

.PHONY: test-asan
test-asan: setup-matrix ## the suite with AddressSanitizer and UndefinedBehaviorSanitizer
	$(call build,asan,build/asan)
	$(call run_tests,asan)

.PHONY: test-tsan
test-tsan: setup-matrix ## the suite with ThreadSanitizer
	$(call build,tsan,build/tsan)
	$(call run_tests,tsan)

.PHONY: test-wasm
test-wasm: setup-matrix ## the core and its tests as WebAssembly, under Node
	$(call build,wasm,build/wasm)
	$(call run_tests,wasm)

.PHONY: demo
demo: build ## examples/packages on this machine's package database (ARGS="..." for its options)
	@build/bin/packages $(ARGS)

.PHONY: bench
bench: build ## all benchmarks (ARGS="..." for Google Benchmark's options)
	@build/bin/hyperdb_bench $(ARGS)

.PHONY: format
format: setup-tools ## clang-format on all C++ files
	@find include src tests examples benchmarks cmake -name '*.[ch]pp' -not -path '*/data/*' -print0 | \
	  xargs -0 clang-format-19 -i

.PHONY: tidy
tidy: setup-tools ## the house rules, then clang-tidy on the engine
	@python3 -B tests/tidy/tidy.py
	@test -f build/dev/build.ninja || cmake --preset dev
	@find src -name '*.cpp' -print0 | xargs -0 -n 4 -P $(JOBS) clang-tidy-19 --quiet -p build/dev

.PHONY: docs
docs: ## write the programs' regions into the code blocks of README.md and docs/
	@python3 -B tests/docs/extract.py --fix

.PHONY: clean
clean: ## remove everything that was built
	@rm -rf build
