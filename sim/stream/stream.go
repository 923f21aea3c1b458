// Package stream gives the simulated world its random numbers: named streams from one seed, so that adding one never
// shifts another. The numbers are the same on every build.
package stream

// Stream is a SplitMix64 generator (Steele, Lea & Flood, OOPSLA 2014). Its zero value is the stream of seed 0.
type Stream struct{ state uint64 }

// New returns the stream of this name, such as "latency/binance", under a seed.
func New(seed uint64, name string) *Stream {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	s := &Stream{state: h ^ seed*0x9E3779B97F4A7C15}
	s.Uint64()
	return s
}

// Uint64 returns the next number, uniform over all of them.
func (s *Stream) Uint64() uint64 {
	s.state += 0x9E3779B97F4A7C15
	z := s.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// Float64 returns the next number, uniform in [0, 1).
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) / (1 << 53) }
