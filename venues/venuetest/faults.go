package venuetest

import (
	"errors"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func faultCases() []Case {
	return []Case{
		{name: "a request that is lost", scene: lively, check: lostRequest, fault: LostRequest},
		{name: "an answer that is lost", scene: lively, check: lostAnswer, fault: LostAnswer},
		{name: "too many requests", scene: lively, check: busy, fault: Busy},
		{name: "the venue's clock", scene: lively, check: clock},
	}
}

// lostRequest demands that an order that did not arrive is not sent again by the driver.
func lostRequest(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", "", venues.Market)
	_, err := b.Driver.Place(b.brief(), o)
	b.wantClass("an order that was lost on its way", err, venues.Ambiguous, venues.Retry)
	if _, err = b.Driver.Order(b.call(), o.Instrument, o.ClientID); !errors.Is(err, venues.ErrUnknown) {
		b.Errorf("the order was lost on its way; asking for it says %v, want ErrUnknown", err)
	}
	if list := b.fills(coin, b.scene.Start()); len(list) > 0 {
		b.Errorf("it filled: %+v", list)
	}
	b.wantBooks(true)
}

// lostAnswer demands that an order whose answer was lost is found by its ID, and was sent once.
func lostAnswer(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", "", venues.Market)
	_, err := b.Driver.Place(b.brief(), o)
	b.wantClass("an order whose answer was lost", err, venues.Ambiguous)
	b.wantSum(b.final(o))
	if b.Placed != nil && b.Placed(o.ClientID) != 1 {
		b.Errorf("the order reached the venue %d times", b.Placed(o.ClientID))
	}
	if list := b.fills(coin, b.scene.Start()); len(list) == 0 {
		b.Errorf("no fill is found")
	}
	b.wantBooks(true)
}

// busy demands that a driver says how long a busy venue wants to be left alone, and does not knock again by itself.
func busy(b *bench) {
	o := b.order(coin, fund.Buy, "0.1", "", venues.Market)
	began := time.Now()
	_, err := b.Driver.Place(b.call(), o)
	b.wantClass("a request too many", err, venues.RateLimited)
	wait := venues.WaitOf(err)
	if wait <= 0 || wait > time.Hour {
		b.Errorf("the venue wants to be left alone for %v", wait)
	}
	if took := time.Since(began); wait < b.Patience && took >= wait {
		b.Errorf("the driver answered after %v, so it waited by itself", took)
	}
	time.Sleep(min(wait, b.Patience))
	if _, err = b.Driver.Order(b.call(), o.Instrument, o.ClientID); !errors.Is(err, venues.ErrUnknown) {
		b.Errorf("the order was refused; asking for it says %v, want ErrUnknown", err)
	}
	b.wantBooks(true)
}

// clock demands the venue's time, whatever the clock of this machine shows, and that orders are taken all the same.
func clock(b *bench) {
	b.Until(b.scene.Row(1))
	now, err := b.Driver.Now(b.call())
	if err != nil || now < b.scene.Row(1) || now > b.scene.Row(100) {
		b.Errorf("the venue's time is %v, %v; it is after %v", now, err, b.scene.Row(1))
	}
	o := b.order(coin, fund.Buy, "0.1", "", venues.Market)
	b.place(o)
	st := b.final(o)
	if st.At < b.scene.Start() || st.At > b.scene.Row(1000) {
		b.Errorf("the order changed at %v", st.At)
	}
	for _, f := range b.wantSum(st) {
		if f.At < b.scene.Row(1) || f.At > b.scene.Row(1000) {
			b.Errorf("the order filled at %v", f.At)
		}
	}
}
