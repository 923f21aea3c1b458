// Package venues is what the engine needs of the real world's markets: a small driver for each venue, and what turns
// drivers into a World.
package venues

import (
	"context"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Driver speaks one venue's protocol. It names instruments and assets as the fund file does (BTC/USDT, BTC), times in
// UTC nanoseconds of the venue's clock, and amounts exactly. A driver never retries, never sends twice and keeps no
// state that a restart would miss: that is its caller's. All methods may be called by several goroutines at once; each
// returns the context's error soon after the context ended, and every other error is one that Classify knows.
type Driver interface {
	// Name is the venue's name, for messages.
	Name() string
	// Now returns the venue's time, as well as the driver knows it.
	Now(ctx context.Context) (fund.Time, error)
	// Listings returns every instrument that the venue trades, with its rules, by name.
	Listings(ctx context.Context) ([]Listing, error)
	// Balances returns every asset of which the account holds something, by name.
	Balances(ctx context.Context) ([]Balance, error)
	// Bars returns the closed bars of an instrument with from ≤ open time < to, ascending: all of them, however many
	// pages the venue makes of it. What the venue has no bar of is left out.
	Bars(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time) ([]Bar, error)

	// Place sends an order. The venue knows it by its ClientID: while that order is open a second one with its ID is refused. Whether
	// an ID may be used again afterwards is the venue's rule; callers never do.
	// One off the venue's lots or ticks is refused, or cut to less: the status tells what was sent, and what became of it by
	// the time of the answer.
	Place(ctx context.Context, o Order) (Status, error)
	// Cancel withdraws what is left of an order. One that is not open any more is refused.
	Cancel(ctx context.Context, instrument, clientID string) error
	// Order returns the newest status of an order, ErrUnknown if the venue never heard of it.
	Order(ctx context.Context, instrument, clientID string) (Status, error)
	// OpenOrders returns the status of every order that is open.
	OpenOrders(ctx context.Context) ([]Status, error)
	// Fills returns the executions in an instrument from a time on, by trade ID: all of them.
	Fills(ctx context.Context, instrument string, since fund.Time) ([]Execution, error)

	// Market opens a stream of what happens in these instruments, bars of an interval included. Of one that the venue does not
	// list, not any more perhaps, nothing comes; where it lists none of them the stream is refused.
	Market(ctx context.Context, instruments []string, interval time.Duration) (MarketStream, error)
	// Account opens a stream of what happens to the account's orders and balances.
	Account(ctx context.Context) (AccountStream, error)

	// Classify says what kind of error a method of this driver returned.
	Classify(err error) Class
}

// Windowed may be implemented by a Driver whose venue refuses requests that come too late.
type Windowed interface {
	// Window returns how long after it was sent a request may still be taken.
	Window() time.Duration
}

// MarketStream is an open stream. It ends with the first error: whoever reads it closes it and opens another, and asks
// for what it missed. Messages may come twice and out of order.
type MarketStream interface {
	// Next waits for the next message. It is valid until the following call.
	Next(ctx context.Context) (*MarketMessage, error)
	// Close ends the stream. It may be called more than once and by any goroutine.
	Close() error
}

// AccountStream is a MarketStream of the account.
type AccountStream interface {
	Next(ctx context.Context) (*AccountMessage, error)
	Close() error
}

// Listing is an instrument of a venue with the rules that orders in it must keep. What is zero is no rule.
type Listing struct {
	Name          string // BASE/QUOTE
	Symbol        string // as the venue writes it
	Base, Quote   string
	BaseDecimals  int // of quantities, balances and fees
	QuoteDecimals int
	Trading       bool // open for orders now

	Lot         fund.Amount // base units: quantities are multiples of it
	MinQuantity fund.Amount // base units
	MaxQuantity fund.Amount // base units
	MarketLot   fund.Amount // the same for market orders, where they differ
	MarketMax   fund.Amount // base units
	Tick        fund.Amount // quote units: prices are multiples of it
	MinNotional fund.Amount // price × quantity, quote units
	MaxNotional fund.Amount // quote units
}

// Balance is what the account holds of an asset.
type Balance struct {
	Asset  string
	Free   fund.Amount // may be spent
	Locked fund.Amount // by open orders
}

// Bar is a bar of an instrument.
type Bar struct {
	Instrument             string
	Open                   fund.Time // when it opened
	First, High, Low, Last fund.Amount
	Volume                 fund.Amount // base units
	Closed                 bool        // it is final
}

// Kind says how an order meets the book.
type Kind string

// The kinds of order.
const (
	Market    Kind = "market"    // takes whatever price there is
	Limit     Kind = "limit"     // takes up to its limit, and rests there until it is cancelled
	Immediate Kind = "immediate" // takes up to its limit; what is left is cancelled at once
	Passive   Kind = "passive"   // refused if it would take
)

// Order is a wish to trade.
type Order struct {
	ClientID   string // ours: letters, digits, - and _, at most 36
	Instrument string
	Side       fund.Side
	Kind       Kind
	Quantity   fund.Amount // base units
	Limit      fund.Amount // quote per base; 0 for market orders
}

// State is how far an order has come.
type State string

// The states of an order. Rejected, Filled, Cancelled and Expired are final, but for executions that the venue reports late.
const (
	New       State = "new"
	Partial   State = "partial"
	Filled    State = "filled"
	Cancelled State = "cancelled"
	Expired   State = "expired"
	Rejected  State = "rejected"
)

// Final reports whether nothing more of an order in this state will fill.
func (s State) Final() bool { return s != New && s != Partial }

// Status is what a venue says of an order.
type Status struct {
	Order
	VenueID string // the venue's own ID
	State   State
	Done    fund.Amount // base units executed
	Cash    fund.Amount // quote units that changed hands for them
	At      fund.Time   // of the newest change
	Reason  string      // why it was rejected or expired, where the venue says so
	Fills   []Execution // those that came with this answer, where it says all of them that Execution tells; not all of the order's
}

// Execution is one fill of an order.
type Execution struct {
	Trade      uint64 // the venue's trade ID, unique within the instrument
	ClientID   string // of the order; "" where the venue does not say (VenueID does)
	VenueID    string // of the order
	Instrument string
	Side       fund.Side
	Quantity   fund.Amount // base units
	Price      fund.Amount // quote per base
	Cash       fund.Amount // quote units that changed hands, as the venue says it: it may round price × quantity
	Fee        fund.Amount // units of FeeAsset, never negative
	FeeAsset   string
	Maker      bool
	At         fund.Time
}

// MarketMessage is one message of a market stream: a bar, a quote or a trade, whichever is not nil; with none of them it
// says that the venue is alive and what time it is.
type MarketMessage struct {
	At    fund.Time // the venue's time when it sent this
	Bar   *Bar      // as far as it has come; Closed once, when it is final
	Quote *Quote
	Trade *Trade
}

// Quote is the best price on either side.
type Quote struct {
	Instrument       string
	Bid, Ask         fund.Amount // quote per base
	BidSize, AskSize fund.Amount // base units
}

// Trade is a trade of others.
type Trade struct {
	Instrument string
	ID         uint64
	Price      fund.Amount
	Quantity   fund.Amount // base units
	Seller     bool        // the taker sold
	At         fund.Time
}

// AccountMessage is one message of an account stream: what became of an order, or of balances, whichever is not nil.
type AccountMessage struct {
	At       fund.Time // the venue's time when it sent this
	Status   *Status   // with the execution in Fills where there was one
	Balances []Balance // new standing of some assets
	Moved    *Moved    // a deposit or withdrawal
}

// Moved is units that came to the account (Amount > 0) or left it, trading apart.
type Moved struct {
	Asset  string
	Amount fund.Amount
	At     fund.Time
}
