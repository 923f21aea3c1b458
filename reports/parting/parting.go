// Package parting finds where two runs first part: in what they were given, in what happened, in what was decided.
package parting

import (
	"bytes"
	"fmt"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
)

// Run is a run as its folder keeps it. It is only read.
type Run struct {
	Fund     []byte // fund.json
	Universe *fund.Universe
	Records  [][]byte    // of the journal, from the manifest on
	Panel    *fund.Panel // the rows that were stepped
}

// Parting says where two runs differ: all that they were given otherwise, and the first row, event, decision and fill that
// differs, nil where none does. Of the first run stands what is called First, of the second what is called Second.
type Parting struct {
	Fund     []Change `json:"fund"`               // keys of fund.json, sorted
	Given    []Change `json:"given"`              // of the manifest: dataset, format, seed
	Row      *Row     `json:"row,omitempty"`      // of the rows, by their position
	Event    *Moment  `json:"event,omitempty"`    // by position in the sequence of events, with what followed from it
	Decision *Moment  `json:"decision,omitempty"` // the first with the first, the second with the second …
	Fill     *Moment  `json:"fill,omitempty"`     // likewise
}

// Equal reports whether nothing differs.
func (p *Parting) Equal() bool {
	return len(p.Fund)+len(p.Given) == 0 && p.Row == nil && p.Event == nil && p.Decision == nil && p.Fill == nil
}

// Change is a value that two runs have differently, as text; "" where one has none.
type Change struct {
	Key    string `json:"key"`
	First  string `json:"first"`
	Second string `json:"second"`
}

// Moment is the first event, decision or fill that two runs have differently.
type Moment struct {
	Number  uint64   `json:"number"` // of the event in the sequence; of the decision or the fill among its kind; from 1
	First   Side     `json:"first"`
	Second  Side     `json:"second"`
	Changes []Change `json:"changes,omitempty"` // between the two records, where both are of one kind
}

// Side is a moment in one of the runs, in words.
type Side struct {
	At  fund.Time `json:"at,omitzero"`
	Saw string    `json:"saw"`           // "": the run has nothing here
	Did []string  `json:"did,omitempty"` // what followed, in order
}

// Find compares two runs. An error says whose journal or fund does not read.
func Find(first, second Run) (*Parting, error) {
	p := &Parting{}
	var err error
	if p.Fund, err = Changes(first.Fund, second.Fund); err != nil {
		return nil, fmt.Errorf("the funds: %w", err)
	}
	if p.Given, err = given(first, second); err != nil {
		return nil, err
	}
	p.Row = firstRow(first, second)
	return p, p.walk(newTape(first), newTape(second))
}

// given compares the manifests, but for the funds' hashes: their keys are compared one by one.
func given(first, second Run) ([]Change, error) {
	a, err := journal.ReadManifest(first.Records)
	if err != nil {
		return nil, fmt.Errorf("the first run: %w", err)
	}
	b, err := journal.ReadManifest(second.Records)
	if err != nil {
		return nil, fmt.Errorf("the second run: %w", err)
	}
	var list []Change
	add := func(key string, x, y any) {
		if x != y {
			list = append(list, Change{key, fmt.Sprint(x), fmt.Sprint(y)})
		}
	}
	if a.Run == "" && b.Run == "" { // a run in running time was not given its rows; they are compared one by one
		add("dataset", a.Dataset, b.Dataset)
	}
	add("format", a.Format, b.Format)
	add("seed", a.Seed, b.Seed)
	return list, nil
}

// walk reads both journals side by side, event by event, until all is found that there is to find.
func (p *Parting) walk(first, second *tape) error {
	decisions, fills := matcher{kind: "decide"}, matcher{kind: "fill"}
	for {
		a, err := first.next()
		if err != nil {
			return fmt.Errorf("the first run: %w", err)
		}
		b, err := second.next()
		if err != nil {
			return fmt.Errorf("the second run: %w", err)
		}
		if p.Event == nil && !a.same(b) {
			p.Event = momentOf(first.u, a, second.u, b)
		}
		decisions.take(a, b)
		fills.take(a, b)
		ended := a == nil && b == nil
		if ended || p.Event != nil && decisions.found() && fills.found() {
			p.Decision, p.Fill = decisions.moment(first.u, second.u), fills.moment(first.u, second.u)
			return nil
		}
	}
}

// matcher sets the records of one kind side by side in their order, until two differ.
type matcher struct {
	kind    string
	waiting [2][]*journal.Entry // not yet matched, of the first run and of the second; one is empty unless their heads differ
	matched uint64              // before those
}

func (m *matcher) found() bool { return len(m.waiting[0]) > 0 && len(m.waiting[1]) > 0 }

// take takes the next step of each run; nil where it has ended.
func (m *matcher) take(steps ...*step) {
	if m.found() {
		return
	}
	for side, s := range steps {
		m.waiting[side] = append(m.waiting[side], s.of(m.kind)...)
	}
	for m.found() && sameRecord(m.waiting[0][0], m.waiting[1][0]) {
		m.waiting[0], m.waiting[1] = m.waiting[0][1:], m.waiting[1][1:]
		m.matched++
	}
}

// moment returns what differs; nil if nothing does.
func (m *matcher) moment(first, second *fund.Universe) *Moment {
	if len(m.waiting[0])+len(m.waiting[1]) == 0 {
		return nil
	}
	found := &Moment{Number: m.matched + 1}
	if len(m.waiting[0]) > 0 {
		found.First = Side{At: m.waiting[0][0].At, Saw: words(first, m.waiting[0][0])}
	}
	if len(m.waiting[1]) > 0 {
		found.Second = Side{At: m.waiting[1][0].At, Saw: words(second, m.waiting[1][0])}
	}
	if m.found() {
		found.Changes = between(m.waiting[0][0], m.waiting[1][0])
	}
	return found
}

// sameRecord reports whether two records say the same at the same time, whatever their places in the sequence.
func sameRecord(a, b *journal.Entry) bool {
	return bytes.Equal(a.Text, b.Text) || a.At == b.At && len(between(a, b)) == 0
}
