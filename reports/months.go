package reports

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Year holds the returns of a calendar year, UTC, compounded from the daily ones. NaN is a month without a day.
type Year struct {
	Year        int
	Months      [12]float64
	Total, Hold float64 // of the fund and of buy-and-hold over the part of the year that the run covers
}

// Years returns the returns by month and year. The return up to a midnight belongs to the day that ends there.
func (a *Analysis) Years() []Year {
	var list []Year
	for i := 1; i < len(a.Points); i++ {
		p := &a.Points[i]
		day := p.At.Add(-time.Nanosecond).UTC()
		if n := len(list); n == 0 || list[n-1].Year != day.Year() {
			list = append(list, newYear(day.Year()))
		}
		y := &list[len(list)-1]
		compound(&y.Months[day.Month()-1], p.Return)
		compound(&y.Total, p.Return)
		compound(&y.Hold, p.HoldReturn)
	}
	return list
}

func newYear(year int) Year {
	y := Year{Year: year, Total: math.NaN(), Hold: math.NaN()}
	for m := range y.Months {
		y.Months[m] = math.NaN()
	}
	return y
}

// compound adds a period's return to those before it.
func compound(to *float64, r float64) {
	if undefined(*to) {
		*to = 0
	}
	*to = (1+*to)*(1+r) - 1
}

// seconds returns a time as charts count it.
func seconds(t fund.Time) float64 { return float64(t) / 1e9 }
