package journal

import (
	"bytes"
	"fmt"
	"io"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Recorder records a run. It implements the host's Recorder. With recorded lines to verify it compares before it
// writes: a resumed run re-runs from the start and may differ nowhere.
type Recorder struct {
	enc     encoder
	w       io.Writer // nil: nothing is written
	n       uint64
	chained bool // somebody asks for the head
	chain   link
	digest  decisions
	line    []byte
	scratch []byte

	seq   uint64 // of the newest event
	rows  span   // stepped and not yet written
	sums  *sums  // of those rows; nil: the rows are known by the manifest's dataset
	until uint64 // rows after which a recorded range ends; 0: with whatever follows

	verify  [][]byte // recorded lines not yet re-derived
	restart *uint64  // torn bytes, to be noted once the recorded lines are used up

	told   func(*Entry) error // of every record; nil: nobody listens
	entry  Entry              // the newest that was told
	placed fund.Order         // that it may point to
}

// NewRecorder starts a journal on w with its manifest. A nil w computes the decisions digest only, and no chain: who wants
// the head of a journal that is not kept writes it to io.Discard. Writes are as small as a line; give it a buffered writer
// and flush that.
func NewRecorder(u *fund.Universe, m Manifest, w io.Writer) (*Recorder, error) {
	return start(u, m, Recorder{w: w, chained: w != nil})
}

// Resume is NewRecorder for a journal of which s was found: what the run does again must equal it record for record;
// what comes after it is written to w, which stands at the end of the last whole record, behind a note of the restart.
func Resume(u *fund.Universe, m Manifest, w io.Writer, s Scan) (*Recorder, error) {
	torn := uint64(s.Torn)
	return start(u, m, Recorder{w: w, chained: true, verify: s.Records, restart: &torn})
}

// Verify is a recorder that writes nothing and fails at the first record that differs from the recorded ones.
func Verify(u *fund.Universe, m Manifest, records [][]byte) (*Recorder, error) {
	return start(u, m, Recorder{chained: true, verify: records})
}

func start(u *fund.Universe, m Manifest, r Recorder) (*Recorder, error) {
	if len(r.verify) > 0 { // what is derived again is written as it was
		first, err := ReadManifest(r.verify)
		if err != nil {
			return nil, err
		}
		m.Format = first.Format
	}
	r.enc, r.digest = newEncoder(u, m.format()), newDecisions()
	if m.Run != "" {
		r.sums = &sums{}
	}
	m.write(&r.enc.object)
	return &r, r.put()
}

// Event implements the host's Recorder.
func (r *Recorder) Event(ev *engine.Event) error {
	r.seq = ev.Seq
	if row, ok := ev.Body.(*engine.Row); ok {
		return r.step(ev, row)
	}
	if err := r.putRows(); err != nil {
		return err
	}
	r.enc.event(ev)
	if err := r.putDecision(); err != nil {
		return err
	}
	return r.tell(Entry{Seq: ev.Seq, At: ev.At, Event: ev.Body})
}

// step counts a row. A range that was recorded in parts, because the file was synced between them, is compared in the same parts.
func (r *Recorder) step(ev *engine.Event, row *engine.Row) error {
	if r.rows.rows == 0 {
		r.rows = span{first: ev.Seq, from: ev.At}
		r.until = r.recordedRows()
	}
	r.rows.rows++
	r.rows.to = ev.At
	if r.sums != nil {
		r.sums.add(row.Panel, row.Index)
	}
	if r.rows.rows == r.until {
		return r.putRows()
	}
	return nil
}

// recordedRows is the number of rows of the next recorded line, 0 if it is no range.
func (r *Recorder) recordedRows() uint64 {
	r.skipNotes()
	if len(r.verify) == 0 {
		return 0
	}
	s, _ := readSpan(r.verify[0])
	return s.rows
}

// Commands implements the host's Recorder.
func (r *Recorder) Commands(cmds []engine.Command) error {
	if err := r.putRows(); err != nil {
		return err
	}
	for _, c := range cmds {
		r.enc.command(r.seq, c)
		if err := r.putDecision(); err != nil {
			return err
		}
		if err := r.tellCommand(c); err != nil {
			return err
		}
	}
	return nil
}

// End implements the host's Recorder.
func (r *Recorder) End() error {
	if err := r.putRows(); err != nil {
		return err
	}
	r.enc.open("end")
	r.enc.uint("seq", r.seq)
	r.enc.close()
	if err := r.put(); err != nil {
		return err
	}
	if err := r.tell(Entry{Seq: r.seq}); err != nil {
		return err
	}
	r.skipNotes()
	if rest := len(r.verify); rest > 0 {
		return fmt.Errorf("record %d and %d after it were recorded and are not derived again", r.n+1, rest-1)
	}
	return nil
}

// Verifying reports whether there are recorded lines that were not derived again yet.
func (r *Recorder) Verifying() bool {
	r.skipNotes()
	return len(r.verify) > 0
}

// Head returns the chain's value after the newest record, hex; of a recorder of the digest alone that before the first.
func (r *Recorder) Head() string { return r.chain.String() }

// Records returns the number of records written or verified so far.
func (r *Recorder) Records() uint64 { return r.n }

// Events returns the number of events so far, rows included.
func (r *Recorder) Events() uint64 { return r.seq }

// DecisionsDigest returns the SHA-256 of all events and commands so far, hex. Manifest and notes do not enter, so that
// runs in different places can be compared.
func (r *Recorder) DecisionsDigest() string { return r.digest.sum() }

// putRows writes the rows stepped since the last record as one range.
func (r *Recorder) putRows() error {
	if r.rows.rows == 0 {
		return nil
	}
	s := r.rows
	if r.sums != nil {
		s.sum = r.sums.take()
	}
	s.write(&r.enc.object)
	r.digest.step(s)
	r.rows = span{}
	if err := r.put(); err != nil {
		return err
	}
	return r.tell(Entry{Seq: s.first, At: s.to, Rows: int(s.rows)})
}

func (r *Recorder) putDecision() error {
	r.digest.add(r.enc.b)
	return r.put()
}

// put chains the encoder's record and verifies or writes it. The note of a restart goes in front of the first record
// that is new, but never in front of the manifest.
func (r *Recorder) put() error {
	rec := r.enc.b
	r.enc.b = r.enc.b[:0]
	r.skipNotes()
	if len(r.verify) > 0 {
		return r.compare(rec)
	}
	if r.n > 0 {
		if err := r.noteRestart(); err != nil {
			return err
		}
	}
	return r.append(rec)
}

func (r *Recorder) noteRestart() error {
	if r.restart == nil {
		return nil
	}
	var note object
	note.open("restart")
	note.uint("cut", *r.restart)
	note.close()
	r.restart = nil
	return r.append(note.b)
}

// skipNotes passes over recorded notes: they say when a process died or what a person had to say, which no re-run derives.
func (r *Recorder) skipNotes() {
	for len(r.verify) > 0 && isNote(r.verify[0]) {
		r.follow(r.verify[0])
		r.verify = r.verify[1:]
	}
}

func (r *Recorder) compare(rec []byte) error {
	if !bytes.Equal(rec, r.verify[0]) {
		return &Difference{Record: r.n + 1, Format: r.enc.format, Recorded: string(r.verify[0]), Derived: string(rec)}
	}
	r.follow(rec)
	r.verify = r.verify[1:]
	return nil
}

func (r *Recorder) follow(rec []byte) {
	r.n++
	if r.chained {
		r.chain, r.scratch = r.chain.follow(rec, r.scratch)
	}
}

func (r *Recorder) append(rec []byte) error {
	r.follow(rec)
	if r.w == nil {
		return nil
	}
	r.line = appendLine(r.line[:0], r.n, rec, r.chain)
	_, err := r.w.Write(r.line)
	return err
}
