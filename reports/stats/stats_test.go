package stats

import (
	"math"
	"testing"
)

// The published fixture of empyrical (tests/test_stats.py, "mixed returns", Apache-2.0): 252 periods a year, the first
// one without a return.
func fixture() []float64 {
	return []float64{math.NaN(), 0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestPublishedFixture(t *testing.T) {
	r := fixture()
	near(t, "annual return", AnnualReturn(r, 252), 1.9135925373194231)
	near(t, "volatility", Volatility(r, 252), 0.9136465399704637)
	near(t, "Sharpe", Sharpe(r, 252), 1.7238613961706866)
	near(t, "Sortino", Sortino(r, 252), 2.605531251673693)
	near(t, "downside", Downside(r, 252), 0.6044832503882965)
	near(t, "maximum drawdown", MaxDrawdown(r), -0.1)
	near(t, "Calmar", Calmar(r, 252), 19.135925373194233)
	if got := TotalReturn(r); math.Round(got*1e5) != 3893 {
		t.Errorf("total return = %v, want 0.03893", got)
	}
}

// A period without a return is a period of the annual return and of nothing else.
func TestPeriodsWithoutReturn(t *testing.T) {
	with, without := fixture(), fixture()[1:]
	end := 1 + TotalReturn(with)
	near(t, "annual return", AnnualReturn(with, 252), math.Pow(end, 252.0/9)-1)
	near(t, "annual return", AnnualReturn(without, 252), math.Pow(end, 252.0/8)-1)
	near(t, "volatility", Volatility(with, 252), Volatility(without, 252))
	near(t, "Sharpe", Sharpe(with, 252), Sharpe(without, 252))
	near(t, "Sortino", Sortino(with, 252), Sortino(without, 252))
}

func TestDrawdownsCountFromTheStart(t *testing.T) {
	got := Drawdowns([]float64{-0.5, 1, 0.5, -0.2, math.NaN()})
	for i, want := range []float64{-0.5, 0, 0, -0.2, -0.2} {
		near(t, "drawdown", got[i], want)
	}
}

func TestEdges(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name                                        string
		returns                                     []float64
		annual, volatility, sharpe, sortino, calmar float64
	}{
		{"none", nil, nan, nan, nan, nan, nan},
		{"one", []float64{0.01}, math.Pow(1.01, 365) - 1, nan, nan, nan, nan},
		{"flat", []float64{0, 0, 0}, 0, 0, nan, nan, nan},
		{"equal", []float64{0.1, 0.1, 0.1}, math.Pow(1.1, 365) - 1, 0, nan, nan, nan},
		{"ruin", []float64{-1, 0}, -1, math.Sqrt(0.5 * 365), -0.5 / math.Sqrt(0.5) * math.Sqrt(365), -0.5 / math.Sqrt(0.5) * math.Sqrt(365), -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			near(t, "annual return", AnnualReturn(c.returns, 365), c.annual)
			near(t, "volatility", Volatility(c.returns, 365), c.volatility)
			near(t, "Sharpe", Sharpe(c.returns, 365), c.sharpe)
			near(t, "Sortino", Sortino(c.returns, 365), c.sortino)
			near(t, "Calmar", Calmar(c.returns, 365), c.calmar)
			if d := MaxDrawdown(c.returns); d > 0 {
				t.Errorf("maximum drawdown = %v", d)
			}
		})
	}
}
