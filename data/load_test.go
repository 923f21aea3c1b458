package data

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
)

var eth = Key{"binance", "ETH/USDT"}

// fixed makes a store of these series, of minute bars, and leaves it open.
func fixed(t *testing.T, series map[Key][]bar) *Store {
	t.Helper()
	store, err := Open(t.TempDir(), Write)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if err := store.create(); err != nil {
		t.Fatal(err)
	}
	for key, bars := range series {
		if err := keep(store, key, bars); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func mustLoad(t *testing.T, s *Store, q Query) (*fund.Panel, []Note) {
	t.Helper()
	p, notes, err := s.Load(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p, notes
}

// minute numbers of a time, from start.
func minutesOf(times []fund.Time) (ms []int) {
	for _, t := range times {
		ms = append(ms, int(t.Sub(start)/time.Minute))
	}
	return ms
}

// pick returns the bars of these minutes.
func pick(bars []bar, ms ...int) (picked []bar) {
	for _, m := range ms {
		picked = append(picked, bars[m])
	}
	return picked
}

func TestLoadIsTheUnion(t *testing.T) {
	a, b := walk(20, 1), walk(20, 2)
	store := fixed(t, map[Key][]bar{btc: pick(a, 1, 2, 3, 7), eth: pick(b, 2, 4, 7, 9)})
	p, notes := mustLoad(t, store, all(btc, eth))
	if len(notes) > 0 || p.N != 2 || p.Interval != time.Minute || p.Bid != nil {
		t.Errorf("%v %+v", notes, p)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4, 7, 9}, minutesOf(p.Times)); diff != "" {
		t.Fatal(diff)
	}
	nan := math.NaN()
	want := []float64{a[1].values[3], nan, a[2].values[3], b[2].values[3], a[3].values[3], nan, nan, b[4].values[3], a[7].values[3], b[7].values[3], nan, b[9].values[3]}
	if diff := cmp.Diff(want, p.Close, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	for c, column := range [][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
		if got := column[1*2+1]; got != b[2].values[c] {
			t.Errorf("%s: %v", columnName(c), got)
		}
		if !math.IsNaN(column[1]) {
			t.Errorf("%s is there without a bar", columnName(c))
		}
	}
	p, _ = mustLoad(t, store, all(eth, btc))
	if p.Close[1] != a[1].values[3] {
		t.Error("the columns do not follow the query")
	}
}

func TestLoadKeepsToTheRange(t *testing.T) {
	store := fixed(t, map[Key][]bar{btc: walk(20, 1)})
	q := all(btc)
	q.From, q.To = start.Add(3*time.Minute), start.Add(5*time.Minute)
	p, _ := mustLoad(t, store, q)
	if diff := cmp.Diff([]int{3, 4}, minutesOf(p.Times)); diff != "" {
		t.Error(diff)
	}
	if p.Open[0] != walk(20, 1)[3].values[0] {
		t.Error("another row's values")
	}
}

func TestLongGapEndsASeries(t *testing.T) {
	a, b := walk(40, 1), walk(40, 2)
	store := fixed(t, map[Key][]bar{btc: pick(a, 0, 1, 5, 6, 30, 31), eth: pick(b, 1, 6, 7)})
	q := all(btc, eth)
	q.MaxGap = 4 * time.Minute
	p, notes := mustLoad(t, store, q)
	if diff := cmp.Diff([]int{0, 1, 5, 6, 7}, minutesOf(p.Times)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Note{{Key: btc, Last: a[6].at, Next: a[30].at}}, notes); diff != "" {
		t.Error(diff)
	}
	q.MaxGap = 3*time.Minute - 1
	if p, notes = mustLoad(t, store, q); len(notes) != 2 || notes[0].Last != a[1].at || notes[1].Next != b[6].at || p.Rows() != 2 {
		t.Errorf("%v %v", notes, minutesOf(p.Times))
	}
}

func TestAbsentInTheRangeIsNoted(t *testing.T) {
	store := fixed(t, map[Key][]bar{btc: walk(20, 1), eth: walk(5, 2)})
	q := all(btc, eth)
	q.From = start.Add(10 * time.Minute)
	p, notes := mustLoad(t, store, q)
	if diff := cmp.Diff([]Note{{Key: eth, NoBars: true}}, notes); diff != "" || p.Rows() != 10 || p.Has(0, 1) {
		t.Error(diff, p)
	}
}

func TestLoadErrors(t *testing.T) {
	store := fixed(t, map[Key][]bar{btc: walk(20, 1)})
	load := func(q Query) error {
		_, _, err := store.Load(context.Background(), q)
		return err
	}
	wantError(t, load(all(btc, Key{"kraken", "ADA/USDT"})), "kraken:ADA/USDT 1m is not in the store", "it has binance:BTC/USDT 1m",
		"steelyard data import --store", "--venue kraken --instrument ADA/USDT --interval 1m")
	q := all(btc)
	q.Interval = time.Hour
	wantError(t, load(q), "binance:BTC/USDT 1h is not in the store")
	q = all(btc)
	q.From = start.Add(time.Hour)
	wantError(t, load(q), "no bars from 2024-01-01T01:00:00Z", "binance:BTC/USDT from 2024-01-01T00:00:00Z to 2024-01-01T00:20:00Z")
	q.To = q.From
	wantError(t, load(q), "range is empty")
	wantError(t, load(all()), "no instruments")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := store.Load(ctx, all(btc)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Later bars never change earlier rows: what is loaded up to a time is what would be loaded if nothing had followed.
func TestLoadIsCausal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bars := walk(60, 5)
		draw := func(label string) []fund.Time {
			return barTimes(pick(bars, sortedSet(rapid.SliceOfN(rapid.IntRange(0, 59), 1, 30).Draw(t, label))...))
		}
		q := Query{Interval: time.Minute, MaxGap: time.Duration(rapid.IntRange(0, 9).Draw(t, "gap")) * time.Minute}
		whole := [][]fund.Time{draw("a"), draw("b")}
		until := start.Add(time.Duration(rapid.IntRange(1, 59).Draw(t, "until")) * time.Minute)
		rows := func(cut bool) []fund.Time {
			var spans []span
			for _, times := range whole {
				if cut {
					n, _ := slices.BinarySearch(times, until)
					times = times[:n]
				}
				spans = append(spans, span{times: times[:endOfLife(times, q)]})
			}
			return unionOfTimes(spans)
		}
		all, past := rows(false), rows(true)
		n, _ := slices.BinarySearch(all, until)
		if !slices.Equal(all[:n], past) {
			t.Fatalf("%v, but without what followed %v", minutesOf(all[:n]), minutesOf(past))
		}
	})
}

func sortedSet(ms []int) []int {
	slices.Sort(ms)
	return slices.Compact(ms)
}

func TestFilter(t *testing.T) {
	store := fixed(t, map[Key][]bar{btc: walk(5, 1), eth: walk(5, 2)})
	for _, c := range []struct {
		f    Filter
		want int
	}{{Filter{}, 2}, {Filter{Key: eth}, 1}, {Filter{Interval: time.Hour}, 0}, {Filter{Key: Key{Venue: "binance"}}, 2}} {
		if got, err := store.Series(context.Background(), c.f); err != nil || len(got) != c.want {
			t.Error(c.f, got, err)
		}
	}
}
