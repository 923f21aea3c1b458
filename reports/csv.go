package reports

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
)

// writeEquity writes equity.csv: the points, without their weights.
func (a *Analysis) writeEquity(w io.Writer) error {
	rows := [][]string{{"time", "nav", "hold_nav", "flow", "return", "drawdown", "drift", "shadow_nav"}}
	for i := range a.Points {
		p := &a.Points[i]
		rows = append(rows, []string{p.At.String(), number(p.NAV), number(p.HoldNAV), number(p.Flow),
			number(p.Return), number(p.Drawdown), number(p.Drift), number(p.ShadowNAV)})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// writeWeights writes weights.csv: the points' weights, one column an asset.
func (a *Analysis) writeWeights(w io.Writer) error {
	header := []string{"time"}
	for _, asset := range a.Run.Universe.Assets {
		header = append(header, asset.Name)
	}
	rows := [][]string{header}
	for i := range a.Points {
		row := []string{a.Points[i].At.String()}
		for _, weight := range a.Points[i].Weights {
			row = append(row, number(weight))
		}
		rows = append(rows, row)
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// writeTrades writes trades.csv: one row per fill, quantities, prices, cash and fees exact.
func (a *Analysis) writeTrades(w io.Writer) error {
	u := a.Run.Universe
	rows := [][]string{{"time", "instrument", "side", "quantity", "price", "cash", "fee", "fee_asset", "order", "reason"}}
	for i := range a.Trades {
		f := &a.Trades[i].Fill
		rows = append(rows, []string{a.Trades[i].At.String(), u.InstrumentKey(f.Instrument), f.Side.String(), f.Quantity.String(),
			f.Price.String(), f.Cash().String(), f.Fee.String(), u.AssetName(f.FeeAsset), orderText(f.Order), a.Trades[i].Reason})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func orderText(id fund.OrderID) string { return strconv.FormatUint(uint64(id), 10) }

// number returns the shortest decimal that reads back as x; "" where x is not defined.
func number(x float64) string {
	if undefined(x) {
		return ""
	}
	if small := math.Abs(x); small != 0 && (small < 1e-6 || small >= 1e21) {
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
