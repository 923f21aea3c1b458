// Package ccxt points a client that nobody here wrote at the simulated venue.
package ccxt

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

// history is how many minutes lie before the start, and length how many there are.
const history, length = 3000, 20_000

// serve starts a venue whose minutes last a second and all go from 100 to 110 and 90 and back, in any order.
func serve(t *testing.T) wire.Address {
	begin := fund.TimeOf(time.Date(2023, 4, 1, 0, 0, 0, 0, time.UTC))
	p := &fund.Panel{N: 2, Interval: time.Minute}
	for r := range length {
		p.Times = append(p.Times, begin.Add(time.Duration(r)*time.Minute))
		for _, scale := range []float64{1, 0.1} {
			p.Open, p.High = append(p.Open, 100*scale), append(p.High, 110*scale)
			p.Low, p.Close = append(p.Low, 90*scale), append(p.Close, 100*scale)
			p.Volume = append(p.Volume, 123.456)
		}
	}
	amount := fund.MustAmount
	u := &fund.Universe{Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}}, Accounts: []string{"binance"}, Base: 2}
	for base, name := range []string{"BTC/USDT", "ETH/USDT"} {
		u.Instruments = append(u.Instruments, fund.Instrument{Name: name, Base: fund.AssetID(base), Quote: 2, Lot: amount("0.001"), Tick: amount("0.01"),
			MinNotional: amount("5"), Spread: 0.0002, Fees: fund.Fees{Taker: amount("0.001"), Maker: amount("0.001"), In: fund.FeeInReceived}})
	}
	v, err := paper.New(paper.Config{Universe: u, Panel: p, First: history, Clock: paper.Running(p.Times[history], 60), Reuse: true,
		Opening: []venues.Balance{{Asset: "USDT", Free: amount("10000")}},
		Venue:   exchange.Config{Window: fund.Day, Impact: slices.Repeat([]impact.Model{impact.None{}}, 2), Seed: 1}})
	if err != nil {
		t.Fatal(err)
	}
	_, at := wire.Start(t, wire.Config{Venue: v, Slack: time.Hour})
	return at
}

var unreachable = regexp.MustCompile(`ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|E401|E403|E50\d`)

// install returns a folder with ccxt at the version of the lockfile, and the program that uses it. It is kept in the user's
// cache from test to test.
func install(t *testing.T) string {
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("no %s on the PATH: install Node.js, and ccxt trades at the simulated venue too", name)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	lock := read(t, "package-lock.json")
	dir := filepath.Join(cache, "steelyard", fmt.Sprintf("ccxt-%.16x", sha256.Sum256(lock)))
	if _, err := os.Stat(dir); err != nil {
		fetch(t, dir)
	}
	if err := os.WriteFile(filepath.Join(dir, "check.mjs"), read(t, "check.mjs"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fetch makes the folder, whole or not at all.
func fetch(t *testing.T, dir string) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	making, err := os.MkdirTemp(filepath.Dir(dir), "making-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(making)
	for _, name := range []string{"package.json", "package-lock.json"} {
		if err := os.WriteFile(filepath.Join(making, name), read(t, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	npm := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	npm.Dir = making
	out, err := npm.CombinedOutput()
	switch {
	case err != nil && unreachable.Match(out):
		t.Skip("npm cannot reach its registry: with it ccxt trades at the simulated venue too")
	case err != nil:
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	if err := os.Rename(making, dir); err != nil && !errors.Is(err, fs.ErrExist) { // another test may have been faster
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCCXT(t *testing.T) {
	dir := install(t)
	at := serve(t)
	node := exec.CommandContext(t.Context(), "node", "check.mjs", strings.TrimPrefix(at.REST, "http://"))
	node.Dir = dir
	out, err := node.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
