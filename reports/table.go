package reports

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// width is how wide the table may be, in columns of a terminal.
const width = 80

// Table writes the run for a terminal: the fund beside buy-and-hold, what was done, what it cost, and what to know.
func (a *Analysis) Table(w io.Writer) error {
	var b strings.Builder
	a.heading(&b)
	a.figures(&b)
	a.activity(&b)
	a.costs(&b)
	a.shortfall(&b)
	a.remarks(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (a *Analysis) heading(b *strings.Builder) {
	s := &a.Summary
	fmt.Fprintf(b, "%s\n%s to %s UTC, %s; money in %s\n", a.Run.Fund, minute(s.Start), minute(s.End), count(s.Days, "day"), a.base())
}

func (a *Analysis) base() string { return a.Run.Universe.AssetName(a.Run.Universe.Base) }

func (a *Analysis) figures(b *strings.Builder) {
	s, f, h := &a.Summary, &a.Summary.Fund, &a.Summary.Hold
	line := func(label, own, held string) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-20s%26s%26s", label, own, held), " ") + "\n")
	}
	b.WriteByte('\n')
	line("", "fund  ", "buy-and-hold  ")
	line("start NAV", a.money(s.StartNAV), a.money(s.StartNAV))
	if s.NetFlows != 0 {
		line("net flows", a.money(s.NetFlows), a.money(s.NetFlows))
	}
	line("final NAV", a.money(f.FinalNAV), a.money(h.FinalNAV))
	line("total return", percent(f.TotalReturn), percent(h.TotalReturn))
	line("annual return", percent(f.AnnualReturn), percent(h.AnnualReturn))
	line("volatility", percent(f.Volatility), percent(h.Volatility))
	line("Sharpe", plain(f.Sharpe), plain(h.Sharpe))
	line("Sortino", plain(f.Sortino), plain(h.Sortino))
	line("maximum drawdown", percent(f.MaxDrawdown), percent(h.MaxDrawdown))
	line("Calmar", plain(f.Calmar), plain(h.Calmar))
	line("tracking error", percent(s.TrackingError), "")
	line("mean drift", percent(s.MeanDrift), "")
}

func (a *Analysis) activity(b *strings.Builder) {
	s := &a.Summary
	line := func(label string, n int, parts ...string) {
		parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
		row := fmt.Sprintf("%-20s%24s  %s", label, Thousands(strconv.Itoa(n)), strings.Join(parts, ", "))
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	b.WriteByte('\n')
	line("decisions", s.Decisions, some(s.DecisionsEmpty, "empty"), some(s.DecisionsRefused, "refused"), some(s.DecisionsNotWorth, "not worth it"), some(s.DecisionsClipped, "cut by rules"))
	line("rebalances", s.Rebalances)
	line("orders", s.Orders, some(s.OrdersPartial, "partial"), some(s.OrdersUnfilled, "unfilled"), some(s.OrdersWorking, "working"))
	line("fills", s.Fills)
	fmt.Fprintf(b, "%-20s%26sx average NAV, %s a year\n", "turnover", plain(s.Turnover), strings.TrimSpace(plain(s.TurnoverPerYear)))
}

func (a *Analysis) costs(b *strings.Builder) {
	s := &a.Summary
	line := func(label, money, bp, yearly string) {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%-20s%26s%17s%17s", label, money, bp, yearly), " ") + "\n")
	}
	years := float64(s.Days) / perYear
	kind := func(label string, money, bp float64) { line(label, a.money(money), plain(bp), plain(bp/years)) }
	b.WriteByte('\n')
	line("cost", a.base()+"  ", "bp of NAV  ", "bp a year  ")
	kind("fees", s.Cost.Fees, s.FeesBP)
	kind("spread", s.Cost.Spread, s.SpreadBP)
	kind("impact", s.Cost.Impact, s.ImpactBP)
	kind("total", s.CostUSD, s.CostBP)
}

func (a *Analysis) remarks(b *strings.Builder) {
	if len(a.Notes) > 0 {
		b.WriteString("\nWorth knowing\n")
	}
	for _, n := range a.Notes {
		wrap(b, n)
	}
}
