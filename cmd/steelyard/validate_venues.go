package main

import (
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// venueWords counts a venue's instruments and says what trading there costs.
func venueWords(f *fundfile.Fund, id fund.AccountID) string {
	var here []*fund.Instrument
	u := f.Universe()
	for i := range u.Instruments {
		if u.Instruments[i].Venue == id {
			here = append(here, &u.Instruments[i])
		}
	}
	words := plural(len(here), "instrument", "instruments") + ", taker " + rateSpan(here, func(i *fund.Instrument) fund.Amount { return i.Fees.Taker }) +
		", spread " + rateSpan(here, func(i *fund.Instrument) fund.Amount { return fund.AmountOfFloat(i.Spread) })
	if p := f.Venues[id].Participation; p > 0 {
		words += fmt.Sprintf(", at most %s of an average day's volume a row", percentOf(fund.AmountOfFloat(p)))
	}
	return words
}

// rateSpan writes the smallest and the largest of the instruments' rates in basis points.
func rateSpan(in []*fund.Instrument, rate func(*fund.Instrument) fund.Amount) string {
	low, high := rate(in[0]), rate(in[0])
	for _, i := range in[1:] {
		r := rate(i)
		if r.Less(low) {
			low = r
		}
		if high.Less(r) {
			high = r
		}
	}
	if low.Equal(high) {
		return basisPoints(low) + " bp"
	}
	return basisPoints(low) + " to " + basisPoints(high) + " bp"
}

func basisPoints(f fund.Amount) string { return f.Mul(fund.NewAmount(10000, 0)).String() }

// absences says what the file leaves out and what is assumed instead.
func absences(f *fundfile.Fund) []string {
	u := f.Universe()
	rules := lackers(u, func(i int) bool {
		in := &u.Instruments[i]
		return in.Lot.IsZero() && in.Tick.IsZero() && in.MinNotional.IsZero()
	})
	fees := lackers(u, func(i int) bool { return u.Instruments[i].Fees.Taker.IsZero() })
	spreads := lackers(u, func(i int) bool { return u.Instruments[i].Spread == 0 })
	impacts := lackers(u, func(i int) bool { return f.Impact[i] == impact.Model(impact.None{}) })
	var absent []string
	for _, lack := range []struct{ what, who string }{
		{"no lot, tick or minimum notional", rules}, {"no fee", fees}, {"no spread", spreads}, {"no market impact", impacts},
	} {
		if lack.who != "" {
			absent = append(absent, lack.what+" for "+lack.who+": none assumed")
		}
	}
	return absent
}

// lackers names the instruments for which lacks holds, briefly.
func lackers(u *fund.Universe, lacks func(i int) bool) string {
	var names []string
	for i := range u.Instruments {
		if lacks(i) {
			names = append(names, u.InstrumentKey(fund.InstrumentID(i)))
		}
	}
	const shown = 3
	switch n := len(names); {
	case n == 0:
		return ""
	case n == len(u.Instruments) && n > 1:
		return fmt.Sprintf("any of %d instruments", n)
	case n > shown:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), n-shown)
	}
	return strings.Join(names, ", ")
}
