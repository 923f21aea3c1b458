package risk

import (
	"fmt"
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Outcome is what a check finds.
type Outcome string

// The outcomes. A passive breach is one that no trade made or worsens: the market moved, or the rule did.
const (
	Pass     Outcome = "pass"
	Breached Outcome = "breach"
	Passive  Outcome = "passive"
)

// Check is one rule, evaluated. Values are in the unit of the rule's limit; of a rule about many assets or venues they
// are those of the subject that is nearest to the limit.
type Check struct {
	Rule     string // ID
	Clause   string
	Kind     Kind
	Breach   Breach
	Subject  string // whom the values are of; "": of the fund
	Limit    float64
	Now      float64 // before the plan
	InFlight float64 // that working orders would add at their worst
	Wanted   float64 // after the plan as it was first made
	After    float64 // after the plan as it may be done
	Outcome  Outcome // of the plan as it was first made
	Why      string  // where a value is not the whole story
}

// Distance returns how far the value after the plan is from the limit: below 0 on the wrong side.
func (c *Check) Distance() float64 {
	if c.Kind.AtLeast() {
		return c.After - c.Limit
	}
	return c.Limit - c.After
}

// Failed reports whether the check found a breach of either kind.
func (c *Check) Failed() bool { return c.Outcome != Pass }

// String says the breach in a sentence's beginning: "M1 (4.2): BTC 45.20 % > 40.00 %".
func (c *Check) String() string {
	return fmt.Sprintf("%s: %s", c.name(), c.words(c.Wanted))
}

func (c *Check) name() string {
	if c.Clause == "" {
		return c.Rule
	}
	return c.Rule + " (" + c.Clause + ")"
}

// words sets a value beside the limit.
func (c *Check) words(value float64) string {
	if c.Why != "" {
		return c.Why
	}
	than := ">"
	if c.Kind.AtLeast() {
		than = "<"
	}
	if c.Outcome == Pass {
		than = "within"
	}
	subject := c.Subject
	if subject != "" {
		subject += " "
	}
	return fmt.Sprintf("%s%s %s %s", subject, c.Kind.Text(value), than, c.Kind.Text(c.Limit))
}

// Text writes a value of the check with its unit; what nothing is known of as that.
func (c *Check) Text(x float64) string {
	if x == math.MaxFloat64 || x == -math.MaxFloat64 {
		return "unknown"
	}
	return c.Kind.Text(x)
}

// Text writes a value of a kind with its unit, as people read it.
func (k Kind) Text(x float64) string {
	switch k {
	case MaxPlan:
		return fmt.Sprintf("%.2f", x)
	case MinCap:
		return fmt.Sprintf("%.1fM USD", x/1e6)
	case MaxOrders:
		return fmt.Sprintf("%.0f", x)
	case MaxDays, MaxPriceAge:
		return fmt.Sprintf("%.2f days", x)
	case MaxCost, MaxSlippage:
		return fmt.Sprintf("%.1f bp", x*1e4)
	case MaxHerfindahl:
		return fmt.Sprintf("%.4f", x)
	case MaxLeverage:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.2f %%", x*100)
}

// days returns a duration in days.
func days(d time.Duration) float64 { return float64(d) / float64(fund.Day) }
