package venuetest

import (
	"context"
	"errors"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func refusalCases() []Case {
	return []Case{
		{name: "listings and rules", scene: lively, check: listings},
		{name: "orders against the rules", scene: lively, check: againstRules},
		{name: "orders beyond the balance", scene: lively, check: beyondBalance},
		{name: "a client ID twice", scene: lively, check: clientIDTwice},
		{name: "unknown orders", scene: lively, check: unknownOrders},
		{name: "a context that has ended", scene: lively, check: endedContext},
	}
}

func listings(b *bench) {
	list, err := b.Driver.Listings(b.call())
	if err != nil {
		b.Fatalf("listings: %v", err)
	}
	found := map[string]venues.Listing{}
	for k, l := range list {
		if k > 0 && list[k-1].Name >= l.Name {
			b.Errorf("%s is listed behind %s", l.Name, list[k-1].Name)
		}
		found[l.Name] = l
	}
	for _, want := range b.scene.Listings {
		got := found[want.Name]
		if got.Base != want.Base || got.Quote != want.Quote || got.Symbol == "" || !got.Trading {
			b.Errorf("%s: %+v", want.Name, got)
		}
		for what, pair := range map[string][2]fund.Amount{
			"lot": {want.Lot, got.Lot}, "tick": {want.Tick, got.Tick},
			"least quantity": {want.MinQuantity, got.MinQuantity}, "largest quantity": {want.MaxQuantity, got.MaxQuantity}, "least notional": {want.MinNotional, got.MinNotional}} {
			if !pair[0].Equal(pair[1]) {
				b.Errorf("%s: %s %s, want %s", want.Name, what, pair[1], pair[0])
			}
		}
	}
}

// wantRefused demands that an order is refused and leaves no trace.
func (b *bench) wantRefused(what string, o venues.Order) {
	b.Helper()
	st, err := b.Driver.Place(b.call(), o)
	if err == nil {
		b.Errorf("%s: taken, and it is %s", what, st.State)
		return
	}
	b.wantClass(what, err, venues.Refused)
	if len(strings.TrimSpace(err.Error())) < 5 {
		b.Errorf("%s: the error says only %q", what, err)
	}
	if st, err := b.Driver.Order(b.call(), o.Instrument, o.ClientID); err == nil && st.State != venues.Rejected {
		b.Errorf("%s: the venue has it as %s", what, st.State)
	}
}

// wantRefusedOrCut demands that an order off lots and ticks is refused, or sent as the next smaller one that is not.
func (b *bench) wantRefusedOrCut(what string, o venues.Order) {
	b.Helper()
	st, err := b.Driver.Place(b.call(), o)
	if err != nil {
		b.wantClass(what, err, venues.Refused)
		return
	}
	l := b.scene.Listings[1]
	if !st.Quantity.Equal(o.Quantity.FloorTo(l.Lot)) || !st.Limit.Equal(o.Limit.FloorTo(l.Tick)) {
		b.Errorf("%s: sent as %s at %s", what, st.Quantity, st.Limit)
	}
	b.cancel(o)
}

func againstRules(b *bench) {
	b.wantRefusedOrCut("no multiple of the lot", b.order(coin, fund.Buy, "0.0100001", far, venues.Limit))
	b.wantRefusedOrCut("no multiple of the tick", b.order(coin, fund.Buy, "0.01", "50000.001", venues.Limit))
	for what, o := range map[string]venues.Order{
		"below the least notional": b.order(coin, fund.Buy, "0.00002", "60000", venues.Limit),
		"above the most quantity":  b.order(coin, fund.Sell, "9001", "60000", venues.Limit),
	} {
		b.wantRefused(what, o)
	}
	if _, err := b.Driver.Place(b.call(), b.order("NONE/USDT", fund.Buy, "1", "", venues.Market)); err == nil {
		b.Errorf("an order in an instrument that the venue does not list was taken")
	}
	b.wantBooks(true)
}

func beyondBalance(b *bench) {
	b.wantRefused("a sale of more than is held", b.order(coin, fund.Sell, "2.1", "", venues.Market))
	b.wantRefused("a purchase for more than is held", b.order(coin, fund.Buy, "3", "60000", venues.Limit))
	b.wantBooks(true)
}

func clientIDTwice(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", far, venues.Limit)
	b.place(o)
	_, err := b.Driver.Place(b.call(), o)
	b.wantClass("an ID that is in use", err, venues.Refused)
	b.cancel(o)
	b.final(o)
	if open, err := b.Driver.OpenOrders(b.call()); err != nil || len(open) > 0 {
		b.Errorf("open orders: %+v, %v", open, err)
	}
	b.wantBooks(true)
}

func unknownOrders(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", far, venues.Limit)
	_, err := b.Driver.Order(b.call(), o.Instrument, o.ClientID)
	if !errors.Is(err, venues.ErrUnknown) {
		b.Errorf("an order that nobody placed: %v, want ErrUnknown", err)
	}
	b.wantClass("the cancel of an order that nobody placed", b.Driver.Cancel(b.call(), o.Instrument, o.ClientID), venues.Refused)
}

func endedContext(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	if _, err := b.Driver.Balances(ctx); !errors.Is(err, context.Canceled) {
		b.Errorf("balances under a context that was cancelled: %v", err)
	}
	if _, err := b.Driver.Place(ctx, b.order(coin, fund.Buy, "0.1", far, venues.Limit)); !errors.Is(err, context.Canceled) {
		b.Errorf("an order under a context that was cancelled: %v", err)
	}
}
