package projection

import "github.com/steelyard/steelyard/engine/fund"

// position notes what an account holds of an asset, and its worth at the marks.
func (w *walk) position(at fund.Time, account fund.AccountID, asset fund.AssetID) {
	if w.quiet {
		return
	}
	units, price := w.book.Balance(account, asset), w.marks.Price[asset]
	u := w.source.Universe
	w.add(Positions, Row{w.run, at, int64(w.record), u.Accounts[account], u.Assets[asset].Name,
		units, price, float64(units.Float64() * price)})
}

// holdings notes all positions at a time.
func (w *walk) holdings(at fund.Time) {
	for account := range w.source.Universe.Accounts {
		for asset := range w.source.Universe.Assets {
			if id, a := fund.AccountID(account), fund.AssetID(asset); !w.book.Balance(id, a).IsZero() {
				w.position(at, id, a)
			}
		}
	}
}
