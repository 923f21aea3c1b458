package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"

	"github.com/steelyard/steelyard/engine/fund"
)

// decisions is the digest of events and commands. However many records a range of rows was written in, it counts as one, so
// that a run that was synced in between has the digest of one that was not.
type decisions struct {
	hash  hash.Hash
	block []byte // records that are not in hash yet, a newline behind each: few large pieces are hashed faster than many small ones
	rows  span   // that are not in block yet
}

// blockSize is how much is hashed at once, about.
const blockSize = 1 << 14

func newDecisions() decisions { return decisions{hash: sha256.New()} }

// step takes a range of rows. What is in them is not of the digest.
func (d *decisions) step(s span) {
	s.sum = ""
	if d.rows.rows > 0 {
		s.first, s.from, s.rows = d.rows.first, d.rows.from, d.rows.rows+s.rows
	}
	d.rows = s
}

// add takes the record of any other event, or of a command.
func (d *decisions) add(rec []byte) {
	d.putRows()
	d.block = append(append(d.block, rec...), '\n')
	if len(d.block) >= blockSize {
		d.hash.Write(d.block)
		d.block = d.block[:0]
	}
}

// putRows adds the range of rows under way.
func (d *decisions) putRows() {
	if d.rows.rows == 0 {
		return
	}
	o := object{b: d.block}
	d.rows.write(&o)
	d.block, d.rows = append(o.b, '\n'), span{}
}

// sum returns the digest so far, hex.
func (d *decisions) sum() string {
	copied, err := d.hash.(hash.Cloner).Clone()
	if err != nil {
		panic("journal: SHA-256 cannot be cloned: " + err.Error())
	}
	rest := decisions{rows: d.rows} // more rows may follow those under way
	rest.putRows()
	copied.Write(d.block)
	copied.Write(rest.block)
	return hex.EncodeToString(copied.Sum(nil))
}

// Digest returns the decisions digest of recorded records, as DecisionsDigest does of the run that wrote them.
func Digest(records [][]byte) string {
	d := newDecisions()
	for _, rec := range records {
		switch Kind(rec) {
		case "manifest", "restart", "correction", "end":
		case "rows":
			if s, ok := readSpan(rec); ok {
				d.step(s)
				continue
			}
			d.add(rec)
		default:
			d.add(rec)
		}
	}
	return d.sum()
}

// span is a range of rows that were stepped.
type span struct {
	first    uint64 // event of the first of them
	rows     uint64
	from, to fund.Time // when the first and the last closed
	sum      string    // of what is in them, hex; "": the manifest's dataset says what
}

func (s span) write(o *object) {
	o.open("rows")
	o.uint("seq", s.first)
	o.uint("rows", s.rows)
	o.time("from", s.from)
	o.time("at", s.to)
	if s.sum != "" {
		o.text("sha256", s.sum)
	}
	o.close()
}

// readSpan reads a record that is a range of rows, and reports whether it is one.
func readSpan(rec []byte) (span, bool) {
	var w struct {
		Kind string    `json:"kind"`
		Seq  uint64    `json:"seq"`
		Rows uint64    `json:"rows"`
		From fund.Time `json:"from"`
		At   fund.Time `json:"at"`
		Sum  string    `json:"sha256"`
	}
	if json.Unmarshal(rec, &w) != nil || w.Kind != "rows" {
		return span{}, false
	}
	return span{w.Seq, w.Rows, w.From, w.At, w.Sum}, true
}
