package venues_test

import (
	"testing"
)

// A fund that trades live holds at its venue what its ledger says.
func TestHubTrades(t *testing.T) {
	for seed := range uint64(3) {
		r := newRig(t, seed, 60)
		r.run()
		r.wantTrue()
		if n := len(r.records("fill")); n < 10 {
			t.Errorf("seed %d: %d fills", seed, n)
		}
		t.Logf("seed %d: %d orders, %d fills, %d closed, %d decisions", seed, len(r.records("place")), len(r.records("fill")), len(r.records("closed")), len(r.records("decide")))
	}
}
