package engine

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
)

func TestCause(t *testing.T) {
	for reason, want := range map[string]Cause{
		operatorReason("ana"):                           ByOperator,
		redemptionReason(fund.MustAmount("2.5"), "BTC"): ByRedemption,
		"BTC 55.00 % > 52.50 %":                         ByTrigger,
	} {
		if got := (&Decide{Reason: reason}).Cause(); got != want {
			t.Errorf("%q is due to %s, want %s", reason, got, want)
		}
	}
}
