// Package fund is the vocabulary of the engine: time, money, assets, instruments, orders, fills, plans, and the
// view of the market that a policy decides on. It imports nothing else of the project.
package fund

import (
	"fmt"
	"slices"
	"strings"
)

// AssetID, AccountID and InstrumentID are dense indices into a Universe. They number sorted names, so the order
// in which a file lists things changes nothing.
type (
	AssetID      int32
	AccountID    int32
	InstrumentID int32
)

// None marks an absent asset, account or instrument.
const None = -1

// Asset is something that the fund can hold.
type Asset struct {
	Name     string
	Decimals int // of its smallest unit
}

// FeeIn says in which asset a venue takes its fee.
type FeeIn int8

// The ways in which venues charge.
const (
	FeeInQuote    FeeIn = iota // the instrument's quote asset
	FeeInBase                  // the instrument's base asset
	FeeInReceived              // base when buying, quote when selling
	FeeInAsset                 // Fees.Asset; quote while the account holds too little of it
)

// Fees is a venue's fee schedule for one instrument. Rates are fractions of traded value (0.001 is 10 bp).
type Fees struct {
	Maker, Taker Amount
	PerTrade     Amount // base currency that a trade costs whatever its size: gas, a minimum charge
	In           FeeIn
	Asset        AssetID // only for FeeInAsset
}

// Instrument is a trading pair at a venue. A rule that is zero does not exist there.
type Instrument struct {
	Venue       AccountID
	Name        string // "BTC/USDT"
	Base, Quote AssetID
	Lot         Amount // quantities are multiples of it
	Tick        Amount // prices are multiples of it
	MinQuantity Amount // in base units
	MaxQuantity Amount // of one order, in base units
	MinNotional Amount // price × quantity, in quote units
	MaxNotional Amount // most that one trade may come to, in quote units
	Fees        Fees
	Spread      float64 // full bid–ask spread as a fraction of mid, where rows carry no bid and ask
}

// Universe holds everything that a run can name, sorted by name (instruments by venue, then name). It is
// immutable once built and shared freely.
type Universe struct {
	Assets      []Asset
	Accounts    []string // one per venue
	Instruments []Instrument
	Base        AssetID // cash, and the unit of account
}

// Asset returns the index of the named asset.
func (u *Universe) Asset(name string) (AssetID, bool) {
	i, ok := slices.BinarySearchFunc(u.Assets, name, func(a Asset, n string) int { return strings.Compare(a.Name, n) })
	return AssetID(i), ok
}

// Account returns the index of the named account.
func (u *Universe) Account(name string) (AccountID, bool) {
	i, ok := slices.BinarySearch(u.Accounts, name)
	return AccountID(i), ok
}

// Instrument returns the index of the instrument with this key, as InstrumentKey writes it.
func (u *Universe) Instrument(key string) (InstrumentID, bool) {
	for i := range u.Instruments {
		if u.InstrumentKey(InstrumentID(i)) == key {
			return InstrumentID(i), true
		}
	}
	return None, false
}

// InstrumentKey returns "venue:BASE/QUOTE", the name that is unique across venues.
func (u *Universe) InstrumentKey(i InstrumentID) string {
	in := &u.Instruments[i]
	return u.Accounts[in.Venue] + ":" + in.Name
}

// AssetName returns the name of an asset, or "" for None.
func (u *Universe) AssetName(a AssetID) string {
	if a < 0 {
		return ""
	}
	return u.Assets[a].Name
}

// Names reports whether the assets, accounts and instruments of both are the same, by the same indices; their terms (fees, lots,
// spreads) may differ.
func (u *Universe) Names(v *Universe) bool {
	return u.Base == v.Base && slices.Equal(u.Accounts, v.Accounts) &&
		slices.EqualFunc(u.Assets, v.Assets, func(a, b Asset) bool { return a.Name == b.Name && a.Decimals == b.Decimals }) &&
		slices.EqualFunc(u.Instruments, v.Instruments, func(a, b Instrument) bool {
			return a.Venue == b.Venue && a.Name == b.Name && a.Base == b.Base && a.Quote == b.Quote
		})
}

// Check reports the first way in which u breaks its own contract: unsorted or doubled names, or an index out of range.
func (u *Universe) Check() error {
	byName := func(a, b Asset) int { return strings.Compare(a.Name, b.Name) }
	twice := func(a, b Asset) bool { return a.Name == b.Name }
	if !slices.IsSortedFunc(u.Assets, byName) || !slices.IsSorted(u.Accounts) ||
		len(slices.CompactFunc(slices.Clone(u.Assets), twice)) < len(u.Assets) ||
		len(slices.Compact(slices.Clone(u.Accounts))) < len(u.Accounts) {
		return fmt.Errorf("universe: assets and accounts must be sorted by name, each once")
	}
	if u.Base < 0 || int(u.Base) >= len(u.Assets) {
		return fmt.Errorf("universe: base asset %d of %d", u.Base, len(u.Assets))
	}
	for i := range u.Instruments {
		in := &u.Instruments[i]
		if min(int(in.Base), int(in.Quote), int(in.Venue)) < 0 || int(in.Base) >= len(u.Assets) || int(in.Quote) >= len(u.Assets) || int(in.Venue) >= len(u.Accounts) || in.Base == in.Quote {
			return fmt.Errorf("universe: instrument %s names what is not there", in.Name)
		}
		if i > 0 && u.InstrumentKey(InstrumentID(i-1)) >= u.InstrumentKey(InstrumentID(i)) {
			return fmt.Errorf("universe: instrument %s is out of order or doubled", in.Name)
		}
	}
	return nil
}
