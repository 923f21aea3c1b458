package fund

// Side is the direction of an order, seen from the base asset.
type Side int8

// The two sides.
const (
	Buy  Side = 1
	Sell Side = -1
)

// String returns "buy" or "sell".
func (s Side) String() string {
	if s == Buy {
		return "buy"
	}
	return "sell"
}

// OrderID counts the orders of a run from 1. DecisionID and TimerID count likewise.
type (
	OrderID    uint64
	DecisionID uint64
	TimerID    uint64
)

// Order is a wish to trade one instrument. With Limit 0 it is a market order.
type Order struct {
	ID         OrderID
	Decision   DecisionID
	Instrument InstrumentID
	Side       Side
	Quantity   Amount // base units, a multiple of the lot
	Limit      Amount // worst price, quote per base; 0: market
	Spend      Amount // buys: the most quote that may leave for it, fees in quote included
	Worst      Amount // sales at the market: quote per base below which nothing fills; what does not fill at it comes back. 0: no bound
}

// Fill is one execution. Spread, Impact and Permanent are what the simulated exchange knows and a real venue does not
// say: there they are 0 and Mid is the reference price known when the order left.
type Fill struct {
	Order      OrderID
	Trade      uint64 // the venue's trade ID; (instrument, trade) is unique
	Instrument InstrumentID
	Side       Side
	Quantity   Amount // base units
	Price      Amount // quote per base
	Rounded    Amount // quote units by which Price × Quantity is more than what changed hands; 0 where the venue did not round
	Fee        Amount // units of FeeAsset, never negative
	FeeAsset   AssetID
	Maker      bool
	Mid        float64 // undisturbed price, quote per base
	Spread     float64 // quote units paid for crossing the spread and rounding to the tick
	Impact     float64 // quote units paid for moving the market
	Permanent  float64 // the part of Impact that our earlier trades, or the lasting effect of this one, account for
}

// Cash returns the quote units that changed hands, fees apart: Price × Quantity, exactly, but for what the venue rounded.
func (f *Fill) Cash() Amount { return f.Price.Mul(f.Quantity).Sub(f.Rounded) }

// SetCash says what changed hands, in quote units, of a fill whose price and quantity are set.
func (f *Fill) SetCash(cash Amount) { f.Rounded = f.Price.Mul(f.Quantity).Sub(cash) }

// Uses returns what a fill takes of the asset that its order reserved: a purchase its cash and a fee in quote, a sale
// its base units and, where the venue takes the fee in base, that. A fee in a third asset is not part of it.
func (f *Fill) Uses(in *Instrument) Amount {
	switch {
	case f.Side == Buy && f.FeeAsset == in.Quote:
		return f.Cash().Add(f.Fee)
	case f.Side == Buy:
		return f.Cash()
	case in.Fees.In == FeeInBase:
		return f.Quantity.Add(f.Fee)
	}
	return f.Quantity
}

// Cost is an amount of the base currency, split by cause.
type Cost struct{ Fees, Spread, Impact float64 }

// Total returns the sum of the parts.
func (c Cost) Total() float64 { return c.Fees + c.Spread + c.Impact }

// Plus returns the sum of two costs, part by part.
func (c Cost) Plus(d Cost) Cost {
	return Cost{c.Fees + d.Fees, c.Spread + d.Spread, c.Impact + d.Impact}
}

// Trade is one leg of a plan.
type Trade struct {
	Instrument InstrumentID
	Side       Side
	Quantity   Amount  // base units, a multiple of the lot
	Notional   float64 // in the base currency, at the price planned with
	Spend      float64 // buys: quote units expected to leave, fees and slippage included, at the worst price planned with
	Cost       Cost    // expected, base currency
	Risk       float64 // base currency: one standard deviation of what the market may do to it until its schedule ends
	Stage      int     // a stage spends only what earlier stages delivered
}

// LeftAlone says why an asset that is off its target is not traded.
type LeftAlone struct {
	Asset AssetID
	Off   float64 // base currency above (+) or below (−) its target
	Why   string
}

// Route is a way that value takes through a plan's trades, from an asset of which there is too much to one that lacks it.
type Route struct {
	Account AccountID
	Assets  []AssetID // ETH, BTC: sold for each other; ETH, USDT, BTC: through cash
	Value   float64   // base currency that leaves the first asset on this way
}

// Certificate says how good a plan is. Money is in the base currency.
type Certificate struct {
	Naive          Cost        // of trading every asset against cash, by the same estimate
	Unreached      float64     // value that the plan leaves outside its aim, where too much and where too little added
	NaiveUnreached float64     // the same of the naive plan
	Gap            float64     // at most this much less would a cheaper plan cost, with what it leaves unreached
	Duals          [][]float64 // [account][asset] cost of one more unit of value there; nil: not computed
}

// Plan is a set of trades in the order in which they are to be done.
type Plan struct {
	Trades      []Trade
	Cost        Cost      // expected, the sum over trades
	After       []float64 // expected weights, by asset
	LeftAlone   []LeftAlone
	Routes      []Route
	Certificate Certificate
}

// Turnover returns the sum of the trades' notionals in the base currency.
func (p *Plan) Turnover() float64 {
	sum := 0.0
	for i := range p.Trades {
		sum += p.Trades[i].Notional
	}
	return sum
}
