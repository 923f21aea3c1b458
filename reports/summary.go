package reports

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports/stats"
)

// perYear is how many daily returns make a year: these markets do not close.
const perYear = 365

// Summary is a run in figures. Money is in the base currency, fractions are fractions of 1, and what is not defined is
// NaN. docs/RUN.md says what each is, under its key in summary.json.
type Summary struct {
	Start, End fund.Time
	Days       int // returns in the daily series; a day begun counts
	StartNAV   float64
	NetFlows   float64 // deposits less withdrawals, valued when they came
	Profit     float64 // final NAV less start NAV less net flows
	Fund, Hold Performance
	Shadow     Performance // of the run free of cost

	TrackingError float64
	MeanDrift     float64

	Decisions, DecisionsEmpty, DecisionsRefused, DecisionsNotWorth  int
	DecisionsClipped                                                int
	Rebalances                                                      int
	Orders, OrdersPartial, OrdersUnfilled, OrdersWorking, OrdersCut int
	Fills                                                           int
	AverageNAV                                                      float64
	TurnoverValue, Turnover, TurnoverPerYear                        float64
	Cost                                                            fund.Cost
	CostUSD, CostBP, CostBPPerYear, FeesBP, SpreadBP, ImpactBP      float64
	Planned                                                         Planned
	Review                                                          Review // of all trades of plans
}

// Performance says how one portfolio did over the run. Returns are time-weighted and daily, 365 a year.
type Performance struct {
	FinalNAV                    float64
	TotalReturn, AnnualReturn   float64
	Volatility, Sharpe, Sortino float64
	MaxDrawdown                 float64 // ≤ 0
	Calmar                      float64
}

// Finish ends the series at the newest event and draws the sums. Nothing is taken afterwards.
func (w *Walk) Finish() *Analysis {
	w.reach(w.now)
	if w.points[len(w.points)-1].At < w.now {
		w.point(w.now)
	}
	a := &Analysis{Run: *w.run, Ended: w.ended, Points: w.points, Decisions: w.decisions, Trades: w.tally.trades, Parents: w.reckoned(), orders: w.tally.orders, room: w.room, Alerts: w.alerts, Standings: w.rules.list, Refusals: w.rules.refusals}
	a.Quality = w.quality.list(w.book.Units(), w.run.Universe.Base)
	a.summarise(w)
	w.notes(a)
	return a
}

func (a *Analysis) summarise(w *Walk) {
	s := &a.Summary
	first, last := &a.Points[0], &a.Points[len(a.Points)-1]
	returns, held, active := a.returns()
	for i, d := range stats.Drawdowns(returns) {
		a.Points[i+1].Drawdown = d
	}
	s.Start, s.End, s.Days = first.At, last.At, len(returns)
	s.StartNAV, s.NetFlows = first.NAV, w.flows
	s.Profit = last.NAV - s.StartNAV - s.NetFlows
	s.Fund, s.Hold = performance(returns, last.NAV), performance(held, last.HoldNAV)
	s.Shadow = performance(a.shadowed(), last.ShadowNAV)
	s.TrackingError = stats.Volatility(active, perYear)
	w.tally.count(s)
	s.Planned = a.planned()
	a.Instruments, s.Review = a.reviews()
	a.explainDecisions()
	s.AverageNAV, s.MeanDrift = averages(a.Points)
	s.relate(float64(len(returns)) / perYear)
}

// returns lists the daily returns of the fund, of buy-and-hold, and of the fund over its target.
func (a *Analysis) returns() (own, held, active []float64) {
	for i := range a.Points[1:] {
		p := &a.Points[i+1]
		own, held, active = append(own, p.Return), append(held, p.HoldReturn), append(active, p.Active)
	}
	return own, held, active
}

// shadowed lists the daily returns of the run free of cost.
func (a *Analysis) shadowed() []float64 {
	var list []float64
	for i := range a.Points[1:] {
		list = append(list, a.Points[i+1].ShadowReturn)
	}
	return list
}

func performance(returns []float64, final float64) Performance {
	return Performance{
		FinalNAV:     final,
		TotalReturn:  stats.TotalReturn(returns),
		AnnualReturn: stats.AnnualReturn(returns, perYear),
		Volatility:   stats.Volatility(returns, perYear),
		Sharpe:       stats.Sharpe(returns, perYear),
		Sortino:      stats.Sortino(returns, perYear),
		MaxDrawdown:  stats.MaxDrawdown(returns),
		Calmar:       stats.Calmar(returns, perYear),
	}
}

// averages returns what are means over points: of the NAV, and of the drift of those that have one.
func averages(points []Point) (nav, drift float64) {
	drifts := 0
	for i := range points {
		p := &points[i]
		nav += p.NAV
		if !math.IsNaN(p.Drift) {
			drift += p.Drift
			drifts++
		}
	}
	return nav / float64(len(points)), drift / float64(drifts)
}

// relate sets turnover and costs relative to the average NAV.
func (s *Summary) relate(years float64) {
	bp := func(x float64) float64 { return x / s.AverageNAV * 1e4 }
	s.Turnover = s.TurnoverValue / s.AverageNAV
	s.TurnoverPerYear = s.Turnover / years
	s.CostUSD = s.Cost.Total()
	s.FeesBP, s.SpreadBP, s.ImpactBP, s.CostBP = bp(s.Cost.Fees), bp(s.Cost.Spread), bp(s.Cost.Impact), bp(s.CostUSD)
	s.CostBPPerYear = s.CostBP / years
}
