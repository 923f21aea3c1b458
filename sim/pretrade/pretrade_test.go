package pretrade

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
	"github.com/steelyard/steelyard/sim/stream"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

// returns lists the returns that a column made behind the history.
func returns(p *path, i fund.InstrumentID) []float64 {
	var list []float64
	for r := p.market.history.Rows(); r < p.made.Rows(); r++ {
		list = append(list, p.made.Close[r*p.made.N+int(i)]/p.made.Close[(r-1)*p.made.N+int(i)]-1)
	}
	return list
}

// What goes on has the volatility, the correlation and the volume of what was, and a cross follows from its sources.
func TestMarketGoesOnAsItWas(t *testing.T) {
	m := NewMarket(history(), crosses(), 30*fund.Day)
	p := m.newPath()
	const rows = 20000
	p.begin(&chance{stream: stream.New(1, "test"), sign: 1, factor: m.factor, own: make([]float64, 4)})
	for range rows {
		p.next()
	}
	for _, i := range []fund.InstrumentID{btc, eth, sol} {
		near(t, "volatility over the estimate", stat.StdDev(returns(p, i), nil)/m.sigma[i], 1, 4/math.Sqrt(2*rows))
		near(t, "mean return over its error", stat.Mean(returns(p, i), nil)/m.sigma[i]*math.Sqrt(rows), 0, 4)
	}
	near(t, "correlation of BTC and ETH", stat.Correlation(returns(p, btc), returns(p, eth), nil), m.corr[btc][eth], 0.02)
	near(t, "correlation in the history", m.corr[btc][eth], 0.8, 0.05)
	near(t, "correlation of BTC and SOL", stat.Correlation(returns(p, btc), returns(p, sol), nil), m.corr[btc][sol], 0.03)
	near(t, "correlation of the cross and ETH", stat.Correlation(returns(p, cross), returns(p, eth), nil), m.corr[cross][eth], 0.03)
	q := p.made
	for r := m.history.Rows(); r < q.Rows(); r++ {
		row := func(column []float64, i fund.InstrumentID) float64 { return column[r*q.N+int(i)] }
		for i := range fund.InstrumentID(4) {
			if open, last := row(q.Open, i), row(q.Close, i); row(q.High, i) < max(open, last) || row(q.Low, i) > min(open, last) {
				t.Fatalf("row %d of instrument %d goes from %v to %v, between %v and %v", r, i, open, last, row(q.Low, i), row(q.High, i))
			}
			if before := q.Close[(r-1)*q.N+int(i)]; math.Abs(row(q.Open, i)/before-1) > 1e-12 {
				t.Fatalf("row %d of instrument %d opens at %v behind a close of %v", r, i, row(q.Open, i), before)
			}
		}
		if row(q.Close, cross) != row(q.Close, eth)/row(q.Close, btc) {
			t.Fatalf("row %d: the cross is no ratio", r)
		}
	}
	if day, night := m.volume[12][sol], m.volume[4][sol]; day < 2*night {
		t.Errorf("%v trade at noon and %v at night", day, night)
	}
}

// What two instruments share may be all that they have: then the factor has no full rank, and still is one.
func TestCholeskyOfInstrumentsThatMoveAlike(t *testing.T) {
	c := [][]float64{{1, 1, 0.5}, {1, 1, 0.5}, {0.5, 0.5, 1}}
	f := cholesky(c)
	for i := range c {
		for j := range c {
			sum := 0.0
			for k := range c {
				sum += f[i][k] * f[j][k]
			}
			near(t, "factor × its transpose", sum, c[i][j], 1e-12)
		}
	}
}

func draw(t testing.TB, b *Rebalance, number, workers int, seed uint64) []Outcome {
	t.Helper()
	outcomes, err := b.Draw(context.Background(), Draws{Number: number, Seed: seed, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func hours(over, slices int) execute.Schedule {
	return execute.Schedule{Kind: execute.TWAP, Over: time.Duration(over) * time.Hour, Slices: slices}
}

// The seed alone says what comes out, whoever works at it.
func TestDrawsDependOnTheSeedAlone(t *testing.T) {
	b := newRig(t, hours(6, 6))
	one, four := draw(t, b, 40, 1, 7), draw(t, b, 40, 4, 7)
	if !reflect.DeepEqual(one, four) {
		t.Error("four workers draw otherwise than one")
	}
	if few := draw(t, b, 10, 1, 7); !reflect.DeepEqual(few, one[:10]) {
		t.Error("fewer draws are not the first of many")
	}
	if other := draw(t, b, 40, 2, 8); reflect.DeepEqual(one, other) {
		t.Error("another seed changes nothing")
	}
}

// The draws cost on average what the path without chance does, and lie about as far apart as its risk says.
func TestDrawsAgreeWithTheExpectation(t *testing.T) {
	b := newRig(t, hours(12, 12))
	s := b.Summarize(draw(t, b, 1000, 2, 1))
	e, err := b.Expect(context.Background(), b.Policy)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "expected cost", s.All.Cost.Mean, e.Cost, 4*s.All.Cost.Error+0.002*e.Cost)
	near(t, "paid", s.All.Parts.Paid().Total(), e.Cost, 0.01*e.Cost)
	near(t, "deviation over risk", s.All.Cost.Deviation/e.Risk, 1, 4/math.Sqrt(2*1000))
	near(t, "done", s.All.Done, 1, 1e-6)
	if s.Took != 11*time.Hour || e.Took != s.Took {
		t.Errorf("it takes %v, and %v without chance", s.Took, e.Took)
	}
	near(t, "low 95 %", s.All.Cost.Low95, s.All.Cost.Mean-1.96*e.Risk, 0.2*e.Risk)
	near(t, "high 50 %", s.All.Cost.High50, s.All.Cost.Mean+0.674*e.Risk, 0.1*e.Risk)
}

// Limit orders that wait are filled on the path without chance about as often as on those with it.
func TestPassiveSlicesInDrawsAndExpectation(t *testing.T) {
	s := hours(12, 12)
	s.Passive, s.Offset = true, 0.0005
	b := newRig(t, s)
	all := b.Summarize(draw(t, b, 400, 2, 1)).All
	e, err := b.Expect(context.Background(), b.Policy)
	if err != nil || e.Done < 0.99 || all.Done < 0.99 {
		t.Fatalf("%+v %+v %v", e, all, err)
	}
	near(t, "expected over the mean of the draws", e.Cost/all.Parts.Paid().Total(), 1, 0.25)
}

// At once there is no risk but of the row that the orders wait for, and longer is cheaper and less certain.
func TestLongerIsCheaperAndLessCertain(t *testing.T) {
	b := newRig(t, execute.Schedule{})
	before, err := b.Expect(context.Background(), b.Policy)
	if err != nil || before.Risk != 0 || before.Took != 0 {
		t.Fatalf("at once: %+v, %v", before, err)
	}
	for _, s := range []execute.Schedule{hours(4, 4), hours(12, 12), hours(23, 23)} {
		b.Policy.Schedule = s
		e, err := b.Expect(context.Background(), b.Policy)
		if err != nil || e.Cost >= before.Cost || e.Risk <= before.Risk || e.Took <= before.Took || e.Done < 1-1e-6 {
			t.Fatalf("%v: %+v after %+v, %v", s, e, before, err)
		}
		before = e
	}
}

// What the last slices of the sales bring pays for the last slices of the purchases.
func TestSalesFundPurchasesToTheEnd(t *testing.T) {
	b := rigOf(t, hours(6, 6), weights{0.2, 0.4, 0.4, 0}, 4e6, 4e6, 2e6, 0)
	e, err := b.Expect(context.Background(), b.Policy)
	if err != nil || e.Done < 0.995 {
		t.Errorf("%+v, %v", e, err)
	}
}

// The efficient frontier goes from dear and certain to cheap and risky.
func TestFrontier(t *testing.T) {
	b := newRig(t, hours(12, 12))
	points, err := b.Frontier(context.Background())
	if err != nil || len(points) < 5 || points[0].Risk != 0 || points[len(points)-1].Schedule.Kind != execute.TWAP {
		t.Fatalf("%+v, %v", points, err)
	}
	for k := range points[1:] {
		if before, p := points[k], points[k+1]; p.Risk <= before.Risk || p.Cost > before.Cost*(1+1e-3) {
			t.Errorf("%+v\nafter %+v", p, before)
		}
	}
}

// What the planner expects of a trade, and how far from it the market may take it, is what the draws come to: of 2,000 of them 93
// to 97 % cost what its interval of 95 % says. (Where crosses trade as well, each trade also pays for what the others of the plan
// do to its assets, which the draws count and a plan of trades one by one does not.)
func TestDrawsAgreeWithThePlan(t *testing.T) {
	b := crosslessRigOf(t, hours(12, 12), weights{0.2, 0.3, 0.3, 0.2}, 4e6, 3e6, 1e6, 2e6)
	outcomes := draw(t, b, 2000, 2, 1)
	for k := range b.Decision.Plan.Trades {
		trade := &b.Decision.Plan.Trades[k]
		if trade.Notional < 1e5 {
			continue
		}
		f, inside := shortfall.ForecastOf(trade), 0
		low, high := f.Interval(shortfall.NinetyFive)
		costs, paid := make([]float64, len(outcomes)), 0.0
		for i := range outcomes {
			costs[i] = outcomes[i].Parts[k].Total()
			paid += outcomes[i].Parts[k].Paid().Total() / float64(len(outcomes))
			if low <= costs[i] && costs[i] <= high {
				inside++
			}
		}
		name := b.Universe.Instruments[trade.Instrument].Name
		near(t, name+": paid over what was planned", paid/f.Cost, 1, 0.01)
		near(t, name+": deviation over the risk planned", stat.StdDev(costs, nil)/f.Risk, 1, 0.05)
		near(t, name+": part of the draws in the interval of 95 %", float64(inside)/float64(len(outcomes)), 0.95, 0.02)
	}
}

// Who stops the draws is heard, and told how far they came.
func TestDrawsAreStopped(t *testing.T) {
	b := newRig(t, hours(6, 6))
	ctx, cancel := context.WithCancel(context.Background())
	told := 0
	_, err := b.Draw(ctx, Draws{Number: 4000, Workers: 2, Progress: func(done int) {
		if told++; done != told {
			t.Errorf("told of %d after %d", done, told-1)
		}
		if done == 20 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || told < 20 || told > 100 {
		t.Errorf("%v after %d", err, told)
	}
}

// A rebalance replayed on rows that a path made comes to what it came to on that path.
func TestReplayIsTheSameWork(t *testing.T) {
	b := newRig(t, hours(6, 6))
	p := b.Market.newPath()
	p.begin(&chance{stream: stream.New(3, "replay"), sign: 1, factor: b.Market.factor, own: make([]float64, 4)})
	w, err := b.do(context.Background(), p, b.Policy, 0)
	if err != nil {
		t.Fatal(err)
	}
	made, n := copied(p.made), b.Market.history.Rows()
	rest := &fund.Panel{N: made.N, Interval: made.Interval, Times: made.Times[n:]}
	for k, column := range columns(rest) {
		*column = (*columns(made)[k])[n*made.N:]
	}
	o, fills, err := b.Replay(context.Background(), rest)
	if err != nil || len(fills) == 0 || !reflect.DeepEqual(o, w.outcome()) {
		t.Errorf("%+v, %+v, %v", o, w.outcome(), err)
	}
}
