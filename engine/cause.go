package engine

import (
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// Cause sorts the reasons of decisions.
type Cause string

// The causes.
const (
	ByTrigger    Cause = "trigger"    // the policy's own
	ByOperator   Cause = "operator"   // a person asked for it
	ByRedemption Cause = "redemption" // units have to be raised
)

// How the reasons begin that do not come from the trigger.
const (
	askedForBy   = "asked for by "
	redemptionOf = "redemption of "
)

func operatorReason(who string) string { return askedForBy + who }

func redemptionReason(amount fund.Amount, asset string) string {
	return fmt.Sprint(redemptionOf, amount, " ", asset)
}

// Cause returns what made the decision due.
func (d *Decide) Cause() Cause {
	switch {
	case strings.HasPrefix(d.Reason, askedForBy):
		return ByOperator
	case strings.HasPrefix(d.Reason, redemptionOf):
		return ByRedemption
	}
	return ByTrigger
}
