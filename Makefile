# The verbs. Each wraps a CMake preset; `make help` lists them.
SHELL := /bin/sh
JOBS ?= $(shell nproc)

.PHONY: help deps test-deps build run demo test check asan tsan fuzz chaos bench bench-peers sizing transcript screenshots install package clean

help:
	@echo "make demo      install what is missing, build, make a real report, show it, stop"
	@echo "make test      install what is missing, build, run every test"
	@echo "make run       the demo's service, staying: http://127.0.0.1:8080"
	@echo "make build | check | asan | tsan | fuzz | bench | install | clean | deps"
	@echo "make package   Debian packages of the build, in build/release/packages"
	@echo "make chaos N=50000 REDIS=2 SEED=1   jobs through everything that can break, at once"
	@echo "make transcript    the README's, made anew"
	@echo "make sizing        the table of docs/operations.md (Sizing), measured on this machine"
	@echo "make bench-peers   installs other makers of PDFs, queues and servers, and compares"

deps:
	@./deploy/deps.sh

test-deps:
	@./deploy/deps.sh test

build: deps
	@cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset release -j $(JOBS)

demo: build
	@./examples/demo.sh build/release

run: build
	@build/release/platen up

test: test-deps build
	@ctest --test-dir build/release --output-on-failure -j $(JOBS)

check: deps
	@./tests/lint/check.sh

asan: export LSAN_OPTIONS = suppressions=$(CURDIR)/tests/support/lsan.supp
asan tsan: test-deps
	@cmake --preset $@ >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
	@cmake --build --preset $@ -j $(JOBS)
	@ctest --test-dir build/$@ --output-on-failure -j $(JOBS)

chaos: test-deps build
	@build/release/chaos --jobs $(or $(N),50000) --redis $(or $(REDIS),1) $(if $(SEED),--seed $(SEED))

transcript: build
	@tests/e2e/transcript.sh write . build/release

# The console's pages as its tests see them, in both themes and at both widths: build/screenshots.
screenshots: test-deps build
	@mkdir -p build/screenshots
	@tests/e2e/clients/install.sh build/release/clients
	@PLATEN_SCREENSHOTS=$(CURDIR)/build/screenshots build/release/e2e_clients "the console*"

clean:
	@rm -rf build

install: build
	@DESTDIR="$(DESTDIR)" cmake --install build/release --prefix /usr

package: build
	@./deploy/deps.sh package
	@deploy/package.sh build/release

bench: build
	@tests/bench/run.sh build/release

sizing: build
	@tests/bench/sizing.sh build/release

bench-peers: build
	@tests/bench/peers/install.sh build
	@tests/bench/peers.sh build/release
	@tests/bench/submit.sh build/release
	@tests/bench/relay.sh build/release

fuzz: deps
	@./tests/fuzz/run.sh
