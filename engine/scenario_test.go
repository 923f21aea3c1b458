package engine_test

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/strategies"
)

var rewrite = flag.Bool("rewrite", false, "write what the scenarios print into their files")

// A scenario is a file of events, one a line, each followed by the records of the commands that the core answers with,
// indented. See testdata/README for the events.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	rules, other := filepath.Glob("testdata/rules/*.txt")
	if err != nil || other != nil || len(files) == 0 || len(rules) == 0 {
		t.Fatal("no scenarios", err, other)
	}
	for _, name := range append(files, rules...) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(text))
			if *rewrite {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("the core answers otherwise (go test ./engine -rewrite shows how in the file's diff):\n%s", got)
			}
		})
	}
}

// play runs the events of a scenario and returns the file as it should be.
func play(t *testing.T, text string) string {
	var out strings.Builder
	var s *stage
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		fmt.Fprintln(&out, line)
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0][0] == '#':
		case words[0] == "fund":
			s = newStage(t, words[1:])
		default:
			s.do(words)
			for _, r := range s.answers() {
				fmt.Fprintf(&out, "  %s\n", r)
			}
		}
	}
	return out.String()
}

// stage is a core whose instruments are every asset against USD, at one venue, v, or at each of those that are named.
type stage struct {
	t     *testing.T
	u     *fund.Universe
	core  *engine.Core
	panel *fund.Panel
	seq   uint64
	now   fund.Time
	rec   *journal.Recorder
	lines *bytes.Buffer
	trade uint64
}

func newStage(t *testing.T, words []string) *stage {
	keys := map[string]string{"band": "10%", "retry": "24h", "deadline": "24h", "age": "24h", "venues": "v"}
	for _, w := range words {
		k, v, _ := strings.Cut(w, "=")
		keys[k] = v
	}
	s := &stage{t: t, u: &fund.Universe{Accounts: strings.Split(keys["venues"], ",")}, lines: &bytes.Buffer{}}
	names := strings.Split(keys["assets"], ",")
	for _, n := range append(names, "USD") {
		s.u.Assets = append(s.u.Assets, fund.Asset{Name: n, Decimals: 2})
	}
	s.u.Base = fund.AssetID(len(names))
	var models []impact.Model
	var listed []fund.AssetID
	for venue := range s.u.Accounts {
		for i, n := range names {
			s.u.Instruments = append(s.u.Instruments, fund.Instrument{Venue: fund.AccountID(venue), Name: n + "/USD", Base: fund.AssetID(i), Quote: s.u.Base,
				Lot: fund.MustAmount("0.01"), MinNotional: amountOf(keys["minimum"]), MaxQuantity: amountOf(keys["most"]), Spread: fraction(keys["spread"]), Fees: feesOf(keys["fee-in"])})
			models = append(models, impactOf(keys["impact"]))
		}
	}
	for i := range names {
		listed = append(listed, fund.AssetID(i))
	}
	p := engine.Policy{
		Target: strategies.Equal(len(names)+1, listed), Planner: optimize.HubAndSpoke{}, Impact: models,
		Trigger: &strategies.Threshold{Band: fraction(keys["band"]), Dust: 1}, Schedule: execute.Schedule{Deadline: span(t, keys["deadline"])},
		Window: 30 * fund.Day, Dust: 1, MaxAge: span(t, keys["age"]), Retry: span(t, keys["retry"]),
	}
	schedule(t, &p.Schedule, keys)
	if cash := fraction(keys["cash"]); cash > 0 {
		weights := make(strategies.Fixed, len(names)+1)
		for a := range names {
			weights[a] = (1 - cash) / float64(len(names))
		}
		weights[len(names)] = cash
		p.Target = weights
	}
	p.Limits = s.limits(keys)
	s.panel = &fund.Panel{N: len(s.u.Instruments), Interval: time.Hour}
	s.core = engine.New(s.u, p)
	s.now = fund.TimeOf(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))
	rec, err := journal.NewRecorder(s.u, journal.Manifest{}, s.lines)
	if err != nil {
		t.Fatal(err)
	}
	s.rec = rec
	s.lines.Reset()
	return s
}

// schedule reads what a scenario says of how orders are sent.
func schedule(t *testing.T, s *execute.Schedule, keys map[string]string) {
	for kind, name := range []string{"", "twap", "vwap", "pov", "almgren-chriss"} {
		value, has := keys[name]
		if !has || name == "" {
			continue
		}
		s.Kind, s.Slices = execute.Kind(kind), int(max(2, uintOf(keys["slices"])))
		if s.Kind == execute.POV {
			s.Rate = fraction(value)
		} else {
			s.Over = span(t, value)
		}
	}
	s.Lambda, _ = strconv.ParseFloat(keys["lambda"], 64)
	s.MaxParticipation, s.Jitter, s.Guard = fraction(keys["cap"]), fraction(keys["jitter"]), fraction(keys["guard"])
	s.Offset, s.Passive = fraction(keys["passive"]), keys["passive"] != ""
	s.Cross = keys["cross"] != ""
	s.Halt = map[string]execute.Halt{"resume": execute.Resume, "end": execute.End}[keys["halt"]]
}

// do makes one event of a line.
func (s *stage) do(words []string) {
	var body engine.Body
	switch words[0] {
	case "wait":
		s.now = s.now.Add(span(s.t, words[1]))
		return
	case "row":
		body = s.row(words[1:])
	case "deposit", "open":
		body = &engine.Flow{Account: s.venue(words[3:]), Asset: s.asset(words[1]), Amount: fund.MustAmount(words[2]), Opening: words[0] == "open"}
	case "redeem":
		body = &engine.Redemption{ID: uintOf(words[1]), Asset: s.asset(words[2]), Amount: fund.MustAmount(words[3])}
	case "paid":
		body = &engine.Flow{Redemption: uintOf(words[1]), Asset: s.asset(words[2]), Amount: fund.MustAmount(words[3]).Neg()}
	case "accept":
		body = &engine.Accepted{Order: fund.OrderID(uintOf(words[1]))}
	case "fill":
		body = s.fill(words[1:])
	case "close":
		body = &engine.Closed{Order: fund.OrderID(uintOf(words[1])), Reason: strings.Join(words[2:], " ")}
	case "timer":
		body = &engine.TimerFired{Timer: fund.TimerID(uintOf(words[1]))}
	case "caps":
		body = s.caps(words[1:])
	case "operator":
		body = s.operator(words[1:])
	case "discrepancy":
		body = &engine.Discrepancy{Asset: s.u.Base, Text: strings.Join(words[1:], " ")}
	default:
		s.t.Fatalf("no such event: %s", words[0])
	}
	s.step(body)
}

// caps is "caps A=5e8 ...": market caps that became known.
func (s *stage) caps(words []string) engine.Body {
	usd := make([]float64, len(s.u.Assets))
	for _, w := range words {
		name, cap, _ := strings.Cut(w, "=")
		usd[s.asset(name)], _ = strconv.ParseFloat(cap, 64)
	}
	return &engine.Caps{USD: usd}
}

// operator is "operator WHO ACTION [RULE LIMIT | LIST]".
func (s *stage) operator(words []string) *engine.Operator {
	o := &engine.Operator{Who: words[0], Action: engine.Action(words[1])}
	switch o.Action {
	case engine.SetLimit:
		o.Rule, o.Limit = words[2], fraction(words[3])
	case engine.SetList:
		o.List = s.list(words[2])
	}
	return o
}

func (s *stage) step(b engine.Body) {
	s.seq++
	ev := engine.Event{Seq: s.seq, At: s.now, Body: b}
	if err := s.rec.Event(&ev); err != nil {
		s.t.Fatal(err)
	}
	s.lines.Reset()
	if err := s.rec.Commands(s.core.Step(ev, nil)); err != nil {
		s.t.Fatal(err)
	}
	for a := range s.u.Assets {
		if x := s.core.Book().Imbalance(fund.AssetID(a)); !x.IsZero() {
			s.t.Fatalf("%s: postings sum to %s", s.u.Assets[a].Name, x)
		}
	}
}

// answers returns the records of the newest commands, without the record of the row that they followed from.
func (s *stage) answers() []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(s.lines.String()), "\n") {
		_, rec, found := strings.Cut(line, `,"rec":`)
		if rec, _, _ = strings.Cut(rec, `,"chain":`); found && !strings.HasPrefix(rec, `{"kind":"rows"`) {
			out = append(out, rec)
		}
	}
	s.lines.Reset()
	return out
}

// row closes an hour later than the row before: prices by asset, a missing asset has no bar. A=10*500 trades 500 units, as
// many as the price where it is not said. A@w is A at venue w.
func (s *stage) row(words []string) engine.Body {
	prices, volumes := make([]float64, s.panel.N), make([]float64, s.panel.N)
	for i := range prices {
		prices[i], volumes[i] = math.NaN(), math.NaN()
	}
	for _, w := range words {
		name, price, _ := strings.Cut(w, "=")
		price, volume, said := strings.Cut(price, "*")
		i := s.instrument(name)
		prices[i], _ = strconv.ParseFloat(price, 64)
		if volumes[i] = prices[i]; said {
			volumes[i], _ = strconv.ParseFloat(volume, 64)
		}
	}
	s.panel.Times = append(s.panel.Times, s.now)
	s.now = s.now.Add(time.Hour)
	for _, column := range []*[]float64{&s.panel.Open, &s.panel.High, &s.panel.Low, &s.panel.Close} {
		*column = append(*column, prices...)
	}
	s.panel.Volume = append(s.panel.Volume, volumes...)
	return &engine.Row{Panel: s.panel, Index: len(s.panel.Times) - 1}
}

// fill is "fill ORDER buy|sell ASSET QUANTITY PRICE [trade=N|maker|cash=X]" with a fee of 10 bp.
func (s *stage) fill(words []string) engine.Body {
	s.trade++
	f := fund.Fill{Order: fund.OrderID(uintOf(words[0])), Trade: s.trade, Side: fund.Buy, Instrument: s.instrument(words[2]),
		Quantity: fund.MustAmount(words[3]), Price: fund.MustAmount(words[4]), FeeAsset: s.u.Base}
	if words[1] == "sell" {
		f.Side = fund.Sell
	}
	if len(words) > 5 {
		switch name, value, _ := strings.Cut(words[5], "="); name {
		case "maker":
			f.Maker = true
		case "cash":
			f.SetCash(fund.MustAmount(value))
		default:
			f.Trade = uintOf(value)
		}
	}
	f.Fee = fund.Charge(f.Cash(), fund.MustAmount("0.001"), 2)
	return &engine.Filled{Fill: f}
}

func (s *stage) asset(name string) fund.AssetID {
	a, ok := s.u.Asset(name)
	if !ok {
		s.t.Fatalf("no asset %s", name)
	}
	return a
}

// instrument is ASSET, or ASSET@VENUE, against USD.
func (s *stage) instrument(name string) fund.InstrumentID {
	asset, venue, said := strings.Cut(name, "@")
	acc := fund.AccountID(0)
	if said {
		acc = s.venue([]string{venue})
	}
	return fund.InstrumentID(int(acc)*(len(s.u.Assets)-1) + int(s.asset(asset)))
}

// venue is the one that is named, or the first.
func (s *stage) venue(words []string) fund.AccountID {
	if len(words) == 0 {
		return 0
	}
	acc := slices.Index(s.u.Accounts, words[0])
	if acc < 0 {
		s.t.Fatalf("no venue %s", words[0])
	}
	return fund.AccountID(acc)
}

// feesOf is 10 bp, taken in quote or as is said.
func feesOf(in string) fund.Fees {
	return fund.Fees{Taker: fund.MustAmount("0.001"), In: map[string]fund.FeeIn{"base": fund.FeeInBase, "received": fund.FeeInReceived}[in]}
}

// impactOf is the square root's with a factor, or none.
func impactOf(y string) impact.Model {
	if y == "" {
		return impact.None{}
	}
	factor, _ := strconv.ParseFloat(y, 64)
	return impact.SquareRoot{Y: factor}
}

func amountOf(s string) fund.Amount {
	if s == "" {
		return fund.Amount{}
	}
	return fund.MustAmount(s)
}

func fraction(s string) float64 {
	x, _ := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	return x / 100
}

func uintOf(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64)
	return n
}

func span(t *testing.T, s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
