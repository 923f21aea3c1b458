package market

import "math"

// grid rounds positive numbers to decimals as an exchange would, so that they are short to write.
type grid struct {
	scale float64 // 10 to the number of decimals: exact, being at most 10^18
}

func newGrid() grid { return grid{1} }

// fit moves the decimals to what numbers around this one need: six digits, and whole numbers above a million.
func (g *grid) fit(x float64) {
	for g.scale > 1 && x*g.scale >= 1e6 {
		g.scale /= 10
	}
	for g.scale < 1e18 && x*g.scale < 1e5 {
		g.scale *= 10
	}
}

// nearest, below and above round to the grid, and to no less than its smallest number.
func (g *grid) nearest(x float64) float64 { return max(math.RoundToEven(x*g.scale), 1) / g.scale }
func (g *grid) below(x float64) float64   { return max(math.Floor(x*g.scale), 1) / g.scale }
func (g *grid) above(x float64) float64   { return max(math.Ceil(x*g.scale), 1) / g.scale }
