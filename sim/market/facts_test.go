package market_test

import (
	"math"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// The stylised facts of a market of hours (Cont, "Empirical properties of asset returns: stylized facts and statistical
// issues", Quantitative Finance 1, 2001), each as the figures of its coins, or of its pairs of coins.

// factNames names the facts in the order of factsOf. Returns r are logarithmic, from close to close.
func factNames() []string {
	return []string{
		"daily volatility, %", // √24 × standard deviation of hourly returns
		"excess kurtosis",     // of hourly returns
		"autocorrelation of r, 1 h",
		"autocorrelation of absolute r, 1 h",
		"autocorrelation of absolute r, 24 h",
		"autocorrelation of absolute r, 168 h",
		"correlation of two assets' r",
		"correlation of absolute r and ln volume",
		"calm day's volatility, of the mean",    // 5th percentile of √Σr² over a UTC day, against its mean
		"violent day's volatility, of the mean", // 95th percentile, likewise
		"high−low range, of absolute r",         // mean ln(high/low) against mean |r|
	}
}

// factsOf measures some coins of a panel, which must have all bars.
func factsOf(p *fund.Panel, coins []int) [][]float64 {
	values := make([][]float64, len(factNames()))
	add := func(fact int, v float64) { values[fact] = append(values[fact], v) }
	var returns [][]float64
	for _, i := range coins {
		r := changes(column(p, p.Close, i))
		size := absolute(r)
		unit, unitSize := standard(r), standard(size)
		returns = append(returns, unit)
		daily := dailyVolatility(r)
		add(0, 100*math.Sqrt(24*variance(r)))
		add(1, kurtosis(r)-3)
		add(2, autocorrelation(unit, 1))
		add(3, autocorrelation(unitSize, 1))
		add(4, autocorrelation(unitSize, 24))
		add(5, autocorrelation(unitSize, 168))
		add(7, correlation(size, logs(column(p, p.Volume, i))[1:]))
		add(8, quantile(daily, 0.05)/mean(daily))
		add(9, quantile(daily, 0.95)/mean(daily))
		add(10, mean(ranges(p, i))/mean(size))
		for _, other := range returns[:len(returns)-1] {
			add(6, product(unit, other))
		}
	}
	return values
}

func column(p *fund.Panel, values []float64, i int) []float64 {
	out := make([]float64, p.Rows())
	for r := range out {
		out[r] = values[r*p.N+i]
	}
	return out
}

// logs returns logarithms; where nothing traded, as if a ten-thousandth of a unit had.
func logs(x []float64) []float64 {
	out := make([]float64, len(x))
	for k, v := range x {
		out[k] = math.Log(max(v, 1e-4))
	}
	return out
}

func changes(prices []float64) []float64 {
	l := logs(prices)
	out := make([]float64, len(l)-1)
	for k := range out {
		out[k] = l[k+1] - l[k]
	}
	return out
}

func ranges(p *fund.Panel, i int) []float64 {
	out := make([]float64, p.Rows())
	for r := range out {
		out[r] = math.Log(p.High[r*p.N+i] / p.Low[r*p.N+i])
	}
	return out
}

func absolute(x []float64) []float64 {
	out := make([]float64, len(x))
	for k, v := range x {
		out[k] = math.Abs(v)
	}
	return out
}

// dailyVolatility returns √Σr² of every 24 hours.
func dailyVolatility(hourly []float64) []float64 {
	var out []float64
	for day := range slices.Chunk(hourly, 24) {
		sum := 0.0
		for _, r := range day {
			sum += r * r
		}
		out = append(out, math.Sqrt(sum))
	}
	return out
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// moment returns the mean of the n-th power of what x is above its mean.
func moment(x []float64, n int) float64 {
	m, sum := mean(x), 0.0
	for _, v := range x {
		power := 1.0
		for range n {
			power *= v - m
		}
		sum += power
	}
	return sum / float64(len(x))
}

func variance(x []float64) float64 { return moment(x, 2) }

func kurtosis(x []float64) float64 { return moment(x, 4) / math.Pow(variance(x), 2) }

// standard returns x moved and scaled to mean 0 and variance 1.
func standard(x []float64) []float64 {
	m, deviation := mean(x), math.Sqrt(variance(x))
	out := make([]float64, len(x))
	for k, v := range x {
		out[k] = (v - m) / deviation
	}
	return out
}

// product returns the mean product: the correlation of standard series.
func product(x, y []float64) float64 {
	sum := 0.0
	for k, v := range x {
		sum += v * y[k]
	}
	return sum / float64(len(x))
}

func correlation(x, y []float64) float64 { return product(standard(x), standard(y)) }

// autocorrelation takes a standard series.
func autocorrelation(x []float64, lag int) float64 { return product(x[lag:], x[:len(x)-lag]) }

func quantile(x []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(x))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}
