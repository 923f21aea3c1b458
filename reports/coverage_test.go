package reports

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/strategies"
)

// gaussianPanel is a market as the models have it: every row's return of every instrument is normal with deviation sigma
// and its own, a row opens where the one before closed, and the same value trades in every row.
func gaussianPanel(n, rows int, sigma, value float64, seed uint64) *fund.Panel {
	random := rand.New(rand.NewPCG(seed, 2))
	level := make([]float64, n)
	for i := range level {
		level[i] = 100
	}
	p := panelOf(n, rows, func(_, i int) float64 {
		level[i] *= 1 + sigma*random.NormFloat64()
		return level[i]
	})
	for k := range p.Volume {
		p.Volume[k] = value / p.Open[k]
	}
	return p
}

// tide goes in and out: at every other decision it wants twice as much of every asset, each a little more or less than the
// others, so that no trade waits for another's cash. It wants nothing before a time.
type tide struct {
	from    fund.Time
	decided int
	random  *rand.Rand
	weights []float64
}

func (r *tide) Weights(v *fund.View) []float64 {
	if v.At < r.from {
		return nil
	}
	if r.weights != nil && v.Decisions == r.decided {
		return r.weights
	}
	r.decided, r.weights = v.Decisions, make([]float64, len(v.Price))
	invested, cash := 0.3*float64(1+v.Decisions%2), 1.0
	for a := range r.weights {
		if fund.AssetID(a) != v.Universe.Base {
			r.weights[a] = invested * (0.9 + 0.2*r.random.Float64()) / float64(len(v.Price)-1)
			cash -= r.weights[a]
		}
	}
	r.weights[v.Universe.Base] = cash
	return r.weights
}

// worked is a run of 40 instruments and 50 rebalances or more, each sliced over six hours, on a market as the models have
// it. The venue's impact is so many times what the fund plans with.
func worked(t testing.TB, wrong float64) *Analysis {
	const n, warm, rebalances = 40, 20 * 24, 51
	panel := gaussianPanel(n, warm+rebalances*12, 0.01, 250_000, 7)
	r := newRig(n, panel)
	r.policy.Target = &tide{from: hours(warm), random: rand.New(rand.NewPCG(3, 4))}
	r.policy.Trigger = &strategies.Periodic{Grid: strategies.Every(12 * time.Hour)}
	r.policy.Schedule = execute.Schedule{Kind: execute.TWAP, Over: 6 * time.Hour, Slices: 6, Deadline: fund.Day}
	r.config.Opening[0].Amount = fund.MustAmount("100000000")
	r.config.Venues[0].Impact = make([]impact.Model, n)
	for i := range n {
		r.config.Venues[0].Impact[i] = impact.SquareRoot{Y: wrong, HalfLife: 24 * time.Hour}
	}
	return r.analyse(t)
}

// Where the market is as the model has it, the intervals hold what they promise.
func TestIntervalsHoldWhenTheModelIsTrue(t *testing.T) {
	r := worked(t, 1).Summary.Review
	c := r.Coverage
	if c.Trades < 2000 || c.NinetyFive < 0.93 || c.NinetyFive > 0.97 || c.Half < 0.46 || c.Half > 0.54 {
		t.Errorf("the 50 %% interval held %v, the 95 %% interval %v of %d trades", c.Half, c.NinetyFive, c.Trades)
	}
	if r.off() || !strings.Contains(c.words(), "no further from the model than chance goes") {
		t.Errorf("the model counts as off: %+v", r.verdicts())
	}
	if off := (r.Parts.Total() - r.Expected.Total()) / r.Risk; math.Abs(off) > 3 {
		t.Errorf("the run cost %v deviations more than expected", off)
	}
}

// Where impact is twice what is planned with, report, summary and terminal say that the model is off.
func TestAWrongModelIsTold(t *testing.T) {
	a := worked(t, 2)
	c := a.Summary.Review.Coverage
	if c.Trades < 2000 || !c.tooNarrow() || !c.biased() || c.NinetyFive > 0.93 || c.Bias < 0.2 {
		t.Errorf("%+v", c)
	}
	var terminal strings.Builder
	if err := a.CostTable(&terminal); err != nil {
		t.Fatal(err)
	}
	summary, err := a.SummaryJSON()
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{
		`class="banner" role="alert">The model is off: the 50 % interval held`: html(t, &Report{Main: a}),
		"The model is off: the 50 % interval held":                             terminal.String(),
		`"model_off": true`: string(summary),
	} {
		if !strings.Contains(text, where) {
			t.Errorf("%q is not to be seen", where)
		}
	}
}
