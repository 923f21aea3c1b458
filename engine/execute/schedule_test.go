package execute_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"pgregory.net/rapid"
)

const start = fund.Time(1_640_995_200_000_000_000)

// slice is one release of a parent, at minutes after its start.
type slice struct {
	minute   int
	quantity string
}

// hour is four slices in an hour.
var hour = execute.Schedule{Kind: execute.TWAP, Over: time.Hour, Slices: 4}

// order is one of the quantity, on a market that trades 1,440 base units a day in rows of a minute.
func order(total, lot string) execute.Order {
	return execute.Order{ID: 7, At: start, Side: fund.Sell, Quantity: fund.MustAmount(total), Lot: fund.MustAmount(lot), Terms: execute.Terms{
		Price: 10, Inputs: impact.Inputs{Sigma: 0.02, ADV: 1440, Interval: time.Minute}, Model: impact.None{}}}
}

// work asks a schedule whenever it wants to be asked, but not before the minutes in late, and returns what it sends.
func work(t *testing.T, s execute.Schedule, o execute.Order, late ...int) []slice {
	t.Helper()
	p := s.Begin(o)
	var sent []slice
	for at := start; at != 0; {
		if len(late) > 0 {
			at, late = max(at, start.Add(time.Duration(late[0])*time.Minute)), late[1:]
		}
		q, next := s.Due(&p, at)
		if next != 0 && next <= at {
			t.Fatalf("at %v it wants to be asked again at %v", at, next)
		}
		if ends := s.Ends(&p, at); next != 0 && ends != next || ends < at {
			t.Fatalf("at %v the slice ends at %v, the next begins at %v", at, ends, next)
		}
		p.Released = p.Released.Add(q)
		sent = append(sent, slice{int(at.Sub(start) / time.Minute), q.String()})
		at = next
	}
	return sent
}

func equal(t *testing.T, got []slice, want ...slice) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(slice{})); diff != "" {
		t.Fatal(diff)
	}
}

func TestImmediate(t *testing.T) {
	var once execute.Schedule
	equal(t, work(t, once, order("2.5", "0.1")), slice{0, "2.5"})
	p := once.Begin(order("2.5", "0.1"))
	p.Released = fund.MustAmount("1")
	if q, next := once.Due(&p, start); q.String() != "1.5" || next != 0 || once.Lasts() {
		t.Errorf("after 1 of 2.5: %s, then at %v", q, next)
	}
}

// The last slice leaves a step before Over, with all that is left.
func TestTWAP(t *testing.T) {
	equal(t, work(t, hour, order("8", "1")), slice{0, "2"}, slice{15, "2"}, slice{30, "2"}, slice{45, "2"})
	equal(t, work(t, hour, order("10", "1")), slice{0, "2"}, slice{15, "3"}, slice{30, "2"}, slice{45, "3"})
	equal(t, work(t, hour, order("1", "1")), slice{0, "0"}, slice{15, "0"}, slice{30, "0"}, slice{45, "1"})
	equal(t, work(t, hour, order("0.07", "0.02")), slice{0, "0"}, slice{15, "0.02"}, slice{30, "0.02"}, slice{45, "0.03"})
	one := hour
	one.Slices = 1
	equal(t, work(t, one, order("3", "1")), slice{0, "3"})
}

// Thirds and sevenths have no end in binary or decimal, and still are exact where they are whole lots.
func TestTWAPPartsAreExact(t *testing.T) {
	equal(t, work(t, execute.Schedule{Kind: execute.TWAP, Over: time.Hour, Slices: 3}, order("3", "1")), slice{0, "1"}, slice{20, "1"}, slice{40, "1"})
	for n := 1; n <= 1000; n++ {
		o := order("1", "0.00000001")
		o.Quantity = fund.NewAmount(int64(n)*12345, 8)
		s := execute.Schedule{Kind: execute.TWAP, Over: time.Duration(n) * time.Minute, Slices: n}
		p := s.Begin(o)
		for k := range n {
			q, _ := s.Due(&p, start.Add(time.Duration(k)*time.Minute))
			if q.String() != "0.00012345" {
				t.Fatalf("part %d of %d is %s", k+1, n, q)
			}
			p.Released = p.Released.Add(q)
		}
	}
}

func TestCatchUp(t *testing.T) {
	equal(t, work(t, hour, order("8", "1"), 0, 37), slice{0, "2"}, slice{37, "4"}, slice{45, "2"})
	equal(t, work(t, hour, order("8", "1"), 16), slice{16, "4"}, slice{30, "2"}, slice{45, "2"})
	equal(t, work(t, hour, order("8", "1"), 0, 500), slice{0, "2"}, slice{500, "6"})
}

// Asked early, it sends nothing twice and still wants to be asked when the next slice is due.
func TestAskedEarly(t *testing.T) {
	p := hour.Begin(order("8", "1"))
	p.Released = fund.MustAmount("2")
	q, next := hour.Due(&p, start.Add(7*time.Minute))
	if !q.IsZero() || next != start.Add(15*time.Minute) {
		t.Errorf("%s, then at %v", q, next)
	}
}

// A clock that stood still for 20 minutes is 20 minutes late with all that follows.
func TestClockStandsStill(t *testing.T) {
	p := hour.Begin(order("8", "1"))
	p.Released, p.Start = fund.MustAmount("2"), p.Start.Add(20*time.Minute)
	for minute, want := range map[int]slice{25: {35, "0"}, 35: {50, "2"}, 65: {0, "6"}} {
		q, next := hour.Due(&p, start.Add(time.Duration(minute)*time.Minute))
		if q.String() != want.quantity || next != 0 && next != start.Add(time.Duration(want.minute)*time.Minute) {
			t.Errorf("in minute %d: %s, then at %v", minute, q, next)
		}
	}
}

// Of a market that is twice as busy in the second half hour of every day's first hour.
func TestVWAP(t *testing.T) {
	s := execute.Schedule{Kind: execute.VWAP, Over: time.Hour, Slices: 4}
	o := order("12", "1")
	o.Usual = s.Usual(days(10, func(minute int) float64 { return 1 + float64(minute/30%2) }), 0, 5*fund.Day, start)
	equal(t, work(t, s, o), slice{0, "2"}, slice{15, "2"}, slice{30, "4"}, slice{45, "4"})
	o.Usual = s.Usual(days(10, func(int) float64 { return 0 }), 0, 5*fund.Day, start)
	equal(t, work(t, s, o), slice{0, "3"}, slice{15, "3"}, slice{30, "3"}, slice{45, "3"})
}

// What is usual comes from the window alone, and a time of day without rows counts as average.
func TestUsualVolume(t *testing.T) {
	s := execute.Schedule{Kind: execute.VWAP, Over: 36 * time.Hour, Slices: 3}
	h := days(10, func(minute int) float64 {
		switch {
		case minute < 5*24*60:
			return 1e9 // before the window
		case minute/720%2 == 1:
			return math.NaN()
		}
		return 6
	})
	if diff := cmp.Diff([]float64{6, 6, 6}, s.Usual(h, 0, 5*fund.Day, start)); diff != "" {
		t.Error(diff)
	}
	if twap := hour; twap.Usual(h, 0, fund.Day, start) != nil {
		t.Error("a schedule that does not ask is told")
	}
}

// days is a market in minutes that ends at start, with a volume by minute.
func days(n int, volume func(minute int) float64) fund.History {
	p := &fund.Panel{N: 1, Interval: time.Minute}
	for m := range n * 24 * 60 {
		p.Times = append(p.Times, start.Add(time.Duration(m-n*24*60)*time.Minute))
		p.Volume = append(p.Volume, volume(m))
	}
	return fund.HistoryOf(p, len(p.Times))
}

// It follows what the market traded, a row at a time, and takes all that is left when the market traded enough.
func TestPOV(t *testing.T) {
	s := execute.Schedule{Kind: execute.POV, Rate: 0.1}
	p := s.Begin(order("3", "0.1"))
	var sent []string
	for at := start; ; at = at.Add(time.Minute) {
		q, next := s.Due(&p, at)
		p.Released = p.Released.Add(q)
		if sent = append(sent, q.String()); next == 0 {
			break
		}
		if next != at.Add(time.Minute) || s.Ends(&p, at) != next {
			t.Fatalf("at %v it wants to be asked at %v", at, next)
		}
		p.Traded += 7.5 * float64(len(sent)%3)
	}
	if diff := cmp.Diff([]string{"0", "0.7", "1.5", "0", "0.8"}, sent); diff != "" {
		t.Error(diff)
	}
}

// Jitter delays every slice but the first by less than its part of a step, each order its own way and always the same.
func TestJitter(t *testing.T) {
	s := hour
	s.Jitter = 0.5
	seen := map[int]bool{}
	for id := range uint64(50) {
		o := order("8", "1")
		o.ID = id
		a, b := work(t, s, o), work(t, s, o)
		equal(t, a, b...)
		for k := range a {
			if late := a[k].minute - 15*k; late < 0 || late > 7 || a[k].quantity != "2" || k == 0 && late > 0 {
				t.Fatalf("order %d: %v", id, a)
			}
			seen[a[k].minute-15*k] = true
		}
	}
	if len(seen) < 8 {
		t.Errorf("slices are only ever late by %v minutes", seen)
	}
}

// drawSchedule draws a schedule that lasts, of any kind.
func drawSchedule(t *rapid.T) execute.Schedule {
	s := execute.Schedule{
		Kind:   rapid.SampledFrom([]execute.Kind{execute.TWAP, execute.VWAP, execute.AlmgrenChriss}).Draw(t, "kind"),
		Over:   time.Duration(rapid.IntRange(1, 1000).Draw(t, "minutes")) * time.Minute,
		Slices: rapid.IntRange(1, 50).Draw(t, "slices"),
		Jitter: rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(t, "jitter"),
	}
	if s.Kind == execute.AlmgrenChriss {
		s.Lambda = rapid.SampledFrom([]float64{0, 1e-9, 1e-6, 1e-3, 1e9}).Draw(t, "λ")
	}
	return s
}

// Whenever it is asked: slices are whole lots but for the last, what is out never exceeds what is due, and all is out at
// the end, when the last slice begins.
func TestScheduleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t)
		o := order("1", "1")
		o.ID = rapid.Uint64().Draw(t, "ID")
		o.Lot = fund.NewAmount(rapid.Int64Range(1, 1000).Draw(t, "lot"), rapid.IntRange(0, 8).Draw(t, "places"))
		o.Quantity = fund.NewAmount(rapid.Int64Range(1, 1e12).Draw(t, "total"), rapid.IntRange(0, 8).Draw(t, "places"))
		o.Model = rapid.SampledFrom([]impact.Model{impact.None{}, impact.SquareRoot{Y: 1, HalfLife: time.Hour}}).Draw(t, "model")
		o.Usual = rapid.SliceOfN(rapid.Float64Range(0, 10), s.Slices, s.Slices).Draw(t, "usual")
		p := s.Begin(o)
		step := s.Over / time.Duration(s.Slices)
		last := start.Add(step * time.Duration(s.Slices-1))
		for at := start; at != 0; {
			at = at.Add(time.Duration(rapid.Int64Range(0, int64(step)/2).Draw(t, "late")))
			q, next := s.Due(&p, at)
			p.Released = p.Released.Add(q)
			if next != 0 && next <= at || (next == 0) != p.Released.Equal(p.Total) || next > last.Add(step) {
				t.Fatalf("at %v, with %s of %s out, it wants to be asked at %v", at, p.Released, p.Total, next)
			}
			if q.Sign() < 0 || p.Total.Less(p.Released) || next != 0 && !q.FloorTo(o.Lot).Equal(q) {
				t.Fatalf("%s of %s in lots of %s", q, p.Total, o.Lot)
			}
			at = next
		}
	})
}

// Equal slices are within a lot of what is due.
func TestTWAPProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := execute.Schedule{Kind: execute.TWAP, Over: time.Hour, Slices: rapid.IntRange(1, 50).Draw(t, "slices")}
		o := order("1", "1")
		o.Lot = fund.NewAmount(rapid.Int64Range(1, 1000).Draw(t, "lot"), rapid.IntRange(0, 8).Draw(t, "places"))
		o.Quantity = fund.NewAmount(rapid.Int64Range(1, 1e12).Draw(t, "total"), rapid.IntRange(0, 8).Draw(t, "places"))
		p := s.Begin(o)
		slices := fund.NewAmount(int64(s.Slices), 0)
		for k, at := int64(1), start; ; k++ {
			q, next := s.Due(&p, at)
			p.Released = p.Released.Add(q)
			if at = next; next == 0 {
				break
			}
			due, out := p.Total.Mul(fund.NewAmount(k, 0)), p.Released.Mul(slices) // both times the number of slices
			if due.Less(out) || !due.Less(out.Add(o.Lot.Mul(slices))) {
				t.Fatalf("%s of %s are out after %d of %d slices", p.Released, p.Total, k, s.Slices)
			}
		}
	})
}
