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

	// What nearly every record repeats, as it is written.
	assets, accounts, instruments []string // JSON strings, by ID
	at                            fund.Time
	atText                        []byte // of at
}

func newEncoder(u *fund.Universe, format uint64) encoder {
	e := encoder{u: u, format: format}
	for a := range u.Assets {
		e.assets = append(e.assets, quoted(u.Assets[a].Name))
	}
	for _, name := range u.Accounts {
		e.accounts = append(e.accounts, quoted(name))
	}
	for i := range u.Instruments {
		e.instruments = append(e.instruments, quoted(u.InstrumentKey(fund.InstrumentID(i))))
	}
	return e
}

func quoted(name string) string { return string(appendString(nil, name)) }

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
		e.byAsset("usd", b.USD)
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
		e.raw("account", e.accounts[b.Account])
		e.asset("asset", b.Asset)
		e.text("text", b.Text)
	case *engine.Revision:
		e.head("revision", ev)
		e.text("fund", b.Fund)
	default:
		panic(fmt.Sprintf("journal: event %T has no record", b))
	}
	e.close()
}

func (e *encoder) head(kind string, ev *engine.Event) {
	e.open(kind)
	e.uint("seq", ev.Seq)
	if e.at != ev.At || e.atText == nil { // many events share an instant
		e.at, e.atText = ev.At, append(ev.At.AppendTo(append(e.atText[:0], '"')), '"')
	}
	e.key("at")
	e.b = append(e.b, e.atText...)
}

// raw writes a value that is JSON already.
func (e *encoder) raw(k, json string) {
	e.key(k)
	e.b = append(e.b, json...)
}

func (e *encoder) asset(k string, a fund.AssetID) {
	if a == fund.None {
		e.text(k, "")
		return
	}
	e.raw(k, e.assets[a])
}

func (e *encoder) holding(acc fund.AccountID, asset fund.AssetID, amount fund.Amount) {
	e.raw("account", e.accounts[acc])
	e.asset("asset", asset)
	e.amount("amount", amount)
}

// byAsset writes the entries of v that are not 0, keyed by asset name; the universe's assets are sorted, so the keys are.
func (e *encoder) byAsset(k string, v []float64) {
	e.key(k)
	e.b = append(e.b, '{')
	first := true
	for a, x := range v {
		if x == 0 {
			continue
		}
		if !first {
			e.b = append(e.b, ',')
		}
		first = false
		e.b = appendFloat(append(append(e.b, e.assets[a]...), ':'), x)
	}
	e.b = append(e.b, '}')
}

func (e *encoder) side(s fund.Side) {
	if s == fund.Buy {
		e.b = append(e.b, `,"side":"buy"`...)
		return
	}
	e.b = append(e.b, `,"side":"sell"`...)
}

func (e *encoder) leg(i fund.InstrumentID, side fund.Side, quantity fund.Amount) {
	e.raw("instrument", e.instruments[i])
	e.side(side)
	e.amount("quantity", quantity)
}

func (e *encoder) fill(f *fund.Fill) {
	e.uint("order", uint64(f.Order))
	e.uint("trade", f.Trade)
	e.leg(f.Instrument, f.Side, f.Quantity)
	e.amount("price", f.Price)
	if !f.Rounded.IsZero() {
		e.amount("cash", f.Cash())
	}
	e.amount("fee", f.Fee)
	e.asset("fee_asset", f.FeeAsset)
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
		e.raw("instrument", e.instruments[c.Instrument])
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
	if !o.Worst.IsZero() && e.format >= 2 {
		e.amount("worst", o.Worst)
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
	e.byAsset("prices", d.Prices)
	e.byAsset("weights", d.Weights)
	e.byAsset("target", d.Target)
	e.byAsset("after", d.Plan.After)
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
		e.b = append(append(e.b, `{"asset":`...), e.assets[l.Asset]...)
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
	e.b = append(append(e.b, `{"instrument":`...), e.instruments[t.Instrument]...)
	e.side(t.Side)
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
	e.byAsset("weights", s.Weights)
	e.cost("cost", s.Cost)
	if s.Left != "" {
		e.text("left", s.Left)
	}
}
