package sweep_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/sweep"
)

func TestWalks(t *testing.T) {
	for text, want := range map[string]sweep.Walk{
		"train=365d,test=90d":            {Train: 365 * fund.Day, Test: 90 * fund.Day},
		"test=2w, train=48h ,anchored":   {Train: 2 * fund.Day, Test: 14 * fund.Day, Anchored: true},
		"anchored,train=1d,test=1440m":   {Train: fund.Day, Test: fund.Day, Anchored: true},
		"train=1.5d,test=1d":             {},
		"train=12h,test=1d":              {},
		"train=1d":                       {},
		"train=1d,test=0d":               {},
		"train=1d,test=-1d":              {},
		"train=1d,test=1d,train=2d":      {},
		"train=1d,test=1d,anchored=true": {},
		"train=1d,test=1d,rolling":       {},
		"train=10%,test=1d":              {},
		"":                               {},
	} {
		w, err := sweep.ParseWalk(text)
		if w != want || (err == nil) != (want.Train > 0) {
			t.Errorf("%s: %v, %v; want %v", text, w, err, want)
		}
		if err != nil && !strings.Contains(err.Error(), "train=365d,test=90d") {
			t.Errorf("%s: %v does not say what to write", text, err)
		}
	}
}

// Tests follow each other to the end of the period, each right after the time that its choice is made on, which is as long as it
// was said, or from the beginning on.
func TestWindowsFollowEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := fund.TimeOf(time.Date(2022, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, time.UTC))
		to := from.Add(time.Duration(rapid.IntRange(1, 2000).Draw(t, "hours")) * time.Hour)
		w := sweep.Walk{Train: time.Duration(rapid.IntRange(1, 60).Draw(t, "train")) * fund.Day,
			Test: time.Duration(rapid.IntRange(1, 30).Draw(t, "test")) * fund.Day, Anchored: rapid.Bool().Draw(t, "anchored")}
		list, err := w.Windows(from, to)
		if err != nil {
			if to.Sub(from) > w.Train+fund.Day {
				t.Fatal(err)
			}
			return
		}
		at := list[0].From
		if early := at.Sub(from) - w.Train; early < 0 || early >= fund.Day {
			t.Fatalf("the first test begins at %v, the period at %v", at, from)
		}
		for k, x := range list {
			long := x.From.Sub(x.Train) == w.Train
			if w.Anchored {
				long = x.Train == from
			}
			full := x.To.Sub(x.From) == w.Test || k == len(list)-1
			if x.From != at || x.To <= x.From || x.From != x.From.Floor(fund.Day) || x.Train < from || !long || !full {
				t.Fatalf("window %d is %v", k, x)
			}
			at = x.To
		}
		if at != to {
			t.Fatalf("the last test ends at %v, the period at %v", at, to)
		}
	})
}

// Whatever is written, it is a walk or an error, and a walk that is written out is the same walk.
func FuzzParseWalk(f *testing.F) {
	for _, seed := range []string{"train=365d,test=90d", "test=2w,train=48h,anchored", "train=1e2d,test=1d", "train=,test="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := sweep.ParseWalk(text)
		if err != nil {
			return
		}
		if again, err := sweep.ParseWalk(w.String()); err != nil || again != w {
			t.Fatalf("%q is %v, which is %v, %v", text, w, again, err)
		}
	})
}
