package risk

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Kind is what a rule measures, in the word that the fund file has for it.
type Kind string

// The kinds of rule. Weights and shares are fractions of the NAV, held at the last prices.
const (
	MaxWeight     Kind = "max-weight"     // of each asset
	MaxAtVenue    Kind = "max-at-venue"   // of each asset at each venue
	MaxVenue      Kind = "max-venue"      // share held at each venue
	MaxClass      Kind = "max-class"      // share of a list's assets together
	MinClass      Kind = "min-class"      // the same, at least
	MaxTop        Kind = "max-top"        // sum of the largest Top weights
	MaxHerfindahl Kind = "max-herfindahl" // sum of the squared weights
	MaxLeverage   Kind = "max-leverage"   // value of what is held, over NAV; more than 1 is borrowed
	MinCap        Kind = "min-cap"        // market capitalisation of what is held, US dollars
	Allowed       Kind = "allowed"        // share of what is not on a list
	Forbidden     Kind = "forbidden"      // share of what is on a list; it may be sold
	Sanctioned    Kind = "sanctioned"     // share of what is on a list, and of its venues; nothing is traded there

	MaxADV      Kind = "max-adv"      // of each instrument: traded in a day over an average day's volume
	MaxDays     Kind = "max-days"     // of each instrument: days to finish at Participation of an average day's volume
	MaxCost     Kind = "max-cost"     // expected cost of a plan over its turnover
	MaxPlan     Kind = "max-plan"     // turnover of a plan, base currency
	MaxTurnover Kind = "max-turnover" // turnover in Per over NAV
	MaxSlippage Kind = "max-slippage" // spread and impact over NAV: a budget that fills again linearly over Per
	MaxOrders   Kind = "max-orders"   // number of orders in Per

	MaxMove     Kind = "max-move"      // of each price: distance from its second source, or from its last good one
	MaxPriceAge Kind = "max-price-age" // of each asset held: days since its last price
	MaxDepeg    Kind = "max-depeg"     // distance of the base currency from the US dollar, by References
	MaxDrawdown Kind = "max-drawdown"  // of a unit of the fund from its highest
)

// Kinds returns every kind, in the order in which the documentation has them.
func Kinds() []Kind {
	return []Kind{
		MaxWeight, MaxAtVenue, MaxVenue, MaxClass, MinClass, MaxTop, MaxHerfindahl, MaxLeverage, MinCap, Allowed, Forbidden, Sanctioned,
		MaxADV, MaxDays, MaxCost, MaxPlan, MaxTurnover, MaxSlippage, MaxOrders, MaxMove, MaxPriceAge, MaxDepeg, MaxDrawdown,
	}
}

// Breach is what a breach of a rule does.
type Breach string

// What breaches do. Reduce and Halt set the kill switch.
const (
	Block  Breach = "block" // a plan that breaks the rule is refused
	Clip   Breach = "clip"  // trades are cut to the limit
	Warn   Breach = "warn"
	Reduce Breach = "reduce"
	Halt   Breach = "halt"
)

// Binds reports whether the breach stops trades.
func (b Breach) Binds() bool { return b == Block || b == Clip }

// Rule is one limit of the mandate or of the house. Fields that its kind does not have are zero.
type Rule struct {
	ID     string // unique
	Clause string // of the contract
	Kind   Kind
	Limit  float64 // a fraction of the NAV, or what the kind says
	Breach Breach
	Cure   time.Duration // how long a passive breach may last; 0: nothing is said

	Assets        []fund.AssetID   // whom it is about; nil: every asset but cash, or the list's
	List          string           // name of the list that it is about; "": none
	Venues        []fund.AccountID // where; nil: everywhere
	Top           int
	Per           time.Duration
	MaxAge        time.Duration // MinCap: an older market cap counts for nothing. MaxMove: how long a new price has to last to be good
	Participation float64
	References    []fund.AssetID // MaxDepeg: assets that are US dollars
}

// AtLeast reports whether the limit is a lower one.
func (k Kind) AtLeast() bool { return k == MinClass || k == MinCap }

// Holding reports whether the kind measures what is held, so that the market alone can break it: passively.
func (k Kind) Holding() bool {
	switch k {
	case MaxWeight, MaxAtVenue, MaxVenue, MaxClass, MinClass, MaxTop, MaxHerfindahl, MaxLeverage, MinCap, Allowed, Forbidden, Sanctioned:
		return true
	}
	return false
}

// Market reports whether the kind measures the market or the fund's fortune, which no plan changes.
func (k Kind) Market() bool {
	switch k {
	case MaxMove, MaxPriceAge, MaxDepeg, MaxDrawdown:
		return true
	}
	return false
}

// Clips reports whether trading less can keep a rule of the kind. Trades move nothing between venues, are orders however small, and change
// neither the base currency's worth nor what was lost; a price that is not to be relied on keeps its asset out.
func (k Kind) Clips() bool {
	switch k {
	case MaxVenue, MaxOrders, MaxDepeg, MaxDrawdown:
		return false
	}
	return true
}

// set reports whether the kind is about a sum over assets.
func (k Kind) set() bool {
	switch k {
	case MaxVenue, MaxClass, MinClass, MinCap, Allowed, Forbidden, Sanctioned:
		return true
	}
	return false
}

// each reports whether the kind is about every asset by itself.
func (k Kind) each() bool { return k == MaxWeight || k == MaxAtVenue }

// List is a set of assets and venues by name, with its date: a class, or whom not to trade.
type List struct {
	Name   string
	Date   fund.Time
	MaxAge time.Duration // an older list is not to be relied on; 0: it does not age
	Hash   string        // SHA-256 of the file that it was read from, hex
	Assets []fund.AssetID
	Venues []fund.AccountID // of the venue, or of its address
}

// Outdated reports whether the list is older than it may be.
func (l *List) Outdated(at fund.Time) bool { return l.MaxAge > 0 && at.Sub(l.Date) > l.MaxAge }

// Limits is what a fund may do. Money is in the base currency; 0 means no limit.
type Limits struct {
	MaxOrder     float64 // notional; a larger order is split
	Rules        []Rule  // by ID
	Lists        []List  // by name
	TwoOperators bool    // to change a limit or a list, and to release the kill switch
	CancelOnHalt bool    // the kill switch cancels what works; otherwise it is left to end
}
