package wire_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
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

const start = fund.Time(1_600_000_200_000_000_000) // 2020-09-13 12:30

var amount = fund.MustAmount

// rig is a served venue whose clock goes by hand.
type rig struct {
	t     *testing.T
	venue *paper.Venue
	clock *paper.Hand
	at    wire.Address
}

// newRig serves a venue of BTC/USDT and ETH/USDT with ten minutes of bars from 100 to 110 and down to 90, and a tenth of it.
func newRig(t *testing.T, change func(*wire.Config)) *rig {
	t.Helper()
	p := &fund.Panel{N: 2, Interval: time.Minute}
	for r := range 10 {
		p.Times = append(p.Times, start.Add(time.Duration(r)*time.Minute))
		for _, scale := range []float64{1, 0.1} {
			p.Open, p.High = append(p.Open, 100*scale), append(p.High, 110*scale)
			p.Low, p.Close = append(p.Low, 90*scale), append(p.Close, 100*scale)
			p.Volume = append(p.Volume, 123.456)
		}
	}
	u := &fund.Universe{Assets: []fund.Asset{{Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}}, Accounts: []string{"binance"}, Base: 2}
	for base, name := range []string{"BTC/USDT", "ETH/USDT"} {
		u.Instruments = append(u.Instruments, fund.Instrument{Name: name, Base: fund.AssetID(base), Quote: 2, Lot: amount("0.001"),
			Tick: amount("0.01"), MinNotional: amount("5"), Spread: 0.0002, Fees: fund.Fees{Taker: amount("0.001"), Maker: amount("0.001"), In: fund.FeeInReceived}})
	}
	g := &rig{t: t, clock: paper.NewHand(start)}
	var err error
	g.venue, err = paper.New(paper.Config{Universe: u, Panel: p, Clock: g.clock, Opening: []venues.Balance{{Asset: "USDT", Free: amount("10000")}},
		Venue: exchange.Config{Window: fund.Day, Impact: slices.Repeat([]impact.Model{impact.None{}}, 2), Seed: 1}, Reuse: true})
	if err != nil {
		t.Fatal(err)
	}
	cfg := wire.Config{Venue: g.venue}
	if change != nil {
		change(&cfg)
	}
	_, g.at = wire.Start(t, cfg)
	return g
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// code returns the error code of an answer, 0 if it is none.
func (a answer) code() int {
	var r struct{ Code int }
	json.Unmarshal([]byte(a.body), &r)
	return r.Code
}

func (g *rig) do(method, path, query, key string) answer {
	g.t.Helper()
	a, err := g.try(method, path, query, key)
	if err != nil {
		g.t.Fatal(err)
	}
	return a
}

func (g *rig) try(method, path, query, key string) (answer, error) {
	r, err := http.NewRequestWithContext(g.t.Context(), method, g.at.REST+path+"?"+query, nil)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("X-MBX-APIKEY", key)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(text)}, err
}

func (g *rig) get(path, query string) answer {
	g.t.Helper()
	return g.do("GET", "/api/v3/"+path, query, "")
}

// signed returns a query with timestamp and signature.
func (g *rig) signed(query string) string {
	query = strings.TrimPrefix(query+"&timestamp="+strconv.FormatInt(int64(g.clock.Now())/1e6, 10), "&")
	return query + "&signature=" + sign(query)
}

func sign(text string) string {
	mac := hmac.New(sha256.New, []byte(wire.TestKey().Secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func (g *rig) private(method, path, query string) answer {
	g.t.Helper()
	return g.do(method, "/api/v3/"+path, g.signed(query), wire.TestKey().ID)
}

// into reads an answer that must be fine.
func into[T any](t *testing.T, a answer) (v T) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return v
}
