package reports

import (
	"slices"
	"strconv"
)

// figure is one row where runs stand side by side.
type figure struct {
	label string
	brief bool // also among the few that a terminal shows
	fund  func(a *Analysis) string
	hold  func(a *Analysis) string // nil: buy-and-hold has no such figure
}

// figures lists what runs are compared by.
func figures() []figure {
	return slices.Concat(
		[]figure{
			{"days", true, func(a *Analysis) string { return whole(a.Summary.Days) }, func(a *Analysis) string { return whole(a.Summary.Days) }},
			{"start NAV", false, func(a *Analysis) string { return a.money(a.Summary.StartNAV) }, func(a *Analysis) string { return a.money(a.Summary.StartNAV) }},
			{"net flows", false, func(a *Analysis) string { return a.money(a.Summary.NetFlows) }, func(a *Analysis) string { return a.money(a.Summary.NetFlows) }},
			{"final NAV", true, func(a *Analysis) string { return a.money(a.Summary.Fund.FinalNAV) }, func(a *Analysis) string { return a.money(a.Summary.Hold.FinalNAV) }},
			performed("total return", false, func(p *Performance) string { return percent(p.TotalReturn) }),
			performed("annual return", true, func(p *Performance) string { return percent(p.AnnualReturn) }),
			performed("volatility", true, func(p *Performance) string { return percent(p.Volatility) }),
			performed("Sharpe", true, func(p *Performance) string { return plain(p.Sharpe) }),
			performed("Sortino", false, func(p *Performance) string { return plain(p.Sortino) }),
			performed("maximum drawdown", true, func(p *Performance) string { return percent(p.MaxDrawdown) }),
			performed("Calmar", false, func(p *Performance) string { return plain(p.Calmar) }),
		},
		activityFigures(),
	)
}

// performed is a figure that buy-and-hold has too.
func performed(label string, brief bool, of func(*Performance) string) figure {
	return figure{label, brief, func(a *Analysis) string { return of(&a.Summary.Fund) }, func(a *Analysis) string { return of(&a.Summary.Hold) }}
}

// activityFigures are those of what was done and paid, of which buy-and-hold has none.
func activityFigures() []figure {
	of := func(label string, brief bool, text func(s *Summary) string) figure {
		return figure{label, brief, func(a *Analysis) string { return text(&a.Summary) }, nil}
	}
	return []figure{
		of("tracking error", true, func(s *Summary) string { return percent(s.TrackingError) }),
		of("mean drift", false, func(s *Summary) string { return percent(s.MeanDrift) }),
		of("decisions", false, func(s *Summary) string { return whole(s.Decisions) }),
		of("rebalances", true, func(s *Summary) string { return whole(s.Rebalances) }),
		of("orders", false, func(s *Summary) string { return whole(s.Orders) }),
		of("fills", false, func(s *Summary) string { return whole(s.Fills) }),
		of("turnover a year", true, func(s *Summary) string { return times(s.TurnoverPerYear) }),
		of("fees a year", false, func(s *Summary) string { return basisPoints(s.FeesBP / s.years()) }),
		of("spread a year", false, func(s *Summary) string { return basisPoints(s.SpreadBP / s.years()) }),
		of("impact a year", false, func(s *Summary) string { return basisPoints(s.ImpactBP / s.years()) }),
		of("cost a year", true, func(s *Summary) string { return basisPoints(s.CostBPPerYear) }),
	}
}

func (s *Summary) years() float64 { return float64(s.Days) / perYear }

func whole(n int) string { return thousands(strconv.Itoa(n)) + "  " }

// times returns a multiple of the average NAV.
func times(x float64) string { return unit(x, "x ") }

// basisPoints returns basis points of the average NAV.
func basisPoints(x float64) string { return unit(x, "bp") }

// unit returns a number with a unit of two letters, digits below digits.
func unit(x float64, letters string) string {
	if undefined(x) {
		return notAvailable
	}
	return thousands(fixed(x, 2)) + letters
}
