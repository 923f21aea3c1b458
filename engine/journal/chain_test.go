package journal

import "testing"

// The chain of two records, and the name of the second, as Python's hashlib and uuid compute them.
func TestChain(t *testing.T) {
	var c Chain
	for _, rec := range []string{`{"kind":"manifest"}`, `{"kind":"end"}`} {
		c.Follow([]byte(rec))
	}
	if got, want := c.String(), "6cf494270f7f3eaf762c17b5d77dc2431a14ee8d6f4a021761c48930914bb02e"; got != want {
		t.Errorf("the chain stands at %s, want %s", got, want)
	}
	if got, want := c.ID().String(), "00587d13-3a8e-5d32-ae59-2968ecea5c10"; got != want {
		t.Errorf("the record is %s, want %s", got, want)
	}
}
