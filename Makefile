SHELL := bash
.SHELLFLAGS := -o pipefail -ec
.PHONY: test check format vet det fused house static race bench build needs

# The rooms whose results may depend on nothing but their events.
CORE := $(patsubst %,./%/...,$(wildcard engine strategies sim/exchange sim/market))

test: needs
	go test -json ./... | go run -C tools ./testnote

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
	go test -race $(patsubst %,./%/...,$(wildcard engine strategies sim))

bench: needs
	go run ./bench -o docs/PERFORMANCE.md

build: needs
	go build -trimpath -o steelyard ./cmd/steelyard

needs:
	@tools/needs
