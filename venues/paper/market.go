package paper

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// none is the price of what does not trade.
var none = math.NaN()

func byTrade(fills []venues.Execution) {
	slices.SortFunc(fills, func(a, b venues.Execution) int { return cmp.Compare(a.Trade, b.Trade) })
}

// Name implements venues.Driver.
func (v *Venue) Name() string { return v.universe.Accounts[v.account] }

// Classify implements venues.Driver.
func (v *Venue) Classify(err error) venues.Class { return venues.ClassOf(err) }

// Now implements venues.Driver.
func (v *Venue) Now(ctx context.Context) (fund.Time, error) { return v.clock.Now(), ctx.Err() }

// Listings implements venues.Driver.
func (v *Venue) Listings(ctx context.Context) ([]venues.Listing, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.catchUp()
	var list []venues.Listing
	for i := range v.universe.Instruments {
		in := &v.universe.Instruments[i]
		if in.Venue != v.account {
			continue
		}
		base, quote := v.universe.Assets[in.Base], v.universe.Assets[in.Quote]
		_, _, trades := v.x.Touch(fund.InstrumentID(i))
		list = append(list, venues.Listing{Name: in.Name, Symbol: base.Name + quote.Name, Base: base.Name, Quote: quote.Name,
			BaseDecimals: base.Decimals, QuoteDecimals: quote.Decimals, Trading: trades, Lot: in.Lot, MinQuantity: in.MinQuantity, MaxQuantity: in.MaxQuantity,
			Tick: in.Tick, MinNotional: in.MinNotional, MaxNotional: in.MaxNotional})
	}
	return list, ctx.Err()
}

// Balances implements venues.Driver.
func (v *Venue) Balances(ctx context.Context) ([]venues.Balance, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.catchUp()
	var held []venues.Balance
	for a := range v.universe.Assets {
		if b := v.balance(fund.AssetID(a)); !b.Free.IsZero() || !b.Locked.IsZero() {
			held = append(held, b)
		}
	}
	return held, ctx.Err()
}

func (v *Venue) balance(a fund.AssetID) venues.Balance {
	locked := v.x.Locked(a)
	return venues.Balance{Asset: v.universe.AssetName(a), Free: v.x.Balance(a).Sub(locked), Locked: locked}
}

// Bars implements venues.Driver. The interval is a whole number of rows, at most a day.
func (v *Venue) Bars(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time) ([]venues.Bar, error) {
	bars, err := v.Candles(ctx, instrument, interval, from, to, math.MaxInt)
	if n := len(bars); n > 0 && !bars[n-1].Closed {
		bars = bars[:n-1]
	}
	return bars, err
}

// Candles is Bars with the one that is under way; of more than so many the first.
func (v *Venue) Candles(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time, most int) ([]venues.Bar, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	i, err := v.instrument(instrument)
	if err != nil {
		return nil, err
	}
	if interval < v.panel.Interval || interval%v.panel.Interval != 0 || interval > fund.Day {
		return nil, refused(ErrRule, "bars of %v cannot be made of rows of %v", interval, v.panel.Interval)
	}
	now := v.catchUp()
	bars := v.candles(i, interval, from, to, most)
	for k := range bars {
		bars[k].Closed = bars[k].Open.Add(interval) <= now
	}
	return bars, nil
}

func (v *Venue) candles(i fund.InstrumentID, interval time.Duration, from, to fund.Time, most int) (bars []venues.Bar) {
	first, _ := slices.BinarySearch(v.panel.Times, from)
	for r := first; r <= v.row && r < v.panel.Rows() && v.panel.Times[r] < to; r++ {
		b, ok := v.bar(r, i)
		open := v.panel.Times[r].Floor(interval)
		switch n := len(bars); {
		case !ok || open < from:
		case n > 0 && bars[n-1].Open == open:
			join(&bars[n-1], &b)
		case n == most:
			return bars
		default:
			b.Open = open
			bars = append(bars, b)
		}
	}
	return bars
}

// join adds what came later to a bar.
func join(b, later *venues.Bar) {
	if b.High.Less(later.High) {
		b.High = later.High
	}
	b.Low, b.Last, b.Volume = fund.Least(b.Low, later.Low), later.Last, b.Volume.Add(later.Volume)
}

// bar returns an instrument's bar of a row, as far as it has come.
func (v *Venue) bar(r int, i fund.InstrumentID) (venues.Bar, bool) {
	switch {
	case r < v.row:
		return v.closed(r, i), v.panel.Has(r, i)
	case v.at == 0 || v.paths[i] == nil:
		return venues.Bar{}, false
	}
	return v.forming(i, v.at-1), true
}

// closed returns an instrument's bar of a row that closed, in the decimals of the panel.
func (v *Venue) closed(r int, i fund.InstrumentID) venues.Bar {
	p, k := v.panel, r*v.panel.N+int(i)
	return venues.Bar{Instrument: v.universe.Instruments[i].Name, Open: p.Times[r], First: amountOf(p.Open[k]), High: amountOf(p.High[k]),
		Low: amountOf(p.Low[k]), Last: amountOf(p.Close[k]), Volume: amountOf(p.Volume[k]), Closed: true}
}

// forming returns an instrument's bar of the row under way, at one of its points.
func (v *Venue) forming(i fund.InstrumentID, at int) venues.Bar {
	path := v.paths[i]
	p := &path[at]
	return venues.Bar{Instrument: v.universe.Instruments[i].Name, Open: v.panel.Times[v.row], First: path[0].price, High: p.high,
		Low: p.low, Last: p.price, Volume: p.volume}
}

// Quote returns the best prices of an instrument now, and false where it does not trade.
func (v *Venue) Quote(instrument string) (venues.Quote, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.catchUp()
	i, err := v.instrument(instrument)
	if err != nil {
		return venues.Quote{}, false
	}
	return v.quote(i)
}

func (v *Venue) quote(i fund.InstrumentID) (venues.Quote, bool) {
	bid, ask, trades := v.x.Touch(i)
	size := v.size(i)
	return venues.Quote{Instrument: v.universe.Instruments[i].Name, Bid: bid, Ask: ask, BidSize: size, AskSize: size}, trades
}

// size returns what a quote shows: a twentieth of what the last row traded. What an order really finds is the business
// of the impact model.
func (v *Venue) size(i fund.InstrumentID) fund.Amount {
	in := &v.universe.Instruments[i]
	if v.row == 0 || !v.panel.Has(v.row-1, i) {
		return in.Lot
	}
	volume := v.panel.Volume[(v.row-1)*v.panel.N+int(i)]
	if shown := in.WholeLots(amountOf(volume / 20)); shown.Sign() > 0 {
		return shown
	}
	return in.Lot
}

// Trades returns the newest trades of an instrument, at most so many, by time.
func (v *Venue) Trades(ctx context.Context, instrument string, most int) ([]venues.Trade, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	i, err := v.instrument(instrument)
	if err != nil {
		return nil, err
	}
	v.catchUp()
	var newest []venues.Trade // first
	for r := min(v.row, v.panel.Rows()-1); r >= 0 && len(newest) < most; r-- {
		points := v.path(r, i)
		if r == v.row {
			points = points[:min(v.at, len(points))]
		}
		for at := len(points) - 1; at >= 0 && len(newest) < most; at-- {
			if points[at].quantity.Sign() > 0 {
				newest = append(newest, v.trade(r, i, at, &points[at]))
			}
		}
	}
	slices.Reverse(newest)
	return newest, nil
}

// trade returns the trade at a point. Its ID says where that is.
func (v *Venue) trade(r int, i fund.InstrumentID, at int, p *point) venues.Trade {
	return venues.Trade{Instrument: v.universe.Instruments[i].Name, ID: uint64(r*v.points + at + 1), Price: p.price, Quantity: p.quantity,
		Seller: !p.rises, At: pointTime(v.panel.Times[r], v.panel.Interval, at, v.points)}
}

// Fees returns what trades in an instrument cost.
func (v *Venue) Fees(instrument string) (fund.Fees, error) {
	i, err := v.instrument(instrument)
	if err != nil {
		return fund.Fees{}, err
	}
	return v.universe.Instruments[i].Fees, nil
}
