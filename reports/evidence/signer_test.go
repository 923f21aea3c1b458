package evidence_test

import (
	"bytes"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

// shelf is a folder with a file of heads in memory.
type shelf struct {
	fstest.MapFS
	heads bytes.Buffer
}

func (s *shelf) Create(string) (journal.Storage, error)        { return s, nil }
func (s *shelf) Append(string, int64) (journal.Storage, error) { return nil, fs.ErrInvalid }
func (s *shelf) Write(p []byte) (int, error)                   { return s.heads.Write(p) }
func (s *shelf) Sync() error                                   { return nil }
func (s *shelf) Close() error                                  { return nil }

// A head is written when the journal is on the disk up to it: never before, and not at all where it cannot be put there.
func TestNoHeadIsAheadOfItsJournal(t *testing.T) {
	in, full := &shelf{}, errors.New("full")
	var file bytes.Buffer
	rec, err := journal.NewRecorder(universe(), journal.Manifest{}, &file)
	if err != nil {
		t.Fatal(err)
	}
	synced, broken := 0, false
	sync := func() error {
		if broken {
			return full
		}
		synced = file.Len()
		return nil
	}
	s, err := evidence.NewSigner(in, &journal.Scan{}, rec, sync, keyOf("fund"), 4)
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); seq < 30; seq++ {
		if err := s.Event(&engine.Event{Seq: seq, Body: &engine.Accepted{Order: 1}}); err != nil {
			t.Fatal(err)
		}
		heads, _, err := evidence.ParseHeads(in.heads.Bytes())
		if err != nil || len(heads) != int(rec.Records()/4) {
			t.Fatalf("%d heads of %d records, %v", len(heads), rec.Records(), err)
		}
		disk, _ := journal.ScanBytes(file.Bytes()[:synced])
		if _, err := evidence.Check(&disk, heads, nil); err != nil {
			t.Fatal(err)
		}
	}
	broken = true
	before := in.heads.Len()
	if err := s.End(); !errors.Is(err, full) || in.heads.Len() != before {
		t.Errorf("on a full disk: %v, %d bytes of heads, %d before", err, in.heads.Len(), before)
	}
}
