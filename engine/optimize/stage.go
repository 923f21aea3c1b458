package optimize

// stages gives each trade its stage: what a trade spends is there from the start, or earlier stages deliver it. Where not
// all that is spent of an asset is there, whoever spends it waits for all that deliver it. It reports whether that can
// be done: trades that wait for each other in a circle cannot.
func (p *Problem) stages(held [][]float64, trades []wish) bool {
	need, ready := p.sheet(), p.sheet()
	for k := range trades {
		w := &trades[k]
		in := &p.Universe.Instruments[w.instrument]
		w.stage = 0
		need[in.Venue][w.gives(in)] += w.spends
	}
	for range len(p.Price) + 1 {
		changed := false
		for k := range trades {
			w := &trades[k]
			in := &p.Universe.Instruments[w.instrument]
			from := w.gives(in)
			if need[in.Venue][from] > held[in.Venue][from] {
				w.stage = int(ready[in.Venue][from])
			}
			if after := &ready[in.Venue][w.gets(in)]; *after < float64(w.stage+1) {
				*after, changed = float64(w.stage+1), true
			}
		}
		if !changed {
			return true
		}
	}
	return false
}

// sheet returns zeros by account and asset.
func (p *Problem) sheet() [][]float64 {
	s := make([][]float64, len(p.Holding))
	for acc := range s {
		s[acc] = make([]float64, len(p.Price))
	}
	return s
}
