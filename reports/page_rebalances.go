package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// rebalanceView is a decision as the list shows it, and what unfolds below.
type rebalanceView struct {
	ID                      fund.DecisionID
	At, Reason, Outcome     string
	Volume, Cost, CostShare string
	Weights, Trades, Costs  Table
	Remarks                 []string
}

// budget is how many rows of tables all rebalances of a page may unfold into: about one and a half megabytes.
const budget = 12000

// rebalanceViews lists decisions in order of time. Where a page cannot hold all, it holds the costliest, and a note
// says so.
func (a *Analysis) rebalanceViews() ([]rebalanceView, string) {
	parents := a.parentsOf()
	var list []rebalanceView
	for _, i := range a.costliest(parents) {
		list = append(list, a.rebalanceView(&a.Decisions[i], parents[a.Decisions[i].Decided.ID]))
	}
	note := ""
	if left := len(a.Decisions) - len(list); left > 0 {
		note = fmt.Sprintf("The %s that cost most, of %s; every fill is in trades.csv, every decision in journal.jsonl.",
			Thousands(fmt.Sprint(len(list))), count(len(a.Decisions), "decision"))
	}
	return list, note
}

// costliest returns the indices, ascending, of the decisions that cost most and fit the budget together.
func (a *Analysis) costliest(parents map[fund.DecisionID][]*Parent) []int {
	order := make([]int, len(a.Decisions))
	for i := range order {
		order[i] = i
	}
	paid := func(i int) float64 { return a.Decisions[i].shortfall.Paid().Total() }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(paid(j), paid(i)) })
	rows := 0
	for n, i := range order {
		if rows += 6 + len(a.held(&a.Decisions[i])) + len(parents[a.Decisions[i].Decided.ID]); rows > budget {
			order = order[:n]
			break
		}
	}
	slices.Sort(order)
	return order
}

func (a *Analysis) rebalanceView(d *Decision, parents []*Parent) rebalanceView {
	cost, volume := d.shortfall.Paid(), 0.0
	for _, p := range parents {
		volume += p.Value
	}
	v := rebalanceView{ID: d.Decided.ID, At: minute(d.At), Reason: d.Decided.Reason, Outcome: d.outcome()}
	if volume > 0 {
		v.Volume, v.Cost = a.rounded(volume)+" "+a.base(), a.rounded(cost.Total())+" "+a.base()
		v.CostShare = figureText(basisPoints(cost.Total() / volume * 1e4))
	}
	v.Weights, v.Trades, v.Costs = a.weightTable(d), a.tradeTable(parents), a.costTable(d, cost, volume)
	v.Remarks = a.remarksOf(d)
	return v
}

// outcome says what became of a decision that was not simply carried out.
func (d *Decision) outcome() string {
	switch {
	case d.Decided.Verdict == engine.Empty:
		return "nothing to trade"
	case d.Decided.Verdict == engine.Refused:
		return "refused"
	case d.Decided.Verdict == engine.NotWorth:
		return "not worth its cost"
	case d.Settled == nil:
		return "under way when the run stopped"
	case d.Settled.Fills == 0:
		return "nothing filled"
	}
	return ""
}

func (a *Analysis) remarksOf(d *Decision) []string {
	var list []string
	if d.Decided.Why != "" {
		list = append(list, "Why not: "+d.Decided.Why+".")
	}
	for _, l := range d.Decided.Plan.LeftAlone {
		list = append(list, fmt.Sprintf("%s was left alone, %s %s off its target: %s.", a.Run.Universe.AssetName(l.Asset), a.rounded(l.Off), a.base(), l.Why))
	}
	if d.Settled != nil {
		list = append(list, "Done at "+minute(d.Ended)+".")
		if d.Settled.Left != "" {
			list = append(list, "Not done: "+d.Settled.Left+".")
		}
		list = append(list, a.explanation(d.shortfall)...)
	}
	return list
}

// explanation says in words what a rebalance cost against paper, and why; nothing where it cost nothing.
func (a *Analysis) explanation(p shortfall.Parts) []string {
	var causes []string
	for _, x := range partsOf(&p) {
		if text := a.rounded(x.value); strings.Trim(text, "0.,") != "" {
			causes = append(causes, x.Name+" "+text)
		}
	}
	if causes == nil {
		return nil
	}
	return []string{fmt.Sprintf("Against paper it cost %s %s: %s.", a.rounded(p.Total()), a.base(), strings.Join(causes, ", "))}
}

// held lists the assets that a decision has a weight of, now or then.
func (a *Analysis) held(d *Decision) []int {
	var list []int
	for asset := range a.Run.Universe.Assets {
		if d.Decided.Weights[asset] != 0 || d.Decided.Target[asset] != 0 || d.Settled != nil && d.Settled.Weights[asset] != 0 {
			list = append(list, asset)
		}
	}
	return list
}

func (a *Analysis) weightTable(d *Decision) Table {
	t := Table{Caption: "Weights, %", Head: []string{"asset", "before", "target", "planned", "after"}}
	for _, asset := range a.held(d) {
		row := []string{a.Run.Universe.Assets[asset].Name, hundredths(d.Decided.Weights[asset]), hundredths(d.Aim[asset]), "", ""}
		if d.Decided.Verdict == engine.Go {
			row[3] = hundredths(d.Decided.Plan.After[asset])
		}
		if d.Settled != nil {
			row[4] = hundredths(d.Settled.Weights[asset])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func hundredths(x float64) string { return minus(fixed(100*x, 2)) }

// tradeTable lists the trades of a plan, each with what its fills sum to.
func (a *Analysis) tradeTable(parents []*Parent) Table {
	t := Table{Caption: "Trades; value, costs and shortfall in " + a.base() + ", cost in bp of the value; every fill is in trades.csv", Words: 1,
		Head: []string{"instrument", "side", "quantity", "filled", "average price", "value", "fills", "fees", "spread", "impact", "cost", "shortfall"}}
	for _, p := range parents {
		paid, price, bp := p.Parts.Paid(), "", ""
		if p.Fills > 0 {
			price, bp = priceText(p.work.Average()), minus(fixed(paid.Total()/p.Value*1e4, 2))
		}
		t.Rows = append(t.Rows, []string{instrumentName(a.Run.Universe, p.Trade.Instrument), p.Trade.Side.String(), Thousands(p.Trade.Quantity.String()),
			wholePercent(p.Filled().Float64()/p.Trade.Quantity.Float64(), 1), price, a.rounded(p.Value), Thousands(strconv.Itoa(p.Fills)),
			a.rounded(paid.Fees), a.rounded(paid.Spread), a.rounded(paid.Impact), bp, a.rounded(p.Parts.Total())})
	}
	return t
}

// instrumentName leaves out the venue where there is only one.
func instrumentName(u *fund.Universe, i fund.InstrumentID) string {
	if len(u.Accounts) == 1 {
		return u.Instruments[i].Name
	}
	return u.InstrumentKey(i)
}

// priceText returns a price to eight significant digits; trades.csv has them all.
func priceText(price float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(price, 'g', 8, 64), 64)
	if err != nil {
		return number(price)
	}
	return Thousands(number(rounded))
}

// costTable sets what was planned beside what came of it.
func (a *Analysis) costTable(d *Decision, realised fund.Cost, volume float64) Table {
	t := Table{Caption: "Cost, " + a.base(), Head: []string{"", "fees", "spread", "impact", "total", "bp of volume"}}
	row := func(name string, c fund.Cost, volume float64) {
		cells := []string{name, a.rounded(c.Fees), a.rounded(c.Spread), a.rounded(c.Impact), a.rounded(c.Total()), ""}
		if volume > 0 {
			cells[5] = minus(fixed(c.Total()/volume*1e4, 2))
		}
		t.Rows = append(t.Rows, cells)
	}
	planned := d.Decided.Plan.Cost
	row("planned", planned, d.Decided.Plan.Turnover())
	row("naive", d.Decided.Plan.Certificate.Naive, 0)
	row("realised", realised, volume)
	row("difference", fund.Cost{Fees: realised.Fees - planned.Fees, Spread: realised.Spread - planned.Spread, Impact: realised.Impact - planned.Impact}, 0)
	return t
}

// rounded returns money as a page writes it.
func (a *Analysis) rounded(x float64) string { return figureText(a.money(x)) }

// minuteOrNone is minute, and nothing for a time that there is not.
func minuteOrNone(t fund.Time) string {
	if t == 0 {
		return ""
	}
	return minute(t)
}

// spanOrNone is span, and nothing for no time.
func spanOrNone(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return span(d)
}
