package venues

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// stray is a fill of an order that is not known by that ID, or not yet.
type stray struct {
	account fund.AccountID
	Execution
}

// learn takes an event that was recorded.
func (h *Hub) learn(ev *engine.Event) {
	h.last = max(h.last, ev.At)
	if h.start == 0 {
		h.start = ev.At
	}
	switch b := ev.Body.(type) {
	case *engine.Row:
		h.row.Index = b.Index
	case *engine.Filled:
		h.tell(b.Fill.Instrument, b.Fill.Trade)
		h.booked(h.order(b.Fill.Order), b.Fill.Quantity)
	case *engine.Accepted:
		if o := h.order(b.Order); o != nil {
			o.accepted = true
		}
	case *engine.Closed:
		if o := h.order(b.Order); o != nil {
			o.closed, o.changed = true, h.last
		}
	case *engine.Operator:
		h.lag.Spoke(b)
	case *engine.TimerFired:
		h.timers = slices.DeleteFunc(h.timers, func(t timer) bool { return t.id == b.Timer })
	}
}

// booked counts what an order has filled. One that is whole is closed.
func (h *Hub) booked(o *placed, quantity fund.Amount) {
	if o == nil {
		return
	}
	o.booked, o.changed = o.booked.Add(quantity), h.last
	o.closed = o.closed || !o.booked.Less(o.Quantity)
}

// report is what a venue says of an order.
type report struct {
	order  *placed
	status Status
	fills  []Execution // of its instrument, others' too
	ended  bool        // nothing more of it will fill, and fills are all of it
}

func (r report) tell(h *Hub) {
	o := r.order
	h.know(o, &r.status)
	for _, f := range append(r.status.Fills, r.fills...) {
		h.fill(o.account, f)
	}
	h.revive(o, &r.status)
	if !r.ended || o.closed {
		return
	}
	o.closed, o.changed = true, h.last
	h.emit(&engine.Closed{Order: o.ID, Reason: why(&r.status)})
}

// why says in the words of a journal how an order ended.
func why(st *Status) string {
	if st.Reason == "" {
		return string(st.State)
	}
	return string(st.State) + ": " + st.Reason
}

// know keeps the venue's ID of an order, and tells once that it was taken.
func (h *Hub) know(o *placed, st *Status) {
	if o.done.Less(st.Done) {
		o.done = st.Done
	}
	if o.venue == "" && st.VenueID != "" {
		o.venue = st.VenueID
		h.byVenue[venueID{o.Instrument, st.VenueID}] = o
		h.retryStray()
	}
	if !o.accepted && !o.closed && st.State != Rejected {
		o.accepted = true
		h.emit(&engine.Accepted{Order: o.ID})
	}
}

// never says that a venue never had an order, or has refused it.
type never struct {
	order  *placed
	reason string
}

func (n never) tell(h *Hub) {
	o := n.order
	if o.closed {
		return
	}
	o.closed, o.changed = true, h.last
	h.emit(&engine.Closed{Order: o.ID, Reason: n.reason})
}

// fill tells an execution, once. One of an order that is not known by its ID waits for it to become so.
func (h *Hub) fill(account fund.AccountID, f Execution) {
	i, ok := h.instrument(account, f.Instrument)
	if !ok || h.wasTold(i, f.Trade) {
		return
	}
	o := h.byVenue[venueID{i, f.VenueID}]
	if o == nil {
		o = h.byClient[f.ClientID]
	}
	if o == nil {
		if !slices.ContainsFunc(h.stray, func(s stray) bool { return s.Trade == f.Trade && s.Instrument == f.Instrument }) {
			h.stray = append(h.stray, stray{account, f})
		}
		return
	}
	h.tell(i, f.Trade)
	x := fund.Fill{Order: o.ID, Trade: f.Trade, Instrument: i, Side: f.Side, Quantity: f.Quantity, Price: f.Price, Fee: f.Fee, Maker: f.Maker, Mid: o.mid}
	x.SetCash(f.Cash)
	if x.FeeAsset, ok = h.cfg.Universe.Asset(f.FeeAsset); !ok {
		h.leaveOut(account, f.FeeAsset, "fees in it are not booked")
		x.FeeAsset, x.Fee = h.cfg.Universe.Instruments[i].Quote, fund.Amount{}
	}
	h.emit(&engine.Filled{Fill: x})
	h.booked(o, f.Quantity)
}

func (h *Hub) retryStray() {
	list := h.stray
	h.stray = nil
	for _, s := range list {
		h.fill(s.account, s.Execution)
	}
}

// leaveOut tells once that an asset is not the fund's.
func (h *Hub) leaveOut(account fund.AccountID, asset, what string) {
	if h.left[asset] {
		return
	}
	h.left[asset] = true
	h.alarm(Alarm{Kind: NotOurs, Venue: h.cfg.Universe.Accounts[account], Text: fmt.Sprintf("%s is no asset of the fund: %s", asset, what)})
}

// instrument finds an instrument by the driver's name.
func (h *Hub) instrument(account fund.AccountID, name string) (fund.InstrumentID, bool) {
	i := slices.IndexFunc(h.cfg.Universe.Instruments, func(in fund.Instrument) bool { return in.Venue == account && in.Name == name })
	return fund.InstrumentID(i), i >= 0
}
