package market

import (
	"math"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/float"
	"github.com/steelyard/steelyard/engine/fund"
)

// The places of the two coins that are not like the others, counted from 0.
const (
	pegged = 2
	doomed = 3
)

// Ticker returns the name of the coin at a place from 0 to 99, the same for every seed: "USDPEG" is the stablecoin,
// "ICARA" the coin that dies, and the others are made of syllables.
func Ticker(i int) string {
	switch i {
	case pegged:
		return "USDPEG"
	case doomed:
		return "ICARA"
	}
	first := strings.Fields("AR BE CE DU EL FI GO HI JU KO")
	second := strings.Fields("BAN LIX DUN MUR NEX PAL RIS TUM VAR ZOR")
	return first[i%10] + second[(i+i/10)%10]
}

// traits are what makes a coin large or small.
type traits struct {
	name     string
	price    float64 // before the first bar, USDT
	daily    float64 // usual standard deviation of a day's return
	common   float64 // share of its variance that is the tide's
	turnover float64 // value traded on a usual day, USDT
	spread   float64 // usual full bid-ask spread, as a fraction of the price
}

// traitsOf returns the traits of the coin at place i. The first is the largest; the further down, the more volatile,
// the less traded, the wider the spread, the looser the tie to the market. The figures are those of the recorded
// coins: 3 % to 7 % of daily volatility, 10 million to 3 billion USDT a day, prices from a cent to 50,000.
func traitsOf(seed uint64, i int) traits {
	n := newNoise(seed, Ticker(i), "traits")
	place := float64(i)
	size := 1 / (float64(1+place) * math.Sqrt(1+place)) // of the largest
	t := traits{
		name:     Ticker(i),
		daily:    0.033 + float64(0.028*place/(place+3)) + float64(0.008*place/(place+1)*n.uniform()),
		common:   0.86 - float64(0.22*place/(place+5)) - float64(0.1*n.uniform()),
		turnover: 3e9 * size,
		spread:   0.00005 / math.Sqrt(size),
	}
	digits := 4.5/(1+place) + float64(3*place/(1+place)*(n.uniform()-0.5))
	t.price = float.Exp(math.Ln10 * digits)
	return t
}

// CollapseStart returns when, in a market with this seed and start, ICARA begins to fall: in its sixth to eleventh month.
func CollapseStart(seed uint64, start fund.Time) fund.Time {
	return start.Add(hours(seed, Ticker(doomed), 180, 330))
}

// CollapseEnd returns when ICARA is gone: no bar of it opens from then on.
func CollapseEnd(seed uint64, start fund.Time) fund.Time {
	return CollapseStart(seed, start).Add(5 * fund.Day)
}

// PegLost returns when USDPEG begins to lose its peg: in its third to sixth month.
func PegLost(seed uint64, start fund.Time) fund.Time {
	return start.Add(hours(seed, Ticker(pegged), 60, 180))
}

// hours draws a whole number of hours between two numbers of days.
func hours(seed uint64, name string, from, to float64) time.Duration {
	days := from + float64((to-from)*newNoise(seed, name, "event").uniform())
	return time.Duration(24*days) * time.Hour
}
