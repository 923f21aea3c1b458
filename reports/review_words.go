package reports

import (
	"fmt"
	"math"
	"strings"
)

// tolerance is how far fees, spread and impact may be from what was expected of them before the model counts as off. They
// have no luck in them: what differs is what was known when.
const tolerance = 0.1

// paidShare returns fees, spread and impact over what was expected of what was filled; NaN where that is nothing, or
// where much was not filled: impact is not in proportion to size.
func (r *Review) paidShare() float64 {
	if r.met == 0 || r.Done < 0.8*r.Volume {
		return math.NaN()
	}
	return r.Parts.Paid().Total() / r.met
}

// unfilled says that not all was filled, where that is so; a hair does not count.
func (r *Review) unfilled() string {
	if r.Done >= complete*r.Volume {
		return ""
	}
	return ", for the " + wholePercent(r.Done/r.Volume, 1) + " of the volume that was filled"
}

func (r *Review) paidOff() bool { return math.Abs(r.paidShare()-1) > tolerance }

// off reports whether the model of costs does not agree with what came.
func (r *Review) off() bool { return r.Coverage.off() || r.paidOff() }

// verdict is a sentence on the model of costs.
type verdict struct {
	Text string
	Off  bool
}

// verdicts says how what was expected held.
func (r *Review) verdicts() []verdict {
	if r.Trades == 0 {
		return nil
	}
	list := []verdict{{r.Coverage.words(), r.Coverage.off()}}
	if share := r.paidShare(); !undefined(share) {
		text := fmt.Sprintf("Fees, spread and impact came to %s of what was expected of them%s", wholePercent(share, 1), r.unfilled())
		if r.paidOff() {
			text = "The model of costs is off: f" + text[1:]
		}
		list = append(list, verdict{text + ".", r.paidOff()})
	}
	return list
}

// words says how often intervals held, and plainly when that is too often or too seldom.
func (c *Coverage) words() string {
	if c.Trades == 0 {
		return "No trade was expected to last, so that none has an interval."
	}
	held := fmt.Sprintf("the 50 %% interval held %s ± %s, the 95 %% interval %s ± %s of %s", fixed(100*c.Half, 1), wholePercent(c.halfError, 1),
		fixed(100*c.NinetyFive, 1), wholePercent(c.ninetyError, 1), count(c.Trades, "trade"))
	switch {
	case !c.judged():
		return fmt.Sprintf("T%s, in %s: too few to judge the model by.", held[1:], count(c.decisions, "decision"))
	case c.off():
		return "The model is off: " + held + "; " + strings.Join(c.faults(), ", and ") + "."
	}
	return "T" + held[1:] + ": no further from the model than chance goes."
}

// faults says in what way the model is off.
func (c *Coverage) faults() []string {
	var list []string
	switch {
	case c.tooNarrow():
		list = append(list, "its intervals are too narrow")
	case c.tooWide():
		list = append(list, "its intervals are too wide")
	}
	if c.biased() {
		than := "dearer"
		if c.Bias < 0 {
			than = "cheaper"
		}
		list = append(list, fmt.Sprintf("trades came out %.2f standard deviations %s than expected on average", math.Abs(c.Bias), than))
	}
	return list
}

// wholePercent writes a fraction in per cent.
func wholePercent(x float64, places int) string { return fixed(100*x, places) + " %" }
