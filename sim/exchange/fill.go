package exchange

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// mostDisplaced bounds how far a sale can push the price that it gets: a price stays positive.
const mostDisplaced = 0.99

// match fills what the current price, the participation cap, the limit and the money allow. An order whose limit the
// undisturbed market has reached takes: what its own impact or the cap holds back of it waits, and makes no market. What a
// market order's worst price holds back is closed.
func (x *Exchange) match(w *working, at fund.Time) {
	level := x.market.level[w.Instrument]
	if w.rest.Sign() <= 0 || level != level {
		return
	}
	w.taking = x.reached(w, level)
	quantity := x.underCap(w, &x.universe.Instruments[w.Instrument])
	if !w.taking || quantity.Sign() <= 0 {
		return
	}
	f := x.quote(w, quantity, level)
	whole := w.allows(f.Price)
	if !whole {
		f = x.within(w, quantity, level)
	}
	if f.Price.Sign() > 0 && f.Quantity.Sign() > 0 {
		x.settle(w, &f, at)
	}
	if !whole {
		x.giveBack(w, at)
	}
}

// giveBack ends a market order whose worst price leaves something of it.
func (x *Exchange) giveBack(w *working, at fund.Time) {
	if w.Limit.IsZero() && w.rest.Sign() > 0 {
		x.close(w, at, "expired: nobody pays "+w.Worst.String()+" for the rest")
	}
}

// reached reports whether the undisturbed market is within the order's limit: the mid and half the spread.
func (x *Exchange) reached(w *working, level float64) bool {
	if w.Limit.IsZero() {
		return true
	}
	mid, half := x.mid(w.Instrument, level)
	return w.allows(x.universe.Instruments[w.Instrument].Ticks(aside(mid, half, w.Side), w.Side))
}

// aside returns the price that half a spread makes of the middle for whoever trades on a side.
func aside(mid, half float64, side fund.Side) float64 {
	return mid * (1 + float64(float64(side)*half))
}

// allows reports whether a price is within the order's limit, or no worse than its worst.
func (w *working) allows(price fund.Amount) bool {
	bound := w.Limit
	if bound.IsZero() {
		bound = w.Worst
	}
	return bound.IsZero() || int(w.Side)*price.Cmp(bound) <= 0
}

// within returns the largest fill below a quantity whose price the limit allows, of no quantity where there is none.
func (x *Exchange) within(w *working, quantity fund.Amount, level float64) fund.Fill {
	const halvings = 60
	in := &x.universe.Instruments[w.Instrument]
	var best fund.Fill
	low, high := 0.0, quantity.Float64()
	for range halvings {
		middle := (low + high) / 2
		f := x.quote(w, in.Lots(middle), level)
		if f.Quantity.Sign() > 0 && !w.allows(f.Price) {
			high = middle
			continue
		}
		low, best = middle, f
	}
	return best
}

// underCap returns the quantity that the participation cap leaves for this row, in whole lots.
func (x *Exchange) underCap(w *working, in *fund.Instrument) fund.Amount {
	if x.cfg.Participation == 0 {
		return w.rest
	}
	m := &x.market
	if m.room == nil {
		m.room = make([]float64, m.panel.N)
		for i := range m.room {
			m.room[i] = -1
		}
	}
	if m.room[w.Instrument] < 0 {
		adv := x.left.Inputs(x.history(), w.Instrument).ADV
		m.room[w.Instrument] = x.cfg.Participation * adv * float64(m.panel.Interval) / float64(24*time.Hour)
	}
	if w.rest.Float64() <= m.room[w.Instrument] {
		return w.rest
	}
	return in.Lots(m.room[w.Instrument])
}

// quote prices a taker's fill: the undisturbed price, half the spread, and the average displacement over the
// quantity, rounded to the tick against us.
func (x *Exchange) quote(w *working, quantity fund.Amount, level float64) fund.Fill {
	in := &x.universe.Instruments[w.Instrument]
	mid, half := x.mid(w.Instrument, level)
	q := quantity.Float64()
	move := x.left.Cost(x.history(), w.Instrument, w.Side, q, x.market.clock())
	moved := move.Total()
	if w.Side == fund.Sell {
		moved = min(moved, max(0, mostDisplaced-half))
	}
	price := in.Ticks(mid*(1+float64(float64(w.Side)*(half+moved))), w.Side)
	f := fund.Fill{Order: w.ID, Instrument: w.Instrument, Side: w.Side, Quantity: quantity, Price: price, Mid: mid}
	f.Impact = mid * moved * q
	f.Permanent = mid * min(move.Permanent, moved) * q
	f.Spread = max(0, float64(float64(w.Side)*(price.Float64()-mid)*q)-f.Impact)
	return f
}

// mid returns the middle of the market and half its spread as a fraction: of the row's bid and ask where it has them
// and the price is its open, else of the price itself and the instrument's usual spread.
func (x *Exchange) mid(i fund.InstrumentID, level float64) (mid, half float64) {
	m := &x.market
	if m.half != nil {
		return level, m.half[i]
	}
	if m.panel.Bid != nil && m.past == m.row {
		bid, ask := m.panel.Bid[m.row*m.panel.N+int(i)], m.panel.Ask[m.row*m.panel.N+int(i)]
		if bid > 0 && ask >= bid {
			mid = float64((bid + ask) / 2) // a division by two is a product to some compilers
			return mid, (ask - mid) / mid
		}
	}
	return level, x.universe.Instruments[i].Spread / 2
}

// clock returns the instant of the current price.
func (m *market) clock() fund.Time {
	if m.past == m.row {
		return m.open
	}
	return m.panel.CloseTime(m.row)
}

// settle books as much of a fill as the order's money allows. An order whose money is used up is closed.
func (x *Exchange) settle(w *working, f *fund.Fill, at fund.Time) {
	whole := x.afford(w, f)
	if eaten(f, &x.universe.Instruments[f.Instrument]) {
		if !whole || f.Quantity.Equal(w.rest) { // else the next row may let more of it fill
			x.close(w, at, "expired: the fee of "+f.Fee.String()+" "+x.universe.AssetName(f.FeeAsset)+" is more than it brings")
		}
		return
	}
	if f.Quantity.Sign() > 0 {
		x.book(w, f, at)
	}
	if !whole {
		x.close(w, at, "expired: the "+w.lock.String()+" "+x.universe.AssetName(w.asset)+" left for it do not pay for the rest")
	}
}

// afford cuts a fill to what the order has locked and sets the fee. It reports whether nothing had to be cut.
func (x *Exchange) afford(w *working, f *fund.Fill) bool {
	in := &x.universe.Instruments[f.Instrument]
	x.charge(w, f)
	whole := true
	for step := 0; f.Quantity.Sign() > 0 && w.lock.Less(f.Uses(in)); step++ {
		whole = false
		q, before := f.Quantity.Float64(), f.Quantity
		fixed := 0.0 // of what it uses, whatever its quantity
		if f.FeeAsset == w.asset {
			fixed = x.perTrade(w, w.asset).Float64()
		}
		f.Quantity = in.Lots(q * max(0, w.lock.Float64()-fixed) / (f.Uses(in).Float64() - fixed))
		if !f.Quantity.Less(before) || step > 2 { // a hair over: one lot less
			f.Quantity = before.Sub(in.LotSize())
		}
		x.charge(w, f)
	}
	if !whole && !f.Maker { // less moves the market less
		*f = x.quote(w, f.Quantity, x.market.level[f.Instrument])
		x.charge(w, f)
	}
	return whole
}

// book executes a fill.
func (x *Exchange) book(w *working, f *fund.Fill, at fund.Time) {
	in := &x.universe.Instruments[f.Instrument]
	x.trades++
	f.Trade = x.trades
	x.unlock(w, f.Uses(in))
	if w.Side == fund.Buy {
		x.shift(in.Base, f.Quantity, in.Quote, f.Cash())
	} else {
		x.shift(in.Quote, f.Cash(), in.Base, f.Quantity)
	}
	x.balance[f.FeeAsset] = x.balance[f.FeeAsset].Sub(f.Fee)
	w.rest = w.rest.Sub(f.Quantity)
	if x.market.room != nil {
		x.market.room[f.Instrument] -= f.Quantity.Float64()
	}
	x.left.Traded(x.history(), f.Instrument, f.Side, f.Quantity.Float64(), x.market.clock())
	x.answers.fill(at, f)
}

func (x *Exchange) shift(in fund.AssetID, received fund.Amount, out fund.AssetID, paid fund.Amount) {
	x.balance[in] = x.balance[in].Add(received)
	x.balance[out] = x.balance[out].Sub(paid)
}

// matchLimits fills resting limit orders that row r traded through, as maker, at their limit and under the participation
// cap. Only orders that had arrived when the row opened count, for where in the row its low was nobody knows, and only
// those that the market had not reached when they last met it.
func (x *Exchange) matchLimits(r int, at fund.Time) {
	p := x.market.panel
	for _, w := range x.orders {
		k := r*p.N + int(w.Instrument)
		through := w.Side == fund.Buy && p.Low[k] < w.Limit.Float64() || w.Side == fund.Sell && p.High[k] > w.Limit.Float64()
		if w.Limit.IsZero() || w.taking || !through || w.arrived > x.market.open {
			continue
		}
		x.make(w, at)
	}
	x.sweep()
}

// make fills a limit order as maker, at its limit and under the participation cap.
func (x *Exchange) make(w *working, at fund.Time) {
	f := fund.Fill{Order: w.ID, Instrument: w.Instrument, Side: w.Side, Price: w.Limit, Maker: true, Mid: w.Limit.Float64(),
		Quantity: x.underCap(w, &x.universe.Instruments[w.Instrument])}
	if f.Quantity.Sign() > 0 {
		x.settle(w, &f, at)
	}
}
