SHELL := bash
.SHELLFLAGS := -o pipefail -ec
.PHONY: test check bench build needs

# The rooms whose results may depend on nothing but their events.
CORE := $(patsubst %,./%/...,$(wildcard engine strategies sim/exchange sim/market))

test: needs
	go test -json ./... | go run -C tools ./testnote

check: needs
	unformatted=$$(gofmt -l .); [[ -z $$unformatted ]] || { echo "Run gofmt -w on:" $$unformatted; exit 1; }
	go vet ./...
	go run ./cmd/detcheck -test=false $(CORE)
	tools/fused $(CORE)
	go test ./cmd/detcheck # import ranks and names
	go tool -modfile=tools/go.mod staticcheck ./...
	go test -race $(patsubst %,./%/...,$(wildcard engine strategies sim))

bench: needs
	go run ./bench -o docs/PERFORMANCE.md

build: needs
	go build -trimpath -o steelyard ./cmd/steelyard

needs:
	@tools/needs
