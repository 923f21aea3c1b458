package parting

import (
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
)

// momentOf tells two steps that are not the same; nil is a run that has ended.
func momentOf(u *fund.Universe, a *step, v *fund.Universe, b *step) *Moment {
	m := &Moment{First: a.side(u), Second: b.side(v)}
	if a == nil || b == nil {
		m.Number = orStep(a, b).number
		return m
	}
	m.Number = a.number
	if a.event.Kind == b.event.Kind {
		m.Changes = between(&a.event, &b.event)
	}
	for i := 0; m.Changes == nil && i < min(len(a.commands), len(b.commands)); i++ {
		x, y := &a.commands[i], &b.commands[i]
		if x.Kind != y.Kind {
			break
		}
		m.Changes = between(x, y)
	}
	return m
}

func orStep(a, b *step) *step {
	if a != nil {
		return a
	}
	return b
}

// side tells a step.
func (s *step) side(u *fund.Universe) Side {
	if s == nil {
		return Side{}
	}
	out := Side{At: s.event.At, Saw: words(u, &s.event)}
	if s.row > 0 {
		out.Saw = fmt.Sprintf("row %d closed", s.row)
	}
	for i := range s.commands {
		out.Did = append(out.Did, words(u, &s.commands[i]))
	}
	return out
}

// words tells a record.
func words(u *fund.Universe, e *journal.Entry) string {
	switch {
	case e.Event != nil:
		return eventWords(u, e)
	case e.Order != nil:
		return "sent " + orderWords(u, e.Order)
	case e.Decide != nil:
		return decideWords(u, e.Decide)
	case e.Settle != nil:
		return settleWords(e.Settle)
	case e.Refuse != nil:
		r := e.Refuse
		return fmt.Sprintf("refused to %s %v %s by %s: %s", r.Side, r.Quantity, u.InstrumentKey(r.Instrument), r.Rule, r.Why)
	case e.Alert != nil:
		return fmt.Sprintf("told people (%s): %s", e.Alert.Kind, e.Alert.Text)
	}
	return plainWords(e)
}

func eventWords(u *fund.Universe, e *journal.Entry) string {
	switch b := e.Event.(type) {
	case *engine.Filled:
		f := &b.Fill
		return fmt.Sprintf("fill of order %d: %s %v %s at %v, fee %v %s", f.Order, f.Side, f.Quantity, u.InstrumentKey(f.Instrument), f.Price, f.Fee, u.AssetName(f.FeeAsset))
	case *engine.Closed:
		return fmt.Sprintf("order %d was closed: %s", b.Order, b.Reason)
	case *engine.Accepted:
		return fmt.Sprintf("order %d was accepted", b.Order)
	case *engine.Flow:
		what := "a flow"
		if b.Opening {
			what = "an opening holding"
		}
		return fmt.Sprintf("%s of %v %s at %s", what, b.Amount, u.AssetName(b.Asset), u.Accounts[b.Account])
	case *engine.Redemption:
		return fmt.Sprintf("redemption %d of %v %s asked for", b.ID, b.Amount, u.AssetName(b.Asset))
	case *engine.Revision:
		return fmt.Sprintf("the fund goes by the fund file %.8s… from here on", b.Fund)
	case *engine.TimerFired:
		return fmt.Sprintf("timer %d fired", b.Timer)
	}
	return plainWords(e)
}

func orderWords(u *fund.Universe, o *fund.Order) string {
	text := fmt.Sprintf("order %d: %s %v %s", o.ID, o.Side, o.Quantity, u.InstrumentKey(o.Instrument))
	if !o.Limit.IsZero() {
		text += fmt.Sprintf(", limit %v", o.Limit)
	}
	if !o.Spend.IsZero() {
		text += fmt.Sprintf(", spending at most %v", o.Spend)
	}
	if !o.Worst.IsZero() {
		text += fmt.Sprintf(", not below %v", o.Worst)
	}
	return text
}

// most is how many trades words list before they only count.
const most = 6

func decideWords(u *fund.Universe, d *engine.Decide) string {
	text := fmt.Sprintf("decision %d, due because %s; %s", d.ID, d.Reason, d.Verdict)
	if d.Why != "" {
		text += ": " + d.Why
	}
	text += fmt.Sprintf("; fund worth %.2f", d.NAV)
	if d.Verdict != engine.Go {
		return text
	}
	var trades []string
	for i := range d.Plan.Trades {
		t := &d.Plan.Trades[i]
		trades = append(trades, fmt.Sprintf("%s %v %s", t.Side, t.Quantity, u.InstrumentKey(t.Instrument)))
	}
	if n := len(trades); n > most {
		trades = append(trades[:most], fmt.Sprintf("and %d more", n-most))
	}
	return fmt.Sprintf("%s; %s; expected to cost %.2f", text, strings.Join(trades, ", "), d.Plan.Cost.Total())
}

func settleWords(s *engine.Settle) string {
	text := fmt.Sprintf("decision %d carried out: %d fills, cost %.2f, fund worth %.2f", s.ID, s.Fills, s.Cost.Total(), s.NAV)
	if s.Left != "" {
		text += "; left: " + s.Left
	}
	return text
}

// plainWords tells a record by its keys, for kinds that have no sentence of their own.
func plainWords(e *journal.Entry) string {
	list, err := Changes([]byte("{}"), e.Text)
	if err != nil {
		return e.Kind
	}
	text := e.Kind
	for _, c := range list {
		if c.Key != "kind" && c.Key != "seq" && c.Key != "of" && c.Key != "at" {
			text += fmt.Sprintf(", %s %s", c.Key, c.Second)
		}
	}
	return text
}
