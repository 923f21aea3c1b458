package reports

import (
	"fmt"
	"strconv"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// why tells what made a decision due, and what followed.
func (s *Story) why(i int) Section {
	d := &s.a.Decisions[i]
	facts := []Rule{
		{"reason", d.Decided.Reason},
		{"due to", s.dueTo(d)},
		{"decided at", fmt.Sprintf("%v, the close of row %d", d.At, s.trace.decisions[i].rows)},
		{"fund worth", s.a.rounded(d.Decided.NAV) + " " + s.a.base()},
		{"verdict", verdictWords(d.Decided)},
	}
	return Section{Name: "why", Title: "Why it was due", Facts: facts}
}

func verdictWords(d *engine.Decide) string {
	words := map[engine.Verdict]string{engine.Go: "to be carried out", engine.Empty: "nothing to trade",
		engine.Refused: "refused by risk", engine.NotWorth: "not worth its cost"}[d.Verdict]
	if d.Why != "" {
		words += ": " + d.Why
	}
	return words
}

// who tells who and what stood behind a decision.
func (s *Story) who(i int) Section {
	t := &s.trace.decisions[i]
	facts := []Rule{{"operator", s.operator(i)}}
	if t.spoke > 0 && s.a.Decisions[i].Decided.Cause() != engine.ByOperator {
		facts = append(facts, Rule{"last word", s.trace.words[t.spoke-1].says()})
	}
	facts = append(facts, Rule{"trigger", s.term("trigger")}, Rule{"target", s.term("target")}, Rule{"schedule", s.term("orders")},
		Rule{"limits", s.term("risk")}, Rule{"program", s.Program})
	return Section{Name: "who", Title: "Who stood behind it", Facts: facts}
}

// operator names the person who asked for a decision.
func (s *Story) operator(i int) string {
	if s.a.Decisions[i].Decided.Cause() != engine.ByOperator {
		return "none: nobody asked for it"
	}
	for k := s.trace.decisions[i].spoke - 1; k >= 0; k-- {
		if w := s.trace.words[k]; w.Action == engine.Rebalance {
			return w.says()
		}
	}
	return s.a.Decisions[i].Decided.Reason + ", which no record tells of"
}

func (w *word) says() string {
	what := string(w.Action)
	switch {
	case w.Rule != "":
		what += fmt.Sprintf(" of %s to %v", w.Rule, w.Limit)
	case w.List != nil:
		what += fmt.Sprintf(" %s of %v", w.List.Name, w.List.Date)
	}
	return fmt.Sprintf("%s: %s, at %v (record %d)", w.Who, what, w.at, w.record)
}

// weights sets what was held beside what was wanted, planned and reached.
func (s *Story) weights(i int) Section {
	d := &s.a.Decisions[i]
	t := Table{Caption: "Weights, %; off: before less target", Head: []string{"asset", "before", "target", "off", "band", "planned", "after"}}
	bound := false
	for _, asset := range s.a.held(d) {
		before, aim := d.Decided.Weights[asset], d.Aim[asset]
		row := []string{s.a.Run.Universe.Assets[asset].Name, hundredths(before), hundredths(aim), signed(100*(before-aim), 2), s.band(asset, aim), "", ""}
		if d.carriedOut() {
			row[5] = hundredths(d.Decided.Plan.After[asset])
		}
		if d.Settled != nil {
			row[6] = hundredths(d.Settled.Weights[asset])
		}
		t.Rows = append(t.Rows, row)
		bound = bound || aim != d.Decided.Target[asset]
	}
	out := Section{Name: "weights", Title: "Weights", Tables: []Table{t}}
	if bound {
		out.Notes = []string{"Targets as they bound: what had no price kept its weight, and the others shared the rest."}
	}
	return out
}

// band returns how far an asset may be off its target, in percentage points.
func (s *Story) band(asset int, aim float64) string {
	if s.Terms.Bands == nil || aim == 0 {
		return ""
	}
	b := s.Terms.Bands[asset]
	switch {
	case b.Width == 0:
		return ""
	case b.Absolute:
		return "±" + hundredths(b.Width)
	}
	return "±" + hundredths(b.Width*aim)
}

// signed writes a number with its sign.
func signed(x float64, places int) string {
	text := fixed(x, places)
	if x > 0 && text != fixed(0, places) {
		text = "+" + text
	}
	return minus(text)
}

// prices lists what the decision valued the assets at, where that came from and how old it was. It also returns where the
// journal does not say what the rows do.
func (s *Story) prices(i int) (Section, []string) {
	a, d := s.a, s.a.Decisions[i].Decided
	t := Table{Caption: "Prices, " + a.base() + " a unit", Words: 2, Head: []string{"asset", "source", "closed, UTC", "age", "price", "units", "worth"}}
	var differ []string
	for asset := range a.Run.Universe.Assets {
		name, price := a.Run.Universe.Assets[asset].Name, d.Prices[asset]
		if d.Weights[asset] == 0 && d.Target[asset] == 0 {
			continue
		}
		worth := d.Weights[asset] * d.NAV
		row := []string{name, "the unit of account", "", "", priceOf(price), "", a.rounded(worth)}
		if price > 0 {
			row[5] = Thousands(number(eightDigits(worth / price)))
		}
		if fund.AssetID(asset) != a.Run.Universe.Base {
			from := s.source(fund.AssetID(asset), s.trace.decisions[i].rows)
			row[1], row[2], row[3] = from.words(a), minuteOrNone(from.at), from.age(s.a.Decisions[i].At)
			if price != 0 && price != from.price {
				differ = append(differ, fmt.Sprintf("The journal values %s at %v, the rows at %v.", name, price, from.price))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return Section{Name: "prices", Title: "Prices used", Tables: []Table{t},
		Notes: []string{"An asset is worth its last close; one whose last close is older than " + span(a.Run.MaxAge) + " is worth nothing."}}, differ
}

// source is where the price of an asset came from.
type source struct {
	instrument fund.InstrumentID // None: it had no price yet
	at         fund.Time         // of the close
	price      float64
}

// source looks for the newest close that prices an asset in the rows before one, as fund.Marks does.
func (s *Story) source(asset fund.AssetID, before int) source {
	u, p := s.a.Run.Universe, s.a.Run.Panel
	for r := min(before, p.Rows()) - 1; r >= 0; r-- {
		for i := range u.Instruments {
			in := fund.InstrumentID(i)
			if u.Instruments[i].Base == asset && u.Instruments[i].Quote == u.Base && p.Has(r, in) {
				return source{in, p.CloseTime(r), p.Close[r*p.N+i]}
			}
		}
	}
	return source{instrument: fund.None}
}

func (f source) words(a *Analysis) string {
	if f.instrument == fund.None {
		return "none yet"
	}
	return a.Run.Universe.InstrumentKey(f.instrument)
}

func (f source) age(now fund.Time) string {
	switch {
	case f.instrument == fund.None:
		return ""
	case f.at == now:
		return "0s"
	}
	return span(now.Sub(f.at))
}

func priceOf(price float64) string {
	if price == 0 {
		return "none"
	}
	return Thousands(number(eightDigits(price)))
}

// eightDigits rounds to eight significant digits.
func eightDigits(x float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 8, 64), 64)
	if err != nil {
		return x
	}
	return rounded
}
