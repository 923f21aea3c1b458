package sweep

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Windows cuts the time of which there are rows.
func (b *Base) Windows(w Walk) ([]Window, error) {
	rows := b.Panel.Between(b.Fund.Backtest.From, b.Fund.Backtest.To)
	if rows.Rows() == 0 {
		return nil, errors.New("there are no rows")
	}
	return w.Windows(rows.Times[0], rows.CloseTime(rows.Rows()-1))
}

// Years lists the calendar years, UTC, of which there are rows.
func (b *Base) Years() []int {
	rows := b.Panel.Between(b.Fund.Backtest.From, b.Fund.Backtest.To)
	var list []int
	for r := 0; r < rows.Rows(); r = rows.Find(newYear(list[len(list)-1] + 1)) {
		list = append(list, rows.Times[r].UTC().Year())
	}
	return list
}

// OfYear names a figure of a calendar year in tables: sharpe_2022.
func OfYear(figure string, year int) string { return fmt.Sprintf("%s_%d", figure, year) }

// yearly lists the figures of the calendar years of a run, those of its days in them: a run over many years gives the years' figures,
// and no year is run on its own.
func yearly(a *reports.Analysis, years []int) []reports.Scalar {
	var list []reports.Scalar
	for _, y := range years {
		for _, s := range a.Between(newYear(y), newYear(y+1)).Scalars() {
			s.Key = OfYear(s.Key, y)
			list = append(list, s)
		}
	}
	return list
}

// newYear returns the beginning of a year, UTC.
func newYear(year int) fund.Time {
	return fund.TimeOf(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
}

// Part returns what the points of a sweep over a part of the period share: its funds are those of the whole with another
// backtest.from and backtest.to, and it has neither rows nor market caps from after the part, so that nothing in it can depend on them;
// rows from before it are history, as far as data.warm-up goes back.
func (b *Base) Part(from, to fund.Time) (*Base, error) {
	period := []fundfile.Setting{{Path: "backtest.from", Value: from.String()}, {Path: "backtest.to", Value: to.String()}}
	part := *b
	part.Make = func(s []fundfile.Setting) (*fundfile.Fund, error) { return b.Make(slices.Concat(s, period)) }
	var err error
	if part.Fund, err = part.Make(nil); err != nil {
		return nil, err
	}
	part.Panel = b.Panel.Between(from.Add(-b.Fund.WarmUp), to)
	part.Caps = b.capsBetween(from, to)
	part.Dataset = b.Hash(part.Panel, part.Caps)
	return &part, nil
}

// capsBetween returns the market caps that count in a part of the period: those known by its end, and not too old at its beginning.
func (b *Base) capsBetween(from, to fund.Time) []sim.Caps {
	oldest := time.Duration(0)
	for _, c := range b.Fund.Caps() {
		oldest = max(oldest, c.MaxAge)
	}
	var list []sim.Caps
	for _, c := range b.Caps {
		if c.At >= from.Add(-oldest) && c.At <= to {
			list = append(list, c)
		}
	}
	return list
}
