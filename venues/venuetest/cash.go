package venuetest

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

const cross = "ETH/BTC"

// fine is a scene with a cross whose lot and tick make cash of nine decimals, at a venue that keeps eight. A third of a coin
// a row may be taken of it.
func fine() Scene {
	s := Scene{
		Listings: []venues.Listing{listing("BTC", "0.00001"), {Name: cross, Symbol: "ETHBTC", Base: "ETH", Quote: "BTC", BaseDecimals: 8, QuoteDecimals: 8, Trading: true,
			Lot: fund.MustAmount("0.0001"), MinQuantity: fund.MustAmount("0.0001"), MaxQuantity: fund.MustAmount("9000"),
			Tick: fund.MustAmount("0.00001"), MinNotional: fund.MustAmount("0.0001")}},
		Balances: []venues.Balance{held("BTC", "2"), held("ETH", "10"), held("USDT", "100000")},
		Taker:    fund.MustAmount("0.001"), Maker: fund.MustAmount("0.001"), Spread: 0.0002, Participation: 0.0003, Interval: time.Minute, Past: 5,
	}
	s.flat(200, "60000", "0.06543")
	s.dip(3, cross, "0.06371")
	return s
}

func fineReceived() Scene {
	s := fine()
	s.FeeIn = fund.FeeInReceived
	return s
}

// cashOfCross trades a cross of fine ticks on both sides, at once and resting, whole and in parts, and demands that everybody
// says of every fill what changed hands: answer, status, list and stream, and the balances, to the last unit.
func cashOfCross(b *bench) {
	s := b.account()
	var orders []venues.Order
	for _, o := range []venues.Order{
		b.order(cross, fund.Buy, "0.0123", "", venues.Market), b.order(cross, fund.Sell, "0.0177", "", venues.Market),
		b.order(cross, fund.Buy, "0.0237", "0.07003", venues.Immediate), b.order(cross, fund.Buy, "0.0391", "0.06411", venues.Limit),
		b.order(cross, fund.Sell, "0.5019", "0.06407", venues.Limit),
	} {
		b.wantAnswered(b.place(o))
		for asset, x := range b.balances() {
			if !x.Free.RoundDown(8).Equal(x.Free) || !x.Locked.RoundDown(8).Equal(x.Locked) {
				b.Errorf("the account holds %s and %s locked of %s, finer than the venue keeps", x.Free, x.Locked, asset)
			}
		}
		orders = append(orders, o)
	}
	b.Until(b.scene.Row(6))
	parts := 0
	for _, o := range orders {
		if st := b.status(o); !st.State.Final() {
			b.cancel(o)
		}
		for _, f := range b.wantSum(b.final(o)) {
			parts++
			b.wantKept(f)
		}
	}
	if parts <= len(orders) {
		b.Errorf("%d orders had %d fills: none came in parts", len(orders), parts)
	}
	s.wantTrades(b.fills(cross, b.scene.Start()))
	b.wantBooks(true)
}

// wantAnswered demands that the fills that came with an answer are those that are listed.
func (b *bench) wantAnswered(st venues.Status) {
	b.Helper()
	if len(st.Fills) == 0 {
		return
	}
	listed := map[uint64]venues.Execution{}
	for _, f := range b.of(st) {
		listed[f.Trade] = f
	}
	for _, f := range st.Fills {
		if got := listed[f.Trade]; !alike(got, f) {
			b.Errorf("trade %d is answered as %+v and listed as %+v", f.Trade, f, got)
		}
	}
}

// wantKept demands that the cash of a fill is price × quantity but for less than a unit of the eight decimals that the venue
// keeps, and that this fill is finer than that.
func (b *bench) wantKept(f venues.Execution) {
	b.Helper()
	unit, product := fund.NewAmount(1, 8), f.Price.Mul(f.Quantity)
	off := product.Sub(f.Cash)
	if off.Sign() < 0 {
		off = off.Neg()
	}
	if !f.Cash.RoundDown(8).Equal(f.Cash) || !off.Less(unit) {
		b.Errorf("%s at %s brought %s", f.Quantity, f.Price, f.Cash)
	}
	if product.RoundDown(8).Equal(product) {
		b.Errorf("%s at %s is no finer than the venue: it shows nothing", f.Quantity, f.Price)
	}
}
