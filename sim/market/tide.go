package market

import (
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// tide is what moves all coins at once: the common factor of their returns and of their volatility. Its unit is the
// standard deviation of a day.
type tide struct {
	dt         float64
	seasonal   bool // bars are shorter than a day
	phase      int
	change     *noise // of phases
	volatility *volatility
	news       news
}

// current is what the tide does in one bar.
type current struct {
	change   float64 // of the factor
	variance float64 // of that change, given the news of the bar
	level    float64 // volatility of all coins, around 1
	activity float64 // time of day and week: how much is traded, 1 on average
}

// phase is a regime of the market that lasts a random time (Hamilton, "A new approach to the economic analysis of
// nonstationary time series and the business cycle", Econometrica 57, 1989).
type phase struct {
	drift float64 // of the factor, a day
	level float64 // volatility
	days  float64 // mean length
}

func phases() [3]phase {
	return [3]phase{
		{drift: 0.15, level: 1, days: 100},    // bull
		{drift: -0.14, level: 1.15, days: 80}, // bear
		{drift: 0, level: 0.75, days: 60},     // quiet
	}
}

func newTide(c Config) *tide {
	dt := c.dt()
	return &tide{
		dt: dt, seasonal: c.Interval < fund.Day,
		change:     newNoise(c.Seed, "tide", "phase"),
		volatility: newVolatility([3]float64{0.3, 0.36, 0.4}, dt, newNoise(c.Seed, "tide", "volatility")),
		news:       newNews(c, "tide", 8, -0.3),
	}
}

// next returns the current of the bar that opens at t.
func (d *tide) next(t fund.Time) current {
	p := d.nextPhase()
	now := current{activity: 1}
	if d.seasonal {
		now.activity = activity(t)
	}
	now.level = p.level * math.Sqrt(now.activity) * d.volatility.next()
	now.change, now.variance = d.news.next(now.level)
	now.change += float64(p.drift * d.dt)
	return now
}

// nextPhase leaves the phase for one of the other two when its time has come.
func (d *tide) nextPhase() phase {
	all := phases()
	if d.change.uniform() < d.dt/all[d.phase].days {
		d.phase = (d.phase + 1 + int(2*d.change.uniform())) % len(all)
	}
	return all[d.phase]
}

// activity returns how much happens at a time of day and week: most at 14:00 UTC, least at 02:00, and less at weekends
// (measured on the recorded hours: hourly volume between 0.8 and 1.35 of its mean, weekends at 0.8). Its mean is 1.
func activity(t fund.Time) float64 {
	day := float64(t-t.Floor(fund.Day)) / float64(fund.Day)
	fromPeak := math.Abs(day - 14./24)
	fromPeak = min(fromPeak, 1-fromPeak)
	hour := 1.3 - float64(1.2*fromPeak)
	// 1970-01-01 was a Thursday.
	if weekday := int(t.Floor(fund.Day)/fund.Time(fund.Day)) % 7; weekday == 2 || weekday == 3 {
		return hour * 0.79
	}
	return hour * 1.084
}
