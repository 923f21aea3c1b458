package reports

import (
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// page is what the templates are given: texts that only have to be put in their places.
type page struct {
	Fund, Base, Period string
	Banners            []string // what nobody may overlook
	Identity           []hash
	Seed               string
	Key                []keyFigure
	Performance        Table
	Activity           Table
	Equity             []picture
	Drawdown           picture
	Years              []yearRow
	Weights            []picture
	Banded             bool
	Tracking           []picture
	Costs              []picture
	CostByAsset        []assetCost
	CostTotal          assetCost
	Planned            picture
	Plans              Table
	Shortfall          *shortfallView // nil: no plan was done
	Risk               *riskView      // nil: the fund has no rules
	Rebalances         []rebalanceView
	RebalanceNote      string
	Alerts             []Rule // by time
	AlertNote          string
	Quality            Table
	Notes              []string
	Rules              []Rule
}

// Table is a table whose first column names the row.
type Table struct {
	Caption string
	Head    []string
	Words   int // columns after the first that hold words, not figures
	Rows    [][]string
}

// hash is a long value of which the page shows the beginning.
type hash struct{ Name, Value string }

// keyFigure is one of the few figures at the top, and the same of buy-and-hold.
type keyFigure struct{ Name, Value, Hold string }

func (r *Report) page() *page {
	a := r.Main
	p := &page{
		Fund:      a.Run.Fund,
		Base:      a.base(),
		Period:    date(a.Summary.Start) + " to " + date(a.Summary.End) + " UTC, " + count(a.Summary.Days, "day"),
		Banners:   r.banners(),
		Identity:  []hash{{"fund", a.Run.FundHash}, {"data set", a.Run.DatasetHash}, {"journal head", a.Run.JournalHead}, {"decisions", a.Run.DecisionsDigest}},
		Seed:      strconv.FormatUint(a.Run.Seed, 10),
		Key:       a.keyFigures(),
		Equity:    r.equity(),
		Drawdown:  r.drawdown(),
		Years:     a.yearRows(),
		Weights:   r.panels(),
		Banded:    r.Terms.Bands != nil,
		Tracking:  a.tracking(),
		Costs:     a.costsOverTime(),
		Planned:   a.plansOverTime(),
		Plans:     a.plansTable(),
		Shortfall: a.shortfallView(),
		Quality:   a.qualityTable(),
		Notes:     a.remarksBeside,
		Rules:     r.Terms.Rules,
	}
	p.Performance, p.Activity = r.summary()
	p.CostByAsset, p.CostTotal = a.costByAsset()
	p.Rebalances, p.RebalanceNote = a.rebalanceViews()
	p.Alerts, p.AlertNote = a.alertList()
	p.Risk = a.riskView()
	return p
}

// banners says what a reader has to know before any figure.
func (r *Report) banners() []string {
	var list []string
	for i, a := range r.all() {
		list = append(list, a.banners(r.names()[i])...)
	}
	return list
}

// banners says what has to be known before any figure of a run, which is called so.
func (a *Analysis) banners(name string) (list []string) {
	if !a.Ended {
		list = append(list, name+" did not end: its journal stops at "+minute(a.Summary.End)+" UTC, and all figures are up to there.")
	}
	if a.Run.AtClose {
		list = append(list, name+" is idealised: orders filled at the close that they were decided on.")
	}
	return list
}

func (a *Analysis) keyFigures() []keyFigure {
	s := &a.Summary
	return []keyFigure{
		{"final NAV", compact(s.Fund.FinalNAV) + " " + a.base(), compact(s.Hold.FinalNAV)},
		{"annual return", figureText(percent(s.Fund.AnnualReturn)), figureText(percent(s.Hold.AnnualReturn))},
		{"Sharpe", figureText(plain(s.Fund.Sharpe)), figureText(plain(s.Hold.Sharpe))},
		{"maximum drawdown", figureText(percent(s.Fund.MaxDrawdown)), figureText(percent(s.Hold.MaxDrawdown))},
		{"tracking error", figureText(percent(s.TrackingError)), ""},
		{"cost a year", figureText(basisPoints(s.CostBPPerYear)), ""},
	}
}

// summary puts the run beside its buy-and-hold and the other runs, and what was done and paid beside the other runs.
func (r *Report) summary() (performance, activity Table) {
	names := r.names()
	performance.Caption, activity.Caption = "Performance; money in "+currencies(r.all()), "Activity and cost"
	performance.Head = append([]string{"", names[0], "buy-and-hold"}, names[1:]...)
	activity.Head = append([]string{""}, names...)
	for _, f := range figures() {
		row := []string{f.label, figureText(f.fund(r.Main))}
		if f.both {
			row = append(row, figureText(f.text(r.Main, &r.Main.Summary.Hold)))
		}
		for _, a := range r.Others {
			row = append(row, figureText(f.fund(a)))
		}
		if f.both {
			performance.Rows = append(performance.Rows, row)
		} else {
			activity.Rows = append(activity.Rows, row)
		}
	}
	return performance, activity
}

// yearRow is a year of the table of monthly returns.
type yearRow struct {
	Year  int
	Cells []monthCell // twelve months
	Total monthCell
	Hold  string
}

// monthCell is a return and how strongly it is coloured.
type monthCell struct{ Text, Shade string }

func (a *Analysis) yearRows() []yearRow {
	var list []yearRow
	for _, y := range a.Years() {
		row := yearRow{Year: y.Year, Total: shaded(y.Total), Hold: percentCell(y.Hold)}
		for _, m := range y.Months {
			row.Cells = append(row.Cells, shaded(m))
		}
		list = append(list, row)
	}
	return list
}

// shaded colours a return by its size: up to 5, 15 and more per cent.
func shaded(x float64) monthCell {
	if undefined(x) {
		return monthCell{"", ""}
	}
	size := "1"
	switch {
	case x > 0.15 || x < -0.15:
		size = "3"
	case x > 0.05 || x < -0.05:
		size = "2"
	}
	if x < 0 {
		return monthCell{percentCell(x), "down" + size}
	}
	return monthCell{percentCell(x), "up" + size}
}

// percentCell writes a fraction in per cent where the head of the table has the unit.
func percentCell(x float64) string { return minus(fixed(100*x, 1)) }

// figureText is a figure of the terminal's table as a page writes it.
func figureText(text string) string {
	text = strings.TrimSpace(text)
	for _, unit := range []string{"bp", "x"} {
		if number, found := strings.CutSuffix(text, unit); found {
			text = number + " " + strings.Replace(unit, "x", "×", 1)
		}
	}
	return minus(text)
}

func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

func date(t fund.Time) string { return t.UTC().Format(time.DateOnly) }
