package fund_test

import (
	"math"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"pgregory.net/rapid"
)

func step(t *rapid.T, label string) fund.Amount {
	return fund.NewAmount(rapid.SampledFrom([]int64{1, 2, 5, 25, 10, 1000}).Draw(t, label), rapid.IntRange(0, 8).Draw(t, label+" places"))
}

// size draws a number of any magnitude that is met, often one that is whole steps.
func size(t *rapid.T, step fund.Amount) float64 {
	if rapid.Bool().Draw(t, "whole") {
		return float64(rapid.Int64Range(1, 1e6).Draw(t, "steps")) * step.Float64()
	}
	return math.Pow(10, rapid.Float64Range(-10, 12).Draw(t, "log size"))
}

// Quantities go toward zero, by less than a lot.
func TestLotsRoundTowardZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := &fund.Instrument{Lot: step(t, "lot")}
		if rapid.IntRange(0, 4).Draw(t, "no lot") == 0 {
			in.Lot = fund.Amount{}
		}
		x := size(t, in.LotSize())
		exact := fund.AmountOfFloat(x)
		got := in.Lots(x)
		if exact.Less(got) || !exact.Less(got.Add(in.LotSize())) || !got.FloorTo(in.LotSize()).Equal(got) {
			t.Fatalf("%v in lots of %s is %s", x, in.LotSize(), got)
		}
		if !in.Lots(-x).Equal(got.Neg()) || !in.WholeLots(exact).Equal(got) {
			t.Fatalf("−%v in lots of %s is %s, exactly %s", x, in.LotSize(), in.Lots(-x), in.WholeLots(exact))
		}
	})
}

// Prices go against whoever trades, by less than a tick.
func TestTicksRoundAgainstUs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, tick := &fund.Instrument{Tick: step(t, "tick")}, fund.NewAmount(1, 12)
		if rapid.IntRange(0, 4).Draw(t, "no tick") == 0 {
			in.Tick = fund.Amount{}
		} else {
			tick = in.Tick
		}
		x := size(t, tick)
		exact, buy, sell := fund.AmountOfFloat(x), in.Ticks(x, fund.Buy), in.Ticks(x, fund.Sell)
		if buy.Less(exact) || !buy.Sub(tick).Less(exact) || !buy.FloorTo(tick).Equal(buy) {
			t.Fatalf("a buy at %v on ticks of %s is at %s", x, tick, buy)
		}
		if exact.Less(sell) || !exact.Less(sell.Add(tick)) || !sell.FloorTo(tick).Equal(sell) {
			t.Fatalf("a sale at %v on ticks of %s is at %s", x, tick, sell)
		}
	})
}

// Fees go up to the asset's last decimal, by less than one of it.
func TestChargeRoundsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := fund.NewAmount(rapid.Int64Range(0, 1e15).Draw(t, "value"), rapid.IntRange(0, 12).Draw(t, "places"))
		rate := fund.NewAmount(rapid.Int64Range(0, 1000).Draw(t, "rate"), 5)
		decimals := rapid.IntRange(0, 18).Draw(t, "decimals")
		got, exact, unit := fund.Charge(value, rate, decimals), value.Mul(rate), fund.NewAmount(1, decimals)
		if got.Less(exact) || !got.Sub(unit).Less(exact) || !got.FloorTo(unit).Equal(got) {
			t.Fatalf("%s of %s to %d decimals is %s", rate, value, decimals, got)
		}
	})
}

func TestRoundingByHand(t *testing.T) {
	in := &fund.Instrument{Lot: fund.MustAmount("0.0025"), Tick: fund.MustAmount("0.05")}
	bare := &fund.Instrument{}
	for _, c := range []struct{ what, got, want string }{
		{"lots", in.Lots(1.0049999).String(), "1.0025"},
		{"whole lots", in.Lots(1.005).String(), "1.005"},
		{"no lot", bare.Lots(0.123456789).String(), "0.12345678"},
		{"0.1+0.2 is a hair over 0.3", bare.Lots(0.1 + 0.2).String(), "0.3"},
		{"buy", in.Ticks(99.951, fund.Buy).String(), "100"},
		{"sell", in.Ticks(99.999, fund.Sell).String(), "99.95"},
		{"on the tick", in.Ticks(99.95, fund.Buy).String(), "99.95"},
		{"no tick, buy", bare.Ticks(0.1234567890121, fund.Buy).String(), "0.123456789013"},
		{"no tick, sell", bare.Ticks(0.1234567890129, fund.Sell).String(), "0.123456789012"},
		{"fee", fund.Charge(fund.MustAmount("99.99"), fund.MustAmount("0.001"), 2).String(), "0.1"},
		{"no fee", fund.Charge(fund.MustAmount("99.99"), fund.Amount{}, 2).String(), "0"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
}
