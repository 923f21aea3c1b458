package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"

	"github.com/steelyard/steelyard/engine/fund"
)

// PanelHash names the content of a panel: the SHA-256, in hex, of
//
//	"steelyard panel 1\n"
//	the interval in nanoseconds, the number of instruments, the number of rows, and 1 with or 0 without bid and ask
//	each instrument's name: its length in bytes, then the bytes
//	the open times
//	open, high, low, close, volume, and bid and ask where the panel has them: each row by row, instrument by instrument
//
// where every number takes eight bytes, least significant first, and is a two's complement integer or the bits of a
// float64, those of every NaN being 7ff8000000000001. instruments names the columns of p.
func PanelHash(p *fund.Panel, instruments []string) string {
	w := &numberHash{to: sha256.New()}
	w.to.Write([]byte("steelyard panel 1\n"))
	fields := panelFields(p)
	for _, n := range []int{int(p.Interval), p.N, p.Rows(), (len(fields) - numColumns) / 2} {
		w.put(uint64(n))
	}
	for _, name := range instruments {
		w.put(uint64(len(name)))
		w.flush()
		fmt.Fprint(w.to, name)
	}
	for _, t := range p.Times {
		w.put(uint64(t))
	}
	for _, f := range fields {
		w.putFloats(*f.values)
	}
	w.flush()
	return hex.EncodeToString(w.to.Sum(nil))
}

// numberHash hashes numbers by the block.
type numberHash struct {
	to    hash.Hash
	block [1 << 15]byte
	used  int
}

func (w *numberHash) put(n uint64) {
	binary.LittleEndian.PutUint64(w.block[w.used:], n)
	if w.used += 8; w.used == len(w.block) {
		w.flush()
	}
}

func (w *numberHash) putFloats(values []float64) {
	for len(values) > 0 {
		n := min(len(values), (len(w.block)-w.used)/8)
		free := w.block[w.used:]
		for i, v := range values[:n] {
			if v != v {
				v = math.NaN()
			}
			binary.LittleEndian.PutUint64(free[8*i:], math.Float64bits(v))
		}
		values = values[n:]
		if w.used += 8 * n; w.used == len(w.block) {
			w.flush()
		}
	}
}

func (w *numberHash) flush() {
	w.to.Write(w.block[:w.used])
	w.used = 0
}
