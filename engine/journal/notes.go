package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// Correction is a person's word about a record that stands: what it says is wrong, and what is right. It decides nothing and
// is derived by no re-run.
type Correction struct {
	At     fund.Time // when it was made
	Record uint64    // that it is about; an earlier one
	Who    string
	Text   string
}

func (c *Correction) write(o *object) {
	o.open("correction")
	o.time("at", c.At)
	o.uint("record", c.Record)
	o.text("who", c.Who)
	o.text("text", c.Text)
	o.close()
}

// Correct appends a correction to w, which stands behind the journal that s was read from, and to s.
func Correct(w io.Writer, s *Scan, c Correction) error {
	switch n := uint64(len(s.Records)); {
	case c.Record == 0 || c.Record > n:
		return fmt.Errorf("there is no record %d to correct: the journal has %d", c.Record, n)
	case c.Who == "" || c.Text == "":
		return errors.New("a correction needs the name of who makes it and what it says")
	}
	var o object
	c.write(&o)
	var head link
	if n := len(s.links); n > 0 {
		head = s.links[n-1]
	}
	head, _ = head.follow(o.b, nil)
	line := appendLine(nil, uint64(len(s.Records)+1), o.b, head)
	if _, err := w.Write(line); err != nil {
		return err
	}
	s.Records, s.links = append(s.Records, o.b), append(s.links, head)
	s.Head, s.Good = head.String(), s.Good+int64(len(line))
	return nil
}

// isNote reports whether a record says something about the journal and not about the fund.
func isNote(rec []byte) bool {
	return bytes.HasPrefix(rec, []byte(`{"kind":"restart"`)) || bytes.HasPrefix(rec, []byte(`{"kind":"correction"`))
}

// Ended reports whether records are those of a run that came to its end. Corrections may follow it.
func Ended(records [][]byte) bool {
	for _, rec := range slices.Backward(records) {
		if !isNote(rec) {
			return Kind(rec) == "end"
		}
	}
	return false
}

// Kind returns the kind of a record.
func Kind(rec []byte) string {
	var head struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal(rec, &head) != nil {
		return ""
	}
	return head.Kind
}
