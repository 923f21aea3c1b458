package execute_test

import (
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"pgregory.net/rapid"
)

const start = fund.Time(1_640_995_200_000_000_000)

// slice is one release of a parent, at minutes after its start.
type slice struct {
	minute   int
	quantity string
}

// work asks a schedule whenever it wants to be asked, but not before the minutes in late, and returns what it sends.
func work(t *testing.T, s execute.Schedule, total, lot string, late ...int) []slice {
	t.Helper()
	p := &execute.Parent{Start: start, Total: fund.MustAmount(total), Lot: fund.MustAmount(lot)}
	var sent []slice
	for at := start; at != 0; {
		if len(late) > 0 {
			at, late = max(at, start.Add(time.Duration(late[0])*time.Minute)), late[1:]
		}
		q, next := s.Slice(p, at)
		if next != 0 && next <= at {
			t.Fatalf("at %v it wants to be asked again at %v", at, next)
		}
		p.Released = p.Released.Add(q)
		sent = append(sent, slice{int(at.Sub(start) / time.Minute), q.String()})
		at = next
	}
	return sent
}

func equal(t *testing.T, got []slice, want ...slice) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestImmediate(t *testing.T) {
	equal(t, work(t, execute.Immediate{}, "2.5", "0.1"), slice{0, "2.5"})
	p := &execute.Parent{Start: start, Total: fund.MustAmount("2.5"), Released: fund.MustAmount("1"), Lot: fund.MustAmount("0.1")}
	if q, next := (execute.Immediate{}).Slice(p, start); q.String() != "1.5" || next != 0 {
		t.Errorf("after 1 of 2.5: %s, then at %v", q, next)
	}
}

// The last slice leaves a step before Over, with all that is left.
func TestTWAP(t *testing.T) {
	hour := execute.TWAP{Over: time.Hour, Slices: 4}
	equal(t, work(t, hour, "8", "1"), slice{0, "2"}, slice{15, "2"}, slice{30, "2"}, slice{45, "2"})
	equal(t, work(t, hour, "10", "1"), slice{0, "2"}, slice{15, "3"}, slice{30, "2"}, slice{45, "3"})
	equal(t, work(t, hour, "1", "1"), slice{0, "0"}, slice{15, "0"}, slice{30, "0"}, slice{45, "1"})
	equal(t, work(t, hour, "0.07", "0.02"), slice{0, "0"}, slice{15, "0.02"}, slice{30, "0.02"}, slice{45, "0.03"})
	equal(t, work(t, execute.TWAP{Over: time.Hour, Slices: 1}, "3", "1"), slice{0, "3"})
}

// Thirds and sevenths have no end in binary or decimal, and still are exact where they are whole lots.
func TestTWAPPartsAreExact(t *testing.T) {
	equal(t, work(t, execute.TWAP{Over: time.Hour, Slices: 3}, "3", "1"), slice{0, "1"}, slice{20, "1"}, slice{40, "1"})
	for n := 1; n <= 1000; n++ {
		total := fund.NewAmount(int64(n)*12345, 8)
		p := &execute.Parent{Start: start, Total: total, Lot: fund.NewAmount(1, 8)}
		s := execute.TWAP{Over: time.Duration(n) * time.Minute, Slices: n}
		for k := range n {
			q, _ := s.Slice(p, start.Add(time.Duration(k)*time.Minute))
			if q.String() != "0.00012345" {
				t.Fatalf("part %d of %d is %s", k+1, n, q)
			}
			p.Released = p.Released.Add(q)
		}
	}
}

func TestTWAPCatchesUp(t *testing.T) {
	hour := execute.TWAP{Over: time.Hour, Slices: 4}
	equal(t, work(t, hour, "8", "1", 0, 37), slice{0, "2"}, slice{37, "4"}, slice{45, "2"})
	equal(t, work(t, hour, "8", "1", 16), slice{16, "4"}, slice{30, "2"}, slice{45, "2"})
	equal(t, work(t, hour, "8", "1", 0, 500), slice{0, "2"}, slice{500, "6"})
}

// Asked early, it sends nothing twice and still wants to be asked when the next slice is due.
func TestTWAPAskedEarly(t *testing.T) {
	p := &execute.Parent{Start: start, Total: fund.MustAmount("8"), Released: fund.MustAmount("2"), Lot: fund.MustAmount("1")}
	q, next := execute.TWAP{Over: time.Hour, Slices: 4}.Slice(p, start.Add(7*time.Minute))
	if !q.IsZero() || next != start.Add(15*time.Minute) {
		t.Errorf("%s, then at %v", q, next)
	}
}

// Whenever it is asked: slices are whole lots but for the last, what is out is never more than is due and never less
// than that by a lot, and all is out at the end, a step before Over.
func TestTWAPProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := execute.TWAP{Over: time.Duration(rapid.IntRange(1, 1000).Draw(t, "minutes")) * time.Minute, Slices: rapid.IntRange(1, 50).Draw(t, "slices")}
		lot := fund.NewAmount(rapid.Int64Range(1, 1000).Draw(t, "lot"), rapid.IntRange(0, 8).Draw(t, "places"))
		p := &execute.Parent{Start: start, Lot: lot, Total: fund.NewAmount(rapid.Int64Range(1, 1e12).Draw(t, "total"), rapid.IntRange(0, 8).Draw(t, "places"))}
		step := s.Over / time.Duration(s.Slices)
		last := start.Add(step * time.Duration(s.Slices-1))
		slices := fund.NewAmount(int64(s.Slices), 0)
		for at := start; at != 0; {
			at = at.Add(time.Duration(rapid.Int64Range(0, int64(step)/2).Draw(t, "late")))
			q, next := s.Slice(p, at)
			p.Released = p.Released.Add(q)
			if (next == 0) != (at >= last) || next != 0 && (next <= at || next.Sub(start)%step != 0) {
				t.Fatalf("at %v of %v it wants to be asked at %v", at, s, next)
			}
			if at = next; next == 0 {
				break
			}
			if q.Sign() < 0 || !q.FloorTo(lot).Equal(q) {
				t.Fatalf("%s is no whole number of lots of %s", q, lot)
			}
			parts := fund.NewAmount(int64(next.Sub(start)/step), 0)
			due, out := p.Total.Mul(parts), p.Released.Mul(slices) // both times the number of slices
			if due.Less(out) || !due.Less(out.Add(lot.Mul(slices))) {
				t.Fatalf("%s of %s are out after %s of %d slices", p.Released, p.Total, parts, s.Slices)
			}
		}
		if !p.Released.Equal(p.Total) {
			t.Fatalf("%s of %s are out at the end", p.Released, p.Total)
		}
	})
}
