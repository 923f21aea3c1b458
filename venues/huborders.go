package venues

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// placed is an order of the run.
type placed struct {
	fund.Order
	client  string // its client order ID
	account fund.AccountID
	name    string  // of its instrument
	mid     float64 // reference price when it left
	at      fund.Time
	wish    Order // as it is sent

	venue    string // the venue's ID; "": not known yet
	accepted bool   // was told
	closed   bool   // was told, or it filled whole
	cancel   bool   // was asked for
	revived  bool   // it was at the venue after it was told closed
	booked   fund.Amount
	done     fund.Amount // that the venue told, since the hub began
	changed  fund.Time   // of its newest event

	withdrawn atomic.Bool // it need not be sent any more: tells the line
	over      atomic.Bool // the venue will not fill any more of it: the line's own
}

// lateFills is how long after an order's end the venue may still tell a fill of it that nobody heard of.
const lateFills = time.Hour

// mayFill reports whether a fill of a closed order may not have been heard of.
func (o *placed) mayFill(now fund.Time) bool {
	return o.booked.Less(o.Quantity) && now.Sub(o.changed) <= lateFills
}

// forgotten is how long after its end an order is forgotten: nothing is told of it by then, and what is told again of its fills is known
// by their trades.
const forgotten = fund.Day

// forget lets the oldest orders go that ended long ago, so that what a hub keeps does not grow with its run. A fill is not
// forgotten: it takes eight bytes.
func (h *Hub) forget() {
	for len(h.orders) > 0 {
		o := h.orders[0]
		if !o.closed || h.last.Sub(o.changed) <= forgotten || h.begun && !o.over.Load() {
			return
		}
		delete(h.byClient, o.client)
		delete(h.byVenue, venueID{o.Instrument, o.venue})
		h.orders[0], h.orders = nil, h.orders[1:]
	}
}

// wasTold reports whether the fill of a trade was told.
func (h *Hub) wasTold(i fund.InstrumentID, trade uint64) bool {
	_, told := slices.BinarySearch(h.told[i], trade)
	return told
}

// tell notes that the fill of a trade was told.
func (h *Hub) tell(i fund.InstrumentID, trade uint64) {
	if at, told := slices.BinarySearch(h.told[i], trade); !told {
		h.told[i] = slices.Insert(h.told[i], at, trade)
	}
}

// venueID and moveID identify what a venue tells.
type (
	venueID struct {
		instrument fund.InstrumentID
		id         string
	}
	moveID struct {
		account fund.AccountID
		asset   string
		amount  string
		at      fund.Time
	}
)

// Do implements the host's World. What was recorded is not done again.
func (h *Hub) Do(_ context.Context, c engine.Command) error {
	switch c := c.(type) {
	case *engine.Place:
		o, err := h.place(c.Order.Order())
		if err == nil && h.past == nil {
			h.send(o)
		}
		return err
	case *engine.Cancel:
		if o := h.order(c.Order); o != nil && !o.closed {
			h.cancel(o)
		}
	case *engine.SetTimer:
		h.setTimer(timer{c.At, c.Timer})
	case *engine.Alert:
		h.lag.held = h.lag.held || c.Kind == engine.Halted
	case *engine.Pay:
		return fmt.Errorf("redemption %d: nobody asks a live fund for redemptions, and no key that it takes may withdraw", c.Redemption)
	}
	return nil
}

// send hands an order to its venue's line.
func (h *Hub) send(o *placed) {
	if h.ending {
		h.post(never{o, "not sent: the run is ending"})
		return
	}
	h.lines[o.account].add(&placing{order: o, began: time.Now()})
}

// cancel has an order cancelled, once. One that was recorded as cancelled is when the hub begins.
func (h *Hub) cancel(o *placed) {
	if o.cancel {
		return
	}
	if o.cancel = true; h.begun {
		o.withdrawn.Store(true)
		h.lines[o.account].add(&cancelling{order: o})
	}
}

// place keeps an order that is about to leave, or was.
func (h *Hub) place(o fund.Order) (*placed, error) {
	if o.ID == 0 {
		return nil, fmt.Errorf("an order that was not approved reached the hub")
	}
	in := &h.cfg.Universe.Instruments[o.Instrument]
	p := &placed{Order: o, client: h.cfg.Prefix + "-" + strconv.FormatUint(uint64(o.ID), 10), account: in.Venue, name: in.Name,
		mid: h.mid(o.Instrument), at: h.last, changed: h.last}
	p.wish = h.wish(&p.Order, in)
	p.wish.ClientID = p.client
	h.forget()
	h.orders = append(h.orders, p)
	h.byClient[p.client] = p
	return p, nil
}

// mid returns the newest close of an instrument that was told, 0 if there is none.
func (h *Hub) mid(i fund.InstrumentID) float64 {
	p := h.cfg.Panel
	for r := h.row.Index; r >= 0; r-- {
		if c := p.Close[r*p.N+int(i)]; c == c {
			return c
		}
	}
	return 0
}

// wish returns an order as a venue takes it. Orders at the market are sent as immediate orders at their worst price, which for a
// purchase is what Spend pays for: what does not fill at it comes back as closed.
func (h *Hub) wish(o *fund.Order, in *fund.Instrument) Order {
	w := Order{Instrument: in.Name, Side: o.Side, Quantity: o.Quantity, Limit: o.Limit, Kind: Limit}
	switch {
	case o.Limit.IsZero() && o.Worst.IsZero():
		w.Kind = Market
	case o.Limit.IsZero():
		w.Kind, w.Limit = Immediate, o.Worst
	}
	if o.Side == fund.Buy && !o.Spend.IsZero() {
		worst := worstPrice(o, in, h.cfg.Universe.Assets[in.Quote].Decimals)
		if w.Kind == Market {
			w.Kind, w.Limit = Immediate, worst
		}
		w.Limit = fund.Least(w.Limit, worst)
	}
	return w
}

// worstPrice returns the highest price at which all of a purchase, with a fee in quote, costs no more than Spend, whichever way
// the venue rounds its cash.
func worstPrice(o *fund.Order, in *fund.Instrument, decimals int) fund.Amount {
	spend, rate := o.Spend.Sub(in.Fees.PerTrade), fund.Amount{}
	if in.Fees.In == fund.FeeInQuote || in.Fees.In == fund.FeeInAsset {
		rate = in.Fees.Taker
	}
	step := in.Tick
	if step.IsZero() {
		step = fund.NewAmount(1, decimals)
	}
	one := fund.NewAmount(1, 0)
	price := spend.QuoUp(o.Quantity.Mul(one.Add(rate)), 12).FloorTo(step)
	for price.Sign() > 0 {
		cash := price.Mul(o.Quantity).RoundUp(decimals)
		if !spend.Less(cash.Add(fund.Charge(cash, rate, decimals))) {
			break
		}
		price = price.Sub(step)
	}
	return price
}

func (h *Hub) order(id fund.OrderID) *placed {
	at, ok := slices.BinarySearchFunc(h.orders, id, func(o *placed, id fund.OrderID) int { return int(o.ID) - int(id) })
	if !ok {
		return nil
	}
	return h.orders[at]
}

func (h *Hub) setTimer(t timer) {
	at := len(h.timers)
	for at > 0 && h.timers[at-1].at > t.at {
		at--
	}
	h.timers = slices.Insert(h.timers, at, t)
}

// revive minds an order that was given up and is open at the venue after all, and cancels it: nobody wants it any more. What says so
// may be old news; then the venue says that the order has ended.
func (h *Hub) revive(o *placed, st *Status) {
	if o == nil || !o.closed || o.revived || st.State.Final() || !o.booked.Less(o.Quantity) {
		return
	}
	o.revived = true
	o.over.Store(false)
	h.lines[o.account].add(&minding{order: o, known: true})
	h.lines[o.account].add(&cancelling{order: o})
}
