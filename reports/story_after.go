package reports

import (
	"fmt"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
)

// plan tells the trades that were planned, and the plan's certificate beside the naive plan.
func (s *Story) plan(i int) Section {
	a, p := s.a, &s.a.Decisions[i].Decided.Plan
	t := Table{Caption: "Trades by stage, each spending what earlier ones brought; money in " + a.base(), Words: 2,
		Head: []string{"stage", "instrument", "side", "quantity", "value", "fees", "spread", "impact", "cost", "bp", "give or take"}}
	for k := range p.Trades {
		x := &p.Trades[k]
		t.Rows = append(t.Rows, []string{strconv.Itoa(x.Stage + 1), instrumentName(a.Run.Universe, x.Instrument), x.Side.String(), Thousands(x.Quantity.String()),
			a.rounded(x.Notional), a.rounded(x.Cost.Fees), a.rounded(x.Cost.Spread), a.rounded(x.Cost.Impact), a.rounded(x.Cost.Total()),
			minus(fixed(x.Cost.Total()/x.Notional*1e4, 2)), s.riskOf(x)})
	}
	out := Section{Name: "plan", Title: "The plan", Tables: []Table{t, s.certificate(p)}}
	out.Remarks = append(out.Remarks, fmt.Sprintf("Certificate: no plan costs less by more than %s %s, what it leaves off its target counted in.", a.rounded(p.Certificate.Gap), a.base()))
	for _, l := range p.LeftAlone {
		out.Remarks = append(out.Remarks, fmt.Sprintf("%s was left alone, %s %s off its target: %s.", a.Run.Universe.AssetName(l.Asset), a.rounded(l.Off), a.base(), l.Why))
	}
	return out
}

// riskOf returns one standard deviation of what the market may do to a trade until its schedule ends; "" where it has none.
func (s *Story) riskOf(t *fund.Trade) string {
	if t.Risk == 0 {
		return ""
	}
	return "±" + s.a.rounded(t.Risk)
}

// certificate sets the plan beside the naive one.
func (s *Story) certificate(p *fund.Plan) Table {
	a, c := s.a, &p.Certificate
	t := Table{Caption: "The plan beside the naive one, which trades every asset against cash; " + a.base(),
		Head: []string{"", "fees", "spread", "impact", "cost", "left off target"}}
	row := func(name string, x fund.Cost, left float64) {
		t.Rows = append(t.Rows, []string{name, a.rounded(x.Fees), a.rounded(x.Spread), a.rounded(x.Impact), a.rounded(x.Total()), a.rounded(left)})
	}
	row("plan", p.Cost, c.Unreached)
	row("naive", c.Naive, c.NaiveUnreached)
	row("saved", less(c.Naive, p.Cost), c.NaiveUnreached-c.Unreached)
	return t
}

func less(x, y fund.Cost) fund.Cost {
	return fund.Cost{Fees: x.Fees - y.Fees, Spread: x.Spread - y.Spread, Impact: x.Impact - y.Impact}
}

// orders tells every order and every fill.
func (s *Story) orders(i int) Section {
	a, d := s.a, &s.trace.decisions[i]
	t := Table{Caption: "Orders; what they may spend in the quote asset, fees included", Words: 4,
		Head: []string{"order", "instrument", "side", "came of it", "sent, UTC", "ended, UTC", "quantity", "filled", "may spend"}}
	out := Section{Name: "orders", Title: "Orders and fills"}
	for _, o := range d.orders {
		spend := ""
		if !o.Spend.IsZero() {
			spend = Thousands(o.Spend.String())
		}
		t.Rows = append(t.Rows, []string{strconv.FormatUint(uint64(o.ID), 10), instrumentName(a.Run.Universe, o.Instrument), o.Side.String(), o.status(),
			instant(o.at), instantOrNone(o.ended), Thousands(o.Quantity.String()), Thousands(o.filled.String()), spend})
		if o.how != "" {
			out.Remarks = append(out.Remarks, fmt.Sprintf("Order %d: %s.", o.ID, o.how))
		}
	}
	if len(t.Rows) == 0 {
		out.Notes = []string{"No order was sent."}
		return out
	}
	out.Tables = append(out.Tables, t)
	if own := a.tradesOf()[a.Decisions[i].Decided.ID]; len(own) > 0 {
		out.Tables = append(out.Tables, s.fills(own))
	}
	return out
}

func (s *Story) fills(list []*Trade) Table {
	a := s.a
	t := Table{Caption: "Fills; value, spread and impact in " + a.base(), Words: 2,
		Head: []string{"fill", "time, UTC", "instrument", "order", "quantity", "price", "mid", "value", "fee", "spread", "impact", "cost, bp"}}
	for _, x := range list {
		f := &x.Fill
		t.Rows = append(t.Rows, []string{strconv.FormatUint(f.Trade, 10), instant(x.At), instrumentName(a.Run.Universe, f.Instrument),
			strconv.FormatUint(uint64(f.Order), 10), Thousands(f.Quantity.String()), priceText(f.Price.Float64()), priceOf(f.Mid), a.rounded(x.Value),
			Thousands(f.Fee.String()) + " " + a.Run.Universe.AssetName(f.FeeAsset), a.rounded(x.Cost.Spread), a.rounded(x.Cost.Impact), minus(fixed(x.Cost.Total()/x.Value*1e4, 2))})
	}
	return t
}

// cost sets what was paid beside what was expected, and explains the shortfall against a paper portfolio.
func (s *Story) cost(i int) Section {
	a, d := s.a, &s.a.Decisions[i]
	own := a.tradesOf()[d.Decided.ID]
	out := Section{Name: "cost", Title: "Cost against estimate", Tables: []Table{a.costTable(d, costOf(own), volumeOf(own))}}
	var parents []*Parent
	for k := range a.Parents {
		if p := &a.Parents[k]; p.Decision == d.Decided.ID {
			parents = append(parents, p)
		}
	}
	if len(parents) == 0 {
		return out
	}
	review := reviewOf(parents)
	t := Table{Caption: "Against a paper portfolio that trades all of it at once at the prices decided on", Head: []string{"", a.base(), "bp of planned"}}
	for _, x := range append(partsOf(&review.Parts), part{Name: "shortfall", value: review.Parts.Total()}, part{Name: "expected", value: review.Expected.Total()}) {
		t.Rows = append(t.Rows, []string{x.Name, a.rounded(x.value), minus(fixed(review.bp(x.value), 2))})
	}
	out.Tables = append(out.Tables, t)
	if a.Run.Live {
		out.Notes = []string{modelledNote}
	}
	return out
}

// outcome tells how the rebalance ended.
func (s *Story) outcome(i int) Section {
	a, d := s.a, &s.a.Decisions[i]
	out := Section{Name: "outcome", Title: "What came of it", Facts: []Rule{{"status", s.status(i)}}}
	if d.Settled == nil {
		return out
	}
	out.Facts = append(out.Facts,
		Rule{"ended", fmt.Sprintf("%v, %s after it was decided", d.Ended, span(d.Ended.Sub(d.At)))},
		Rule{"fund worth", fmt.Sprintf("%s %s, %s before", a.rounded(d.Settled.NAV), a.base(), a.rounded(d.Decided.NAV))},
		Rule{"fills", strconv.Itoa(d.Settled.Fills)})
	if d.Settled.Left != "" {
		out.Facts = append(out.Facts, Rule{"not done", d.Settled.Left})
	}
	for _, x := range a.Alerts {
		if x.At >= d.At && x.At <= d.Ended {
			out.Facts = append(out.Facts, Rule{"alert", fmt.Sprintf("%v, %s: %s", x.At, x.Kind, x.Text)})
		}
	}
	return out
}

// whereToLook says where a decision stands in the journal, and what names it.
func (s *Story) whereToLook(i int) Section {
	t := &s.trace.decisions[i]
	out := s.evidence()
	out.Facts = append([]Rule{
		{"ID", t.id},
		{"records", t.where()},
		{"chain", t.chain + " after the first of them"},
	}, out.Facts...)
	return out
}

// where says which records tell of a decision.
func (t *traced) where() string {
	if t.record == t.last {
		return fmt.Sprintf("%d of the journal", t.record)
	}
	return fmt.Sprintf("%d to %d of the journal", t.record, t.last)
}

// evidence names what the run was made of.
func (s *Story) evidence() Section {
	r := &s.a.Run
	return Section{Name: "evidence", Title: "Evidence", Facts: []Rule{
		{"journal head", fmt.Sprintf("%s after %d records", r.JournalHead, len(r.Records))},
		{"fund", r.FundHash}, {"data set", r.DatasetHash}, {"seed", strconv.FormatUint(r.Seed, 10)}},
		Notes: []string{"This page was made from the journal and the rows beside it. steelyard replay derives every decision again; steelyard audit verify checks the chain and who signed it."}}
}

// instant writes a time to the second, and finer where there is more.
func instant(t fund.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999") }

func instantOrNone(t fund.Time) string {
	if t == 0 {
		return ""
	}
	return instant(t)
}
