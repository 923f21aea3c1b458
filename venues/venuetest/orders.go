package venuetest

import (
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

const coin = "BTC/USDT"

func orderCases() []Case {
	dips := func() Scene {
		s := lively()
		s.dip(3, coin, "58000")
		return s
	}
	thin := func() Scene {
		s := lively()
		s.Participation = 0.0002 // a fifth of a coin a row
		return s
	}
	thirdAsset := func() Scene {
		s := lively()
		s.FeeIn, s.FeeAsset = fund.FeeInAsset, "BNB"
		return s
	}
	received := func() Scene {
		s := lively()
		s.FeeIn = fund.FeeInReceived
		return s
	}
	return []Case{
		{name: "market orders", scene: lively, check: marketOrders},
		{name: "market orders with the fee in what is received", scene: received, check: marketOrders},
		{name: "market orders with the fee in a third asset", scene: thirdAsset, check: feeInThirdAsset},
		{name: "a limit order rests and is cancelled", scene: lively, check: restsAndIsCancelled},
		{name: "a limit order rests and fills", scene: dips, check: restsAndFills},
		{name: "an immediate order", scene: lively, check: immediate},
		{name: "a passive order", scene: lively, check: passive},
		{name: "partial fills", scene: thin, check: partialFills},
		{name: "a cancel races a fill", scene: dips, check: cancelRace},
		{name: "a fill told after the cancel", scene: lively, check: fillAfterCancel, fault: LateFill},
		{name: "the cash of a cross with fine ticks", scene: fine, check: cashOfCross},
		{name: "the cash of a cross with the fee in what is received", scene: fineReceived, check: cashOfCross},
		{name: "many callers at once", scene: lively, check: manyCallers},
	}
}

func marketOrders(b *bench) {
	for _, side := range []fund.Side{fund.Buy, fund.Sell} {
		o := b.order(coin, side, "0.5", "", venues.Market)
		b.wantAnswered(b.place(o))
		st := b.final(o)
		if st.State != venues.Filled || !st.Done.Equal(o.Quantity) {
			b.Errorf("%s: %s with %s done: %s", side, st.State, st.Done, st.Reason)
		}
		for _, f := range b.wantSum(st) {
			if f.Maker || f.Fee.IsZero() {
				b.Errorf("the fill of a market order: %+v", f)
			}
		}
	}
	b.wantBooks(true)
}

func feeInThirdAsset(b *bench) {
	marketOrders(b)
	for _, f := range b.fills(coin, b.scene.Start()) {
		if f.FeeAsset != b.scene.FeeAsset {
			b.Errorf("the fee is in %s, want %s", f.FeeAsset, b.scene.FeeAsset)
		}
	}
}

// far is a limit that the flat market does not reach.
const far = "50000"

func restsAndIsCancelled(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", far, venues.Limit)
	if st := b.place(o); st.State != venues.New || !st.Done.IsZero() {
		b.Errorf("it is %s with %s done", st.State, st.Done)
	}
	open, err := b.Driver.OpenOrders(b.call())
	if err != nil || len(open) != 1 || open[0].ClientID != o.ClientID || !open[0].Limit.Equal(o.Limit) || open[0].Kind != venues.Limit {
		b.Errorf("open orders: %+v, %v", open, err)
	}
	if locked := b.balances()["USDT"].Locked; locked.Less(o.Limit.Mul(o.Quantity)) {
		b.Errorf("it locks %s", locked)
	}
	b.cancel(o)
	if st := b.final(o); st.State != venues.Cancelled {
		b.Errorf("after its cancel it is %s", st.State)
	}
	b.wantClass("a second cancel", b.Driver.Cancel(b.call(), o.Instrument, o.ClientID), venues.Refused)
	if open, err = b.Driver.OpenOrders(b.call()); err != nil || len(open) > 0 {
		b.Errorf("open orders after the cancel: %+v, %v", open, err)
	}
	b.wantBooks(true)
}

func restsAndFills(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", "59000", venues.Limit)
	b.place(o)
	b.Until(b.scene.Row(4))
	st := b.final(o)
	if st.State != venues.Filled {
		b.Errorf("after the price was below its limit it is %s", st.State)
	}
	for _, f := range b.wantSum(st) {
		if o.Limit.Less(f.Price) {
			b.Errorf("it filled at %s, beyond its limit", f.Price)
		}
	}
	b.wantBooks(true)
}

func immediate(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", far, venues.Immediate)
	b.place(o)
	st := b.final(o)
	if st.State != venues.Expired && st.State != venues.Cancelled || !st.Done.IsZero() {
		b.Errorf("one out of reach is %s with %s done", st.State, st.Done)
	}
	o = b.order(coin, fund.Buy, "0.1", "61000", venues.Immediate)
	b.place(o)
	if st = b.final(o); st.State != venues.Filled {
		b.Errorf("one within reach is %s with %s done: %s", st.State, st.Done, st.Reason)
	}
	for _, f := range b.wantSum(st) {
		if o.Limit.Less(f.Price) {
			b.Errorf("it filled at %s, beyond its limit", f.Price)
		}
	}
	b.wantBooks(true)
}

func passive(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", "61000", venues.Passive)
	_, err := b.Driver.Place(b.call(), o)
	b.wantClass("one that would take", err, venues.Refused)
	o = b.order(coin, fund.Buy, "0.1", far, venues.Passive)
	b.place(o)
	b.cancel(o)
	b.final(o)
	if list := b.fills(coin, b.scene.Start()); len(list) > 0 {
		b.Errorf("fills: %+v", list)
	}
	b.wantBooks(true)
}

func partialFills(b *bench) {
	o := b.order(coin, fund.Buy, "1.2", "61000", venues.Limit)
	b.place(o)
	st := b.await(o, "a part of it done", func(st venues.Status) bool { return st.Done.Sign() > 0 })
	if st.State != venues.Partial || !st.Done.Less(o.Quantity) {
		b.Errorf("it is %s with %s of %s done", st.State, st.Done, o.Quantity)
	}
	open, err := b.Driver.OpenOrders(b.call())
	if err != nil || len(open) != 1 || open[0].ClientID != o.ClientID || open[0].State != venues.Partial || open[0].Done.IsZero() {
		b.Errorf("open orders: %+v, %v", open, err)
	}
	b.wantBooks(false)
	b.cancel(o)
	if st = b.final(o); st.State != venues.Cancelled || st.Done.IsZero() {
		b.Errorf("after its cancel it is %s with %s done", st.State, st.Done)
	}
	b.wantSum(st)
	b.wantBooks(true)
}

// cancelRace cancels an order while it fills: whoever was first, its end, its fills and the balances agree.
func cancelRace(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", "59000", venues.Limit)
	b.place(o)
	b.Until(b.scene.Row(3).Add(b.scene.Interval / 2))
	err := b.Driver.Cancel(b.call(), o.Instrument, o.ClientID)
	if err != nil {
		b.wantClass("the cancel of an order that may be filled", err, venues.Refused)
	}
	st := b.final(o)
	if (err == nil) != (st.State == venues.Cancelled) {
		b.Errorf("the cancel ended with %v, the order is %s", err, st.State)
	}
	b.wantSum(st)
	b.wantBooks(true)
}

// fillAfterCancel demands that a fill that the venue tells only after the cancel is told all the same.
func fillAfterCancel(b *bench) {
	s := b.account()
	o := b.order(coin, fund.Buy, "0.1", far, venues.Limit)
	b.place(o)
	b.cancel(o)
	st := b.await(o, "the late fill", func(st venues.Status) bool { return st.State.Final() && st.Done.Sign() > 0 })
	own := b.wantSum(st)
	b.wantBooks(true)
	s.wantTrades(own)
}

func manyCallers(b *bench) {
	const callers = 4
	var all [callers]venues.Order
	for k := range all {
		all[k] = b.order(coin, fund.Buy, "0.01", "", venues.Market)
	}
	var group sync.WaitGroup
	var failed [callers]error
	for k, o := range all {
		group.Go(func() {
			if _, failed[k] = b.Driver.Place(b.call(), o); failed[k] == nil {
				_, failed[k] = b.Driver.Balances(b.call())
			}
		})
	}
	group.Wait()
	for k, o := range all {
		if failed[k] != nil {
			b.Fatalf("order %s: %v", o.ClientID, failed[k])
		}
		b.wantSum(b.final(o))
	}
	b.wantBooks(true)
	if len(b.fills(coin, b.scene.Start().Add(-time.Hour))) < callers {
		b.Errorf("some of %d orders did not fill", callers)
	}
}
