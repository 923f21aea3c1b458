package reports

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies"
)

// steps prices an asset by day: steps[d] in the hours that close in day d, midnight included.
func steps(prices ...float64) func(int, int) float64 {
	return func(row, _ int) float64 { return prices[row/24] }
}

// Two assets of half each, bought for nothing at 100 in the first hours and held. In day 1 the first doubles, in day 2 it
// gains a tenth and the second loses a tenth.
func TestByHand(t *testing.T) {
	r := newRig(2, panelOf(2, 72, func(row, i int) float64 {
		return [2][3]float64{{100, 200, 220}, {100, 100, 90}}[i][row/24]
	})).free()
	r.policy.Trigger = strategies.Hold{}
	a := r.analyse(t)
	s := &a.Summary
	navs := []float64{10e6, 10e6, 15e6, 15.5e6}
	returns := []float64{math.NaN(), 0, 0.5, 0.5 / 15}
	active := []float64{math.NaN(), math.NaN(), 0, 0.5/15 - 0}
	for i, p := range a.Points {
		near(t, "NAV", p.NAV, navs[i], 1e-12)
		if i > 0 {
			near(t, "return", p.Return, returns[i], 1e-12)
		}
		if i > 1 {
			near(t, "active return", p.Active, active[i], 1e-12)
		}
		if p.At != hours(24*i) {
			t.Errorf("point %d is at %v", i, p.At)
		}
	}
	if !math.IsNaN(a.Points[1].Active) || !math.IsNaN(a.Points[0].Drift) {
		t.Errorf("there was no decision before day 1 began: %+v", a.Points[:2])
	}
	near(t, "drift after the doubling", a.Points[2].Drift, math.Sqrt(2)/6, 1e-12)
	near(t, "annual return", s.Fund.AnnualReturn, math.Pow(1.55, 365.0/3)-1, 1e-9)
	near(t, "tracking error", s.TrackingError, 0.5/15/math.Sqrt2*math.Sqrt(365), 1e-12)
	near(t, "average NAV", s.AverageNAV, (10e6+10e6+15e6+15.5e6)/4, 1e-12)
	near(t, "turnover", s.Turnover, 10e6/s.AverageNAV, 1e-12)
	near(t, "turnover a year", s.TurnoverPerYear, s.Turnover*365/3, 1e-12)
	if s.Decisions != 1 || s.Rebalances != 1 || s.Orders != 2 || s.Fills != 2 {
		t.Errorf("%d decisions, %d rebalances, %d orders, %d fills", s.Decisions, s.Rebalances, s.Orders, s.Fills)
	}
}

func TestFlatMarketWithoutCostIsAllZeros(t *testing.T) {
	s := newRig(3, panelOf(3, 100, func(int, int) float64 { return 50 })).free().analyse(t).Summary
	near(t, "profit", s.Profit, 0, 1e-8)
	for name, x := range map[string]float64{
		"return": s.Fund.TotalReturn, "annual return": s.Fund.AnnualReturn, "volatility": s.Fund.Volatility,
		"drawdown": s.Fund.MaxDrawdown, "tracking error": s.TrackingError, "cost": s.CostUSD, "hold": s.Hold.TotalReturn,
	} {
		if x != 0 {
			t.Errorf("%s = %v", name, x)
		}
	}
	if !math.IsNaN(s.Fund.Sharpe) || !math.IsNaN(s.Fund.Sortino) || !math.IsNaN(s.Fund.Calmar) {
		t.Errorf("ratios to nothing: %+v", s.Fund)
	}
}

// Who holds is buy-and-hold, whatever it cost to get there and whatever comes and goes before.
func TestHoldTriggerIsBuyAndHold(t *testing.T) {
	r := newRig(5, walkPanel(5, 500, 0.02, 3))
	r.policy.Trigger = strategies.Hold{}
	a := r.analyse(t)
	if a.Summary.Fund != a.Summary.Hold || a.Summary.CostUSD <= 0 {
		t.Errorf("fund %+v\nhold %+v", a.Summary.Fund, a.Summary.Hold)
	}
}

func TestWithoutRebalanceHoldIsTheOpeningHoldings(t *testing.T) {
	r := newRig(2, walkPanel(2, 100, 0.02, 3))
	r.policy.Trigger = &strategies.Threshold{Band: 1000, Dust: 1e9}
	r.config.Opening = append(r.config.Opening, sim.Flow{At: day0, Asset: 0, Amount: fund.MustAmount("1000")})
	a := r.analyse(t)
	s := &a.Summary
	near(t, "start NAV", s.StartNAV, 10e6+1000*r.config.Panel.Open[0], 1e-12)
	if s.Rebalances > 0 || s.Fund != s.Hold || s.Profit == 0 || s.NetFlows != 0 {
		t.Errorf("%+v", s)
	}
}

// All costs are the fills' own, and what the core reckoned.
func TestCosts(t *testing.T) {
	r := newRig(4, walkPanel(4, 1000, 0.02, 5))
	a := r.analyse(t)
	s := &a.Summary
	if s.CostUSD != s.Cost.Fees+s.Cost.Spread+s.Cost.Impact || s.Cost.Fees <= 0 || s.Cost.Impact <= 0 {
		t.Errorf("cost %v of %+v", s.CostUSD, s.Cost)
	}
	value := 0.0
	for i := range a.Trades {
		value += a.Trades[i].Value
		if a.Trades[i].Reason == "" {
			t.Fatalf("trade %d has no reason", i)
		}
	}
	near(t, "fees", s.Cost.Fees, value*0.001, 1e-9)
	near(t, "bp", s.CostBP, s.CostUSD/s.AverageNAV*1e4, 1e-12)
	near(t, "bp by kind", s.FeesBP+s.SpreadBP+s.ImpactBP, s.CostBP, 1e-12)
}

// What comes or goes is no return: in kind it changes neither returns nor, pro rata, what is held.
func TestFlowsAreNoReturn(t *testing.T) {
	play := func(flows ...sim.Flow) *Analysis {
		r := newRig(1, walkPanel(1, 240, 0.02, 8)).free()
		r.config.Flows = flows
		return r.analyse(t)
	}
	plain := play()
	units := func(s string) fund.Amount { return fund.MustAmount(s) }
	a := play(sim.Flow{At: hours(50), Asset: 0, Amount: units("30000")}, sim.Flow{At: hours(96), Asset: 0, Amount: units("-1000")})
	for i := 1; i < len(a.Points); i++ {
		near(t, "return", a.Points[i].Return, plain.Points[i].Return, 1e-9)
		near(t, "hold's return", a.Points[i].HoldReturn, plain.Points[i].HoldReturn, 1e-9)
	}
	s := &a.Summary
	price := func(row int) float64 { return a.Run.Panel.Close[row] }
	near(t, "net flows", s.NetFlows, 30000*price(48)-1000*price(94), 1e-12)
	near(t, "flow of day 3", a.Points[3].Flow, 30000*price(48), 1e-12)
	near(t, "flow of day 4", a.Points[4].Flow, -1000*price(94), 1e-12)
	near(t, "final less start less flows", s.Fund.FinalNAV-s.StartNAV-s.NetFlows, s.Profit, 1e-12)
	near(t, "hold's final NAV", s.Hold.FinalNAV, s.Fund.FinalNAV, 1e-9)
}

// A deposit buys buy-and-hold pro rata, a withdrawal sells it, and cash that waits in the fund earns nothing.
func TestCashFlowsAndHold(t *testing.T) {
	r := newRig(2, panelOf(2, 96, steps(100, 100, 200, 200))).free()
	r.policy.Trigger = strategies.Hold{}
	r.config.Flows = []sim.Flow{{At: hours(30), Asset: 2, Amount: fund.MustAmount("5000000")}}
	a := r.analyse(t)
	near(t, "fund", a.Summary.Fund.FinalNAV, 25e6, 1e-9)
	near(t, "hold", a.Summary.Hold.FinalNAV, 30e6, 1e-9)
	near(t, "return", a.Summary.Fund.TotalReturn, 25.0/15-1, 1e-9)
	near(t, "hold's return", a.Summary.Hold.TotalReturn, 1, 1e-9)
}

func TestHoldCannotPayMoreThanItHas(t *testing.T) {
	h := hold{units: []float64{10, 5}}
	h.take(-1000, []float64{2, 1}, 1)
	if h.units[0] != 0 || h.units[1] != 0 {
		t.Errorf("after all was taken: %v", h.units)
	}
	h.take(7, []float64{2, 1}, 1)
	if h.units[0] != 0 || h.units[1] != 7 {
		t.Errorf("after a deposit into nothing: %v", h.units)
	}
}

// An asset that dies keeps its last price up to the maximum age, is then worth nothing, and the report says so.
func TestDeadAsset(t *testing.T) {
	r := newRig(2, panelOf(2, 120, func(row, i int) float64 {
		if i == 0 && row >= 30 {
			return math.NaN()
		}
		return 100
	})).free()
	r.policy.Trigger = strategies.Hold{}
	a := r.analyse(t)
	for i, want := range []float64{10e6, 10e6, 10e6, 5e6, 5e6, 5e6} {
		near(t, "NAV", a.Points[i].NAV, want, 1e-12)
	}
	near(t, "active return of the day it was written off", a.Points[3].Active, -0.5, 1e-12)
	q := a.Quality[0]
	if q.Asset != "A00" || q.Last != hours(30) || q.Worthless != hours(55) || !q.Ended || q.Units <= 0 || a.Quality[1].Ended {
		t.Errorf("%+v", a.Quality)
	}
	told := strings.Join(a.Notes, "\n")
	for _, want := range []string{"alert: A00: the last price, 100 at", "A00 has no price since 2022-01-02 06:00 and is valued at 0"} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not in:\n%s", want, told)
		}
	}
}

// A holding that is listed later is worth something from then on: a flow, and no return.
func TestHoldingPricedLater(t *testing.T) {
	r := newRig(2, panelOf(2, 72, func(row, i int) float64 {
		if i == 0 && row < 30 {
			return math.NaN()
		}
		return 100
	})).free()
	r.policy.Trigger = strategies.Hold{}
	r.config.Opening = append(r.config.Opening, sim.Flow{At: day0, Asset: 0, Amount: fund.MustAmount("7")})
	a := r.analyse(t)
	near(t, "net flows", a.Summary.NetFlows, 700, 1e-12)
	near(t, "profit", a.Summary.Profit, 0, 1e-6)
	near(t, "return", a.Summary.Fund.TotalReturn, 0, 1e-12)
	near(t, "hold's return", a.Summary.Hold.TotalReturn, 0, 1e-12)
}

func TestGaps(t *testing.T) {
	a := newRig(1, panelOf(1, 48, func(row, _ int) float64 {
		if row >= 10 && row < 13 || row == 20 {
			return math.NaN()
		}
		return 100
	})).free().analyse(t)
	if q := a.Quality[0]; q.Missing != 4 || q.LongestGap != 3*time.Hour || q.First != hours(1) || q.Last != hours(48) || q.Ended {
		t.Errorf("%+v", q)
	}
	if !slices.Contains(a.Notes, "Rows without a bar, and the longest gap: A00 4, 3h.") {
		t.Errorf("%q", a.Notes)
	}
}

func TestGapBetweenRows(t *testing.T) {
	p := panelOf(2, 48, func(int, int) float64 { return 100 })
	for i := range p.Times[20:] {
		p.Times[20+i] = p.Times[20+i].Add(30 * time.Hour)
	}
	a := newRig(2, p).free().analyse(t)
	if q := a.Quality[1]; q.Missing != 0 || q.LongestGap != 30*time.Hour {
		t.Errorf("%+v", q)
	}
	if !slices.Contains(a.Notes, "There are no rows at all for up to 30h.") || len(a.Points) != 5 {
		t.Errorf("%d points, %q", len(a.Points), a.Notes)
	}
}

// A run that begins and ends within a day has a short first and last day.
func TestShortDays(t *testing.T) {
	p := panelOf(1, 40, func(int, int) float64 { return 100 })
	for i := range p.Times {
		p.Times[i] = p.Times[i].Add(5 * time.Hour)
	}
	a := newRig(1, p).analyse(t)
	var at []fund.Time
	for i := range a.Points {
		at = append(at, a.Points[i].At)
	}
	if !slices.Equal(at, []fund.Time{hours(5), hours(24), hours(45)}) || a.Summary.Days != 2 {
		t.Errorf("points at %v, %d days", at, a.Summary.Days)
	}
}

func TestWorkingOrdersAreTold(t *testing.T) {
	r := newRig(1, panelOf(1, 3, func(int, int) float64 { return 100 }))
	r.config.Panel.Volume = []float64{1000, 1000, 1000}
	r.config.Venues[0].Participation = 0.1
	a := r.analyse(t)
	if a.Summary.OrdersWorking != 1 || !strings.Contains(strings.Join(a.Notes, "\n"), "Order 1 still works at the end: buy") {
		t.Errorf("%+v\n%q", a.Summary, a.Notes)
	}
}

// Journal and rows that are not of one run are refused, and the record is named.
func TestWhatDoesNotAgreeIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		bend func(*Run)
		want string
	}{
		"another price": {func(r *Run) { r.Panel.Close[0] *= 1.01; r.Panel.Close[1] *= 1.01; r.Panel.Close[250] *= 1.01 }, "values the fund at"},
		"rows cut":      {func(r *Run) { r.Panel.Times = r.Panel.Times[:50] }, "there are 50"},
		"rows shifted":  {func(r *Run) { r.Panel.Times[0] = hours(-1); r.Panel.Interval = 2 * time.Hour }, "closes at"},
		"other columns": {func(r *Run) { r.Panel.N = 3 }, "3 instruments, the fund has 2"},
		"no rows":       {func(r *Run) { r.Panel = &fund.Panel{} }, "no rows"},
		"no universe":   {func(r *Run) { r.Universe = nil }, "no universe"},
		"damage":        {func(r *Run) { r.Records[3] = []byte("{") }, "record 4"},
	} {
		t.Run(name, func(t *testing.T) {
			run := newRig(2, walkPanel(2, 200, 0.02, 9)).play(t)
			c.bend(&run)
			if _, err := Analyse(run); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestIdealisedFillsAreTold(t *testing.T) {
	r := newRig(1, walkPanel(1, 30, 0.02, 1))
	r.config.Venues[0].AtClose = true
	run := r.play(t)
	run.AtClose = true
	run.Notes = []string{"The last note."}
	a, err := Analyse(run)
	if err != nil || !strings.Contains(a.Notes[0], "idealised") || a.Notes[len(a.Notes)-1] != "The last note." {
		t.Errorf("%v: %q", err, a.Notes)
	}
}

// A fill that the venue reports twice counts once, as in the core.
func TestDoubledFillCountsOnce(t *testing.T) {
	r := newRig(1, walkPanel(1, 30, 0.02, 1))
	w, err := Follow(Run{Universe: r.u, Panel: r.config.Panel}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.event(&engine.Flow{Asset: 1, Amount: fund.MustAmount("1000")})
	f := &engine.Filled{Fill: fund.Fill{Trade: 7, Side: fund.Buy, Quantity: fund.MustAmount("1"), Price: fund.MustAmount("10"), FeeAsset: 1}}
	w.event(f)
	w.event(f)
	if len(w.tally.trades) != 1 || w.book.Units()[1] != 990 {
		t.Errorf("%d trades, %v units left", len(w.tally.trades), w.book.Units()[1])
	}
}

// A fee in a third asset counts at that asset's mark; spread and impact at the quote's.
func TestTally(t *testing.T) {
	u := &fund.Universe{Accounts: []string{"x"}, Base: 3,
		Assets:      []fund.Asset{{Name: "BNB"}, {Name: "BTC"}, {Name: "ETH"}, {Name: "USDT"}},
		Instruments: []fund.Instrument{{Name: "ETH/BTC", Base: 2, Quote: 1}}}
	ten := fund.MustAmount("10")
	c, s := newTally(u), Summary{}
	c.decided(&engine.Decide{ID: 1, Reason: "because", Verdict: engine.Go})
	c.decided(&engine.Decide{ID: 2, Verdict: engine.Refused, Why: "max-plan"})
	for id := range fund.OrderID(3) {
		c.placed(&fund.Order{ID: id + 1, Decision: 1, Quantity: ten})
	}
	c.filled(hours(1), &fund.Fill{Order: 2, Quantity: fund.MustAmount("4"), Price: fund.MustAmount("0.05"),
		Fee: fund.MustAmount("0.5"), Spread: 0.001, Impact: 0.002}, []float64{300, 20000, 1000, 1})
	c.closed(1)
	c.closed(2)
	c.count(&s)
	if got := c.trades[0]; got.Reason != "because" || got.Value != 4000 || got.Cost != (fund.Cost{Fees: 150, Spread: 20, Impact: 40}) {
		t.Errorf("%+v", got)
	}
	want := Summary{Decisions: 2, DecisionsRefused: 1, Rebalances: 1, Orders: 3, OrdersUnfilled: 1, OrdersPartial: 1,
		OrdersWorking: 1, Fills: 1, TurnoverValue: 4000, Cost: fund.Cost{Fees: 150, Spread: 20, Impact: 40}}
	if s != want {
		t.Errorf("%+v", s)
	}
}
