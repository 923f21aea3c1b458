package reports

import (
	"fmt"
	"io"
	"strings"
)

// CostTable writes for a terminal what trading cost, and what it was expected to.
func (a *Analysis) CostTable(w io.Writer) error {
	var b strings.Builder
	a.heading(&b)
	a.costs(&b)
	a.shortfall(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// shortfall explains what trades cost against a paper portfolio, beside what was expected and the naive plans.
func (a *Analysis) shortfall(b *strings.Builder) {
	r, p := &a.Summary.Review, &a.Summary.Planned
	if r.Trades == 0 {
		return
	}
	line := func(label, money, bp string) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-20s%26s%17s", label, money, bp), " ") + "\n")
	}
	cost := func(label string, x float64) { line(label, a.money(x), plain(r.bp(x))) }
	b.WriteByte('\n')
	line("against paper", a.base()+"  ", "bp of traded  ")
	for _, x := range partsOf(&r.Parts) {
		cost(x.Name, x.value)
	}
	cost("shortfall", r.Parts.Total())
	cost("expected", r.Expected.Total())
	if r.Risk > 0 {
		cost("  give or take", r.Risk)
	}
	b.WriteByte('\n')
	line("plans", a.base()+"  ", "bp of traded  ")
	off := func(unreached float64) {
		if r.bp(max(p.Unreached, p.NaiveUnreached)) > 1 { // else neither leaves anything to speak of
			cost("  left off target", unreached)
		}
	}
	cost("planned", p.Cost.Total())
	off(p.Unreached)
	cost("naive", p.Naive.Total())
	off(p.NaiveUnreached)
	cost("realised", a.Summary.CostUSD)
	b.WriteByte('\n')
	for _, v := range r.verdicts() {
		wrap(b, v.Text)
	}
	if a.Run.Live {
		wrap(b, modelledNote)
	}
}

// modelledNote says what of a live run's costs is known and what is modelled.
const modelledNote = "The venues were real ones, which say what was paid and not why: spread and impact are those that the plans expected, in proportion to what was filled, and the market's move is the remainder."
