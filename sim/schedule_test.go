package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies"
	"pgregory.net/rapid"
)

// drawSchedule draws any way of working orders, half of the time at once.
func drawSchedule(t *rapid.T) execute.Schedule {
	s := execute.Schedule{Deadline: rapid.SampledFrom([]time.Duration{time.Minute, 6 * time.Hour}).Draw(t, "deadline")}
	if rapid.Bool().Draw(t, "lasts") {
		drawLasting(t, &s)
	}
	return s
}

func drawLasting(t *rapid.T, s *execute.Schedule) {
	s.Kind = rapid.SampledFrom([]execute.Kind{execute.TWAP, execute.VWAP, execute.POV, execute.AlmgrenChriss}).Draw(t, "kind")
	s.Over, s.Slices, s.Rate = time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes"))*time.Minute, rapid.IntRange(1, 6).Draw(t, "slices"), 0.01
	if s.Kind == execute.AlmgrenChriss {
		s.Lambda = rapid.SampledFrom([]float64{0, 1e-8, 1e-4}).Draw(t, "λ")
		if s.Lambda > 0 && rapid.Bool().Draw(t, "as long as λ asks for") {
			s.Over = 0
		}
	}
	s.Jitter = rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "jitter of slices")
	s.MaxParticipation = rapid.SampledFrom([]float64{0, 0.002, 0.1}).Draw(t, "cap")
	s.Passive, s.Offset = rapid.Bool().Draw(t, "passive"), rapid.SampledFrom([]float64{0, 0.001, 0.01}).Draw(t, "offset")
	s.Guard = rapid.SampledFrom([]float64{0, 0.01, 0.05}).Draw(t, "guard")
	s.Cross = rapid.Bool().Draw(t, "cross")
	s.Halt = rapid.SampledFrom([]execute.Halt{execute.Wait, execute.Resume, execute.End}).Draw(t, "halt")
}

// keeper is a recorder that holds a run to its schedule: nothing is sent while an instrument does not trade, beyond the
// guard, after the deadline, over the cap, or over the plan.
type keeper struct {
	rig     *rig
	history fund.History
	decided *engine.Decide
	at      fund.Time // of the decision
	now     fund.Time
	out     map[fund.InstrumentID]float64 // base units sent and not come back, by the decision
	sent    map[fund.OrderID]float64      // base units of each order not yet filled
	orders  map[fund.OrderID]fund.InstrumentID
	row     map[fund.InstrumentID]float64 // base units filled since the newest row
	done    int                           // trades done to the last unit
	places  int
}

func newKeeper(r *rig) *keeper {
	return &keeper{rig: r, sent: map[fund.OrderID]float64{}, orders: map[fund.OrderID]fund.InstrumentID{}, row: map[fund.InstrumentID]float64{}}
}

func (k *keeper) Event(ev *engine.Event) error {
	k.now = ev.At
	switch b := ev.Body.(type) {
	case *engine.Row:
		k.history = fund.HistoryOf(b.Panel, b.Index+1)
		clear(k.row)
	case *engine.Filled:
		k.sent[b.Fill.Order] -= b.Fill.Quantity.Float64()
		k.row[b.Fill.Instrument] += b.Fill.Quantity.Float64()
		return k.underCap(b.Fill.Instrument)
	case *engine.Closed:
		k.out[k.orders[b.Order]] -= k.sent[b.Order]
	}
	return nil
}

// usual is the volume of every row of the market that these tests run on.
func (k *keeper) usual(i fund.InstrumentID) float64 { return k.rig.config.Panel.Volume[i] }

func (k *keeper) underCap(i fund.InstrumentID) error {
	s := &k.rig.policy.Schedule
	if most := s.MaxParticipation * k.usual(i); s.MaxParticipation > 0 && k.row[i] > most*(1+1e-9) && k.now.Sub(k.at) < s.Deadline {
		return fmt.Errorf("%v units of instrument %d in a row at %v, the cap is %v", k.row[i], i, k.now, most)
	}
	return nil
}

func (k *keeper) Commands(cmds []engine.Command) error {
	for _, c := range cmds {
		switch c := c.(type) {
		case *engine.Decide:
			k.decided, k.at, k.out = c, k.now, map[fund.InstrumentID]float64{}
		case *engine.Place:
			if err := k.placed(c.Order.Order()); err != nil {
				return err
			}
		case *engine.Settle:
			for _, t := range k.decided.Plan.Trades {
				if k.out[t.Instrument] >= t.Quantity.Float64()*(1-1e-12) {
					k.done++
				}
			}
		}
	}
	return nil
}

func (k *keeper) placed(o fund.Order) error {
	s := &k.rig.policy.Schedule
	k.places++
	k.sent[o.ID], k.orders[o.ID] = o.Quantity.Float64(), o.Instrument
	k.out[o.Instrument] += o.Quantity.Float64()
	for _, t := range k.decided.Plan.Trades {
		if most := t.Quantity.Float64(); t.Instrument == o.Instrument && k.out[o.Instrument] > most*(1+1e-12) {
			return fmt.Errorf("%v of %v units are out", k.out[o.Instrument], most)
		}
	}
	last := k.history.Rows() - 1
	price, began := k.history.Close(last)[o.Instrument], k.decided.Prices[k.rig.u.Instruments[o.Instrument].Base]/k.decided.Prices[k.rig.u.Instruments[o.Instrument].Quote]
	away := float64(o.Side) * (price/began - 1)
	switch {
	case !s.Lasts():
	case price != price || k.now.Sub(k.history.Time(last)) > 2*k.history.Interval():
		return fmt.Errorf("order %d was sent at %v, in a halt", o.ID, k.now)
	case s.Guard > 0 && away > s.Guard*(1+1e-9):
		return fmt.Errorf("order %d was sent %v beyond arrival", o.ID, away)
	case !s.Cross && k.now.Sub(k.at) >= s.Deadline:
		return fmt.Errorf("order %d was sent %v after the beginning", o.ID, k.now.Sub(k.at))
	}
	return nil
}

func (k *keeper) End() error { return nil }

// drawWorked is a fund whose orders last, on a market with constant volumes and holes.
func drawWorked(t *rapid.T) *rig {
	n := rapid.IntRange(1, 4).Draw(t, "assets")
	p := walk(n, rapid.IntRange(20, 100).Draw(t, "rows"), 0.02, rapid.Uint64().Draw(t, "market"))
	for k := range p.Volume {
		p.Volume[k] = p.Volume[k%n]
	}
	r := newRig(n, p)
	r.policy.Schedule.Deadline = time.Duration(rapid.IntRange(1, 12).Draw(t, "deadline")) * time.Hour
	drawLasting(t, &r.policy.Schedule)
	r.trigger = func() engine.Trigger { return &strategies.Threshold{Band: 0.03, Dust: 1} }
	r.policy.Limits.MaxOrder = rapid.SampledFrom([]float64{0, 50_000}).Draw(t, "max order")
	return r
}

// Whatever the schedule: a plan is never outrun, nothing is sent in a halt, beyond the guard or after the deadline, and
// the cap holds for all orders of a row together.
func TestSchedulesKeepTheirLimits(t *testing.T) {
	done, places := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		r := drawWorked(t)
		volumes := append([]float64(nil), r.config.Panel.Volume...)
		punch(t, r.config.Panel)
		copy(r.config.Panel.Volume[:r.config.Panel.N], volumes)
		k := newKeeper(r)
		if err := host.Run(context.Background(), r.core(), sim.New(r.config), k); err != nil {
			t.Fatal(err)
		}
		done += k.done
		places += k.places
	})
	if done < 100 || places < 1000 {
		t.Fatalf("%d orders, %d trades were done whole: the test tests little", places, done)
	}
}

// Where trading costs nothing and prices stand still, every schedule ends where one order does, to a lot an order: what each
// may spend is rounded down, and a slice is as many orders as max-order makes of it.
func TestSlicesAreOneOrderWhereNothingCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawWorked(t)
		p := r.config.Panel
		for k := range p.Close {
			for _, column := range [][]float64{p.Open, p.High, p.Low, p.Close} {
				column[k] = 10 + float64(k%p.N)
			}
			p.Volume[k] = 1e7
		}
		for i := range r.u.Instruments {
			in := &r.u.Instruments[i]
			in.Fees, in.Spread, in.Lot = fund.Fees{}, 0, fund.MustAmount("0.01")
			r.policy.Impact[i] = impact.None{}
		}
		s := &r.policy.Schedule
		s.Deadline, s.MaxParticipation, s.Rate, s.Over = 1000*fund.Day, 0, 1, max(s.Over, time.Hour)
		slices, orders := holdings(t, r)
		r.policy.Schedule = execute.Schedule{}
		whole, more := holdings(t, r)
		lots := 0.01 * float64(orders+more)
		for a, want := range whole {
			if r.u.Base != fund.AssetID(a) && math.Abs(slices[a]-want) > lots {
				t.Fatalf("%v of %s, at once %v", slices[a], r.u.Assets[a].Name, want)
			}
		}
	})
}

// holdings runs a rig and returns what it holds at the end, and after how many orders.
func holdings(t *rapid.T, r *rig) ([]float64, int) {
	core, k := r.core(), newKeeper(r)
	if err := host.Run(context.Background(), core, sim.New(r.config), k); err != nil {
		t.Fatal(err)
	}
	return append([]float64(nil), core.Book().Units()...), k.places
}

// A run that was cut in the middle of a schedule goes on with the slices that were left, none of them twice: cut after
// every record.
func TestResumeInTheMiddleOfASchedule(t *testing.T) {
	r := newRig(3, walk(3, 20, 0.02, 3))
	r.policy.Schedule = execute.Schedule{Kind: execute.AlmgrenChriss, Over: 12 * time.Hour, Slices: 12, Lambda: 1e-6, Jitter: 0.4,
		MaxParticipation: 0.02, Passive: true, Offset: 0.001, Deadline: fund.Day, Cross: true}
	r.trigger = func() engine.Trigger { return &strategies.Threshold{Band: 0.03, Dust: 1} }
	r.config.Venues[0].RejectRate, r.config.Venues[0].Latency = 0.1, 10*time.Minute
	whole, rec, _ := r.run(t)
	want := orders(t, r.u, whole.Bytes())
	if len(want) < 30 {
		t.Fatalf("%d orders: the test tests little", len(want))
	}
	for cut := 0; cut < whole.Len(); cut += 1 + bytes.IndexByte(whole.Bytes()[cut:], '\n') {
		after, resumed := r.resume(t, whole.Bytes()[:cut])
		if resumed.DecisionsDigest() != rec.DecisionsDigest() {
			t.Fatalf("cut at %d: other decisions", cut)
		}
		if got := orders(t, r.u, after); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("cut at %d: %d orders, want %d", cut, len(got), len(want))
		}
	}
}

// orders returns the orders of a journal, in words.
func orders(t testing.TB, u *fund.Universe, file []byte) []string {
	t.Helper()
	s, err := journal.ScanBytes(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for r := journal.NewReader(u, s.Records); ; {
		e, ok, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return all
		}
		if o := e.Order; o != nil {
			all = append(all, fmt.Sprint(o.ID, o.Instrument, o.Side, o.Quantity, o.Limit, o.Spend))
		}
	}
}
