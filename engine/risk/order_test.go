package risk_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
	"pgregory.net/rapid"
)

// A limit of 40 % of 10000 leaves room for 40 BTC at 100, less what is held and what works.
func TestOrderIsCutToTheWeight(t *testing.T) {
	for _, c := range []struct {
		name       string
		held, work float64
		side       fund.Side
		wish, want string // want "": refused
	}{
		{"within", 0, 0, fund.Buy, "39.99", "39.99"},
		{"just", 0, 0, fund.Buy, "40", "40"},
		{"over", 0, 0, fund.Buy, "40.01", "40"},
		{"held", 1500, 0, fund.Buy, "40", "25"},
		{"on its way", 1500, 1000, fund.Buy, "40", "15"},
		{"down to the lot", 1500, 1000.5, fund.Buy, "40", "14.99"},
		{"full", 3000, 1000, fund.Buy, "0.01", ""},
		{"over already", 9000, 0, fund.Buy, "1", ""},
		{"sales are free", 9000, 0, fund.Sell, "90", "90"},
	} {
		s := holding(universe(), c.held, 0, 0, 10_000-c.held)
		s.Working = []risk.Leg{{Instrument: btcB, Account: 1, Gets: btc, Gives: usdt, Value: c.work}}
		a, cut := desk(risk.Rule{ID: "M1", Kind: risk.MaxWeight, Limit: 0.4, Breach: risk.Clip}).Approve(order(btcA, c.side, c.wish), s)
		if got := a.Order().Quantity.String(); a.Order().ID != 0 && got != c.want || a.Order().ID == 0 && c.want != "" {
			t.Errorf("%s: %+v, want %s", c.name, a.Order(), c.want)
		}
		if (cut != nil) != (c.want != c.wish) || cut != nil && cut.Rule != "M1" {
			t.Errorf("%s: %+v", c.name, cut)
		}
	}
}

func TestRefusalSaysItsNumbers(t *testing.T) {
	s := holding(universe(), 1500, 0, 0, 8500)
	s.Working = []risk.Leg{{Instrument: btcA, Gets: btc, Gives: usdt, Value: 1000}}
	_, cut := desk(risk.Rule{ID: "M1", Clause: "4.2(a)", Kind: risk.MaxWeight, Limit: 0.4, Breach: risk.Clip}).Approve(order(btcA, fund.Buy, "40"), s)
	if cut == nil || cut.Why != "M1 (4.2(a)): BTC 65.00 % > 40.00 %" || cut.Check.Now != 0.25 || cut.Check.Limit != 0.4 {
		t.Errorf("%+v", cut)
	}
}

// A sale of a cross buys its quote asset.
func TestASaleOfACrossAcquires(t *testing.T) {
	s := holding(universe(), 3900, 5000, 0, 1100)
	a, cut := desk(risk.Rule{ID: "M1", Kind: risk.MaxWeight, Limit: 0.4, Breach: risk.Clip}).Approve(order(ethBtc, fund.Sell, "100"), s)
	if got := a.Order().Quantity.String(); got != "10" || cut == nil || cut.Check.Subject != "BTC" {
		t.Errorf("%s of 100, %+v; ETH of 100 fit below 40 %% BTC", got, cut)
	}
}

// Limits of one venue say nothing of another.
func TestAtVenue(t *testing.T) {
	s := holding(universe(), 0, 0, 0, 5000)
	s.Held[1][usdt] = 5000
	d := desk(risk.Rule{ID: "V", Kind: risk.MaxAtVenue, Limit: 0.1, Breach: risk.Clip, Venues: []fund.AccountID{1}})
	if a, cut := d.Approve(order(btcB, fund.Buy, "20"), s); a.Order().Quantity.String() != "10" || cut.Check.Subject != "BTC at b" {
		t.Errorf("%+v, %+v", a.Order(), cut)
	}
	if a, cut := d.Approve(order(btcA, fund.Buy, "20"), s); cut != nil || a.Order().Quantity.String() != "20" {
		t.Errorf("%+v, %+v", a.Order(), cut)
	}
}

// What a purchase may spend is bound by the reserve, whatever its price becomes.
func TestReserveBindsTheSpending(t *testing.T) {
	d := desk(risk.Rule{ID: "R", Kind: risk.MinClass, Limit: 0.2, Breach: risk.Clip, Assets: []fund.AssetID{usdc, usdt}})
	a, cut := d.Approve(order(btcA, fund.Buy, "70"), holding(universe(), 0, 0, 1000, 9000))
	if o := a.Order(); cut != nil || o.Spend.String() != "8000" {
		t.Errorf("%+v, %v", o, cut)
	}
	if a, cut := d.Approve(order(btcA, fund.Buy, "90"), holding(universe(), 0, 0, 1000, 9000)); a.Order().Quantity.String() != "80" || cut == nil {
		t.Errorf("%+v, %v", a.Order(), cut)
	}
}

func TestSanctioned(t *testing.T) {
	for i, pair := range [][2]fund.AssetID{{btc, usdt}, {eth, btc}, {eth, usdt}, {usdc, usdt}} {
		for _, a := range []fund.AssetID{btc, eth, usdc} {
			d := desk(risk.Rule{ID: "S", Kind: risk.Sanctioned, Breach: risk.Block, Assets: []fund.AssetID{a}})
			for _, side := range []fund.Side{fund.Buy, fund.Sell} {
				got, why := d.Approve(order(fund.InstrumentID(i), side, "1"), holding(universe(), 1000, 1000, 1000, 1000))
				if closed := pair[0] == a || pair[1] == a; closed != (why != nil) || closed != (got == risk.Approved{}) {
					t.Errorf("%s of %d with %d sanctioned: %+v, %v", side, i, a, got.Order(), why)
				}
			}
		}
	}
}

// rate and volume, and what is remembered of fills.
func TestWindows(t *testing.T) {
	s := holding(universe(), 0, 0, 0, 10_000)
	d := desk(
		risk.Rule{ID: "A", Kind: risk.MaxADV, Limit: 0.05, Breach: risk.Clip},
		risk.Rule{ID: "O", Kind: risk.MaxOrders, Limit: 2, Per: time.Hour, Breach: risk.Block},
		risk.Rule{ID: "T", Kind: risk.MaxTurnover, Limit: 0.5, Per: fund.Day, Breach: risk.Clip})
	if a, cut := d.Approve(order(btcA, fund.Buy, "80"), s); a.Order().Quantity.String() != "50" || cut.Rule != "A" {
		t.Errorf("%+v, %+v: 50 are 5 %% of 1000 a day", a.Order(), cut)
	}
	d.Filled(&fund.Fill{Instrument: btcA, Side: fund.Buy, Quantity: fund.MustAmount("30"), Price: fund.MustAmount("100"), Mid: 100}, s.View.At, 1)
	d.Sent(s.View.At)
	if a, cut := d.Approve(order(btcA, fund.Buy, "50"), s); a.Order().Quantity.String() != "20" || cut == nil {
		t.Errorf("%+v, %+v: 30 were traded already", a.Order(), cut)
	}
	d.Sent(s.View.At)
	if a, cut := d.Approve(order(btcA, fund.Buy, "1"), s); a.Order().ID != 0 || cut.Rule != "O" {
		t.Errorf("%+v, %+v: the third within an hour", a.Order(), cut)
	}
	s.View.At = s.View.At.Add(2 * fund.Day)
	if a, cut := d.Approve(order(btcA, fund.Buy, "50"), s); cut != nil || a.Order().Quantity.String() != "50" {
		t.Errorf("%+v, %+v: all is long ago", a.Order(), cut)
	}
}

// kinds are the rules that orders are held to at their worst outcome.
func kinds() []risk.Kind {
	return []risk.Kind{risk.MaxWeight, risk.MaxAtVenue, risk.MaxClass, risk.MinClass, risk.MaxTop, risk.MaxHerfindahl, risk.Forbidden, risk.Allowed, risk.MinCap, risk.MaxVenue, risk.MaxLeverage}
}

func drawRules(t *rapid.T) []risk.Rule {
	var rules []risk.Rule
	for k := range rapid.IntRange(1, 6).Draw(t, "rules") {
		r := risk.Rule{ID: fmt.Sprint("R", k), Kind: rapid.SampledFrom(kinds()).Draw(t, "kind"), Limit: rapid.Float64Range(0, 1).Draw(t, "limit"), Top: rapid.IntRange(1, 3).Draw(t, "top"),
			Breach: rapid.SampledFrom([]risk.Breach{risk.Block, risk.Clip}).Draw(t, "breach")}
		switch r.Kind {
		case risk.MaxLeverage:
			r.Limit++
		case risk.MinCap:
			r.Limit *= 1e9
		case risk.MaxClass, risk.MinClass, risk.Forbidden, risk.Allowed:
			r.Assets = rapid.SliceOfNDistinct(rapid.SampledFrom([]fund.AssetID{btc, eth, usdc, usdt}), 1, 3, rapid.ID[fund.AssetID]).Draw(t, "class")
			slices.Sort(r.Assets)
		}
		rules = append(rules, r)
	}
	return rules
}

// twin measures a rule of a state, once for everybody that it limits, as dumbly as can be; more is worse.
func twin(r risk.Rule, s *risk.State, held [][]float64) map[string]float64 {
	nav, by := 0.0, make([]float64, 4)
	for acc := range held {
		for a, v := range held[acc] {
			nav += v
			by[a] += v
		}
	}
	in := func(a int) bool { return slices.Contains(r.Assets, fund.AssetID(a)) }
	out := map[string]float64{}
	var w []float64
	for a, v := range by {
		w = append(w, v/nav)
		cash := fund.AssetID(a) == usdt
		switch {
		case r.Kind == risk.MaxWeight && !cash:
			out[fmt.Sprint(a)] = v / nav
		case r.Kind == risk.MaxClass && in(a), r.Kind == risk.Forbidden && in(a), r.Kind == risk.Allowed && !in(a) && !cash,
			r.Kind == risk.MinCap && !cash && s.View.Cap[a] < r.Limit:
			out["sum"] += v / nav
		case r.Kind == risk.MinClass && in(a):
			out["sum"] -= v / nav
		case r.Kind == risk.MaxHerfindahl && !cash:
			out["sum"] += v / nav * v / nav
		}
		for acc := range held {
			if r.Kind == risk.MaxAtVenue && !cash {
				out[fmt.Sprint(acc, a)] = held[acc][a] / nav
			}
			if r.Kind == risk.MaxVenue {
				out[fmt.Sprint(acc)] += held[acc][a] / nav
			}
			if r.Kind == risk.MaxLeverage {
				out["sum"] += max(0, held[acc][a]) / nav
			}
		}
	}
	if w = w[:3]; r.Kind == risk.MaxTop {
		slices.Sort(w)
		for _, x := range w[3-r.Top:] {
			out["sum"] += x
		}
	}
	return out
}

func limit(r risk.Rule) float64 {
	switch r.Kind {
	case risk.MinClass:
		return -r.Limit
	case risk.Forbidden, risk.Allowed, risk.MinCap:
		return 0
	case risk.MaxLeverage:
		return r.Limit + 0.01
	}
	return r.Limit
}

// However the orders that work fill, whole or not at all, one that was approved breaks no rule: what it leads to is within the
// limit, or no worse than the same without it.
func TestNoApprovedOrderBreaksARule(t *testing.T) { rapid.Check(t, noOrderBreaksARule) }

func FuzzNoApprovedOrderBreaksARule(f *testing.F) { f.Fuzz(rapid.MakeFuzz(noOrderBreaksARule)) }

func noOrderBreaksARule(t *rapid.T) {
	u := universe()
	rules := drawRules(t)
	d := risk.NewDesk(u, risk.Limits{Rules: rules})
	s := holding(u)
	for a := range 3 {
		s.View.Price[a] = math.Pow(10, rapid.Float64Range(-2, 4).Draw(t, "log price"))
		s.View.Cap[a] = rapid.Float64Range(0, 1e9).Draw(t, "cap")
	}
	for acc := range s.Held {
		for a := range s.Held[acc] {
			s.Held[acc][a] = rapid.Float64Range(0, 5000).Draw(t, "held")
		}
	}
	s.Held[0][usdt] += 1
	for n := range rapid.IntRange(1, 6).Draw(t, "orders") {
		i := fund.InstrumentID(rapid.IntRange(0, len(u.Instruments)-1).Draw(t, "instrument"))
		side := rapid.SampledFrom([]fund.Side{fund.Buy, fund.Sell}).Draw(t, "side")
		o := order(i, side, "1")
		gives := u.Instruments[i].Quote
		if side == fund.Sell {
			gives = u.Instruments[i].Base
		}
		free := s.Held[u.Instruments[i].Venue][gives]
		for _, w := range s.Working {
			if w.Account == u.Instruments[i].Venue && w.Gives == gives {
				free -= w.Value
			}
		}
		o.ID = fund.OrderID(n + 1)
		o.Quantity = u.Instruments[i].Lots(max(0, free) * rapid.Float64Range(0, 1).Draw(t, "part") / s.View.Price[u.Instruments[i].Base])
		if o.Quantity.Sign() <= 0 {
			continue
		}
		a, cut := d.Approve(o, s)
		if cut == nil && !a.Order().Quantity.Equal(o.Quantity) {
			t.Fatalf("%s became %s, and nobody says why", o.Quantity, a.Order().Quantity)
		}
		if a.Order().ID == 0 {
			continue
		}
		leg := risk.LegOf(u, i, side, a.Order().Quantity.Float64(), s.View.Price)
		for fills := range 1 << len(s.Working) {
			before, after := outcomes(s, fills, leg)
			for _, r := range rules {
				was, is := twin(r, s, before), twin(r, s, after)
				for who, x := range is {
					if x > max(limit(r), was[who])+1e-8 {
						t.Fatalf("%+v: %s of %s at %v, works %+v: %s of %v: %v, was %v", r, side, a.Order().Quantity, u.Instruments[i].Name, s.Working, who, before, x, was[who])
					}
				}
			}
		}
		s.Working = append(s.Working, leg)
	}
}

// outcomes returns what is held when the working orders of a set have filled, without and with one order more.
func outcomes(s *risk.State, fills int, leg risk.Leg) (before, after [][]float64) {
	do := func(held [][]float64, l risk.Leg) {
		held[l.Account][l.Gets] += l.Value
		held[l.Account][l.Gives] -= l.Value
	}
	for acc := range s.Held {
		before = append(before, slices.Clone(s.Held[acc]))
	}
	for k, w := range s.Working {
		if fills>>k&1 == 1 {
			do(before, w)
		}
	}
	for acc := range before {
		after = append(after, slices.Clone(before[acc]))
	}
	do(after, leg)
	return before, after
}

// A trade inside a class changes nothing of it, and is free even where the class is full.
func TestATradeInsideAClassIsFree(t *testing.T) {
	class := risk.Rule{ID: "C", Kind: risk.MaxClass, Limit: 0.5, Breach: risk.Clip, Assets: []fund.AssetID{btc, eth}}
	s := holding(universe(), 6000, 0, 0, 4000)
	if a, cut := desk(class).Approve(order(ethBtc, fund.Buy, "100"), s); cut != nil || a.Order().Quantity.String() != "100" {
		t.Errorf("%+v, %v", a.Order(), cut)
	}
	if a, cut := desk(class).Approve(order(ethA, fund.Buy, "100"), s); cut == nil || a.Order().ID != 0 {
		t.Errorf("%+v, %v", a.Order(), cut)
	}
	class.Breach = risk.Block
	s = holding(universe(), 4000, 0, 0, 6000)
	if a, cut := desk(class).Approve(order(ethA, fund.Buy, "200"), s); cut == nil || a.Order().ID != 0 {
		t.Errorf("a rule that blocks cuts: %+v, %v", a.Order(), cut)
	}
}

// A venue that is sanctioned, by its name or its address, gets no order; others do, and what is held there counts.
func TestSanctionedVenue(t *testing.T) {
	d := risk.NewDesk(universe(), risk.Limits{Rules: []risk.Rule{{ID: "S", Kind: risk.Sanctioned, Breach: risk.Block, List: "bad"}}, Lists: []risk.List{{Name: "bad", Date: 1, Venues: []fund.AccountID{1}}}})
	s := holding(universe(), 0, 0, 0, 900)
	s.Held[1][usdt] = 100
	if a, why := d.Approve(order(btcB, fund.Buy, "1"), s); a.Order().ID != 0 || why == nil || why.Rule != "S" || why.Why != "b is blocked" {
		t.Errorf("%+v, %+v", a.Order(), why)
	}
	if a, why := d.Approve(order(btcA, fund.Buy, "1"), s); a.Order().ID == 0 || why != nil {
		t.Errorf("%+v, %+v", a.Order(), why)
	}
	if c := d.Stand(s)[0]; c.Outcome != risk.Passive || c.Now != 0.1 {
		t.Errorf("%+v", c)
	}
}

// The share held at a venue counts what works there, and is told where it is too large; trades within a venue do not change it.
func TestMaxVenue(t *testing.T) {
	d := desk(risk.Rule{ID: "V", Kind: risk.MaxVenue, Limit: 0.6, Breach: risk.Block})
	s := holding(universe(), 0, 0, 0, 700)
	s.Held[1][usdt] = 300
	if c := d.Stand(s)[0]; c.Outcome != risk.Passive || c.Now != 0.7 || c.Subject != "a" {
		t.Errorf("%+v", c)
	}
	if a, why := d.Approve(order(btcA, fund.Buy, "5"), s); a.Order().ID == 0 || why != nil {
		t.Errorf("%+v, %v", a.Order(), why)
	}
}
