package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// sums is the SHA-256 of rows one after the other: of each its open time, then open, high, low, close and volume, column by
// column, instrument by instrument. Every number takes eight bytes, least significant first, and is a two's complement integer
// or the bits of a float64, those of every NaN being 7ff8000000000001.
type sums struct {
	hash hash.Hash
	row  []byte
}

func (s *sums) add(p *fund.Panel, r int) {
	if s.hash == nil {
		s.hash = sha256.New()
	}
	s.row = binary.LittleEndian.AppendUint64(s.row[:0], uint64(p.Times[r]))
	for _, column := range [...][]float64{p.Open, p.High, p.Low, p.Close, p.Volume} {
		for _, x := range column[r*p.N : (r+1)*p.N] {
			if x != x {
				x = math.NaN()
			}
			s.row = binary.LittleEndian.AppendUint64(s.row, math.Float64bits(x))
		}
	}
	s.hash.Write(s.row)
}

// take returns the sum so far, hex, and begins anew.
func (s *sums) take() string {
	sum := hex.EncodeToString(s.hash.Sum(nil))
	s.hash.Reset()
	return sum
}

// CheckRows sees that rows are those that a journal's ranges sum, and names the first range that is of others. Rows before first
// were history, which the manifest names. A journal without sums has nothing to check.
func CheckRows(records [][]byte, p *fund.Panel, first int) error {
	next := first
	for n, rec := range records {
		s, ok := readSpan(rec)
		if !ok || s.sum == "" {
			continue
		}
		own := sums{}
		for range s.rows {
			if next == p.Rows() {
				return fmt.Errorf("record %d steps to row %d, and there are %d", n+1, next-first+1, p.Rows()-first)
			}
			own.add(p, next)
			next++
		}
		if own.take() != s.sum {
			return fmt.Errorf("one of rows %d to %d is not as it was when record %d was written", next-first-int(s.rows)+1, next-first, n+1)
		}
	}
	return nil
}
