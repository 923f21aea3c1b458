package risk_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/engine/risk"
	"pgregory.net/rapid"
)

// half is a spread.
type half float64

func (h half) Slippage(fund.InstrumentID, fund.Side, float64) (float64, float64) {
	return float64(h), 0
}

func (h half) After([]float64) optimize.Quote { return h }

func (h half) Separable() bool { return true }

// problem states the question of a state and a target to a planner.
func problem(u *fund.Universe, s *risk.State, target []float64) *optimize.Problem {
	p := &optimize.Problem{Universe: u, Price: s.View.Price, Target: target, Frozen: make([]bool, len(u.Assets)), Dust: 1, Quote: half(0.0005)}
	for _, held := range s.Held {
		units := make([]float64, len(held))
		for a := range held {
			units[a] = held[a] / s.View.Price[a]
		}
		p.Holding = append(p.Holding, units)
	}
	for i := range u.Instruments {
		p.Mid = append(p.Mid, s.View.Price[u.Instruments[i].Base]/s.View.Price[u.Instruments[i].Quote])
	}
	return p
}

// planner plans a problem under bounds, and remembers the last bounds.
func planner(p *optimize.Problem, by interface {
	Plan(*optimize.Problem) fund.Plan
}) func(*risk.Bounds) fund.Plan {
	return func(b *risk.Bounds) fund.Plan {
		p.MaxBuy, p.MaxSell = nil, nil
		if b != nil {
			p.MaxBuy, p.MaxSell = b.Buy, b.Sell
		}
		return by.Plan(p)
	}
}

func find(v *risk.Review, rule string) risk.Check {
	for _, c := range v.Checks {
		if c.Rule == rule {
			return c
		}
	}
	return risk.Check{}
}

func review(t *testing.T, s *risk.State, target []float64, rules ...risk.Rule) risk.Review {
	t.Helper()
	u := universe()
	p := problem(u, s, target)
	v := risk.NewDesk(u, risk.Limits{Rules: rules}).Review(s, target, planner(p, optimize.MinCost{}))
	return v
}

// What may not be bought is not sold for either.
func TestClippedPlanSellsNothingForNothing(t *testing.T) {
	s := holding(universe(), 3000, 7000, 0, 0)
	v := review(t, s, []float64{0.5, 0.5, 0, 0}, risk.Rule{ID: "M1", Clause: "4.2", Kind: risk.MaxWeight, Limit: 0.4, Breach: risk.Clip, Assets: []fund.AssetID{btc}})
	c := find(&v, "M1")
	if v.Refusal != nil || c.Outcome != risk.Breached || c.Now != 0.3 || math.Abs(c.Wanted-0.5) > 0.002 || c.After > 0.4 || c.After < 0.398 || len(v.Clipped) != 1 || v.Missed <= 0 {
		t.Errorf("%+v, clipped %v, missed %v", c, v.Clipped, v.Missed)
	}
	if cash := v.Plan.After[usdt]; cash > 0.002 {
		t.Errorf("%v of cash is left of what was sold: %+v", cash, v.Plan.Trades)
	}
}

func TestBlockRefuses(t *testing.T) {
	s := holding(universe(), 3000, 7000, 0, 0)
	v := review(t, s, []float64{0.5, 0.5, 0, 0}, risk.Rule{ID: "M1", Clause: "4.2", Kind: risk.MaxWeight, Limit: 0.4, Breach: risk.Block})
	if v.Refusal == nil || v.Refusal.Rule != "M1" || v.Refusal.Why != "M1 (4.2): BTC 49.99 % > 40.00 %" {
		t.Errorf("%+v", v.Refusal)
	}
	v = review(t, s, []float64{0.5, 0.5, 0, 0}, risk.Rule{ID: "M1", Kind: risk.MaxWeight, Limit: 0.4, Breach: risk.Warn})
	if c := find(&v, "M1"); v.Refusal != nil || c.Outcome != risk.Breached || len(v.Clipped) > 0 {
		t.Errorf("%+v, %v", c, v.Clipped)
	}
}

// A breach that the market made may be traded toward the limit, and does not block what does not concern it.
func TestPassiveBreach(t *testing.T) {
	m1 := risk.Rule{ID: "M1", Kind: risk.MaxWeight, Limit: 0.4, Breach: risk.Block}
	v := review(t, holding(universe(), 5000, 3000, 0, 2000), []float64{0.45, 0.35, 0, 0.2}, m1)
	if c := find(&v, "M1"); v.Refusal != nil || c.Outcome != risk.Passive || len(v.Plan.Trades) == 0 || c.Subject != "BTC" {
		t.Errorf("%+v, %+v, %+v", v.Refusal, c, v.Plan.Trades)
	}
	v = review(t, holding(universe(), 5000, 3000, 0, 2000), []float64{0.55, 0.25, 0, 0.2}, m1)
	if v.Refusal == nil {
		t.Errorf("it bought more of what is too much: %+v", v.Plan.Trades)
	}
}

// A way through an asset that may not be held is closed, and the plan takes another.
func TestNoWayThroughWhatIsForbidden(t *testing.T) {
	s := holding(universe(), 0, 5000, 0, 5000)
	u := universe()
	target := []float64{0, 0.2, 0, 0.8}
	p := problem(u, s, target)
	p.Mid[ethBtc] *= 1.001 // and what is gained there is not to be had
	v := risk.NewDesk(u, risk.Limits{Rules: []risk.Rule{{ID: "F", Kind: risk.Forbidden, Breach: risk.Block, Assets: []fund.AssetID{btc}}}}).Review(s, target, planner(p, optimize.MinCost{}))
	for _, tr := range v.Plan.Trades {
		if tr.Instrument == ethBtc {
			t.Errorf("%+v", v.Plan.Trades)
		}
	}
	if v.Refusal != nil || len(v.Plan.Trades) != 1 {
		t.Errorf("%+v, %+v", v.Refusal, v.Plan.Trades)
	}
}

// Whatever the rules: a plan that may be done breaks none of them, can be paid for, costs no more than hub and spoke under the same
// bounds, and checked again it stays as it is.
func TestReviewedPlan(t *testing.T) { rapid.Check(t, reviewedPlan) }

func reviewedPlan(t *rapid.T) {
	u := universe()
	rules := drawRules(t)
	for k, kind := range []risk.Kind{risk.MaxTurnover, risk.MaxPlan, risk.MaxADV} {
		if rapid.IntRange(0, 3).Draw(t, "traded") == 0 {
			rules = append(rules, risk.Rule{ID: fmt.Sprint("T", k), Kind: kind, Limit: rapid.Float64Range(0.01, 1).Draw(t, "limit"), Per: fund.Day, Breach: risk.Clip})
			if kind == risk.MaxPlan {
				rules[len(rules)-1].Limit *= 1e7
			}
		}
	}
	s := holding(u)
	for acc := range s.Held {
		for a := range s.Held[acc] {
			s.Held[acc][a] = rapid.Float64Range(0, 5e6).Draw(t, "held")
			s.View.Cap[a] = rapid.Float64Range(0, 1e9).Draw(t, "cap")
		}
	}
	s.Held[0][usdt] += 1e6
	target := make([]float64, 4)
	sum := 0.0
	for a := range target {
		target[a] = float64(rapid.IntRange(0, 3).Draw(t, "target"))
		sum += target[a]
	}
	if sum == 0 {
		target[usdt], sum = 1, 1
	}
	for a := range target {
		target[a] /= sum
	}
	s.ADV = func(fund.InstrumentID) float64 { return 1e6 }
	p := problem(u, s, target)
	d := risk.NewDesk(u, risk.Limits{Rules: rules})
	v := d.Review(s, target, planner(p, optimize.MinCost{}))
	if v.Refusal != nil {
		return
	}
	checkPlan(t, rules, s, p, &v.Plan)
	if hub := (optimize.HubAndSpoke{}).Plan(p); total(&v.Plan) > total(&hub)+5*max(1, 1e-6*worth(s.Held)) {
		t.Errorf("it comes to %v, hub and spoke to %v", total(&v.Plan), total(&hub))
	}
	again := d.Review(s, target, func(*risk.Bounds) fund.Plan { return v.Plan })
	if len(again.Clipped) > 0 || again.Refusal != nil {
		t.Errorf("checked again: %v, %+v", again.Clipped, again.Refusal)
	}
}

func total(p *fund.Plan) float64 { return p.Cost.Total() + p.Certificate.Unreached }

func worth(held [][]float64) float64 {
	sum := 0.0
	for acc := range held {
		for _, v := range held[acc] {
			sum += v
		}
	}
	return sum
}

// checkPlan measures the end of a plan with the twin.
func checkPlan(t *rapid.T, rules []risk.Rule, s *risk.State, p *optimize.Problem, plan *fund.Plan) {
	after := optimize.After(p, plan)
	for acc := range after {
		for a := range after[acc] {
			if after[acc][a] *= p.Price[a]; after[acc][a] < -1e-6 {
				t.Fatalf("%v of asset %d", after[acc][a], a)
			}
		}
	}
	for _, r := range rules {
		was, is := twin(r, s, s.Held), twin(r, s, after)
		for who, x := range is {
			shrunk := 3 * plan.Cost.Total() / worth(s.Held) // what is not traded grows as a share of what costs leave
			if bar := max(limit(r), was[who]); x > bar+shrunk+1e-6 {
				t.Fatalf("%+v: %s comes to %v, was %v: %+v", r, who, x, was[who], plan.Trades)
			}
		}
	}
}

// A debt that is there already is no plan's: one that sells to pay it back may, one that borrows more is cut to what is there.
func TestALeverageIsTradedDownAndCut(t *testing.T) {
	rule := risk.Rule{ID: "L", Kind: risk.MaxLeverage, Limit: 1.2, Breach: risk.Clip}
	sale := fund.Trade{Instrument: btcA, Side: fund.Sell, Quantity: fund.MustAmount("3"), Notional: 300}
	s := holding(universe(), 1500, 0, 0, -500)
	v := desk(rule).Review(s, []float64{1, 0, 0, 0}, func(*risk.Bounds) fund.Plan { return fund.Plan{Trades: []fund.Trade{sale}} })
	if v.Refusal != nil || len(v.Clipped) > 0 || v.Checks[0].Outcome != risk.Passive {
		t.Errorf("%+v", v)
	}
	s = holding(universe(), 0, 0, 0, 1000)
	v = desk(rule).Review(s, []float64{1, 0, 0, 0}, func(b *risk.Bounds) fund.Plan {
		most := 1500.0
		if b != nil {
			most = min(most, b.Buy[btcA])
		}
		q := universe().Instruments[btcA].Lots(most / 100)
		return fund.Plan{Trades: []fund.Trade{{Instrument: btcA, Side: fund.Buy, Quantity: q, Notional: q.Float64() * 100}}}
	})
	if got := v.Plan.Trades[0].Notional; v.Refusal != nil || got < 1195 || got > 1215 {
		t.Errorf("%v, %v: 1000 of cash and a fifth more buy 1200", got, v.Refusal)
	}
}

func BenchmarkHundredRulesTwoHundredTrades(b *testing.B) {
	u := &fund.Universe{Accounts: []string{"v"}, Base: 50}
	for a := range 51 {
		u.Assets = append(u.Assets, fund.Asset{Name: fmt.Sprintf("A%02d", a)})
	}
	s := &risk.State{View: &fund.View{Universe: u, Stale: make([]bool, 51), Cap: make([]float64, 51), CapAt: make([]fund.Time, 51)}, Held: [][]float64{make([]float64, 51)},
		ADV: func(fund.InstrumentID) float64 { return 1e9 }}
	for a := range 51 {
		s.View.Price = append(s.View.Price, 1)
		s.Held[0][a] = 1000
	}
	plan := fund.Plan{}
	for i := range 200 {
		u.Instruments = append(u.Instruments, fund.Instrument{Name: fmt.Sprint(i), Base: fund.AssetID(i % 50), Quote: fund.AssetID((i*7 + 1) % 51)})
		side := fund.Buy
		if i%2 == 0 {
			side = fund.Sell
		}
		plan.Trades = append(plan.Trades, fund.Trade{Instrument: fund.InstrumentID(i), Side: side, Quantity: fund.MustAmount("1"), Notional: 1, Stage: i / 100})
	}
	var rules []risk.Rule
	for k := range 100 {
		r := risk.Rule{ID: fmt.Sprint(k), Kind: kinds()[k%len(kinds())], Limit: 1.5, Breach: risk.Clip, Top: 3}
		if r.Kind == risk.MaxClass || r.Kind == risk.MinClass || r.Kind == risk.Allowed || r.Kind == risk.Forbidden {
			for a := range 20 {
				r.Assets = append(r.Assets, fund.AssetID((a+k)%50))
			}
		}
		if r.Kind == risk.MinClass || r.Kind == risk.MinCap {
			r.Limit = 0
		}
		if r.Kind == risk.Forbidden || r.Kind == risk.Allowed {
			r.Kind = risk.MaxWeight
		}
		rules = append(rules, r)
	}
	d := risk.NewDesk(u, risk.Limits{Rules: rules})
	b.ResetTimer()
	for b.Loop() {
		if v := d.Review(s, nil, func(*risk.Bounds) fund.Plan { return plan }); v.Refusal != nil || len(v.Clipped) > 0 {
			b.Fatal(v.Refusal, v.Clipped)
		}
	}
}
