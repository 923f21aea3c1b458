package journal

import (
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// encoder writes events and commands as canonical JSON: keys in a fixed order, names instead of indices, amounts as
// strings, what is zero by nature left out.
type encoder struct {
	object
	u      *fund.Universe
	format uint64 // that is written
}

// event writes any event but a row.
func (e *encoder) event(ev *engine.Event) {
	switch b := ev.Body.(type) {
	case *engine.Flow:
		e.head("flow", ev)
		e.holding(b.Account, b.Asset, b.Amount)
		e.flag("opening", b.Opening)
		if b.Redemption != 0 {
			e.uint("redemption", b.Redemption)
		}
	case *engine.Caps:
		e.head("caps", ev)
		e.assets("usd", e.u, b.USD)
	case *engine.Redemption:
		e.head("redemption", ev)
		e.uint("id", b.ID)
		e.holding(b.Account, b.Asset, b.Amount)
	case *engine.Accepted:
		e.head("accepted", ev)
		e.uint("order", uint64(b.Order))
	case *engine.Filled:
		e.head("fill", ev)
		e.fill(&b.Fill)
	case *engine.Closed:
		e.head("closed", ev)
		e.uint("order", uint64(b.Order))
		e.text("reason", b.Reason)
	case *engine.TimerFired:
		e.head("timer-fired", ev)
		e.uint("timer", uint64(b.Timer))
	case *engine.Operator:
		e.head("operator", ev)
		e.operator(b)
	case *engine.Discrepancy:
		e.head("discrepancy", ev)
		e.text("account", e.u.Accounts[b.Account])
		e.text("asset", e.u.AssetName(b.Asset))
		e.text("text", b.Text)
	default:
		panic(fmt.Sprintf("journal: event %T has no record", b))
	}
	e.close()
}

func (e *encoder) head(kind string, ev *engine.Event) {
	e.open(kind)
	e.uint("seq", ev.Seq)
	e.time("at", ev.At)
}

func (e *encoder) holding(acc fund.AccountID, asset fund.AssetID, amount fund.Amount) {
	e.text("account", e.u.Accounts[acc])
	e.text("asset", e.u.AssetName(asset))
	e.amount("amount", amount)
}

func (e *encoder) leg(i fund.InstrumentID, side fund.Side, quantity fund.Amount) {
	e.text("instrument", e.u.InstrumentKey(i))
	e.text("side", side.String())
	e.amount("quantity", quantity)
}

func (e *encoder) fill(f *fund.Fill) {
	e.uint("order", uint64(f.Order))
	e.uint("trade", f.Trade)
	e.leg(f.Instrument, f.Side, f.Quantity)
	e.amount("price", f.Price)
	e.amount("fee", f.Fee)
	e.text("fee_asset", e.u.AssetName(f.FeeAsset))
	e.flag("maker", f.Maker)
	e.float("mid", f.Mid)
	e.float("spread", f.Spread)
	e.float("impact", f.Impact)
	if f.Permanent != 0 {
		e.float("permanent", f.Permanent)
	}
}

// command writes a command that followed from event seq.
func (e *encoder) command(seq uint64, c engine.Command) {
	switch c := c.(type) {
	case *engine.Place:
		e.tail("place", seq)
		e.order(c.Order.Order())
	case *engine.Cancel:
		e.tail("cancel", seq)
		e.uint("order", uint64(c.Order))
		e.text("instrument", e.u.InstrumentKey(c.Instrument))
		e.text("reason", c.Reason)
	case *engine.SetTimer:
		e.tail("set-timer", seq)
		e.uint("timer", uint64(c.Timer))
		e.time("due", c.At)
	case *engine.Pay:
		e.tail("pay", seq)
		e.uint("redemption", c.Redemption)
		e.holding(c.Account, c.Asset, c.Amount)
	case *engine.Decide:
		e.tail("decide", seq)
		e.decide(c)
	case *engine.Refuse:
		e.tail("refuse", seq)
		e.uint("decision", uint64(c.Decision))
		e.leg(c.Instrument, c.Side, c.Quantity)
		e.text("rule", c.Rule)
		e.text("why", c.Why)
		if c.Check.Rule != "" && e.format >= 2 {
			e.key("check")
			e.check(&c.Check)
		}
	case *engine.Settle:
		e.tail("settle", seq)
		e.settle(c)
	case *engine.Alert:
		e.tail("alert", seq)
		e.text("alert", string(c.Kind))
		e.text("text", c.Text)
	default:
		panic(fmt.Sprintf("journal: command %T has no record", c))
	}
	e.close()
}

func (e *encoder) tail(kind string, seq uint64) {
	e.open(kind)
	e.uint("of", seq)
}

func (e *encoder) order(o fund.Order) {
	e.uint("order", uint64(o.ID))
	e.uint("decision", uint64(o.Decision))
	e.leg(o.Instrument, o.Side, o.Quantity)
	if !o.Limit.IsZero() {
		e.amount("limit", o.Limit)
	}
	if !o.Spend.IsZero() {
		e.amount("spend", o.Spend)
	}
}

func (e *encoder) decide(d *engine.Decide) {
	e.uint("decision", uint64(d.ID))
	e.text("reason", d.Reason)
	e.text("verdict", string(d.Verdict))
	if d.Why != "" {
		e.text("why", d.Why)
	}
	e.float("nav", d.NAV)
	e.assets("prices", e.u, d.Prices)
	e.assets("weights", e.u, d.Weights)
	e.assets("target", e.u, d.Target)
	e.assets("after", e.u, d.Plan.After)
	e.cost("cost", d.Plan.Cost)
	e.certificate(&d.Plan.Certificate)
	e.key("trades")
	e.b = append(e.b, '[')
	for i := range d.Plan.Trades {
		e.trade(i, &d.Plan.Trades[i])
	}
	e.b = append(e.b, ']')
	e.key("left_alone")
	e.b = append(e.b, '[')
	for i, l := range d.Plan.LeftAlone {
		e.comma(i)
		e.b = appendString(append(e.b, `{"asset":`...), e.u.AssetName(l.Asset))
		e.float("off", l.Off)
		e.text("why", l.Why)
		e.close()
	}
	e.b = append(e.b, ']')
	if e.format >= 2 {
		e.checks(d)
	}
}

// certificate writes what the plan is measured by. Its duals are left out: they follow from the rest.
func (e *encoder) certificate(c *fund.Certificate) {
	e.cost("naive", c.Naive)
	e.float("unreached", c.Unreached)
	e.float("naive_unreached", c.NaiveUnreached)
	e.float("gap", c.Gap)
}

func (e *encoder) trade(i int, t *fund.Trade) {
	e.comma(i)
	e.b = appendString(append(e.b, `{"instrument":`...), e.u.InstrumentKey(t.Instrument))
	e.text("side", t.Side.String())
	e.amount("quantity", t.Quantity)
	e.float("notional", t.Notional)
	e.cost("cost", t.Cost)
	if t.Risk != 0 && e.format >= 2 {
		e.float("risk", t.Risk)
	}
	e.uint("stage", uint64(t.Stage))
	e.close()
}

func (e *encoder) comma(i int) {
	if i > 0 {
		e.b = append(e.b, ',')
	}
}

func (e *encoder) settle(s *engine.Settle) {
	e.uint("decision", uint64(s.ID))
	e.uint("fills", uint64(s.Fills))
	e.float("nav", s.NAV)
	e.assets("weights", e.u, s.Weights)
	e.cost("cost", s.Cost)
	if s.Left != "" {
		e.text("left", s.Left)
	}
}
