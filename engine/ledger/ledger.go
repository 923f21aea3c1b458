// Package ledger is the fund's double-entry book: what it owns in every account, and where that came from. Every
// posting sums to zero per asset, so nothing appears and nothing is lost, to the last unit.
package ledger

import (
	"fmt"

	"github.com/steelyard/steelyard/engine/fund"
)

// Book holds balances by (account, asset), the three counter-accounts that they came from, and the reservations of
// working orders. All amounts are in units of the asset.
type Book struct {
	universe *fund.Universe
	accounts []sheet // one per account of the universe
	market   []fund.Amount
	fees     []fund.Amount
	external []fund.Amount
	units    []float64 // mirror of the holdings over all accounts, for valuation
}

type sheet struct {
	balance  []fund.Amount
	reserved []fund.Amount
}

// New returns an empty book.
func New(u *fund.Universe) *Book {
	n := len(u.Assets)
	b := &Book{
		universe: u,
		accounts: make([]sheet, len(u.Accounts)),
		market:   make([]fund.Amount, n),
		fees:     make([]fund.Amount, n),
		external: make([]fund.Amount, n),
		units:    make([]float64, n),
	}
	for i := range b.accounts {
		b.accounts[i] = sheet{make([]fund.Amount, n), make([]fund.Amount, n)}
	}
	return b
}

// Balance returns what account acc holds of asset, working orders' reservations included.
func (b *Book) Balance(acc fund.AccountID, asset fund.AssetID) fund.Amount {
	return b.accounts[acc].balance[asset]
}

// Free returns the balance that no working order has reserved. It is never below 0: a venue may take its fee in an asset
// that an order on its way there has reserved, which the venue then refuses.
func (b *Book) Free(acc fund.AccountID, asset fund.AssetID) fund.Amount {
	s := &b.accounts[acc]
	if s.reserved[asset].IsZero() {
		return s.balance[asset]
	}
	if s.balance[asset].Less(s.reserved[asset]) {
		return fund.Amount{}
	}
	return s.balance[asset].Sub(s.reserved[asset])
}

// Units returns the holdings over all accounts by asset, as floats for estimates. The slice belongs to the book and
// follows its postings.
func (b *Book) Units() []float64 { return b.units }

// Fees returns the units of asset paid in fees so far.
func (b *Book) Fees(asset fund.AssetID) fund.Amount { return b.fees[asset] }

// External returns the net units of asset that came from outside: opening holdings and deposits less withdrawals.
func (b *Book) External(asset fund.AssetID) fund.Amount { return b.external[asset].Neg() }

// Market returns the net units of asset gained in trading, fees apart.
func (b *Book) Market(asset fund.AssetID) fund.Amount { return b.market[asset].Neg() }

// Imbalance returns the sum of all postings of an asset, which is zero in a sound book.
func (b *Book) Imbalance(asset fund.AssetID) fund.Amount {
	sum := b.market[asset].Add(b.fees[asset]).Add(b.external[asset])
	for i := range b.accounts {
		sum = sum.Add(b.accounts[i].balance[asset])
	}
	return sum
}

// Flow books a deposit (amount > 0), a withdrawal (amount < 0) or an opening holding. It fails, and books nothing, if
// the balance would fall below zero.
func (b *Book) Flow(acc fund.AccountID, asset fund.AssetID, amount fund.Amount) error {
	after := b.accounts[acc].balance[asset].Add(amount)
	if after.Sign() < 0 {
		return b.short(acc, asset, after)
	}
	b.external[asset] = b.external[asset].Sub(amount)
	b.set(acc, asset, after)
	return nil
}

// Fill books an execution: base against quote with the market, and the fee. It fails, and books nothing, if a balance
// would fall below zero: then the venue and the book do not agree.
func (b *Book) Fill(f *fund.Fill) error {
	in := &b.universe.Instruments[f.Instrument]
	base, quote := f.Quantity, f.Cash().Neg()
	if f.Side == fund.Sell {
		base, quote = base.Neg(), quote.Neg()
	}
	acc := &b.accounts[in.Venue]
	newBase, newQuote := acc.balance[in.Base].Add(base), acc.balance[in.Quote].Add(quote)
	newThird := acc.balance[f.FeeAsset]
	switch f.FeeAsset {
	case in.Base:
		newBase = newBase.Sub(f.Fee)
	case in.Quote:
		newQuote = newQuote.Sub(f.Fee)
	default:
		newThird = newThird.Sub(f.Fee)
	}
	switch {
	case newBase.Sign() < 0:
		return b.short(in.Venue, in.Base, newBase)
	case newQuote.Sign() < 0:
		return b.short(in.Venue, in.Quote, newQuote)
	case newThird.Sign() < 0:
		return b.short(in.Venue, f.FeeAsset, newThird)
	}
	b.market[in.Base] = b.market[in.Base].Sub(base)
	b.market[in.Quote] = b.market[in.Quote].Sub(quote)
	b.fees[f.FeeAsset] = b.fees[f.FeeAsset].Add(f.Fee)
	b.set(in.Venue, in.Base, newBase)
	b.set(in.Venue, in.Quote, newQuote)
	if f.FeeAsset != in.Base && f.FeeAsset != in.Quote {
		b.set(in.Venue, f.FeeAsset, newThird)
	}
	return nil
}

// Reserve sets amount aside for a working order. It fails if less is free.
func (b *Book) Reserve(acc fund.AccountID, asset fund.AssetID, amount fund.Amount) error {
	if b.Free(acc, asset).Less(amount) {
		return fmt.Errorf("%s holds %s %s free, %s are to be reserved", b.universe.Accounts[acc],
			b.Free(acc, asset), b.universe.AssetName(asset), amount)
	}
	r := &b.accounts[acc].reserved[asset]
	*r = r.Add(amount)
	return nil
}

// Release gives back part of a reservation. Releasing more than is reserved is a broken invariant and panics.
func (b *Book) Release(acc fund.AccountID, asset fund.AssetID, amount fund.Amount) {
	r := &b.accounts[acc].reserved[asset]
	*r = r.Sub(amount)
	if r.Sign() < 0 {
		panic(fmt.Sprintf("ledger: %s reserved %s %s", b.universe.Accounts[acc], *r, b.universe.AssetName(asset)))
	}
}

func (b *Book) short(acc fund.AccountID, asset fund.AssetID, after fund.Amount) error {
	return fmt.Errorf("%s would hold %s %s", b.universe.Accounts[acc], after, b.universe.AssetName(asset))
}

func (b *Book) set(acc fund.AccountID, asset fund.AssetID, after fund.Amount) {
	b.accounts[acc].balance[asset] = after
	sum := 0.0
	for i := range b.accounts {
		sum += b.accounts[i].balance[asset].Float64()
	}
	b.units[asset] = sum
}
