package reports

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// writeCosts writes costs.csv: one row per trade of a plan that was done, quantities exact.
func (a *Analysis) writeCosts(w io.Writer) error {
	head := []string{"decision", "decided", "ended", "instrument", "side", "quantity", "filled", "orders", "fills",
		"decided_mid", "arrival_mid", "volume_usd"}
	for _, x := range partsOf(&shortfall.Parts{}) {
		head = append(head, x.Key+"_usd")
	}
	rows := [][]string{append(head, "total_usd", "expected_usd", "risk_usd", "low_50_usd", "high_50_usd", "low_95_usd", "high_95_usd",
		"held_50", "held_95")}
	for i := range a.Parents {
		rows = append(rows, a.costRow(&a.Parents[i]))
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func (a *Analysis) costRow(p *Parent) []string {
	t := p.Trade
	row := []string{strconv.FormatUint(uint64(p.Decision), 10), p.At.String(), timeText(p.Ended), a.Run.Universe.InstrumentKey(t.Instrument),
		t.Side.String(), t.Quantity.String(), p.Filled().String(), strconv.Itoa(p.Orders), strconv.Itoa(p.Fills),
		number(p.Decided()), number(p.Arrival()), number(t.Notional)}
	for _, x := range partsOf(&p.Parts) {
		row = append(row, number(x.value))
	}
	row = append(row, number(p.Parts.Total()), number(p.Expected().Cost), number(p.Expected().Risk))
	return append(row, p.intervals()...)
}

// intervals returns the bounds of a parent's intervals, and whether they held what came once that is known; empty where
// nothing was at risk.
func (p *Parent) intervals() []string {
	cells := make([]string, 6)
	if p.Expected().Risk == 0 {
		return cells
	}
	for k, deviations := range []float64{shortfall.Half, shortfall.NinetyFive} {
		low, high := p.Expected().Interval(deviations)
		cells[2*k], cells[2*k+1] = number(low), number(high)
		if p.Ended != 0 {
			total := p.Parts.Total()
			cells[4+k] = strconv.FormatBool(low <= total && total <= high)
		}
	}
	return cells
}

// timeText returns a time, and nothing for one that there is not.
func timeText(t fund.Time) string {
	if t == 0 {
		return ""
	}
	return t.String()
}
