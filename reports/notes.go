package reports

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// told is how many alerts, and how many working orders, the notes list one by one.
const told = 8

// notes sets what to know before the figures are believed.
func (w *Walk) notes(a *Analysis) {
	var first, alerts, n notes
	if w.run.AtClose {
		first.add("Fills are at the close that was decided on: idealised, since nobody trades at a price that is already known.")
	}
	alerts.alerts(a.Alerts)
	n.quality(a.Quality, w.quality.gap)
	n.decisions(&w.tally, &a.Summary)
	n.working(w.run.Universe, w.tally.working())
	n.rules(w.run.Universe)
	n = append(n, w.run.Notes...)
	a.Notes, a.remarksBeside = slices.Concat(first, alerts, n), slices.Concat(first, n)
}

type notes []string

func (n *notes) add(format string, values ...any) { *n = append(*n, fmt.Sprintf(format, values...)) }

func (n *notes) alerts(list []Alert) {
	for _, a := range list[:min(told, len(list))] {
		n.add("%s alert: %s", minute(a.At), a.Text)
	}
	if more := len(list) - told; more > 0 {
		n.add("%d more alerts are in the journal.", more)
	}
}

func (n *notes) quality(list []Quality, between time.Duration) {
	var gaps []string
	for _, q := range list {
		switch {
		case q.First == 0:
			n.add("%s has no price in this run; %s units are valued at 0.", q.Asset, number(q.Units))
		case q.Worthless != 0 && q.Units > 0:
			n.add("%s has no price since %s and is valued at 0: %s units are held at the end.", q.Asset, minute(q.Last), number(q.Units))
		case q.Ended:
			n.add("%s has no price since %s.", q.Asset, minute(q.Last))
		}
		if q.Missing > 0 {
			gaps = append(gaps, fmt.Sprintf("%s %d, %s", q.Asset, q.Missing, span(q.LongestGap)))
		}
	}
	if between > 0 {
		n.add("There are no rows at all for up to %s.", span(between))
	}
	if len(gaps) > 0 {
		n.add("Rows without a bar, and the longest gap: %s.", strings.Join(gaps, "; "))
	}
}

// span returns a duration without the parts that are 0 at its end: "5h".
func span(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}

func (n *notes) decisions(t *tally, s *Summary) {
	if s.DecisionsRefused > 0 {
		n.add("Risk refused %s; the last one: %s.", count(s.DecisionsRefused, "plan"), t.refusal)
	}
	if s.OrdersCut > 0 {
		n.add("Risk cut or refused %s.", count(s.OrdersCut, "order"))
	}
}

func (n *notes) working(u *fund.Universe, list []*placed) {
	for _, o := range list[:min(told, len(list))] {
		n.add("Order %d still works at the end: %s %s %s, %s filled.", o.ID, o.Side, o.Quantity, u.InstrumentKey(o.Instrument), o.filled)
	}
	if more := len(list) - told; more > 0 {
		n.add("%d more orders still work at the end.", more)
	}
}

// rules tells which of the venues' rules the run did not know.
func (n *notes) rules(u *fund.Universe) {
	var lots, ticks, least int
	for i := range u.Instruments {
		in := &u.Instruments[i]
		lots += one(in.Lot.IsZero())
		ticks += one(in.Tick.IsZero())
		least += one(in.MinNotional.IsZero())
	}
	if lots+ticks+least > 0 {
		n.add("Of %s, no lot size is known for %d, no tick for %d, no minimum notional for %d: there, none was applied.",
			count(len(u.Instruments), "instrument"), lots, ticks, least)
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// count returns "1 order", "2 orders".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return Thousands(fmt.Sprint(n)) + " " + what + "s"
}

// minute returns a time as "2022-05-13 00:00", UTC.
func minute(t fund.Time) string { return t.UTC().Format("2006-01-02 15:04") }
