package strategies

import (
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Hybrid is due when a band is breached, but rests for AtMostEvery after each decision.
type Hybrid struct {
	Band        *Threshold
	AtMostEvery time.Duration
}

// Due implements engine.Trigger.
func (h Hybrid) Due(v *fund.View, target []float64) string {
	if v.Decisions > 0 && v.At.Sub(v.LastDecision) < h.AtMostEvery {
		return ""
	}
	return h.Band.Due(v, target)
}
