package reports

import (
	"math"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// outcome is a parent of a decision that came out so many deviations above what was expected.
func outcome(d fund.DecisionID, off float64) *Parent {
	return filled(d, "1", shortfall.Parts{Fees: 10, Market: 5 * off})
}

// filled is a parent of which so much of one unit was filled.
func filled(d fund.DecisionID, quantity string, parts shortfall.Parts) *Parent {
	p := &Parent{Decision: d, Ended: 1, Parts: parts,
		Trade: &fund.Trade{Quantity: fund.MustAmount("1"), Notional: 1000, Cost: fund.Cost{Fees: 10}, Risk: 5}}
	p.work.Instrument = &fund.Instrument{}
	p.work.Fill(&fund.Fill{Quantity: fund.MustAmount(quantity)}, []float64{1})
	return p
}

func TestCoverageByHand(t *testing.T) {
	working, sudden := outcome(3, 9), outcome(3, 9)
	working.Ended, sudden.Trade.Risk = 0, 0
	c := coverageOf([]*Parent{outcome(1, 0.5), outcome(1, -1), outcome(2, 3), outcome(3, -0.1), working, sudden})
	if c.Trades != 4 || c.decisions != 3 || c.Half != 0.5 || c.NinetyFive != 0.75 || c.judged() {
		t.Errorf("%+v", c)
	}
	near(t, "bias", c.Bias, 0.6, 1e-12)
	near(t, "error of the half", c.halfError, 0.25, 1e-12)
	// Off the mean, the decisions' sums are −1.7, 2.4 and −0.7.
	near(t, "error of the bias", c.biasError, math.Sqrt(1.7*1.7+2.4*2.4+0.7*0.7)/4, 1e-12)
	if none := coverageOf(nil); none.off() || !math.IsNaN(none.Half) || !strings.Contains(none.words(), "none has an interval") {
		t.Errorf("%+v", none)
	}
}

// What chance explains is not called off, and what it does not is, each in its own words.
func TestVerdicts(t *testing.T) {
	normal := []float64{-1.5, -1.1, -0.9, -0.7, -0.5, -0.35, -0.2, -0.1, 0.1, 0.2, 0.35, 0.5, 0.65, 0.7, 0.9, 1.2, 1.6, 2.1, -1.9, 0}
	of := func(decisions int, change func(float64) float64) verdict {
		var list []*Parent
		for d := range decisions {
			for _, x := range normal {
				list = append(list, outcome(fund.DecisionID(d+1), change(x)))
			}
		}
		r := reviewOf(list)
		return r.verdicts()[0]
	}
	for name, c := range map[string]struct {
		decisions int
		change    func(float64) float64
		off       bool
		want      string
	}{
		"as it should": {40, func(x float64) float64 { return x }, false, "The 50 % interval held 50.0 ± 1.8 %, the 95 % interval 95.0 ± 0.8 % of 800 trades: no further from the model than chance goes."},
		"too few":      {5, func(x float64) float64 { return 9 * x }, false, "too few to judge the model by"},
		"narrow":       {40, func(x float64) float64 { return 2 * x }, true, "its intervals are too narrow"},
		"wide":         {40, func(x float64) float64 { return x / 3 }, true, "its intervals are too wide"},
		"dear":         {40, func(x float64) float64 { return x + 0.5 }, true, "trades came out 0.55 standard deviations dearer than expected"},
		"cheap":        {40, func(x float64) float64 { return x - 0.5 }, true, "standard deviations cheaper than expected"},
	} {
		got := of(c.decisions, c.change)
		if got.Off != c.off || !strings.Contains(got.Text, c.want) || strings.HasPrefix(got.Text, "The model is off") != c.off {
			t.Errorf("%s: %+v, want %q", name, got, c.want)
		}
	}
}

// Trades of one decision that all go one way are one piece of luck, not many.
func TestTradesOfADecisionHangTogether(t *testing.T) {
	var together, apart []*Parent
	for d := range 20 {
		for range 30 {
			x := 1.5 * math.Sin(float64(d)) // ten decisions up, ten down
			together = append(together, outcome(fund.DecisionID(d+1), x+0.4))
			apart = append(apart, outcome(fund.DecisionID(len(apart)+1), x+0.4))
		}
	}
	one, many := coverageOf(together), coverageOf(apart)
	if one.Bias != many.Bias || one.biased() || !many.biased() {
		t.Errorf("bias %v ± %v together, %v ± %v apart", one.Bias, one.biasError, many.Bias, many.biasError)
	}
}

// What has no luck in it is judged without an interval: fees, spread and impact beside what was expected of them.
func TestWhatWasPaidIsJudged(t *testing.T) {
	review := func(quantity string, parts shortfall.Parts) Review {
		p := filled(1, quantity, parts)
		p.Trade.Risk = 0
		return reviewOf([]*Parent{p})
	}
	r := review("1", shortfall.Parts{Fees: 10, Temporary: 4})
	if v := r.verdicts(); len(v) != 2 || !v[1].Off || v[1].Text != "The model of costs is off: fees, spread and impact came to 140.0 % of what was expected of them." {
		t.Errorf("%+v", v)
	}
	r = review("0.9", shortfall.Parts{Fees: 5.18, Temporary: 4}) // what was not traded cost nothing
	if r.off() || !strings.HasSuffix(r.verdicts()[1].Text, "102.0 % of what was expected of them, for the 90.0 % of the volume that was filled.") {
		t.Errorf("nearly filled: %+v", r.verdicts())
	}
	if r = review("0.5", shortfall.Parts{Fees: 5.18, Temporary: 4}); r.off() || len(r.verdicts()) != 1 {
		t.Errorf("half filled: %+v", r.verdicts())
	}
}

// A real venue does not say spread and impact: they are what was expected, the market's move is the remainder, the sum stays,
// and the report says so.
func TestLiveRunsAreModelled(t *testing.T) {
	run := newRig(3, walkPanel(3, 24*60, 0.02, 2)).play(t)
	simulated, err := Analyse(run)
	if err != nil {
		t.Fatal(err)
	}
	run.Live = true
	live, err := Analyse(run)
	if err != nil {
		t.Fatal(err)
	}
	for i := range live.Parents {
		p := &live.Parents[i]
		share := p.Filled().Float64() / p.Trade.Quantity.Float64()
		near(t, "impact", p.Parts.Temporary, p.Trade.Cost.Impact*share, 1e-9)
		near(t, "spread", p.Parts.Spread, p.Trade.Cost.Spread*share, 1e-9)
		near(t, "sum", p.Parts.Total(), simulated.Parents[i].Parts.Total(), 1e-9)
	}
	near(t, "the run's impact", live.Summary.Cost.Impact, live.Summary.Review.Parts.Temporary, 1e-9)
	var terminal strings.Builder
	if err := live.CostTable(&terminal); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{html(t, &Report{Main: live}), strings.Join(strings.Fields(terminal.String()), " ")} {
		if !strings.Contains(text, "the market&#39;s move is the remainder") && !strings.Contains(text, "the market's move is the remainder") {
			t.Errorf("it does not say what is modelled:\n%.300s", text)
		}
	}
}

// Bars end where gains and losses do, and the largest of each fills its side.
func TestBars(t *testing.T) {
	list := []InstrumentReview{{Review: Review{Parts: shortfall.Parts{Delay: -20, Fees: 60, Market: 20}}}, {Review: Review{Parts: shortfall.Parts{Spread: 40}}}}
	s := newBarScale(list)
	want := []bar{{"delay", "0.00", "20.00"}, {"market", "20.00", "20.00"}, {"fees", "40.00", "60.00"}}
	got := s.bars(&list[0].Parts)
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || s.at(0) != "20.00" {
		t.Errorf("%v, zero at %s", got, s.at(0))
	}
	if nothing := newBarScale(nil); len(nothing.bars(&shortfall.Parts{})) != 0 || nothing.at(0) != "0.00" {
		t.Error("nothing has a bar")
	}
}

func TestOrdinals(t *testing.T) {
	for n, want := range map[int]string{2: "2nd", 3: "3rd", 11: "11th", 12: "12th", 21: "21st", 4: "4th"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

// Charts mark alerts, and once an asset is dead the others share its target.
func TestADeadAssetInCharts(t *testing.T) {
	dies := func(row, i int) float64 {
		if i == 0 && row >= 30 {
			return math.NaN()
		}
		return 100
	}
	a := newRig(2, panelOf(2, 120, dies)).free().analyse(t)
	last := &a.Points[len(a.Points)-1]
	if last.Aim[0] != 0 || last.Aim[1] != 1 || last.Drift > 0.01 {
		t.Errorf("at the end the aim is %v, the drift %v", last.Aim, last.Drift)
	}
	if lines := a.targets(1); lines[len(lines)-1].Y != 1 || lines[0].Y != 0.5 {
		t.Errorf("the target of the other: %v", lines)
	}
	stroke := "stroke:var(--ink-14)"
	quiet := newRig(2, walkPanel(2, 120, 0.01, 1)).analyse(t)
	if page := html(t, &Report{Main: a}); !strings.Contains(page, stroke) || strings.Contains(html(t, &Report{Main: quiet}), stroke) {
		t.Error("alerts are not marked, or marked where there are none")
	}
}
