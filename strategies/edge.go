package strategies

// Edge aims at the nearer edge of a threshold's band: what is outside is traded back to it and no further. An asset without
// a target has a band only where bands are absolute.
type Edge struct {
	Limits *Threshold // Band, Bands and Absolute count
	width  []float64
}

// Band implements engine.Aim.
func (e *Edge) Band(target []float64) []float64 {
	e.width = e.width[:0]
	for a, w := range target {
		band := e.Limits.Band
		if e.Limits.Bands != nil && e.Limits.Bands[a] != 0 {
			band = e.Limits.Bands[a]
		}
		if !e.Limits.Absolute {
			band *= w
		}
		e.width = append(e.width, band)
	}
	return e.width
}
