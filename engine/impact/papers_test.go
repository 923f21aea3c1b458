package impact_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// vectors is what ../shared/vectors/impact_vectors.json says of the papers.
type vectors struct {
	AC struct {
		Inputs struct{ S0, X, Epsilon, Gamma, Eta float64 }
		Cases  []struct {
			Lambda   float64 `json:"lam"`
			E        float64
			Holdings []float64
		}
	} `json:"almgren_chriss_2000"`
	ATHL struct {
		Params struct{ Gamma, Eta, Beta, Delta float64 }
		Cases  []struct {
			Asset         string
			ADV           float64
			Shares        float64   `json:"shares_out"`
			Vol           float64   `json:"daily_vol_pct"`
			X             float64   `json:"X"`
			PermanentNorm float64   `json:"perm_norm"`
			Permanent     float64   `json:"perm_bp"`
			T             []float64 `json:"T_days"`
			TemporaryNorm []float64 `json:"temp_norm"`
			Temporary     []float64 `json:"temp_bp"`
			Total         []float64 `json:"J_bp"`
		}
	} `json:"almgren_thum_hauptmann_li_2005"`
}

func papers(t *testing.T) (v vectors) {
	const file = "../../../shared/vectors/impact_vectors.json"
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		t.Skip(file, "is not here")
	}
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// With σ = V = 1 the model speaks in the paper's units: the slices of the worked example, a day each, cost the expected
// shortfall of its table.
func TestAlmgrenChrissWorkedExample(t *testing.T) {
	v := papers(t).AC
	m := impact.AlmgrenChriss{Gamma: v.Inputs.Gamma, Eta: v.Inputs.Eta, Epsilon: v.Inputs.Epsilon}
	in := impact.Inputs{Sigma: 1, ADV: 1, Interval: fund.Day}
	checked := 0
	for _, c := range v.Cases {
		if c.Lambda == 0 { // the naive strategy: the file gives no holdings
			c.Holdings = []float64{1e6, 8e5, 6e5, 4e5, 2e5, 0}
		}
		var s impact.State
		shortfall := 0.0
		for k, x := range c.Holdings[1:] {
			n := c.Holdings[k] - x
			var move impact.Move
			move, s = m.Cost(in, s, fund.Sell, n, fund.Time(k)*fund.Time(fund.Day))
			shortfall += move.Total() * n
		}
		if !near(shortfall, c.E, 1e-9) {
			t.Errorf("lambda %g: the slices cost %.10f, the paper says %.10f", c.Lambda, shortfall, c.E)
		}
		checked++
	}
	if checked < 3 {
		t.Errorf("%d cases", checked)
	}
}

// The worked tables of the 2005 paper, to the digits printed.
func TestDirectEstimationTables(t *testing.T) {
	v := papers(t).ATHL
	printed := func(got, want float64, digits int) bool {
		scale := math.Pow10(digits)
		return math.Round(got*scale)/scale == want
	}
	for _, c := range v.Cases {
		m := impact.PowerLaw{Gamma: v.Params.Gamma, Eta: v.Params.Eta, Beta: v.Params.Beta, Delta: v.Params.Delta, Supply: c.Shares}
		for k, days := range c.T {
			in := impact.Inputs{Sigma: c.Vol / 100, ADV: c.ADV, Interval: time.Duration(days * float64(fund.Day))}
			move, s := m.Cost(in, impact.State{}, fund.Sell, c.X, 0)
			bp := func(x float64) float64 { return x * 1e4 }
			stands := m.Standing(in, s, fund.Sell, fund.Time(in.Interval))
			if !printed(bp(move.Temporary), c.Temporary[k], 0) || !printed(move.Temporary/in.Sigma, c.TemporaryNorm[k], 3) {
				t.Errorf("%s in %g days: temporary %g bp, want %g", c.Asset, days, bp(move.Temporary), c.Temporary[k])
			}
			if !printed(bp(move.Total()), c.Total[k], 0) {
				t.Errorf("%s in %g days: in all %g bp, want %g", c.Asset, days, bp(move.Total()), c.Total[k])
			}
			if math.Abs(bp(stands)-c.Permanent) > 0.005 || !printed(stands/in.Sigma, c.PermanentNorm, 3) {
				t.Errorf("%s in %g days: %g bp stand, want %g", c.Asset, days, bp(stands), c.Permanent)
			}
		}
	}
	if len(v.Cases) != 2 {
		t.Errorf("%d tables", len(v.Cases))
	}
}
