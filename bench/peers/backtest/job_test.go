package main

import (
	"math"
	"strings"
	"testing"
)

// The job, done by a loop over floats that knows no order, lot or ledger, decides at the same closes and comes to the same value.
func TestTheJobByAPlainLoop(t *testing.T) {
	panel := walk()
	got, decided, err := ours("steelyard", "{model: none}", panel, 1)
	if err != nil {
		t.Fatal(err)
	}
	const cost, weight = 0.0010 + 0.0002/2, 1.0 / assets
	held, rest := make([]float64, assets), float64(cash)
	nav, rebalances := 0.0, 0
	for r := range rows {
		price := panel.Close[r*assets : (r+1)*assets]
		nav = rest
		for i, h := range held {
			nav += h * price[i]
		}
		off, turnover := 0.0, 0.0
		for i, h := range held {
			off = max(off, math.Abs(h*price[i]/nav/weight-1))
			turnover += math.Abs(weight*nav - h*price[i])
		}
		if off <= 0.10 {
			continue
		}
		if rebalances == len(decided) || decided[rebalances] != float64(r) {
			t.Fatalf("rebalance %d is at row %d, not where steelyard's is", rebalances+1, r)
		}
		rebalances++
		paid := turnover * cost
		for i := range held {
			trade := weight*(nav-paid) - held[i]*price[i]
			rest -= trade + math.Abs(trade)*cost
			held[i] += trade / price[i]
		}
	}
	if len(decided) != rebalances || math.Abs(got.NAV/nav-1) > 1e-6 {
		t.Errorf("%d rebalances to %.2f, steelyard %d to %.2f", rebalances, nav, len(decided), got.NAV)
	}
}

func TestTableNamesWhatIsMissing(t *testing.T) {
	text := markdown([]result{{System: "a", CPU: 2, NAV: 100, Rebalances: 3}, {System: "b", CPU: 5, NAV: 101}}, []string{"c"})
	for _, want := range []string{"| b | 0.0 ms | 5.0 s | 2.50 | told | 101.00 | 100.00 |", "for want of their packages: c."} {
		if !strings.Contains(text, want) {
			t.Errorf("%s has not %q", text, want)
		}
	}
}
