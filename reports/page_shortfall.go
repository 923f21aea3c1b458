package reports

import (
	"fmt"
	"math"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// shortfallView is what the page says of what trades really cost.
type shortfallView struct {
	Verdicts []verdict
	Modelled string // what of a live run's costs is modelled; "": nothing
	Legend   []part
	Rows     []shortfallRow // by instrument, the largest volume first
	Total    shortfallRow
	Zero     string // where nothing was lost or gained in the bars, of 100
	Scatter  picture
	Expected Table
	Left     string // how many instruments the tables leave out
}

// shortfallRow is a line of the table of parts, with its bar.
type shortfallRow struct {
	Name  string
	Cells []string
	Bars  []bar
}

// bar is a piece of a stacked bar, of 100.
type bar struct{ Class, From, Width string }

// most is how many instruments the tables hold.
const most = 40

func (a *Analysis) shortfallView() *shortfallView {
	r := &a.Summary.Review
	if r.Trades == 0 {
		return nil
	}
	list := a.Instruments[:min(most, len(a.Instruments))]
	scale := newBarScale(list)
	v := &shortfallView{Verdicts: r.verdicts(), Legend: partsOf(&shortfall.Parts{}), Total: a.shortfallRow("all", r),
		Zero: scale.at(0), Scatter: a.outcomes(), Expected: a.expectedTable(list)}
	for i := range list {
		row := a.shortfallRow(instrumentName(a.Run.Universe, list[i].Instrument), &list[i].Review)
		row.Bars = scale.bars(&list[i].Parts)
		v.Rows = append(v.Rows, row)
	}
	if left := len(a.Instruments) - len(list); left > 0 {
		v.Left = fmt.Sprintf("The %d with the largest volume; %d more are in summary.json.", most, left)
	}
	if a.Run.Live {
		v.Modelled = modelledNote
	}
	return v
}

func (a *Analysis) shortfallRow(name string, r *Review) shortfallRow {
	row := shortfallRow{Name: name, Cells: []string{a.total(r.Volume)}}
	for _, x := range partsOf(&r.Parts) {
		row.Cells = append(row.Cells, a.total(x.value))
	}
	row.Cells = append(row.Cells, a.total(r.Parts.Total()), figureText(plain(r.bp(r.Parts.Total()))))
	return row
}

// barScale lays stacked bars side by side: losses to the right of zero, gains to its left.
type barScale struct{ gained, lost float64 }

func newBarScale(list []InstrumentReview) barScale {
	var s barScale
	for i := range list {
		gained, lost := 0.0, 0.0
		for _, x := range partsOf(&list[i].Parts) {
			gained, lost = gained-min(0, x.value), lost+max(0, x.value)
		}
		s.gained, s.lost = max(s.gained, gained), max(s.lost, lost)
	}
	return s
}

func (s barScale) width(x float64) float64 {
	return 100 * math.Abs(x) / max(s.gained+s.lost, math.SmallestNonzeroFloat64)
}

func (s barScale) at(x float64) string {
	return fixed(s.width(s.gained)+math.Copysign(s.width(x), x), 2)
}

func (s barScale) bars(p *shortfall.Parts) []bar {
	var list []bar
	gained, lost := 0.0, 0.0
	for _, x := range partsOf(p) {
		from := lost
		if x.value < 0 {
			gained += x.value
			from = gained
		} else {
			lost += x.value
		}
		if s.width(x.value) >= 0.05 {
			list = append(list, bar{x.Key, s.at(from), fixed(s.width(x.value), 2)})
		}
	}
	return list
}

// shown is how many trades the picture of outcomes shows.
const shown = 1000

// outcomes draws what every trade cost against what was expected of it, in basis points of its volume.
func (a *Analysis) outcomes() picture {
	var ended []*Parent
	for i := range a.Parents {
		if p := &a.Parents[i]; p.Ended != 0 && p.Trade.Notional > 0 {
			ended = append(ended, p)
		}
	}
	s := scatter{says: "a dot a trade", tick: significant}
	every := 1 + (len(ended)-1)/shown
	for i := 0; i < len(ended); i += every {
		p := ended[i]
		bp := 1e4 / p.Trade.Notional
		low, high := p.Expected().Interval(shortfall.NinetyFive)
		s.dots = append(s.dots, dot{p.Expected().Cost * bp, p.Parts.Total() * bp, low * bp, high * bp})
	}
	if len(s.dots) == 0 {
		return picture{}
	}
	title := "Expected (across) and realised cost of trades (up), bp of their volume"
	if every > 1 {
		title += fmt.Sprintf("; every %s of %s", ordinal(every), count(len(ended), "trade"))
	}
	return s.half(title)
}

// ordinal returns "2nd", "3rd", "4th".
func ordinal(n int) string {
	suffix := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n) + suffix
}

// expectedTable sets what was expected beside what came, by instrument and in all.
func (a *Analysis) expectedTable(list []InstrumentReview) Table {
	t := Table{Caption: "Expected and realised, " + a.base() + "; paid: fees, spread and impact",
		Head: []string{"instrument", "trades", "expected", "paid", "shortfall"}}
	risky := a.Summary.Review.Coverage.Trades > 0
	if risky {
		t.Caption += "; risk: one standard deviation, of a sum as if the market moved every trade on its own; off by: in such deviations"
		t.Head = append(t.Head, "risk", "off by", "in 50 %", "in 95 %")
	}
	row := func(name string, r *Review) {
		cells := []string{name, Thousands(fmt.Sprint(r.Trades)), a.total(r.Expected.Total()), a.total(r.Parts.Paid().Total()), a.total(r.Parts.Total())}
		if risky {
			cells = append(cells, a.riskCells(r)...)
		}
		t.Rows = append(t.Rows, cells)
	}
	for i := range list {
		row(instrumentName(a.Run.Universe, list[i].Instrument), &list[i].Review)
	}
	row("all", &a.Summary.Review)
	return t
}

func (a *Analysis) riskCells(r *Review) []string {
	c := &r.Coverage
	if c.Trades == 0 {
		return make([]string, 4)
	}
	return []string{a.total(r.Risk), minus(fixed((r.Parts.Total()-r.Expected.Total())/r.Risk, 2)), wholePercent(c.Half, 1), wholePercent(c.NinetyFive, 1)}
}

// plansTable sets what plans were expected to cost beside the naive ones and what came of them.
func (a *Analysis) plansTable() Table {
	s, p := &a.Summary, &a.Summary.Planned
	t := Table{Caption: "Plans that were done, " + a.base() + "; bp of their volume", Head: []string{"", "fees", "spread", "impact", "total", "bp", "unreached"}}
	row := func(name string, c fund.Cost, volume float64, unreached string) {
		bp := figureText(plain(c.Total() / volume * 1e4))
		t.Rows = append(t.Rows, []string{name, a.total(c.Fees), a.total(c.Spread), a.total(c.Impact), a.total(c.Total()), bp, unreached})
	}
	row("planned", p.Cost, s.Review.Volume, a.total(p.Unreached))
	row("naive", p.Naive, s.Review.Volume, a.total(p.NaiveUnreached))
	row("realised", s.Cost, s.Review.Volume, "")
	return t
}

// plansOverTime draws what plans, the naive ones and the fills cost as they add up.
func (a *Analysis) plansOverTime() picture {
	p := &a.Summary.Planned
	planned := a.expected(func(d *Decision) float64 { return d.Decided.Plan.Cost.Total() })
	naive := a.expected(func(d *Decision) float64 { return d.Decided.Plan.Certificate.Naive.Total() })
	c := chart{says: fmt.Sprintf("in all planned %s, naive %s, realised %s", compact(p.Cost.Total()), compact(p.Naive.Total()), compact(a.Summary.CostUSD)),
		tick: compact, zero: true, lines: []line{
			{"naive", inkHold, 1, 1.3, naive},
			{"realised", inkFund, 0, 1.8, a.spent(func(t *Trade) float64 { return t.Cost.Total() })},
			{"planned", inkText, 2, 1.3, planned},
		}}
	return c.half("Planned, naive and realised cost so far, " + a.base())
}
