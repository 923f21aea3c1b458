package sweep_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/sweep"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// windows cuts the rig's two months.
func windows(t testing.TB, b *sweep.Base, walk string) []sweep.Window {
	t.Helper()
	w, err := sweep.ParseWalk(walk)
	if err != nil {
		t.Fatal(err)
	}
	list, err := b.Windows(w)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// choices runs the train sweep of every window, and returns what they choose and their tables.
func choices(t testing.TB, b *sweep.Base, g *sweep.Grid, list []sweep.Window) (chosen []int, tables [][]byte) {
	t.Helper()
	for _, w := range list {
		part, err := b.Part(w.Train, w.From)
		if err != nil {
			t.Fatal(err)
		}
		table := whole(t, part, g, 2)
		best, err := table.Best(sweep.Goal{Figure: "sharpe"})
		if err != nil {
			t.Fatal(err)
		}
		chosen, tables = append(chosen, best), append(tables, table.CSV())
	}
	return chosen, tables
}

func forward(t testing.TB, b *sweep.Base, g *sweep.Grid, list []sweep.Window, chosen []int) []reports.Part {
	t.Helper()
	parts, err := b.Forward(context.Background(), g, list, chosen)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// together chains the parts.
func together(parts []reports.Part) reports.Part {
	var all reports.Part
	for _, p := range parts {
		all = all.Then(p)
	}
	return all
}

// A train window's points are the backtests of its period.
func TestTrainWindowsAreBacktests(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=2%,8%")
	for _, w := range windows(t, b, "train=20d,test=15d") {
		part, err := b.Part(w.Train, w.From)
		if err != nil {
			t.Fatal(err)
		}
		table := whole(t, part, g, 1)
		for k, row := range table.Rows {
			wantFigures(t, table, row, single(t, part, g.Settings(k)))
			if row[table.Column("start")] != w.Train.String() || row[table.Column("end")] != w.From.String() {
				t.Errorf("%v: point %d runs from %s to %s", w, k, row[table.Column("start")], row[table.Column("end")])
			}
		}
	}
}

// Whatever happens from some time on, no choice made before it changes, and no figure that it was made by.
func TestChoicesDoNotSeeTheirTests(t *testing.T) {
	of := base(t, swept)
	g := grid(t, of, "trigger.band=1%,3%,6%", "trigger.at-most-every=1h,2d")
	list := windows(t, of, "train=20d,test=10d")
	chosen, tables := choices(t, of, g, list)
	for seed := range 6 {
		k := seed % len(list)
		b := base(t, swept)
		b.Panel = changed(b.Panel, list[k].From, uint64(seed))
		again, same := choices(t, b, g, list[:k+1])
		if !slices.Equal(again, chosen[:k+1]) {
			t.Errorf("rows from %v on were changed, and the choices before went from %v to %v", list[k].From, chosen[:k+1], again)
		}
		for j := range same {
			if !bytes.Equal(same[j], tables[j]) {
				t.Errorf("rows from %v on were changed, and so did figures of the train window %v", list[k].From, list[j])
			}
		}
		if k+1 < len(list) {
			if _, later := choices(t, b, g, list[k+1:k+2]); bytes.Equal(later[0], tables[k+1]) {
				t.Errorf("rows from %v on were changed, and the window after it does not see it", list[k].From)
			}
		}
	}
}

// changed returns a panel with other prices from a time on, some bars left out and some rows missing.
func changed(p *fund.Panel, from fund.Time, seed uint64) *fund.Panel {
	q := &fund.Panel{N: p.N, Interval: p.Interval}
	for r := range p.Times {
		late := p.Times[r] >= from
		if late && (uint64(r)+seed)%7 == 3 {
			continue
		}
		q.Times = append(q.Times, p.Times[r])
		for i := r * p.N; i < (r+1)*p.N; i++ {
			factor := 1.0
			if late {
				factor = 1 + 0.3*math.Sin(float64(i)*float64(seed+1))
				if (uint64(i)+seed)%11 == 0 {
					factor = math.NaN()
				}
			}
			q.Open, q.High, q.Low = append(q.Open, p.Open[i]*factor), append(q.High, p.High[i]*factor), append(q.Low, p.Low[i]*factor)
			q.Close, q.Volume = append(q.Close, p.Close[i]*factor), append(q.Volume, p.Volume[i]*factor)
		}
	}
	return q
}

// Where the choice stays the same, the windows leave no trace: however long they are, it is one run.
func TestChoicesThatStayAreOneRun(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger.band=2%,4%")
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.IntRange(0, 1).Draw(t, "point")
		days := rapid.IntRange(1, 38).Draw(t, "days")
		var curves []string
		for _, walk := range []string{"train=20d,test=60d", fmt.Sprintf("train=20d,test=%dd", days)} {
			w, _ := sweep.ParseWalk(walk)
			list, err := b.Windows(w)
			if err != nil {
				t.Fatal(err)
			}
			parts, err := b.Forward(context.Background(), g, list, slices.Repeat([]int{point}, len(list)))
			if err != nil {
				t.Fatal(err)
			}
			all := together(parts)
			curves = append(curves, fmt.Sprint(all.Scalars()))
			if len(all.Points) != 39 || len(all.Trades) == 0 {
				t.Fatalf("%d points, %d trades", len(all.Points), len(all.Trades))
			}
		}
		if curves[0] != curves[1] {
			t.Fatalf("windows of %d days: %s\none window: %s", days, curves[1], curves[0])
		}
	})
}

// A change of choice carries what is held, at what it is worth, and costs what is traded: a new policy that would not trade has the
// fund go on as it was, and nothing comes or goes at any boundary. A hold holds what it finds.
func TestBoundariesCarryTheFund(t *testing.T) {
	b := base(t, swept)
	g := grid(t, b, "trigger={kind: hold},{kind: threshold, band: 99%},{kind: hybrid, band: 3%, at-most-every: 1d}")
	list := windows(t, b, "train=19d,test=10d")
	if len(list) != 4 {
		t.Fatal(list)
	}
	hold := forward(t, b, g, list, []int{0, 0, 0, 0})
	lazy := forward(t, b, g, list, []int{0, 1, 1, 1})
	if got, want := levels(together(lazy)), levels(together(hold)); !near(got, want) {
		t.Errorf("nothing was traded at the boundary, and the fund went\n%v, not\n%v", got, want)
	}
	mixed := forward(t, b, g, list, []int{2, 0, 1, 2})
	level := 1e6
	for k, p := range mixed {
		for i := range p.Points {
			level *= 1 + p.Points[i].Return
			if nav := p.Points[i].NAV; math.Abs(level-nav) > 1e-9*nav {
				t.Fatalf("window %d: the returns come to %v by %v, the fund is worth %v", k, level, p.Points[i].At, nav)
			}
		}
	}
	if n := len(mixed[1].Trades) + len(mixed[2].Trades); n != 0 {
		t.Errorf("policies that do not trade made %d trades", n)
	}
	if trades := mixed[3].Trades; len(trades) == 0 || trades[0].At.Floor(time.Hour) != list[3].From.Add(time.Hour) || trades[0].Cost.Total() <= 0 {
		t.Errorf("the policy that is far off its band does not trade at the close of its first row, or for nothing: %v", trades)
	}
}

// Deposits and withdrawals come once, at a boundary and elsewhere: a change that changes next to nothing leaves the fund next to
// where it was, and each flow is some per cent of it.
func TestFlowsComeOnce(t *testing.T) {
	const flowing = swept + `flows:
  - {at: 2022-01-05, account: v, asset: USD, amount: 500000}
  - {at: 2022-01-30, account: v, asset: USD, amount: 100000}
  - {at: "2022-02-03T05:00:00Z", account: v, asset: USD, amount: -40000}
  - {at: 2022-02-19, account: v, asset: A, amount: 1000}
`
	b := base(t, flowing)
	g := grid(t, b, "data.max-age=1d,2d")
	list := windows(t, b, "train=19d,test=10d")
	one, changing := together(forward(t, b, g, list, []int{0, 0, 0, 0})), together(forward(t, b, g, list, []int{0, 1, 0, 1}))
	for k := range one.Points {
		if x, y := one.Points[k].NAV, changing.Points[k].NAV; math.Abs(x-y) > 0.003*x {
			t.Errorf("on %v the fund is worth %v, and %v with changes", one.Points[k].At, x, y)
		}
	}
	if last := one.Points[len(one.Points)-1]; !(last.NAV > 1.3e6) {
		t.Errorf("the fund ends with %v: nothing flowed", last.NAV)
	}
}

// remembering is a fund that remembers much: impact that lasts, orders that work for hours, rules about times, looks on a grid, weights
// that are measured now and then, withdrawals that have to be raised. What varies says the same in other words.
const remembering = `version: 1
fund: Remembering
base: USD
start: {v: {USD: 3000000}}
target: {kind: inverse-volatility, assets: [A, B, C], window: 2d, every: 5d}
trigger: {kind: periodic, every: 7h, band: 6%}
orders: {retry: 2d}
execution: {kind: twap, over: 10h, slices: 10, deadline: 2d, passive: {offset: 2bp}}
risk:
  max-order: 100000
  rules:
    - {id: R1, rule: max-turnover, limit: 90%, per: 9d, breach: clip}
    - {id: R2, rule: max-slippage, limit: 60bp, per: 20d, breach: clip}
    - {id: R3, rule: max-drawdown, limit: 12%, breach: reduce}
    - {id: R4, rule: max-weight, limit: 50%, breach: clip, cure: 10d}
venues:
  - name: v
    fee: {taker: 10bp, maker: 10bp}
    spread: 2bp
    latency: 1s
    jitter: 5s
    impact: {model: square-root, y: 1, half-life: 40d}
    instruments: [A/USD, B/USD, C/USD]
data: {warm-up: 19d}
flows:
  - {at: 2022-01-21, account: v, asset: USD, amount: 500000}
  - {at: "2022-01-31T23:30:00Z", account: v, asset: USD, amount: -500000}
  - {at: "2022-02-07T21:00:00Z", account: v, asset: USD, amount: -700000}
  - {at: "2022-02-15T23:00:00Z", account: v, asset: A, amount: 1000}
operators:
  - {at: 2022-01-25, who: ann, action: limit, rule: R1, limit: 150%}
  - {at: 2022-02-12, who: ann, action: pause}
  - {at: 2022-02-14, who: ann, action: resume}
backtest: {from: 2022-01-01, to: 2022-03-01, interval: 1h}
`

// A walk-forward that chooses the same policy in every window, whatever it is called, is the plain run of it from the first test to the
// last: every fill and every worth, to the last unit and bit.
func TestAWalkOfOnePolicyIsItsRun(t *testing.T) {
	for name, c := range map[string]struct{ text, vary string }{
		"that remembers":  {remembering, "trigger.every=7h,420m"},
		"under a mandate": {ruled, "trigger.at-most-every=1d,24h"},
	} {
		b := base(t, c.text)
		g := grid(t, b, c.vary)
		list := windows(t, b, "train=19d,test=2d")
		first, last := list[0].From, list[len(list)-1].To
		want := plainly(t, b, g.Settings(0), first, last)
		if len(want.Trades) < 20 {
			t.Fatalf("%s: %d trades", name, len(want.Trades))
		}
		for _, every := range []int{len(list), 1, 2} {
			chosen := make([]int, len(list))
			for k := range chosen {
				chosen[k] = k / every % 2
			}
			got := together(forward(t, b, g, list, chosen))
			if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("%s, another name every %d windows: %.3000s", name, every, diff)
			}
		}
	}
}

// plainly returns the run of a point from one time to another.
func plainly(t *testing.T, b *sweep.Base, settings []fundfile.Setting, from, to fund.Time) reports.Part {
	t.Helper()
	part, err := b.Part(from, to)
	if err != nil {
		t.Fatal(err)
	}
	f, err := part.Make(settings)
	if err != nil {
		t.Fatal(err)
	}
	a, err := part.Run(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return a.Between(from+1, to)
}

// levels compounds the returns of a part.
func levels(p reports.Part) []float64 {
	var list []float64
	level := 1.0
	for i := range p.Points {
		level *= 1 + p.Points[i].Return
		list = append(list, level)
	}
	return list
}

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 1e-9 })
}
