package strategies

import "github.com/steelyard/steelyard/engine/fund"

// Hold buys the target once and then never trades: it is due until the first decision has been taken.
type Hold struct{}

// Due implements engine.Trigger.
func (Hold) Due(v *fund.View, _ []float64) string {
	if v.Decisions > 0 {
		return ""
	}
	return firstPurchase
}

// firstPurchase is the reason of every trigger that trades at once because nothing has been decided yet.
const firstPurchase = "first purchase"
