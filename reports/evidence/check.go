package evidence

import (
	"cmp"
	"crypto/ed25519"
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine/journal"
)

// Signed is what signed heads say of a journal that agrees with them.
type Signed struct {
	Heads   int                 // that count
	Through uint64              // the newest record that they vouch for; 0: none
	Keys    []ed25519.PublicKey // that signed them, each once
	Others  int                 // heads of keys that nobody trusts, which do not count
}

// Check compares a journal with the signed heads beside it. With trusted keys only their heads count; with none all do, and
// then the heads say no more than that their owner's key signed this journal, whoever that is. The error names the first
// record that is not what was signed, as exactly as the heads tell.
func Check(s *journal.Scan, heads []Head, trusted []ed25519.PublicKey) (Signed, error) {
	var sum Signed
	sorted := slices.Clone(heads)
	slices.SortStableFunc(sorted, func(a, b Head) int { return cmp.Compare(a.Record, b.Record) })
	for _, h := range sorted {
		if len(trusted) > 0 && !has(trusted, h.Key) {
			sum.Others++
			continue
		}
		if err := sum.count(s, &h); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

func (sum *Signed) count(s *journal.Scan, h *Head) error {
	switch n := uint64(len(s.Records)); {
	case !h.Genuine():
		return fmt.Errorf("%s: the head of record %d is not signed by the key that it names, %s", HeadsName, h.Record, Fingerprint(h.Key))
	case h.Record == 0:
		return fmt.Errorf("%s: a head of record 0, which is none", HeadsName)
	case h.Record > n:
		return fmt.Errorf("the journal ends with record %d; records up to %d were signed: record %d, and what came after it, is gone", n, h.Record, n+1)
	case s.HeadAt(h.Record) != h.Chain:
		return fmt.Errorf("%s not what was signed: the chain stands at %s after record %d, signed was %s",
			between(sum.Through+1, h.Record), s.HeadAt(h.Record), h.Record, h.Chain)
	}
	sum.Heads++
	sum.Through = h.Record
	if !has(sum.Keys, h.Key) {
		sum.Keys = append(sum.Keys, h.Key)
	}
	return nil
}

func between(from, to uint64) string {
	if from >= to {
		return fmt.Sprintf("record %d is", to)
	}
	return fmt.Sprintf("one of records %d to %d is", from, to)
}

func has(keys []ed25519.PublicKey, key ed25519.PublicKey) bool {
	return slices.ContainsFunc(keys, func(k ed25519.PublicKey) bool { return k.Equal(key) })
}
