package parting

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
)

// step is an event and the commands that followed from it. A row has no record of its own: its event is of kind "rows" and one
// row long.
type step struct {
	number   uint64 // in the sequence, from 1
	event    journal.Entry
	row      int // of a row: which, from 1
	commands []journal.Entry
}

// same reports whether two steps are the same event with the same commands; nil is the end of a run.
func (s *step) same(t *step) bool {
	if s == nil || t == nil {
		return s == t
	}
	return s.row == t.row && s.event.At == t.event.At && (s.row > 0 || bytes.Equal(s.event.Text, t.event.Text)) &&
		slices.EqualFunc(s.commands, t.commands, func(c, d journal.Entry) bool { return bytes.Equal(c.Text, d.Text) })
}

// of lists a step's records of a kind.
func (s *step) of(kind string) (list []*journal.Entry) {
	if s == nil {
		return nil
	}
	if s.event.Kind == kind {
		list = append(list, &s.event)
	}
	for i := range s.commands {
		if s.commands[i].Kind == kind {
			list = append(list, &s.commands[i])
		}
	}
	return list
}

// tape reads a run step by step.
type tape struct {
	u      *fund.Universe
	reader *journal.Reader
	panel  *fund.Panel
	events uint64         // so far
	ahead  *journal.Entry // read, and not yet part of a step
	rows   int            // stepped
	left   int            // rows of the range under way
}

func newTape(r Run) *tape {
	return &tape{u: r.Universe, reader: journal.NewReader(r.Universe, r.Records), panel: r.Panel}
}

// next returns the next step, nil at the end.
func (t *tape) next() (*step, error) {
	if t.left == 0 && t.ahead == nil {
		if err := t.read(); err != nil || t.ahead == nil {
			return nil, err
		}
	}
	t.events++
	s := &step{number: t.events}
	if t.left > 0 {
		return s, t.row(s)
	}
	s.event, t.ahead = *t.ahead, nil
	if s.event.Rows > 0 {
		if t.left = s.event.Rows; t.rows+t.left > t.panel.Rows() {
			return nil, fmt.Errorf("record %d steps to row %d, and there are %d: the rows are of another run", s.event.Record, t.rows+t.left, t.panel.Rows())
		}
		return s, t.row(s)
	}
	return s, t.commands(s)
}

// row makes s the next row of the range under way. Commands follow the last.
func (t *tape) row(s *step) error {
	s.event = journal.Entry{Kind: "rows", Rows: 1, At: t.panel.CloseTime(t.rows)}
	t.rows++
	t.left--
	s.row = t.rows
	if t.left > 0 {
		return nil
	}
	return t.commands(s)
}

// commands reads what follows from s, up to the next event.
func (t *tape) commands(s *step) error {
	for {
		if err := t.read(); err != nil || t.ahead == nil || t.ahead.Event != nil || t.ahead.Rows > 0 {
			return err
		}
		s.commands = append(s.commands, *t.ahead)
	}
}

// read reads the next event or command. What says something of the journal alone is passed over.
func (t *tape) read() error {
	for {
		e, more, err := t.reader.Next()
		t.ahead = nil
		if err != nil || !more {
			return err
		}
		switch e.Kind {
		case "manifest", "restart", "correction", "end":
		default:
			t.ahead = &e
			return nil
		}
	}
}
