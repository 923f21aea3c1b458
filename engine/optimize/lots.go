package optimize

import (
	"cmp"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// rounding turns wishes into whole lots, stage by stage, each paid from what the trades before it leave.
type rounding struct {
	p         *Problem
	net       []fund.Amount // by instrument, signed base units; earlier trades and those of this rounding
	state     [][]float64   // [account][asset] units, after them
	free      [][]float64   // [account][asset] units that may be spent: with what wishes still bring, without what is to stay
	grain     float64
	hair      float64  // by which quantities grow before they are cut
	why       []string // by asset: why a trade that gives or gets it was left or cut
	done      bool     // something was traded
	tooSmalls []wish   // wishes that could not be traded had they been paid for
}

// lots returns the net trades that the flows found come to in whole lots, on top of those made already.
func (m *market) lots(hair float64) *rounding {
	r := &rounding{p: m.p, net: slices.Clone(m.net), state: m.p.sheet(), free: m.p.sheet(), grain: m.grain, hair: hair,
		why: make([]string, len(m.p.Price))}
	for acc := range m.after {
		copy(r.state[acc], m.after[acc])
	}
	for k, at := range m.places {
		r.free[at.account][at.asset] = r.state[at.account][at.asset] - float64(m.keeps(int32(k))/m.p.Price[at.asset])
	}
	list := m.wishes()
	if !m.p.stages(m.after, list) {
		return r
	}
	slices.SortStableFunc(list, func(a, b wish) int { return cmp.Compare(a.stage, b.stage) })
	for k := range list {
		r.expect(&list[k], 1)
	}
	for k := range list {
		r.expect(&list[k], -1)
		r.trade(&list[k])
	}
	return r
}

// expect adds what a wish brings to what may be spent, or takes it away again.
func (r *rounding) expect(w *wish, sign float64) {
	in := &r.p.Universe.Instruments[w.instrument]
	r.free[in.Venue][w.gets(in)] += float64(sign * w.brings)
}

// trade does a wish in whole lots, or notes why not.
func (r *rounding) trade(w *wish) {
	in := &r.p.Universe.Instruments[w.instrument]
	before := r.net[w.instrument]
	quantity := in.Lots(r.payable(w, in))
	whole := before.Add(signed(w.side, quantity))
	if before.Sign()*int(w.side) < 0 && r.p.tooSmall(w.instrument, whole) != "" { // rather not at all than below the minimum
		quantity, whole = signed(sideOf(before.Float64()), before), fund.Amount{}
	}
	value := r.p.Mid[w.instrument] * r.p.Price[in.Quote]
	why := r.p.tooSmall(w.instrument, whole)
	switch {
	case quantity.Sign() <= 0:
		why = "less than one lot of " + in.Name
	case quantity.Float64()*value < r.grain:
		why = "worth less than dust"
	}
	if why != "" {
		r.why[in.Base], r.why[in.Quote] = why, why
		if r.small(w, in, before) {
			r.tooSmalls = append(r.tooSmalls, *w)
		}
		return
	}
	r.book(w.instrument, before, whole)
}

// small reports whether all of a wish is less than can be traded.
func (r *rounding) small(w *wish, in *fund.Instrument, before fund.Amount) bool {
	all := in.Lots(w.quantity * r.hair)
	return all.Float64()*r.p.value(w.instrument) < r.grain || r.p.tooSmall(w.instrument, before.Add(signed(w.side, all))) != ""
}

// tooSmall says which of the venue's minimums a trade does not come to, or "".
func (p *Problem) tooSmall(i fund.InstrumentID, net fund.Amount) string {
	in := &p.Universe.Instruments[i]
	size := signed(sideOf(net.Float64()), net)
	switch {
	case net.IsZero():
	case net.Sign() < 0 && p.move(i, net.Float64()).quote < 0:
		return in.Name + ": worth less than the fee of a trade"
	case size.Less(in.MinQuantity):
		return in.Name + ": below the minimum quantity of " + in.MinQuantity.String()
	case size.Float64()*p.Mid[i] < in.MinNotional.Float64():
		return in.Name + ": below the minimum notional of " + in.MinNotional.String()
	}
	return ""
}

// payable returns how much of a wish, at most, what is there to be spent pays for.
func (r *rounding) payable(w *wish, in *fund.Instrument) float64 {
	give := w.gives(in)
	net := r.net[w.instrument].Float64()
	most := r.p.room(w.instrument, w.side)/(r.p.Mid[w.instrument]*r.p.Price[in.Quote]) - abs(net)
	if net*float64(w.side) < 0 { // it undoes what is traded
		most = abs(net)
	}
	q := min(w.quantity*r.hair, most)
	slack := float64((r.hair - 1) * abs(r.state[in.Venue][give]))
	there := min(r.state[in.Venue][give], r.free[in.Venue][give]+slack)
	if there <= 0 {
		return 0
	}
	for range 4 { // less costs less: this ends at what can be paid, or a hair below
		need := r.needs(w, in, q)
		if need <= there || q <= 0 {
			return q
		}
		q *= max(0, there) / need
	}
	if r.needs(w, in, q) > there {
		q *= 1 - 1e-9
	}
	return q
}

// needs returns the units that trading q more spends, fees included.
func (r *rounding) needs(w *wish, in *fund.Instrument, q float64) float64 {
	done := r.net[w.instrument].Float64()
	d, e := r.p.move(w.instrument, done+float64(float64(w.side)*q)), r.p.move(w.instrument, done)
	if w.side == fund.Buy {
		return e.quote - d.quote
	}
	return e.base - d.base
}

// book makes the net trade of an instrument this much instead of that.
func (r *rounding) book(i fund.InstrumentID, before, after fund.Amount) {
	in := &r.p.Universe.Instruments[i]
	held, free := r.state[in.Venue], r.free[in.Venue]
	d, e := r.p.move(i, after.Float64()), r.p.move(i, before.Float64())
	d = move{d.base - e.base, d.quote - e.quote}
	d.apply(in, held)
	d.apply(in, free)
	r.net[i], r.done = after, true
}
