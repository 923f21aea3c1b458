SHELL := bash
.SHELLFLAGS := -o pipefail -ec
.PHONY: test check format vet det fused house static race bench peers build reproducible demo needs

# The rooms whose results may depend on nothing but their events.
CORE := $(patsubst %,./%/...,$(wildcard engine strategies sim/exchange sim/market))

test: needs
	@tools/browser
	@tools/postgres
	go test -timeout 15m -json ./... | go run -C tools ./testnote

# Every part is a target of its own; `make -k check` goes on after a finding.
check: format vet det fused house static race

format:
	@unformatted=$$(gofmt -l .); [[ -z $$unformatted ]] || { echo "Run gofmt -w on:" $$unformatted; exit 1; }

vet: needs
	go vet ./...

det: needs
	go run ./cmd/detcheck -test=false $(CORE)

fused: needs
	tools/fused $(CORE)

# Import ranks and names, and the tools themselves.
house: needs
	go test ./cmd/detcheck ./bench
	go test -C tools ./testnote

static: needs
	go tool -modfile=tools/go.mod staticcheck ./...

race: needs
	go test -race $(patsubst %,./%/...,$(wildcard engine strategies sim venues))

bench: needs
	go run ./bench -o docs/PERFORMANCE.md

# The same backtest by steelyard and by others, which are installed into the user's cache where a package registry is reached.
peers: needs
	go run ./bench/peers/backtest -o docs/PERFORMANCE.md

build: needs
	go build -trimpath -o steelyard ./cmd/steelyard

# That whoever builds the same sources has the same program.
reproducible: needs
	@tools/reproducible

# Three years of an invented market under four policies, without keys, data or network. The first time it compiles.
demo: needs
	@go build -trimpath -o demo/steelyard ./cmd/steelyard
	@rm -rf demo/runs
	@demo/steelyard data synth --store demo/store --assets 12 --days 1095 --interval 1h --seed 7
	@for policy in hold periodic threshold hybrid; do \
	  demo/steelyard backtest examples/demo/$$policy.yaml --store demo/store --out demo/runs/$$policy >demo/$$policy.txt; \
	done
	@echo; demo/steelyard report demo/runs/hold demo/runs/periodic demo/runs/threshold demo/runs/hybrid
	@echo "Open demo/runs/hold/report.html in a browser; every run in demo/runs has a report of its own."

needs:
	@tools/needs
