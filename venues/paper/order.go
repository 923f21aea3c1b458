package paper

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/venues"
)

// Why an order or a question is refused. Each stands in the chain of a venues.Failure.
var (
	ErrInstrument = errors.New("no such instrument")
	ErrDuplicate  = errors.New("the client ID is in use")
	ErrWouldTake  = errors.New("a passive order would take")
	ErrBalance    = errors.New("the balance does not suffice")
	ErrHalted     = errors.New("the instrument does not trade now")
	ErrOver       = errors.New("the order is not open any more")
	ErrRule       = errors.New("the order breaks a rule")
	ErrBusy       = errors.New("the venue is busy") // nothing happened: it may be sent again
)

func refused(cause error, format string, args ...any) error {
	return &venues.Failure{Class: venues.Refused, Err: fmt.Errorf("%w: %s", cause, fmt.Sprintf(format, args...))}
}

// order is an order that was taken, or is being.
type order struct {
	venues.Status
	id     fund.OrderID
	placed fund.Time
	fills  []venues.Execution
}

// Placed is an order with when it was placed.
type Placed struct {
	venues.Status
	Placed fund.Time
}

// Place implements venues.Driver.
func (v *Venue) Place(ctx context.Context, o venues.Order) (venues.Status, error) {
	if err := ctx.Err(); err != nil {
		return venues.Status{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.catchUp()
	i, err := v.instrument(o.Instrument)
	if err == nil {
		err = v.check(o)
	}
	if err != nil {
		return venues.Status{}, err
	}
	w := &order{id: fund.OrderID(len(v.orders) + 1), placed: now}
	w.Status = venues.Status{Order: o, VenueID: strconv.FormatUint(uint64(w.id), 10), At: now}
	v.orders = append(v.orders, w)
	wish := fund.Order{ID: w.id, Instrument: i, Side: o.Side, Quantity: o.Quantity, Limit: o.Limit}
	v.apply(v.x.Enter(wish, termsOf(o.Kind), now))
	if w.State == venues.Rejected { // the venue never heard of it
		v.orders = v.orders[:len(v.orders)-1]
		return venues.Status{}, rejection(w.Reason)
	}
	status := w.Status
	status.Fills = slices.Clone(w.fills)
	return status, nil
}

func termsOf(k venues.Kind) exchange.Terms {
	switch k {
	case venues.Immediate:
		return exchange.Immediate
	case venues.Passive:
		return exchange.Passive
	}
	return exchange.Resting
}

var clientID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,36}$`)

// check refuses what the exchange does not look at.
func (v *Venue) check(o venues.Order) error {
	switch was := v.known[o.ClientID]; {
	case !clientID.MatchString(o.ClientID):
		return refused(ErrRule, "client ID %q: letters, digits, - and _, 1 to 36 of them", o.ClientID)
	case was != nil && !(v.reuse && was.State.Final()):
		return refused(ErrDuplicate, "%s is order %s", o.ClientID, was.VenueID)
	case o.Side != fund.Buy && o.Side != fund.Sell:
		return refused(ErrRule, "side %d", o.Side)
	case o.Kind == venues.Market && !o.Limit.IsZero():
		return refused(ErrRule, "a market order has no limit, and here is %s", o.Limit)
	case o.Kind == venues.Market:
		return nil
	case o.Kind != venues.Limit && o.Kind != venues.Immediate && o.Kind != venues.Passive:
		return refused(ErrRule, "kind %q", o.Kind)
	case o.Limit.Sign() <= 0:
		return refused(ErrRule, "a %s order needs a limit above 0, and here is %s", o.Kind, o.Limit)
	}
	return nil
}

// rejection returns the exchange's reason as an error.
func rejection(why string) error {
	switch {
	case why == ErrBusy.Error():
		return &venues.Failure{Class: venues.Retry, Err: ErrBusy}
	case strings.HasPrefix(why, "needs "):
		return refused(ErrBalance, "it %s", why)
	case strings.HasPrefix(why, "it would take"):
		return refused(ErrWouldTake, "%s", why)
	case strings.HasSuffix(why, "does not trade now"):
		return refused(ErrHalted, "%s", why)
	}
	return refused(ErrRule, "%s", why)
}

// Cancel implements venues.Driver.
func (v *Venue) Cancel(ctx context.Context, instrument, clientID string) error {
	w, err := v.find(ctx, instrument, clientID)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.catchUp()
	if w.State.Final() {
		return refused(ErrOver, "%s is %s", clientID, w.State)
	}
	v.apply(v.x.Withdraw(w.id, now))
	return nil
}

// Order implements venues.Driver.
func (v *Venue) Order(ctx context.Context, instrument, clientID string) (venues.Status, error) {
	w, err := v.find(ctx, instrument, clientID)
	if err != nil {
		return venues.Status{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return w.Status, nil
}

// find returns the newest order with a client ID.
func (v *Venue) find(ctx context.Context, instrument, clientID string) (*order, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.catchUp()
	w := v.known[clientID]
	if w == nil || w.Instrument != instrument {
		return nil, fmt.Errorf("%s of %s: %w", clientID, instrument, venues.ErrUnknown)
	}
	return w, nil
}

// OpenOrders implements venues.Driver.
func (v *Venue) OpenOrders(ctx context.Context) ([]venues.Status, error) {
	all, err := v.Orders(ctx)
	var open []venues.Status
	for _, w := range all {
		if !w.State.Final() {
			open = append(open, w.Status)
		}
	}
	return open, err
}

// Orders returns every order that was ever taken, as they were placed.
func (v *Venue) Orders(ctx context.Context) ([]Placed, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.catchUp()
	all := make([]Placed, len(v.orders))
	for k, w := range v.orders {
		all[k] = Placed{w.Status, w.placed}
	}
	return all, nil
}

// Fills implements venues.Driver.
func (v *Venue) Fills(ctx context.Context, instrument string, since fund.Time) ([]venues.Execution, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, err := v.instrument(instrument); err != nil {
		return nil, err
	}
	v.catchUp()
	var fills []venues.Execution
	for _, w := range v.orders {
		for _, f := range w.fills {
			if f.Instrument == instrument && f.At >= since {
				fills = append(fills, f)
			}
		}
	}
	byTrade(fills)
	return fills, nil
}

func (v *Venue) accepted(w *order, at fund.Time) {
	w.State = venues.New
	v.known[w.ClientID] = w
	v.sayOrder(w, at)
}

func (v *Venue) filled(w *order, f *fund.Fill, at fund.Time) {
	e := venues.Execution{Trade: f.Trade, ClientID: w.ClientID, VenueID: w.VenueID, Instrument: w.Instrument, Side: w.Side,
		Quantity: f.Quantity, Price: f.Price, Cash: f.Cash(), Fee: f.Fee, FeeAsset: v.universe.AssetName(f.FeeAsset), Maker: f.Maker, At: at}
	w.fills = append(w.fills, e)
	w.Done, w.Cash, w.State = w.Done.Add(f.Quantity), w.Cash.Add(f.Cash()), venues.Partial
	if w.Done.Equal(w.Quantity) {
		w.State = venues.Filled
	}
	v.sayOrder(w, at, e)
}

// over books that nothing more of an order will fill.
func (v *Venue) over(w *order, reason string, at fund.Time) {
	word, why, _ := strings.Cut(reason, ": ")
	w.Reason = why
	switch word {
	case "rejected": // nobody hears of it
		w.State = venues.Rejected
		return
	case "expired":
		w.State = venues.Expired
	default:
		w.State = venues.Cancelled
	}
	v.sayOrder(w, at)
}
