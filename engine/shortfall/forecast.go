package shortfall

import "github.com/steelyard/steelyard/engine/fund"

// Deviations of a normal distribution within which half, and 95 %, of it lie.
const (
	Half       = 0.6744897501960817
	NinetyFive = 1.959963984540054
)

// Forecast is what a shortfall was expected to be, in the base currency.
type Forecast struct {
	Cost float64
	Risk float64 // one standard deviation of what the market may do until it is done; 0: done at once
}

// ForecastOf returns what a plan expects of a trade.
func ForecastOf(t *fund.Trade) Forecast { return Forecast{t.Cost.Total(), t.Risk} }

// Interval returns the range of so many deviations around the expectation.
func (f Forecast) Interval(deviations float64) (low, high float64) {
	return f.Cost - float64(deviations*f.Risk), f.Cost + float64(deviations*f.Risk)
}

// Error returns by how many deviations a shortfall is above its expectation. Risk must not be 0.
func (f Forecast) Error(realised float64) float64 { return (realised - f.Cost) / f.Risk }

// Modelled returns a fill whose spread and impact its venue does not say with those that the plan expected of its
// trade, in proportion to the quantity; all of its impact counts as temporary. quote is the price of the quote asset, base
// currency a unit.
func Modelled(f fund.Fill, t *fund.Trade, quote float64) fund.Fill {
	if wanted := t.Quantity.Float64(); wanted > 0 && quote > 0 {
		share := f.Quantity.Float64() / wanted / quote
		f.Spread, f.Impact, f.Permanent = t.Cost.Spread*share, t.Cost.Impact*share, 0
	}
	return f
}
