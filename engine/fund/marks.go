package fund

import (
	"math"
	"time"
)

// Marks prices assets in the base currency from the rows that closed. An asset that the newest row does not price is
// stale: it keeps its last price up to a maximum age and is worth nothing after it.
type Marks struct {
	Price []float64 // by asset, base currency a unit
	Stale []bool    // by asset: the newest row does not price it
	Any   bool      // some asset that an instrument prices is stale

	maxAge  time.Duration
	sources []source
	usual   []usual // by source
	at      Time    // of the newest row
}

// usual is all of a source that a row needs in which every asset has its usual price.
type usual struct {
	instrument InstrumentID
	asset      AssetID
}

// source lists the instruments that price one asset, the first preferred.
type source struct {
	asset       AssetID
	instruments []InstrumentID
	last        float64 // while it is stale: the price that it had last
	at          Time    // and when; 0: never
}

// NewMarks returns marks for u in which nothing but the base asset has a price yet.
func NewMarks(u *Universe, maxAge time.Duration) *Marks {
	m := &Marks{Price: make([]float64, len(u.Assets)), Stale: make([]bool, len(u.Assets)), maxAge: maxAge}
	for a := range u.Assets {
		if AssetID(a) == u.Base {
			continue
		}
		m.Stale[a] = true
		s := source{asset: AssetID(a)}
		for i := range u.Instruments {
			if u.Instruments[i].Base == s.asset && u.Instruments[i].Quote == u.Base {
				s.instruments = append(s.instruments, InstrumentID(i))
			}
		}
		if len(s.instruments) > 0 {
			m.sources, m.usual = append(m.sources, s), append(m.usual, usual{s.instruments[0], s.asset})
		}
	}
	m.Price[u.Base] = 1
	m.Any = len(m.sources) > 0
	return m
}

// Row takes the closing prices of a row that closed at the given time, by instrument, NaN where there is no bar.
func (m *Marks) Row(closes []float64, at Time) {
	if m.Any || !m.all(closes) {
		m.each(closes, at)
	}
	m.at = at
}

// all takes the prices of a row where no asset is stale, as in nearly every row, and reports whether none becomes so: every
// asset has a price at its first instrument.
func (m *Marks) all(closes []float64) bool {
	prices := m.Price
	for _, u := range m.usual {
		price := closes[u.instrument]
		if price != price {
			return false
		}
		prices[u.asset] = price
	}
	return true
}

// each takes the prices of a row where some asset is stale, or becomes so.
func (m *Marks) each(closes []float64, at Time) {
	m.Any = false
	prices, stale := m.Price, m.Stale
	for k, u := range m.usual {
		if price := closes[u.instrument]; price == price {
			prices[u.asset], stale[u.asset] = price, false
			continue
		}
		m.seek(&m.sources[k], closes, at)
	}
}

// seek takes an asset's price where its first instrument has none.
func (m *Marks) seek(s *source, closes []float64, at Time) {
	if price := firstPrice(closes, s.instruments[1:]); price == price {
		m.Price[s.asset], m.Stale[s.asset] = price, false
		return
	}
	if !m.Stale[s.asset] {
		s.last, s.at = m.Price[s.asset], m.at
	}
	m.Stale[s.asset], m.Any = true, true
	if m.Price[s.asset] = s.last; at.Sub(s.at) > m.maxAge {
		m.Price[s.asset] = 0
	}
}

// Revise gives the marks another maximum age. It counts from the next row on.
func (m *Marks) Revise(maxAge time.Duration) { m.maxAge = maxAge }

// Last returns the last price that asset a had, when, and whether it ever had one.
func (m *Marks) Last(a AssetID) (price float64, at Time, ok bool) {
	k := min(int(a), len(m.sources)-1) // they are in the order of assets, and no asset has two
	for k >= 0 && m.sources[k].asset > a {
		k--
	}
	if k < 0 || m.sources[k].asset != a {
		return 0, 0, false
	}
	switch s := &m.sources[k]; {
	case !m.Stale[a]:
		return m.Price[a], m.at, true
	case s.at != 0:
		return s.last, s.at, true
	}
	return 0, 0, false
}

// firstPrice returns the price of the first instrument that has one, NaN where none has.
func firstPrice(closes []float64, from []InstrumentID) float64 {
	for _, i := range from {
		if closes[i] == closes[i] {
			return closes[i]
		}
	}
	return math.NaN()
}
