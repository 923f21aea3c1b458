package reports

import (
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports/stats"
)

// Part is a part of a run in time. Every point and trade belongs to the part in which it ends, the start to the part that
// begins with it or before, so that parts that follow each other share nothing and leave nothing out.
type Part struct {
	Points []Point // each with its return since the point before, be that in the part or not
	Trades []Trade
}

// Between returns the part of the run after from, up to to and with it. It shares the run's slices.
func (a *Analysis) Between(from, to fund.Time) Part {
	in := func(at fund.Time) bool {
		return at <= to && (at > from || from <= a.Points[0].At && at == a.Points[0].At)
	}
	return Part{within(a.Points, func(p *Point) bool { return in(p.At) }), within(a.Trades, func(t *Trade) bool { return in(t.At) })}
}

// within returns the stretch of a series for which in holds.
func within[T any](list []T, in func(*T) bool) []T {
	from := 0
	for from < len(list) && !in(&list[from]) {
		from++
	}
	to := from
	for to < len(list) && in(&list[to]) {
		to++
	}
	return list[from:to:to]
}

// Then returns the part with a later one of the same run after it.
func (p Part) Then(next Part) Part {
	return Part{slices.Concat(p.Points, next.Points), slices.Concat(p.Trades, next.Trades)}
}

// Scalars lists the figures of the part, each computed and named as that of a whole run in summary.json: returns are daily, a
// drawdown is below the highest since the part's beginning, and the average NAV is that of the part's points.
func (p Part) Scalars() []Scalar {
	s := p.summary()
	list := append([]entry{{"days", s.Days}}, s.Fund.entries("")...)
	return scalars("", append(list, []entry{
		{"tracking_error", s.TrackingError},
		{"mean_drift", s.MeanDrift},
		{"rebalances", s.Rebalances},
		{"fills", s.Fills},
		{"average_nav", s.AverageNAV},
		{"turnover", s.Turnover},
		{"turnover_per_year", s.TurnoverPerYear},
		{"cost_usd", s.CostUSD},
		{"cost_bp", s.CostBP},
		{"cost_bp_per_year", s.CostBPPerYear},
	}...))
}

// summary computes what Scalars tells.
func (p Part) summary() *Summary {
	var returns, active []float64
	for i := range p.Points {
		if q := &p.Points[i]; !math.IsNaN(q.Return) { // the start of a run has none
			returns, active = append(returns, q.Return), append(active, q.Active)
		}
	}
	s := &Summary{Days: len(returns), Fund: performance(returns, math.NaN()), TrackingError: stats.Volatility(active, perYear), Fills: len(p.Trades)}
	s.AverageNAV, s.MeanDrift = averages(p.Points)
	rebalanced := map[fund.DecisionID]bool{0: true}
	for i := range p.Trades {
		t := &p.Trades[i]
		rebalanced[t.Decision] = true
		s.TurnoverValue += t.Value
		s.Cost = s.Cost.Plus(t.Cost)
	}
	s.Rebalances = len(rebalanced) - 1
	s.relate(float64(s.Days) / perYear)
	return s
}
