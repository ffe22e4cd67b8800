# Two commands for newcomers, `make demo` and `make test`. The rest is for those who work here.

SWIFT ?= swift
export SWIFT

# Homebrew's headers are in no standard place.
ifeq ($(shell uname),Darwin)
export CPATH := $(shell brew --prefix 2>/dev/null)/include:$(CPATH)
endif

.PHONY: demo check test examples lint snippets sanitize fuzz docs api instructions growth lab benchmark build clean help

help:
	@echo 'make demo   build chash and show what it does on sample data'
	@echo 'make test   install what the tests need and run them all'
	@echo 'make build  build chash for use: .build/release/chash'
	@echo 'make check  after every change: format, debug build, the fast tests'
	@echo 'make lint   check the format of the sources'
	@echo 'make snippets   compile and run what the documentation shows'
	@echo 'make examples   build and test the package that adds a rule, a reader and an emitter'
	@echo 'make sanitize   run tests under the address sanitizer and the thread sanitizer'
	@echo 'make fuzz   feed each reader with made-up inputs for a minute'
	@echo 'make docs   build the documentation, warnings as errors'
	@echo 'make api    compare the public declarations with docs/public-api'
	@echo 'make instructions   count what a lookup costs, compare with what is recorded'
	@echo 'make growth   check that twice the input is at most 2.5 times the work, for every reader, rule and command'
	@echo 'make lab    count the sessions that nginx loses while servers come, go and die, with each configuration'
	@echo 'make benchmark   measure beside other implementations: Benchmarks/results'

demo: build
	@scripts/demo "$$($(SWIFT) build -c release --show-bin-path)/chash"

build:
	@scripts/install-packages build
	@echo 'Building chash (about two minutes the first time) ...'
	@$(SWIFT) build -c release --product chash

# Servers and clients with cookies, around real nginx; LAB='--quick' and other options of Laboratory/lab.
LAB ?= --svg .build/sessions-lost.svg
lab: build
	@scripts/install-packages lab
	@Laboratory/lab --chash "$$($(SWIFT) build -c release --show-bin-path)/chash" $(LAB)

# What scripts/test-apart runs in a release build.
slow := BrokenAlgorithmTests ConformanceTests ProfileConformanceTests GeneratedKeysConformanceTests

test:
	@scripts/install-packages test
	$(SWIFT) build --build-tests
	scripts/run-tests --without '$(slow)'
	@echo 'The core again, with other vector loops'
	scripts/test-instructions
	@echo 'In a release build: every rule keeps its promises, and routing allocates nothing'
	scripts/test-apart release
	python3 docs/vectors/check.py
	@echo 'The laboratory, and a short run of it'
	python3 -m unittest discover Laboratory
	$(short_lab) || { echo 'Once more, in case the machine stood still for a second'; $(short_lab); }

# Copies that take longer than a second are late, so a machine that stands still may lose a session.
short_lab = Laboratory/lab --quick --variants server,replicas --strict \
  --chash "$$($(SWIFT) build --show-bin-path)/chash"

check:
	@scripts/install-packages test
	@scripts/check

lint:
	git ls-files '*.swift' | xargs $(SWIFT) format lint --strict

snippets:
	@scripts/install-packages docs
	scripts/check-snippets --self-test
	scripts/check-snippets

examples:
	@scripts/install-packages build
	$(SWIFT) build --build-tests --package-path Examples/Extending
	scripts/run-tests --package-path Examples/Extending

# Swift's tool chain brings both sanitizers.
sanitize:
	@scripts/install-packages test
	scripts/test-apart address
	scripts/test-apart thread

fuzz:
	@scripts/install-packages build
	Fuzz/run all 60

docs:
	@scripts/install-packages docs
	scripts/build-docs

# After `make docs`, GRAPHS=.build/docs/graphs saves dumping them again.
api:
	@scripts/install-packages docs
	scripts/check-public-api $(if $(GRAPHS),--graphs $(GRAPHS))

# What is measured with is built in the release configuration, without any flag of its own.
benchmark:
	@scripts/install-packages benchmark
	@Benchmarks/peers/prepare
	@echo 'Building (about three minutes the first time) ...'
	@$(SWIFT) build --package-path Benchmarks -c release --product SideBySide
	@echo 'Measuring (about four minutes; leave the machine alone) ...'
	@"$$($(SWIFT) build --package-path Benchmarks -c release --show-bin-path)/SideBySide" \
	  --peers Benchmarks/peers --results Benchmarks/results
	@$(SWIFT) build -c release --product chash
	@echo 'Counting keys (about two minutes) ...'
	@Benchmarks/keys/measure "$$($(SWIFT) build -c release --show-bin-path)/chash" \
	  --results Benchmarks/results

instructions:
	@scripts/install-packages test
	@$(SWIFT) build --package-path Benchmarks -c release --product Instructions
	@Benchmarks/instructions/measure \
	  "$$($(SWIFT) build --package-path Benchmarks -c release --show-bin-path)/Instructions"

growth: build
	@scripts/install-packages test
	@Benchmarks/growth/measure --self-test
	@Benchmarks/growth/measure "$$($(SWIFT) build -c release --show-bin-path)/chash"

clean:
	rm -rf .build Examples/Extending/.build .build-asan .build-tsan .build-snippets .build-release Fuzz/.build Benchmarks/.build Benchmarks/.peers
