package risk_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
	"pgregory.net/rapid"
)

// next moves a state an hour on and tells the desk of its row.
func next(d *risk.Desk, s *risk.State) []risk.Notice {
	s.View.At = s.View.At.Add(time.Hour)
	return d.Row(s)
}

func stand(d *risk.Desk, s *risk.State, rule string) *risk.Check {
	for _, c := range d.Stand(s) {
		if c.Rule == rule {
			return &c
		}
	}
	return &risk.Check{}
}

// A price that jumps is suspicious until it has lasted; one that a second source gives as well is good at once.
func TestPriceSanity(t *testing.T) {
	d, s := desk(risk.Rule{ID: "J", Kind: risk.MaxMove, Limit: 0.2, MaxAge: 2 * time.Hour, Breach: risk.Clip}), holding(universe(), 1000, 1000, 0, 1000)
	next(d, s)
	s.View.Price[btc] = 150
	for hour, suspicious := range []bool{true, true, false, false} {
		next(d, s)
		if got := d.Suspended(s.View)[btc]; got != suspicious {
			t.Errorf("hour %d: %v", hour, got)
		}
	}
	panel := &fund.Panel{N: 6, Interval: time.Hour, Times: []fund.Time{0}, Close: []float64{300, 0.1, 10, 1, 299, 1}}
	s.View.Price[btc], s.View.History = 300, fund.HistoryOf(panel, 1)
	if next(d, s); d.Suspended(s.View)[btc] {
		t.Error("two venues say 300")
	}
	panel.Close[4] = 150
	if next(d, s); !d.Suspended(s.View)[btc] {
		t.Error("one venue says 300, the other 150")
	}
}

// Without the price of any reference nobody knows whether the base currency is a dollar.
func TestDepegWithoutAReference(t *testing.T) {
	d, s := desk(risk.Rule{ID: "P", Kind: risk.MaxDepeg, Limit: 0.02, References: []fund.AssetID{usdc}, Breach: risk.Block}), holding(universe(), 0, 0, 0, 1000)
	if c := stand(d, s, "P"); c.Failed() {
		t.Errorf("%+v", c)
	}
	s.View.Stale[usdc] = true
	if c := stand(d, s, "P"); !c.Failed() || !strings.Contains(c.Why, "no reference") {
		t.Errorf("%+v", c)
	}
}

func TestPriceAge(t *testing.T) {
	d, s := desk(risk.Rule{ID: "A", Kind: risk.MaxPriceAge, Limit: 2. / 24, Breach: risk.Clip}), holding(universe(), 500, 0, 0, 1000)
	next(d, s)
	s.View.Stale[btc] = true
	for hour, old := range []bool{false, false, true} {
		next(d, s)
		if d.Suspended(s.View)[btc] != old || stand(d, s, "A").Failed() != old {
			t.Errorf("hour %d: %v", hour+1, d.Suspended(s.View))
		}
	}
}

// Ten basis points of ten thousand are ten; what was used comes back evenly over the period.
func TestSlippageBudget(t *testing.T) {
	d, s := desk(risk.Rule{ID: "S", Kind: risk.MaxSlippage, Limit: 0.001, Per: 10 * time.Hour, Breach: risk.Clip}), holding(universe(), 0, 0, 0, 10_000)
	next(d, s)
	d.Filled(&fund.Fill{Instrument: btcA, Side: fund.Buy, Quantity: fund.MustAmount("10"), Price: fund.MustAmount("100.8"), Mid: 100}, s.View.At, 1)
	d.Filled(&fund.Fill{Instrument: btcA, Side: fund.Sell, Quantity: fund.MustAmount("10"), Price: fund.MustAmount("99.9"), Mid: 100}, s.View.At, 1)
	for hour, used := range []float64{9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0} {
		if got := stand(d, s, "S").Now; math.Abs(got-used/10_000) > 1e-12 {
			t.Errorf("after %d hours %v are used, want %v", hour, got*10_000, used)
		}
		next(d, s)
	}
}

// Money that comes or goes is no gain and no loss.
func TestDrawdownKnowsFlows(t *testing.T) {
	d, s := desk(risk.Rule{ID: "D", Kind: risk.MaxDrawdown, Limit: 0.3, Breach: risk.Halt}), holding(universe(), 0, 0, 0, 1000)
	next(d, s)
	s.Held[0][usdt] = 1200
	next(d, s)
	d.Flowed(-600)
	s.Held[0][usdt] = 600
	next(d, s)
	if c := stand(d, s, "D"); c.Now != 0 {
		t.Errorf("%v after a withdrawal", c.Now)
	}
	s.Held[0][usdt] = 450
	next(d, s)
	if c := stand(d, s, "D"); math.Abs(c.Now-0.25) > 1e-12 || d.Switch() != risk.Active {
		t.Errorf("%v, %s", c.Now, d.Switch())
	}
	s.Held[0][usdt] = 400
	next(d, s)
	if a, why := d.Approve(order(btcA, fund.Buy, "1"), s); d.Switch() != risk.Halted || a.Order().ID != 0 || why.Rule != "kill-switch" {
		t.Errorf("%s, %v", d.Switch(), why)
	}
}

// The kill switch lets nothing leave while it halts, and nothing be bought but cash while it reduces.
func TestSwitchStopsOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, s := desk(), holding(universe(), 1000, 1000, 1000, 1000)
		state := rapid.SampledFrom([]risk.Switch{risk.Active, risk.Reducing, risk.Halted}).Draw(t, "state")
		d.Hear(risk.Word{Who: "ann", Switch: state})
		i := fund.InstrumentID(rapid.IntRange(0, 5).Draw(t, "instrument"))
		side := rapid.SampledFrom([]fund.Side{fund.Buy, fund.Sell}).Draw(t, "side")
		a, why := d.Approve(order(i, side, "1"), s)
		leaves := state == risk.Active || state == risk.Reducing && side == fund.Sell && i != ethBtc
		if leaves != (a.Order().ID != 0) || leaves != (why == nil) {
			t.Fatalf("%s of %d while %s: %+v, %v", side, i, state, a.Order(), why)
		}
	})
}

// A target that rules change still sums to what it did, has nothing below 0, and keeps them.
func TestComply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := drawRules(t)
		d, s := desk(rules...), holding(universe())
		for acc := range s.Held {
			for a := range s.Held[acc] {
				s.Held[acc][a] = rapid.Float64Range(1, 5000).Draw(t, "held")
				s.View.Cap[a] = rapid.Float64Range(0, 1e9).Draw(t, "cap")
			}
		}
		target, sum := make([]float64, 4), 0.0
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
		next(d, s)
		for _, to := range [][]float64{d.Comply(s, target), d.Eligible(s, target)} {
			sum := 0.0
			for a := range to {
				sum += to[a]
				if to[a] < -1e-12 {
					t.Fatalf("%v of %v", to, target)
				}
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Fatalf("%v of %v sum to %v", to, target, sum)
			}
		}
		for _, r := range rules {
			if to := d.Comply(s, target); r.Kind == risk.MaxWeight && stand(d, s, r.ID).Failed() && max(to[btc], to[eth], to[usdc]) > r.Limit+1e-9 {
				t.Fatalf("%+v: %v", r, to)
			}
		}
	})
}

func TestWordsThatCannotBeDone(t *testing.T) {
	d := risk.NewDesk(universe(), risk.Limits{Rules: []risk.Rule{{ID: "C", Kind: risk.MaxClass, List: "defi", Limit: 0.3, Breach: risk.Clip}}, Lists: []risk.List{{Name: "defi", Date: 1, Assets: []fund.AssetID{eth}}}})
	for _, w := range []risk.Word{
		{Switch: risk.Halted},
		{Who: "ann", Rule: "X", Limit: 1},
		{Who: "ann", Rule: "C", Limit: -1},
		{Who: "ann", Rule: "C", Limit: math.NaN()},
		{Who: "ann", List: &risk.List{Name: "nobody", Date: 1}},
		{Who: "ann", List: &risk.List{Name: "defi", Assets: []fund.AssetID{btc}}},
		{Who: "ann", List: &risk.List{Name: "defi", Date: 2}},
	} {
		if text, done := d.Hear(w); done || !strings.Contains(text, "not done") {
			t.Errorf("%+v: %s", w, text)
		}
	}
	if d.Switch() != risk.Active || d.Rules()[0].Limit != 0.3 {
		t.Errorf("%s, %+v", d.Switch(), d.Rules())
	}
}
