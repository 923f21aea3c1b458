package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The venue is served until the process is interrupted, tells where it is, and its clock runs as fast as it should.
func TestVenueServe(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	mustDo(t, "data", "synth", "--store", store, "--assets", "3", "--days", "2", "--venue", "binance", "--start", "2022-01-01")
	p := process("venue", "serve", "--store", store, "--speed", "3600x", "--from", "2022-01-01T05:00:00Z")
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	address := ""
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "steelyard, in") {
		if _, after, ok := strings.Cut(lines.Text(), "REST "); ok {
			address = strings.TrimSpace(after)
		}
	}
	ask := func(path string, into any) {
		t.Helper()
		a, err := http.Get(address + path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		if err := json.NewDecoder(a.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	var before, after struct{ ServerTime int64 }
	began := time.Now()
	ask("/api/v3/time", &before)
	time.Sleep(100 * time.Millisecond)
	ask("/api/v3/time", &after)
	passed := time.Since(began)
	if went := time.Duration(after.ServerTime-before.ServerTime) * time.Millisecond; went < 6*time.Minute || went > 3600*passed {
		t.Errorf("%v in %v", went, passed)
	}
	var bars [][]any
	ask("/api/v3/klines?symbol=ARBANUSDT&interval=1h&endTime=1641013199999", &bars)
	if len(bars) != 5 || bars[0][0] != 1640995200000.0 { // the history before the start
		t.Errorf("%v", bars)
	}
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err := p.Wait(); err != nil {
		t.Errorf("%v: %s", err, rest)
	}
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	if last += string(rest); !strings.HasSuffix(strings.TrimSpace(last), "stopped") || err != nil {
		t.Errorf("%q, %v", last, err)
	}
}

func TestVenueServeRefuses(t *testing.T) {
	dir := t.TempDir()
	faults, keys := filepath.Join(dir, "faults"), filepath.Join(dir, "keys")
	for path, text := range map[string]string{faults: "\nexplode on *\n", keys: "me rsa secret\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for says, args := range map[string][]string{
		`"0.0.0.0:0" is not on the loopback`:  {"--synthetic", "--listen", "0.0.0.0:0"},
		`"8080" is no address`:                {"--synthetic", "--listen", "8080"},
		`speed "fast"`:                        {"--synthetic", "--speed", "fast"},
		`protocol "fix"`:                      {"--synthetic", "--protocol", "fix"},
		`faults:2: unknown fault "explode"`:   {"--synthetic", "--faults", faults},
		`keys:1: "rsa" is neither`:            {"--synthetic", "--key-file", keys},
		"there is no store at":                {"--store", filepath.Join(dir, "none")},
		`from "noon"`:                         {"--synthetic", "--from", "noon"},
		"venue serve takes no arguments":      {"--synthetic", "now"},
		"1 points inside a bar":               {"--synthetic", "--points", "1"},
		`the fund file has no venue "kraken"`: {"--synthetic", "--fund", "../../examples/demo/hold.yaml", "--venue", "kraken"},
	} {
		r := do(append([]string{"venue", "serve"}, args...)...)
		if r.code == 0 || !strings.Contains(r.errors, says) || strings.Contains(r.errors, "me rsa secret") {
			t.Errorf("%q: exit %d, %s; want %s", args, r.code, r.errors, says)
		}
	}
}
