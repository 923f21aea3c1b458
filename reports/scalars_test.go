package reports_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
)

// The figures of an analysis that holds nothing have the keys of every other, so that they can head a table.
func TestScalarsHaveTheSameKeys(t *testing.T) {
	none := reports.Analysis{Run: reports.Run{Universe: &fund.Universe{Assets: []fund.Asset{{Name: "USD"}}}}}
	got := none.Scalars()
	seen := map[string]bool{}
	for _, s := range got {
		seen[s.Key] = true
	}
	for _, key := range []string{"sharpe", "tracking_error", "cost_bp_per_year", "shortfall_total_bp", "decisions_digest"} {
		if !seen[key] {
			t.Errorf("%s is missing", key)
		}
	}
	if len(seen) != len(got) {
		t.Errorf("%d keys, %d of them different", len(got), len(seen))
	}
}
