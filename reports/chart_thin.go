package reports

import "gonum.org/v1/plot/plotter"

// thin returns a series that looks the same in so many columns of pixels: of every column the first and the last
// point, and the lowest and the highest between them, in their order.
func thin(points plotter.XYs, columns int) plotter.XYs {
	if len(points) <= 2*columns {
		return points
	}
	left, right := points[0].X, points[len(points)-1].X
	column := func(q plotter.XY) int { return int((q.X - left) / (right - left) * float64(columns)) }
	var kept plotter.XYs
	for from := 0; from < len(points); {
		to := from + 1
		for to < len(points) && column(points[to]) == column(points[from]) {
			to++
		}
		kept = append(kept, extremes(points[from:to])...)
		from = to
	}
	return kept
}

// extremes returns the first, lowest, highest and last of points, each once, in their order.
func extremes(points plotter.XYs) plotter.XYs {
	low, high, last := 0, 0, len(points)-1
	for i, q := range points {
		if q.Y < points[low].Y {
			low = i
		}
		if q.Y > points[high].Y {
			high = i
		}
	}
	var kept plotter.XYs
	before := -1
	for _, i := range []int{0, min(low, high), max(low, high), last} {
		if i > before {
			kept = append(kept, points[i])
			before = i
		}
	}
	return kept
}
