package sweep

import (
	"errors"
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Windows cuts the time of which there are rows.
func (b *Base) Windows(w Walk) ([]Window, error) {
	if b.Panel.Rows() == 0 {
		return nil, errors.New("there are no rows")
	}
	return w.Windows(b.Panel.Times[0], b.Panel.CloseTime(b.Panel.Rows()-1))
}

// Part returns what the points of a sweep over a part of the period share: its funds are those of the whole with another
// backtest.from and backtest.to, and it has neither rows nor market caps from after the part, so that nothing in it can depend on them.
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
