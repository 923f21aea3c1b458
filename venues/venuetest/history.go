package venuetest

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func historyCases() []Case {
	long := func() Scene {
		s := lively()
		s.Rows, s.Past = nil, 2100
		s.flat(s.Past+200, prices()...)
		return s
	}
	return []Case{
		{name: "bars over many pages", scene: long, check: barPages},
		{name: "fills since a time", scene: lively, check: fillsSince},
		{name: "balances", scene: lively, check: func(b *bench) { b.wantBooks(true) }},
	}
}

func barPages(b *bench) {
	from, to := b.scene.Row(-2050), b.scene.Row(-10)
	list, err := b.Driver.Bars(b.call(), coin, b.scene.Interval, from, to)
	if err != nil {
		b.Fatalf("bars: %v", err)
	}
	if len(list) != 2040 {
		b.Fatalf("%d bars of 2040", len(list))
	}
	for k := range list {
		want := b.scene.Rows[b.scene.Past-2050+k][1]
		if !same(list[k], want) {
			b.Fatalf("bar %d is %+v, want %+v", k, list[k], want)
		}
	}
	if list, err = b.Driver.Bars(b.call(), coin, b.scene.Interval, b.scene.Row(-3), b.scene.Row(50)); err != nil || len(list) < 3 {
		b.Fatalf("bars up to now: %d, %v", len(list), err)
	}
	for _, bar := range list {
		if now, _ := b.Driver.Now(b.call()); !bar.Closed || now < bar.Open.Add(b.scene.Interval) {
			b.Errorf("a bar that is not over is listed: %+v", bar)
		}
	}
}

// fillsSince demands all fills from any time on.
func fillsSince(b *bench) {
	const trades = 12
	for k := range trades {
		side := []fund.Side{fund.Buy, fund.Sell}[k%2]
		o := b.order(coin, side, "0.01", "", venues.Market)
		b.place(o)
		b.final(o)
		if k == trades/2 {
			b.Until(b.scene.Row(1))
		}
	}
	all := b.fills(coin, b.scene.Start())
	if len(all) < trades {
		b.Fatalf("%d fills of %d orders", len(all), trades)
	}
	for _, from := range all {
		rest := 0
		for _, f := range all {
			if f.At >= from.At {
				rest++
			}
		}
		if got := b.fills(coin, from.At); len(got) != rest {
			b.Errorf("%d fills since %v, want %d", len(got), from.At, rest)
		}
	}
	if other := b.fills("ETH/USDT", b.scene.Start()); len(other) > 0 {
		b.Errorf("fills of another instrument: %+v", other)
	}
	b.wantBooks(true)
}
