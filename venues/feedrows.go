package venues

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// take keeps a bar of the row under way or of a later one. A bar that is final is never replaced.
func (f *Feed) take(s *source, b *Bar) {
	i, ok := s.instrument(b.Instrument)
	if !ok || f.row >= f.cfg.Panel.Rows() || b.Open < f.cfg.Panel.Times[f.row] {
		return
	}
	if at := (slot{i, b.Open}); !f.bars[at].Closed {
		f.bars[at] = *b
	}
}

// begin appends the row that follows, if there is one; nothing of it is known yet.
func (f *Feed) begin() {
	p, next := f.cfg.Panel, f.cfg.Start
	if n := p.Rows(); n > 0 {
		next = p.Times[n-1].Add(p.Interval)
	}
	for at := range f.bars {
		if at.open < next {
			delete(f.bars, at)
		}
	}
	if f.cfg.End != 0 && next >= f.cfg.End {
		return
	}
	p.Times = append(p.Times, next)
	for _, column := range []*[]float64{&p.Open, &p.High, &p.Low, &p.Close, &p.Volume} {
		for range p.N {
			*column = append(*column, math.NaN())
		}
	}
}

// writeOpens writes the opens that are known into the row under way.
func (f *Feed) writeOpens() {
	p := f.cfg.Panel
	at := f.row * p.N
	for i := range f.own {
		if b, _ := f.bar(fund.InstrumentID(i)); f.hasOpen(fund.InstrumentID(i)) {
			p.Open[at+i] = b.First.Float64()
		}
	}
	for _, c := range f.cfg.Crosses {
		p.Open[at+int(c.Of)] = p.Open[at+int(c.Base)] / p.Open[at+int(c.Quote)]
	}
}

// writeRest writes the bars that have closed into the row under way. Its opens stay as they were acted on.
func (f *Feed) writeRest() {
	p := f.cfg.Panel
	at := f.row * p.N
	for i := range f.own {
		id := fund.InstrumentID(i)
		if !f.own[i] || !f.hasClose(id) {
			continue
		}
		b, _ := f.bar(id)
		p.High[at+i], p.Low[at+i], p.Close[at+i], p.Volume[at+i] = b.High.Float64(), b.Low.Float64(), b.Last.Float64(), b.Volume.Float64()
	}
	for _, c := range f.cfg.Crosses {
		if f.hasClose(c.Base) && f.hasClose(c.Quote) {
			p.Derive(f.row, []fund.Cross{c})
		}
	}
	for _, s := range f.sources {
		s.tellLate()
	}
}

// seek asks once a row for the closed bars that are missing when it is at: a message may have been lost.
func (f *Feed) seek(at fund.Time) {
	for _, s := range f.sources {
		if !s.up || s.seeking || s.sought == at || s.clock.guess() < at {
			continue
		}
		var missing []fund.InstrumentID
		for _, i := range s.instruments {
			if !f.hasClose(i) {
				missing = append(missing, i)
			}
		}
		if s.sought = at; len(missing) > 0 {
			s.fetch(missing)
		}
	}
}

// tend does what is due at every source, and tells how the feed stands.
func (f *Feed) tend(at fund.Time) error {
	for _, s := range f.sources {
		s.tend(at)
	}
	f.health.Store(f.standing())
	if f.cfg.Idle == nil || time.Since(f.idle) < time.Second {
		return nil
	}
	f.idle = time.Now()
	return f.cfg.Idle()
}

// pause returns how long there is nothing to do before it is at, unless something comes.
func (f *Feed) pause(at fund.Time) time.Duration {
	pause := time.Second
	for _, s := range f.sources {
		pause = min(pause, s.pause(at))
	}
	return max(pause, time.Millisecond)
}
