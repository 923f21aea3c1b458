// Package stats holds the statistics of a series of periodic returns, as pure functions. The conventions are those of
// the empyrical library: a NaN is a period without a return, which mean and deviation leave out and compounding
// counts as a period of 0. Returns and results are fractions: 0.12 is 12 %. What is not defined is NaN.
package stats

import "math"

// TotalReturn returns Π(1+r) − 1: the compound return over all periods; 0 of none.
func TotalReturn(returns []float64) float64 { return growth(returns) - 1 }

// AnnualReturn returns Π(1+r)^(perYear/n) − 1, the compound return a year, where n counts all periods, those without a
// return too, and perYear is how many make a year. It is NaN of no period.
func AnnualReturn(returns []float64, perYear float64) float64 {
	if len(returns) == 0 {
		return math.NaN()
	}
	return math.Pow(growth(returns), perYear/float64(len(returns))) - 1
}

// Volatility returns s·√perYear, where s is the sample standard deviation (divisor n−1). It is NaN of fewer than two
// returns.
func Volatility(returns []float64, perYear float64) float64 {
	_, deviation := moments(returns)
	return deviation * math.Sqrt(perYear)
}

// Sharpe returns mean/s·√perYear (Sharpe 1994, risk-free rate 0), where s is the sample standard deviation. It is NaN
// of fewer than two returns, and of returns that are all the same.
func Sharpe(returns []float64, perYear float64) float64 {
	mean, deviation := moments(returns)
	if deviation == 0 {
		return math.NaN()
	}
	return mean / deviation * math.Sqrt(perYear)
}

// Sortino returns mean/d·√perYear (Sortino & Price 1994, target 0), where d = √(Σ min(r,0)²/n) and n counts all
// returns, not only the negative ones. It is NaN of fewer than two returns, and where none is negative.
func Sortino(returns []float64, perYear float64) float64 {
	mean, deviation := moments(returns)
	downside := Downside(returns, perYear)
	if math.IsNaN(deviation) || downside == 0 {
		return math.NaN()
	}
	return mean * perYear / downside
}

// Downside returns √(Σ min(r,0)²/n)·√perYear, the annual downside deviation of which Sortino divides by. It is NaN of
// no return.
func Downside(returns []float64, perYear float64) float64 {
	sum, n := 0.0, 0
	for _, r := range returns {
		if r == r {
			below := min(r, 0)
			sum += float64(below * below)
			n++
		}
	}
	return math.Sqrt(sum / float64(n) * perYear)
}

// Drawdowns returns, for every period, value/peak − 1 at its end: how far the value is below the highest it has been
// from the start on, the start included. Every entry is ≤ 0.
func Drawdowns(returns []float64) []float64 {
	below := make([]float64, len(returns))
	value, peak := 1.0, 1.0
	for i, r := range returns {
		if r == r {
			value *= 1 + r
		}
		peak = max(peak, value)
		below[i] = value/peak - 1
	}
	return below
}

// MaxDrawdown returns the lowest of Drawdowns, ≤ 0; 0 of no return.
func MaxDrawdown(returns []float64) float64 {
	lowest := 0.0
	for _, d := range Drawdowns(returns) {
		lowest = min(lowest, d)
	}
	return lowest
}

// Calmar returns AnnualReturn/|MaxDrawdown| (Young 1991), over the whole series. It is NaN where there was no drawdown.
func Calmar(returns []float64, perYear float64) float64 {
	deepest := MaxDrawdown(returns)
	if deepest == 0 {
		return math.NaN()
	}
	return AnnualReturn(returns, perYear) / -deepest
}

// growth returns Π(1+r).
func growth(returns []float64) float64 {
	value := 1.0
	for _, r := range returns {
		if r == r {
			value *= 1 + r
		}
	}
	return value
}

// moments returns mean and sample standard deviation, NaN of fewer than two returns. It measures from the first
// return, so that the deviation of equal ones is exactly 0.
func moments(returns []float64) (mean, deviation float64) {
	first, sum, n := math.NaN(), 0.0, 0
	for _, r := range returns {
		if r != r {
			continue
		}
		if n == 0 {
			first = r
		}
		sum += r - first
		n++
	}
	if n < 2 {
		return math.NaN(), math.NaN()
	}
	off := sum / float64(n)
	squares := 0.0
	for _, r := range returns {
		if r == r {
			d := r - first - off
			squares += float64(d * d)
		}
	}
	return first + off, math.Sqrt(squares / float64(n-1))
}
