package journal

import (
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// names resolves names to indices and keeps the first that the universe does not know.
type names struct {
	u   *fund.Universe
	err error
}

// fill sets what the entry holds besides its head.
func (n *names) fill(e *Entry, w *wire) {
	switch w.Kind {
	case "flow":
		e.Event = &engine.Flow{Account: n.account(w.Account), Asset: n.asset(w.Asset), Amount: w.Amount, Opening: w.Opening, Redemption: w.Redemption}
	case "caps":
		e.Event = &engine.Caps{USD: n.assets(w.USD)}
	case "redemption":
		e.Event = &engine.Redemption{ID: w.ID, Account: n.account(w.Account), Asset: n.asset(w.Asset), Amount: w.Amount}
	case "accepted":
		e.Event = &engine.Accepted{Order: w.Order}
	case "fill":
		e.Event = &engine.Filled{Fill: n.fillOf(w)}
	case "closed":
		e.Event = &engine.Closed{Order: w.Order, Reason: w.Reason}
	case "timer-fired":
		e.Event = &engine.TimerFired{Timer: w.Timer}
	case "operator":
		e.Event = n.operator(w)
	case "discrepancy":
		e.Event = &engine.Discrepancy{Account: n.account(w.Account), Asset: n.asset(w.Asset), Text: w.Text}
	case "revision":
		e.Event = &engine.Revision{Fund: w.Fund}
	case "place":
		e.Order = n.order(w)
	case "decide":
		e.Decide = n.decide(w)
	case "settle":
		e.Settle = &engine.Settle{ID: w.Decision, Fills: w.Fills, NAV: w.NAV, Weights: n.assets(w.Weights), Cost: w.Cost, Left: w.Left}
	case "refuse":
		e.Refuse = &engine.Refuse{Decision: w.Decision, Instrument: n.instrument(w.Instrument), Side: n.side(w.Side), Quantity: w.Quantity, Rule: w.Rule, Why: w.Why, Check: risk.Check(w.Check)}
	case "alert":
		e.Alert = &engine.Alert{Kind: engine.AlertKind(w.Alert), Text: w.Text}
	case "correction":
		e.Correction = &Correction{At: w.At, Record: w.Record, Who: w.Who, Text: w.Text}
	case "manifest", "rows", "restart", "end", "cancel", "set-timer", "pay":
	default:
		n.fail("kind of record", w.Kind)
	}
}

func (n *names) fillOf(w *wire) fund.Fill {
	f := fund.Fill{
		Order: w.Order, Trade: w.Trade,
		Instrument: n.instrument(w.Instrument), Side: n.side(w.Side), Quantity: w.Quantity,
		Price: w.Price, Fee: w.Fee, FeeAsset: n.asset(w.FeeAsset), Maker: w.Maker,
		Mid: w.Mid, Spread: w.Spread, Impact: w.Impact, Permanent: w.Permanent,
	}
	if w.Cash != nil {
		f.SetCash(*w.Cash)
	}
	return f
}

func (n *names) order(w *wire) *fund.Order {
	return &fund.Order{
		ID: w.Order, Decision: w.Decision,
		Instrument: n.instrument(w.Instrument), Side: n.side(w.Side), Quantity: w.Quantity,
		Limit: w.Limit, Spend: w.Spend, Worst: w.Worst,
	}
}

func (n *names) decide(w *wire) *engine.Decide {
	d := &engine.Decide{
		ID: w.Decision, Reason: w.Reason, Verdict: engine.Verdict(w.Verdict), Why: w.Why, NAV: w.NAV,
		Prices: n.assets(w.Prices), Weights: n.assets(w.Weights), Target: n.assets(w.Target),
		Plan: fund.Plan{Cost: w.Cost, After: n.assets(w.After)}, Checks: w.checks(), Clipped: w.Clipped, Missed: w.Missed,
	}
	d.Plan.Certificate = fund.Certificate{Naive: w.Naive, Unreached: w.Unreached, NaiveUnreached: w.NaiveLeft, Gap: w.Gap}
	for _, t := range w.Trades {
		d.Plan.Trades = append(d.Plan.Trades, fund.Trade{
			Instrument: n.instrument(t.Instrument), Side: n.side(t.Side), Quantity: t.Quantity,
			Notional: t.Notional, Cost: t.Cost, Risk: t.Risk, Stage: t.Stage,
		})
	}
	for _, l := range w.LeftAlone {
		d.Plan.LeftAlone = append(d.Plan.LeftAlone, fund.LeftAlone{Asset: n.asset(l.Asset), Off: l.Off, Why: l.Why})
	}
	return d
}

func (n *names) assets(m map[string]float64) []float64 {
	v := make([]float64, len(n.u.Assets))
	found := 0
	for a := range n.u.Assets {
		x, ok := m[n.u.Assets[a].Name]
		if ok {
			v[a] = x
			found++
		}
	}
	if found < len(m) {
		n.fail("asset among", fmt.Sprint(m))
	}
	return v
}

func (n *names) side(s string) fund.Side {
	switch s {
	case "buy":
		return fund.Buy
	case "sell":
		return fund.Sell
	}
	n.fail("side", s)
	return fund.Buy
}

func (n *names) account(s string) fund.AccountID { return known(n, "account", s, n.u.Account) }

func (n *names) asset(s string) fund.AssetID { return known(n, "asset", s, n.u.Asset) }

func (n *names) instrument(s string) fund.InstrumentID {
	return known(n, "instrument", s, n.u.Instrument)
}

// known resolves a name, to 0 where it is not known: then the record fails.
func known[ID fund.AccountID | fund.AssetID | fund.InstrumentID](n *names, what, s string, find func(string) (ID, bool)) ID {
	id, ok := find(s)
	if !ok {
		n.fail(what, s)
		return 0
	}
	return id
}

func (n *names) fail(what, s string) {
	if n.err == nil {
		n.err = fmt.Errorf("the fund file knows no %s %q", what, s)
	}
}
