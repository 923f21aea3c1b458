package fundfile

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

func (r *reader) data(f *Fund, n *node) {
	f.MaxAge, f.MaxGap, f.Window = fund.Day, 7*fund.Day, 30*fund.Day
	if n == nil {
		return
	}
	r.keys(n, "max-age", "max-gap", "window", "warm-up")
	f.MaxAge = r.duration(n.entry("max-age"), f.MaxAge, time.Second)
	f.MaxGap = r.duration(n.entry("max-gap"), f.MaxGap, time.Second)
	f.Window = r.duration(n.entry("window"), f.Window, fund.Day)
	f.WarmUp = r.duration(n.entry("warm-up"), 0, 0)
}

func (r *reader) backtest(f *Fund, n *node) {
	f.Backtest = Backtest{Interval: time.Hour, Seed: 1}
	if n == nil {
		return
	}
	r.keys(n, "from", "to", "interval", "fill", "seed")
	b := &f.Backtest
	from, to := r.need(n, "from"), r.need(n, "to")
	b.From, b.To = r.instant(from), r.instant(to)
	b.Interval = r.duration(n.entry("interval"), b.Interval, time.Second)
	b.FillClose = r.choice(n.entry("fill"), "next-open", []string{"next-open", "close"}, nil) == "close"
	b.Seed = r.integer(n.entry("seed"), b.Seed, 0, math.MaxUint64)
	switch {
	case fund.Day%b.Interval != 0:
		r.fail(n.entry("interval"), "%s does not divide a day", strategies.Span(b.Interval))
	case b.To <= b.From && r.err == nil:
		r.fail(to, "%s is not after backtest.from, %s; the range is empty", to.text, from.text)
	case b.To.Sub(b.From) < b.Interval:
		r.fail(to, "the range is shorter than one row of %s", strategies.Span(b.Interval))
	case len(f.Start)+len(f.Flows) == 0:
		r.fail(n, "there is nothing to invest; give the fund a start or flows")
	}
	r.measurable(f, n)
}
