package binance

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// errEnding says that the venue ends a stream: another must be opened.
var errEnding = errors.New("the venue ends this stream")

// readEvent reads a message of the account stream: an event of the WebSocket API, of a listen key's stream, or alone.
// Answers to requests, lists of orders and events that it does not know say only that the venue is there.
func readEvent(text []byte, names namer, now fund.Time) (*venues.AccountMessage, error) {
	o := readObject("account stream", text)
	event := o.optional("e")
	for _, wrapping := range []string{"event", "data"} {
		if o.err == nil && o.has(wrapping) && strings.HasPrefix(string(o.fields[wrapping]), "{") {
			o = o.object(wrapping)
			event = o.text("e")
			break
		}
	}
	if o.err != nil {
		return nil, o.err
	}
	m := &venues.AccountMessage{At: now}
	if event != "" {
		o.what = event
		m.At = o.time("E")
	}
	switch event {
	case "executionReport":
		m.Status = report(o, names)
	case "outboundAccountPosition":
		m.Balances = standing(o)
	case "balanceUpdate":
		m.Moved = &venues.Moved{Asset: o.text("a"), Amount: o.amount("d"), At: o.time("T")}
	case "eventStreamTerminated", "serverShutdown", "listenKeyExpired":
		return nil, errEnding
	}
	return m, o.err
}

// standing reads the new balances of some assets. One may be zero now.
func standing(o *object) []venues.Balance {
	all := []venues.Balance{}
	for _, raw := range o.list("B") {
		b := readObject(o.what+": B", raw)
		all = append(all, venues.Balance{Asset: b.text("a"), Free: b.size("f"), Locked: b.size("l")})
		o.err = cmp.Or(o.err, b.err)
	}
	return all
}

// report reads an executionReport.
func report(o *object, names namer) *venues.Status {
	id := o.text("c")
	if original := o.text("C"); original != "" {
		id = original // of the order that was cancelled; c is then the cancellation's
	}
	s := &venues.Status{
		Order: venues.Order{ClientID: id, Instrument: names.name(o, "s"), Side: side(o, "S"), Kind: kindOf(o.text("o"), o.text("f")),
			Quantity: o.size("q"), Limit: o.size("p")},
		VenueID: fmt.Sprint(o.count("i")),
		Done:    o.size("z"),
		Cash:    o.size("Z"),
		At:      o.time("T"),
		Reason:  reason(o),
	}
	s.State = state(o, "X", s.Done)
	if fill, ok := executed(o, s); ok {
		s.Fills = []venues.Execution{fill}
	}
	return s
}

// executed returns the execution that a report tells of, if it does. The venue reports some trades without a quantity
// or a price, which nobody can book, or do not say what changed hands for it; and what self-trade prevention took from an
// order was not executed. Such reports tell the order's state alone, and orders whose executions add up to less than
// Status.Done are asked for with Fills.
func executed(o *object, s *venues.Status) (venues.Execution, bool) {
	kind, trade := o.text("x"), o.integer("t")
	f := venues.Execution{ClientID: s.ClientID, VenueID: s.VenueID, Instrument: s.Instrument, Side: s.Side, Quantity: o.size("l"), Price: o.size("L"),
		Fee: o.size("n"), FeeAsset: o.optional("N"), Maker: o.flag("m"), At: s.At}
	if kind != "TRADE" && kind != "CALCULATED" || f.Quantity.IsZero() || f.Price.IsZero() {
		return f, false
	}
	if trade < 0 {
		o.fail("t", "is negative, and the report is of a trade")
		return f, false
	}
	if f.FeeAsset == "" && !f.Fee.IsZero() {
		o.fail("N", "is empty, and there is a commission")
	}
	f.Trade = uint64(trade)
	cash, told := lastCash(o, s, f.Quantity)
	f.Cash = cash
	return f, told && o.err == nil
}

// lastCash returns what changed hands for the execution that a report tells of, and whether it says so: of this one, or of
// the whole order, of which this was the first.
func lastCash(o *object, s *venues.Status, quantity fund.Amount) (fund.Amount, bool) {
	switch {
	case o.has("Y"):
		return o.size("Y"), true
	case quantity.Equal(s.Done):
		return s.Cash, true
	}
	return fund.Amount{}, false
}

// reason says why an order was rejected or has expired, where the report does.
func reason(o *object) string {
	if r := o.text("r"); r != "NONE" && r != "" {
		return r
	}
	if o.has("eR") {
		return strings.Trim(string(o.fields["eR"]), `"`)
	}
	return ""
}
