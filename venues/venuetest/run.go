package venuetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// Run plays every case on a venue of its own.
func Run(t *testing.T, h Harness) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) { c.play(t, t, h) })
	}
}

// Case is one demand on drivers.
type Case struct {
	name  string
	scene func() Scene
	check func(b *bench)
	fault Fault // without which the case makes no sense; "": none
}

// cases lists all demands.
func cases() []Case {
	var all []Case
	for _, list := range [][]Case{orderCases(), refusalCases(), streamCases(), faultCases(), historyCases()} {
		all = append(all, list...)
	}
	return all
}

// judge is the part of *testing.T that hears what is wrong with a driver.
type judge interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Skipf(format string, args ...any)
}

// play plays a case on a venue that lives as long as t.
func (c *Case) play(t testing.TB, j judge, h Harness) {
	s := c.scene()
	s.Fault = c.fault
	b := &bench{judge: j, Venue: h(t, s), scene: s}
	if b.Patience == 0 {
		b.Patience = 20 * time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*b.Patience)
	t.Cleanup(cancel)
	b.ctx = ctx
	if c.fault != "" && (b.Arm == nil || !b.Arm(c.fault)) {
		j.Skipf("this venue cannot do it: %s", c.fault)
	}
	c.check(b)
}

// bench is a venue on which a case works, with the questions that many cases ask.
type bench struct {
	judge
	Venue
	ctx    context.Context
	scene  Scene
	orders int
}

// call returns a context for one call.
func (b *bench) call() context.Context {
	ctx, cancel := context.WithTimeout(b.ctx, b.Patience)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// brief returns a context for a call that nobody answers.
func (b *bench) brief() context.Context {
	ctx, cancel := context.WithTimeout(b.ctx, b.Patience/4)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// order returns an order with an ID of its own. A limit of "" makes it a market order.
func (b *bench) order(instrument string, side fund.Side, quantity, limit string, kind venues.Kind) venues.Order {
	b.orders++
	o := venues.Order{ClientID: fmt.Sprintf("case-%d", b.orders), Instrument: instrument, Side: side, Kind: kind, Quantity: fund.MustAmount(quantity)}
	if limit != "" {
		o.Limit = fund.MustAmount(limit)
	}
	return o
}

func (b *bench) place(o venues.Order) venues.Status {
	b.Helper()
	st, err := b.Driver.Place(b.call(), o)
	if err != nil {
		b.Fatalf("%s %s %s %s at %s: %v", o.Kind, o.Side, o.Quantity, o.Instrument, o.Limit, err)
	}
	b.wantOrder(st, o)
	return st
}

// wantOrder demands that a status is of an order.
func (b *bench) wantOrder(st venues.Status, o venues.Order) {
	b.Helper()
	if st.ClientID != o.ClientID || st.Instrument != o.Instrument || st.Side != o.Side || st.Kind != o.Kind || !st.Quantity.Equal(o.Quantity) ||
		!st.Limit.Equal(o.Limit) || st.VenueID == "" {
		b.Errorf("the status of %+v is that of %+v, with venue ID %q", o, st.Order, st.VenueID)
	}
}

func (b *bench) status(o venues.Order) venues.Status {
	b.Helper()
	st, err := b.Driver.Order(b.call(), o.Instrument, o.ClientID)
	if err != nil {
		b.Fatalf("order %s: %v", o.ClientID, err)
	}
	b.wantOrder(st, o)
	return st
}

// await asks for an order until it is as wanted.
func (b *bench) await(o venues.Order, what string, ok func(venues.Status) bool) venues.Status {
	b.Helper()
	for end := time.Now().Add(b.Patience); ; time.Sleep(2 * time.Millisecond) {
		st := b.status(o)
		switch {
		case ok(st):
			return st
		case time.Now().After(end):
			b.Fatalf("order %s is %s with %s done; awaited: %s", o.ClientID, st.State, st.Done, what)
		}
	}
}

func (b *bench) final(o venues.Order) venues.Status {
	b.Helper()
	return b.await(o, "its end", func(st venues.Status) bool { return st.State.Final() })
}

// cancel demands that a cancel is taken.
func (b *bench) cancel(o venues.Order) {
	b.Helper()
	if err := b.Driver.Cancel(b.call(), o.Instrument, o.ClientID); err != nil {
		b.Fatalf("cancel %s: %v", o.ClientID, err)
	}
}

// wantClass demands an error of a class.
func (b *bench) wantClass(what string, err error, want ...venues.Class) {
	b.Helper()
	if err == nil {
		b.Errorf("%s: no error; want one of class %q", what, want)
		return
	}
	got := b.Driver.Classify(err)
	for _, class := range want {
		if got == class {
			return
		}
	}
	b.Errorf("%s: %v is of class %q, want %q", what, err, got, want)
}

func (b *bench) fills(instrument string, since fund.Time) []venues.Execution {
	b.Helper()
	list, err := b.Driver.Fills(b.call(), instrument, since)
	if err != nil {
		b.Fatalf("fills of %s: %v", instrument, err)
	}
	for k := 1; k < len(list); k++ {
		if list[k].Trade <= list[k-1].Trade || list[k].At < list[k-1].At {
			b.Errorf("fills of %s: trade %d at %v comes after %d at %v", instrument, list[k].Trade, list[k].At, list[k-1].Trade, list[k-1].At)
		}
	}
	return list
}

// of returns the fills of an order.
func (b *bench) of(st venues.Status) []venues.Execution {
	b.Helper()
	var own []venues.Execution
	for _, f := range b.fills(st.Instrument, b.scene.Start()) {
		if f.VenueID == st.VenueID {
			if f.ClientID != "" && f.ClientID != st.ClientID || f.Side != st.Side || f.Instrument != st.Instrument {
				b.Errorf("fill %+v is of order %+v", f, st.Order)
			}
			own = append(own, f)
		}
	}
	return own
}

// alike reports whether two executions move the same.
func alike(x, y venues.Execution) bool {
	return x.Side == y.Side && x.VenueID == y.VenueID && x.Quantity.Equal(y.Quantity) && x.Price.Equal(y.Price) && x.Cash.Equal(y.Cash) &&
		x.Fee.Equal(y.Fee) && x.FeeAsset == y.FeeAsset
}

// wantSum demands that an order's fills add up to what its status says.
func (b *bench) wantSum(st venues.Status) []venues.Execution {
	b.Helper()
	own := b.of(st)
	var done, cash fund.Amount
	for _, f := range own {
		if f.Quantity.Sign() <= 0 || f.Price.Sign() <= 0 || f.Fee.Sign() < 0 {
			b.Errorf("fill %+v", f)
		}
		done, cash = done.Add(f.Quantity), cash.Add(f.Cash)
	}
	if !done.Equal(st.Done) || !cash.Equal(st.Cash) {
		b.Errorf("order %s: its status says %s for %s, its fills %s for %s", st.ClientID, st.Done, st.Cash, done, cash)
	}
	return own
}

func (b *bench) balances() map[string]venues.Balance {
	b.Helper()
	list, err := b.Driver.Balances(b.call())
	if err != nil {
		b.Fatalf("balances: %v", err)
	}
	all := map[string]venues.Balance{}
	for _, x := range list {
		if _, twice := all[x.Asset]; twice || x.Free.Sign() < 0 || x.Locked.Sign() < 0 {
			b.Errorf("balance %+v", x)
		}
		all[x.Asset] = x
	}
	return all
}

// wantBooks demands that what the account holds is what it began with and its fills, exactly, and that nothing is locked
// if idle.
func (b *bench) wantBooks(idle bool) {
	b.Helper()
	want := map[string]fund.Amount{}
	for _, x := range b.scene.Balances {
		want[x.Asset] = x.Free
	}
	for k := range b.scene.Listings {
		l := &b.scene.Listings[k]
		for _, f := range b.fills(l.Name, b.scene.Start()) {
			base, quote := f.Quantity, f.Cash.Neg()
			if f.Side == fund.Sell {
				base, quote = base.Neg(), quote.Neg()
			}
			want[l.Base], want[l.Quote] = want[l.Base].Add(base), want[l.Quote].Add(quote)
			want[f.FeeAsset] = want[f.FeeAsset].Sub(f.Fee)
		}
	}
	got := b.balances()
	for asset, units := range want {
		if total := got[asset].Free.Add(got[asset].Locked); !total.Equal(units) {
			b.Errorf("%s: the venue holds %s, its fills make it %s", asset, total, units)
		}
		if idle && !got[asset].Locked.IsZero() {
			b.Errorf("%s: %s are locked without an order", asset, got[asset].Locked)
		}
	}
}
