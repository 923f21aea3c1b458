package venuetest

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// refusal returns why the venue does not take an order, or "".
func (m *Memory) refusal(o *venues.Order, k int) string {
	if k < 0 {
		return "no such instrument"
	}
	l := &m.scene.Listings[k]
	price := o.Limit
	if o.Kind == venues.Market {
		price = m.price[k]
	}
	switch {
	case m.find(o.ClientID) != nil:
		return "the client ID is in use"
	case !o.Quantity.FloorTo(l.Lot).Equal(o.Quantity):
		return "the quantity is no multiple of the lot"
	case o.Quantity.Less(l.MinQuantity) || l.MaxQuantity.Less(o.Quantity):
		return "the quantity is too small or too large"
	case !o.Limit.FloorTo(l.Tick).Equal(o.Limit):
		return "the limit is no multiple of the tick"
	case price.Mul(o.Quantity).Less(l.MinNotional):
		return "the notional is too small"
	case o.Kind == venues.Passive && m.reached(o, k):
		return "it would take"
	}
	asset, lock := m.need(o, k)
	if m.of(asset).Free.Less(lock) {
		return fmt.Sprintf("the account has insufficient %s", asset)
	}
	return ""
}

// quote returns the price at which an order on a side takes.
func (m *Memory) quote(k int, side fund.Side) fund.Amount {
	p := m.price[k].Float64() * (1 + float64(side)*m.scene.Spread/2)
	if side == fund.Buy {
		return fund.AmountOfFloat(p).CeilTo(m.scene.Listings[k].Tick)
	}
	return fund.AmountOfFloat(p).FloorTo(m.scene.Listings[k].Tick)
}

// reached reports whether an order takes at the price now.
func (m *Memory) reached(o *venues.Order, k int) bool {
	return o.Kind == venues.Market || int(o.Side)*m.quote(k, o.Side).Cmp(o.Limit) <= 0
}

// need returns what an order locks.
func (m *Memory) need(o *venues.Order, k int) (string, fund.Amount) {
	l := &m.scene.Listings[k]
	if o.Side == fund.Sell {
		return l.Base, o.Quantity
	}
	price := o.Limit
	if o.Kind == venues.Market {
		price = m.quote(k, fund.Buy)
	}
	cash := price.Mul(o.Quantity).RoundUp(l.QuoteDecimals)
	if m.scene.FeeIn == fund.FeeInQuote {
		cash = cash.Add(fund.Charge(cash, m.scene.Taker, l.QuoteDecimals))
	}
	return l.Quote, cash
}

func (m *Memory) find(clientID string) *order {
	at := slices.IndexFunc(m.orders, func(o *order) bool { return o.ClientID == clientID })
	if at < 0 {
		return nil
	}
	return m.orders[at]
}

// accept takes an order and lets it meet the price.
func (m *Memory) accept(o venues.Order, k int) *order {
	w := &order{Status: venues.Status{Order: o, VenueID: fmt.Sprint(1000 + len(m.orders)), State: venues.New, At: m.now}, listing: k}
	w.asset, w.lock = m.need(&o, k)
	m.shift(w.asset, w.lock)
	m.orders = append(m.orders, w)
	m.report(w, nil)
	m.match(w, false)
	if o.Kind != venues.Limit && o.Kind != venues.Passive && !w.State.Final() {
		m.end(w, venues.Expired, "nothing more within reach")
	}
	return w
}

// shift locks units of an asset, or frees them.
func (m *Memory) shift(asset string, units fund.Amount) {
	b := m.of(asset)
	b.Free, b.Locked = b.Free.Sub(units), b.Locked.Add(units)
}

func (m *Memory) end(w *order, state venues.State, why string) {
	w.State, w.Reason, w.At = state, why, m.now
	m.shift(w.asset, w.lock.Neg())
	w.lock = fund.Amount{}
	m.report(w, nil)
}

// match fills what the price and the row's room allow of an order.
func (m *Memory) match(w *order, rested bool) {
	k := w.listing
	price := m.quote(k, w.Side)
	if rested && w.Done.IsZero() {
		price = w.Limit
		if int(w.Side)*m.price[k].Cmp(w.Limit) > 0 {
			return
		}
	} else if !m.reached(&w.Order, k) {
		return
	}
	q := fund.Least(w.Quantity.Sub(w.Done), m.room[k].FloorTo(m.scene.Listings[k].Lot))
	if q.Sign() > 0 {
		m.fill(w, q, price, rested && w.Done.IsZero())
	}
}

// fill books an execution.
func (m *Memory) fill(w *order, q, price fund.Amount, maker bool) {
	k := w.listing
	l := &m.scene.Listings[k]
	m.trades[k]++
	f := venues.Execution{Trade: m.trades[k], ClientID: w.ClientID, VenueID: w.VenueID, Instrument: w.Instrument, Side: w.Side,
		Quantity: q, Price: price, Cash: fund.Cash(price, q, l.QuoteDecimals), Maker: maker, At: m.now}
	m.charge(&f, k)
	in, got, out, paid := l.Base, q, l.Quote, f.Cash
	if w.Side == fund.Sell {
		in, got, out, paid = l.Quote, f.Cash, l.Base, q
	}
	m.of(in).Free = m.of(in).Free.Add(got)
	m.of(out).Free = m.of(out).Free.Sub(paid)
	m.of(f.FeeAsset).Free = m.of(f.FeeAsset).Free.Sub(f.Fee)
	m.room[k] = m.room[k].Sub(q)
	w.Done, w.Cash, w.At = w.Done.Add(q), w.Cash.Add(f.Cash), m.now
	m.unlock(w)
	if w.State == venues.New || w.State == venues.Partial {
		w.State = venues.Partial
		if w.Done.Equal(w.Quantity) {
			w.State = venues.Filled
		}
	}
	m.fills = append(m.fills, f)
	m.report(w, &f)
}

// unlock leaves locked what the rest of an order needs.
func (m *Memory) unlock(w *order) {
	left := fund.Amount{}
	if rest := w.Quantity.Sub(w.Done); !w.State.Final() && rest.Sign() > 0 {
		o := w.Order
		o.Quantity = rest
		_, left = m.need(&o, w.listing)
	}
	m.shift(w.asset, left.Sub(w.lock))
	w.lock = left
}

// charge sets the fee of a fill.
func (m *Memory) charge(f *venues.Execution, k int) {
	l := &m.scene.Listings[k]
	rate := m.scene.Taker
	if f.Maker {
		rate = m.scene.Maker
	}
	f.FeeAsset = l.Quote
	value := f.Cash
	switch {
	case m.scene.FeeIn == fund.FeeInReceived && f.Side == fund.Buy:
		f.FeeAsset, value = l.Base, f.Quantity
	case m.scene.FeeIn == fund.FeeInAsset:
		f.FeeAsset = m.scene.FeeAsset
		value = value.QuoUp(m.price[m.listing(f.FeeAsset+"/"+l.Quote)], 8)
	}
	f.Fee = fund.Charge(value, rate, 8)
}

// lateFill fills one lot of an order that is cancelled, and says so afterwards.
func (m *Memory) lateFill(w *order) {
	m.fill(w, m.scene.Listings[w.listing].Lot, w.Limit, true)
}

// report tells the account's streams of an order.
func (m *Memory) report(w *order, f *venues.Execution) {
	st := w.Status
	if f != nil {
		st.Fills = []venues.Execution{*f}
	}
	m.say(&venues.AccountMessage{At: m.now, Status: &st})
}
