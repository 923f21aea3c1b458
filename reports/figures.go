package reports

import (
	"slices"
	"strconv"
)

// figure is one row where runs stand side by side.
type figure struct {
	label string
	brief bool                                     // also among the few that a terminal shows
	both  bool                                     // what stands beside the run has it too: buy-and-hold, the shadow
	money bool                                     // in the base currency
	of    func(s *Summary, p *Performance) float64 // of a portfolio, where both; of the run otherwise
	write func(a *Analysis, value float64) string  // as a terminal's table has it
}

// fund returns the figure of the run, in words.
func (f *figure) fund(a *Analysis) string { return f.text(a, &a.Summary.Fund) }

// text returns the figure of a portfolio of the run: the fund, buy-and-hold or the shadow.
func (f *figure) text(a *Analysis, p *Performance) string { return f.write(a, f.of(&a.Summary, p)) }

// less returns by how much the figure of b is above that of a, with its sign; n/a where their currencies are not the same.
func (f *figure) less(b, a *Analysis) string {
	if f.money && a.base() != b.base() {
		return notAvailable
	}
	text, zero := f.write(a, f.of(&b.Summary, &b.Summary.Fund)-f.of(&a.Summary, &a.Summary.Fund)), f.write(a, 0)
	if text != zero && text != notAvailable && text[0] != '-' {
		return "+" + text
	}
	return text
}

// figures lists what runs are compared by.
func figures() []figure {
	number := func(write func(float64) string) func(*Analysis, float64) string {
		return func(_ *Analysis, x float64) string { return write(x) }
	}
	performed := func(label string, brief bool, of func(*Performance) float64, write func(float64) string) figure {
		return figure{label, brief, true, false, func(_ *Summary, p *Performance) float64 { return of(p) }, number(write)}
	}
	return slices.Concat(
		[]figure{
			{"days", true, true, false, func(s *Summary, _ *Performance) float64 { return float64(s.Days) }, number(whole)},
			{"start NAV", false, true, true, func(s *Summary, _ *Performance) float64 { return s.StartNAV }, (*Analysis).money},
			{"net flows", false, true, true, func(s *Summary, _ *Performance) float64 { return s.NetFlows }, (*Analysis).money},
			{"final NAV", true, true, true, func(_ *Summary, p *Performance) float64 { return p.FinalNAV }, (*Analysis).money},
			performed("total return", false, func(p *Performance) float64 { return p.TotalReturn }, percent),
			performed("annual return", true, func(p *Performance) float64 { return p.AnnualReturn }, percent),
			performed("volatility", true, func(p *Performance) float64 { return p.Volatility }, percent),
			performed("Sharpe", true, func(p *Performance) float64 { return p.Sharpe }, plain),
			performed("Sortino", false, func(p *Performance) float64 { return p.Sortino }, plain),
			performed("maximum drawdown", true, func(p *Performance) float64 { return p.MaxDrawdown }, percent),
			performed("Calmar", false, func(p *Performance) float64 { return p.Calmar }, plain),
		},
		activityFigures(number),
	)
}

// activityFigures are those of what was done and paid, which the run alone has.
func activityFigures(number func(func(float64) string) func(*Analysis, float64) string) []figure {
	of := func(label string, brief bool, value func(s *Summary) float64, write func(float64) string) figure {
		return figure{label, brief, false, false, func(s *Summary, _ *Performance) float64 { return value(s) }, number(write)}
	}
	return []figure{
		of("tracking error", true, func(s *Summary) float64 { return s.TrackingError }, percent),
		of("mean drift", false, func(s *Summary) float64 { return s.MeanDrift }, percent),
		of("decisions", false, func(s *Summary) float64 { return float64(s.Decisions) }, whole),
		of("rebalances", true, func(s *Summary) float64 { return float64(s.Rebalances) }, whole),
		of("orders", false, func(s *Summary) float64 { return float64(s.Orders) }, whole),
		of("fills", false, func(s *Summary) float64 { return float64(s.Fills) }, whole),
		of("turnover a year", true, func(s *Summary) float64 { return s.TurnoverPerYear }, times),
		of("fees a year", false, func(s *Summary) float64 { return s.FeesBP / s.years() }, basisPoints),
		of("spread a year", false, func(s *Summary) float64 { return s.SpreadBP / s.years() }, basisPoints),
		of("impact a year", false, func(s *Summary) float64 { return s.ImpactBP / s.years() }, basisPoints),
		of("cost a year", true, func(s *Summary) float64 { return s.CostBPPerYear }, basisPoints),
	}
}

func (s *Summary) years() float64 { return float64(s.Days) / perYear }

// whole returns a number that has no fraction.
func whole(x float64) string { return Thousands(strconv.FormatFloat(x, 'f', 0, 64)) + "  " }

// times returns a multiple of the average NAV.
func times(x float64) string { return unit(x, "x ") }

// basisPoints returns basis points of the average NAV.
func basisPoints(x float64) string { return unit(x, "bp") }

// unit returns a number with a unit of two letters, digits below digits.
func unit(x float64, letters string) string {
	if undefined(x) {
		return notAvailable
	}
	return Thousands(fixed(x, 2)) + letters
}
