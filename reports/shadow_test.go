package reports

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies"
)

// What is bought on day 0 doubles, and so does what buying it cost.
func TestShadowByHand(t *testing.T) {
	r := newRig(2, panelOf(2, 72, steps(100, 200, 200)))
	r.policy.Trigger = strategies.Hold{}
	a := r.analyse(t)
	s := &a.Summary
	if s.CostUSD < 10_000 || s.Fills != 2 {
		t.Fatalf("%d fills cost %v", s.Fills, s.CostUSD)
	}
	more := func(i int) float64 { return a.Points[i].ShadowNAV - a.Points[i].NAV }
	near(t, "the difference before the market moves", more(1), s.CostUSD, 1e-9)
	near(t, "the difference after it doubled", more(2), s.CostUSD*a.Points[2].NAV/a.Points[1].NAV, 1e-9)
	near(t, "the shadow's return", s.Shadow.TotalReturn, a.Points[2].NAV/a.Points[1].NAV-1, 1e-9)
	near(t, "the shadow's final NAV", s.Shadow.FinalNAV, a.Points[3].ShadowNAV, 0)
}

// Where nothing costs anything but the rounding of prices to ticks, the shadow is the run.
func TestShadowOfAFreeRun(t *testing.T) {
	r := newRig(4, walkPanel(4, 24*30, 0.02, 3)).free()
	r.config.Flows = []sim.Flow{{At: hours(100), Asset: r.u.Base, Amount: fund.MustAmount("2000000")}, {At: hours(300), Asset: r.u.Base, Amount: fund.MustAmount("-3000000")}}
	a := r.analyse(t)
	if a.Summary.Fills < 20 {
		t.Fatalf("%d fills: this tests little", a.Summary.Fills)
	}
	for i, p := range a.Points {
		near(t, "the shadow's NAV", p.ShadowNAV, p.NAV, 1e-12)
		if i > 0 {
			near(t, "the shadow's return", p.ShadowReturn, p.Return, 1e-12)
		}
	}
	near(t, "the shadow's annual return", a.Summary.Shadow.AnnualReturn, a.Summary.Fund.AnnualReturn, 1e-12)
}

// The shadow is what a portfolio is worth that trades in proportion to the fund, at the prices without spread and impact and
// without fees, and that always holds what the fund holds.
func TestShadowIsAPortfolio(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		panel := walkPanel(3, 24*10, 0.03, rapid.Uint64().Draw(rt, "market"))
		r := newRig(3, panel)
		r.config.Flows = []sim.Flow{{At: hours(50), Asset: 1, Amount: fund.MustAmount("5000")}, {At: hours(130), Asset: r.u.Base, Amount: fund.MustAmount("-2500000")}}
		a := r.analyse(t)
		twin := newTwin(r)
		for reader := journal.NewReader(r.u, a.Run.Records); ; {
			e, more, err := reader.Next()
			if err != nil {
				rt.Fatal(err)
			}
			if !more {
				break
			}
			twin.entry(&e)
		}
		got, want := a.Points[len(a.Points)-1].ShadowNAV, twin.worth(twin.shadow)
		if math.Abs(got-want) > 1e-9*want || a.Summary.CostUSD <= 0 || got <= a.Summary.Fund.FinalNAV {
			rt.Fatalf("the shadow is worth %v, the twin says %v; the fund %v after costs of %v", got, want, a.Summary.Fund.FinalNAV, a.Summary.CostUSD)
		}
	})
}

// twin is a fund and its shadow as units of assets. Every row of its panel has every bar.
type twin struct {
	u           *fund.Universe
	panel       *fund.Panel
	rows        int
	price       []float64 // by asset
	own, shadow []float64 // units by asset
}

func newTwin(r *rig) *twin {
	n := len(r.u.Assets)
	w := &twin{u: r.u, panel: r.config.Panel, price: make([]float64, n), own: make([]float64, n), shadow: make([]float64, n)}
	copy(w.price, w.panel.Open[:n-1])
	w.price[n-1] = 1
	return w
}

func (w *twin) worth(units []float64) (sum float64) {
	for a := range units {
		sum += units[a] * w.price[a]
	}
	return sum
}

func (w *twin) entry(e *journal.Entry) {
	if e.Rows > 0 {
		w.rows += e.Rows
		copy(w.price, w.panel.Close[(w.rows-1)*w.panel.N:w.rows*w.panel.N])
	}
	switch b := e.Event.(type) {
	case *engine.Flow:
		more := w.worth(w.shadow) - w.worth(w.own)
		w.own[b.Asset] += b.Amount.Float64()
		w.follow(w.worth(w.own) + more)
	case *engine.Filled:
		w.fill(&b.Fill)
	}
}

func (w *twin) fill(f *fund.Fill) {
	in := w.u.Instruments[f.Instrument]
	scale, sign := w.worth(w.shadow)/w.worth(w.own), 1.0
	if f.Side == fund.Sell {
		sign = -1
	}
	units, cash := sign*f.Quantity.Float64(), sign*f.Cash().Float64()
	w.own[in.Base] += units
	w.own[in.Quote] -= cash
	w.own[f.FeeAsset] -= f.Fee.Float64()
	w.shadow[in.Base] += scale * units
	w.shadow[in.Quote] -= scale * (cash - f.Spread - f.Impact)
	w.follow(w.worth(w.shadow))
}

// follow makes the shadow hold what the fund holds, for so much.
func (w *twin) follow(value float64) {
	scale := value / w.worth(w.own)
	for a := range w.own {
		w.shadow[a] = scale * w.own[a]
	}
}
