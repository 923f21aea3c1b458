package reports

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine/fund"
)

// The part that is the whole run has the figures of its summary, and so have parts that follow each other, wherever they are cut.
func TestPartsOfARun(t *testing.T) {
	a := newRig(4, walkPanel(4, 40*24, 0.02, 3)).analyse(t)
	want := map[string]string{}
	for _, s := range a.Scalars() {
		want[s.Key] = s.Text
	}
	start, end := a.Summary.Start, a.Summary.End
	rapid.Check(t, func(t *rapid.T) {
		cuts := []fund.Time{start, end}
		for range rapid.IntRange(0, 4).Draw(t, "cuts") {
			cuts = append(cuts, hours(rapid.IntRange(0, 40*24).Draw(t, "at")))
		}
		slices.Sort(cuts)
		var whole Part
		for k := range cuts[1:] {
			if part := a.Between(cuts[k], cuts[k+1]); cuts[k] < cuts[k+1] {
				whole = Part{append(whole.Points, part.Points...), append(whole.Trades, part.Trades...)}
			}
		}
		for _, s := range whole.Scalars() {
			if s.Text != want[s.Key] {
				t.Fatalf("cut at %v: %s is %s, the run's is %s", cuts, s.Key, s.Text, want[s.Key])
			}
		}
	})
	if a.Summary.Rebalances < 10 {
		t.Errorf("%d rebalances: the test tests little", a.Summary.Rebalances)
	}
}
