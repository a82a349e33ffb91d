# make        sets up what is missing, builds (first time: minutes, most of it the HiGHS solver),
#             plans the triangle
# make test   the same set-up, then every test
# One cargo profile (--release) for everything, so that HiGHS is compiled once.

SHELL := bash
CARGO := source .tools/env.sh && cargo
SECONDS_EACH ?= 60

.PHONY: all build setup test fuzz reference help

all: build
	./target/release/trimodal plan scenarios/tumen

setup:
	@.ci/setup

build: setup
	@$(CARGO) build --release -p trimodal

test: setup
	@.ci/test

# Rewrites the generated reference pages and schemas in docs/reference/.
reference: setup
	@$(CARGO) run -q --release -p xtask -- write

# Fuzzes each target; SECONDS_EACH=600 for ten minutes each.
fuzz: setup
	@.ci/fuzz $(SECONDS_EACH)

help:
	@grep -E '^# make|^#   ' Makefile | sed 's/^# //'
	@echo 'make reference   rewrites docs/reference/'
	@echo 'make fuzz        fuzzes the readers, SECONDS_EACH=60'
