package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
)

// life is a journal on a disk that fails, over the lives of several processes.
type life struct {
	disk  *faulty
	lines [][]byte // that were handed to the file, by record
	acked int      // records of which a Sync said that they are on the disk
}

// Write notes a line and is otherwise the file.
type noted struct {
	*life
	*journal.File
}

func (n noted) Write(line []byte) (int, error) {
	n.lines = append(n.lines, bytes.Clone(line))
	return n.File.Write(line)
}

// open starts the journal or goes on with it, as a new process does.
func (l *life) open(t *testing.T) (*journal.Recorder, *journal.File, error) {
	s, err := journal.Read(l.disk)
	if errors.Is(err, fs.ErrNotExist) {
		f, err := journal.Create(l.disk)
		if err != nil {
			return nil, nil, err
		}
		f.Limit = 700
		rec, err := journal.NewRecorder(universe(), manifest, noted{l, f})
		return rec, f, err
	}
	if err != nil {
		t.Fatalf("what was written reads as damaged: %v", err)
	}
	l.check(t, s)
	f, err := journal.Reopen(l.disk, s)
	if err != nil {
		return nil, nil, err
	}
	f.Limit = 700
	rec, err := journal.Resume(universe(), manifest, noted{l, f}, s.Scan)
	return rec, f, err
}

// check demands that no acknowledged record is lost and none is there that was not written.
func (l *life) check(t *testing.T, s *journal.Stored) {
	t.Helper()
	if len(s.Records) < l.acked {
		t.Fatalf("%d records were acknowledged, %d are there", l.acked, len(s.Records))
	}
	if len(s.Records) > len(l.lines) {
		t.Fatalf("%d records were written, %d are there", len(l.lines), len(s.Records))
	}
	for i, rec := range s.Records {
		if !bytes.Contains(l.lines[i], rec) {
			t.Fatalf("record %d is %s, written was %s", i+1, rec, l.lines[i])
		}
	}
	l.lines = l.lines[:len(s.Records)] // what did not reach the disk is written again, or something else
}

// process runs the fund until the first error and reports whether it came to the end.
func (l *life) process(t *testing.T, events int) bool {
	rec, f, err := l.open(t)
	for seq := 1; err == nil && seq <= events; seq++ {
		err = rec.Event(&engine.Event{Seq: uint64(seq), At: fund.Time(seq), Body: &engine.Operator{Who: fmt.Sprint("operator ", seq), Action: engine.Pause}})
		if err == nil && l.disk.below(4) == 0 {
			if err = f.Sync(); err == nil {
				l.acked = max(l.acked, int(rec.Records()))
			}
		}
	}
	if err == nil {
		err = rec.End()
	}
	if f == nil {
		return false
	}
	if err == nil {
		if err = f.Close(); err == nil {
			l.acked = int(rec.Records())
		}
		return err == nil
	}
	if again := f.Sync(); again == nil {
		t.Fatalf("after %v a sync says that all is well", err)
	}
	return false
}

// On a disk that writes short, fails to sync, fails to make files and loses what was not synced, over one power cut after
// another, no acknowledged record is lost, none is invented, and the run comes to its end.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	lives, segments := 0, 0
	for seed := range uint64(150) {
		l := &life{disk: newFaulty(seed)}
		l.disk.faults = true
		for n := 0; !l.process(t, 60); n++ {
			l.disk.crash()
			l.disk.faults = n < 20
			lives++
		}
		l.disk.crash()
		s, err := journal.Read(l.disk)
		if err != nil || s.Torn > 0 || !s.Ended() || len(s.Records) != l.acked {
			t.Fatalf("seed %d: %d of %d records, %d torn bytes, %v", seed, len(s.Records), l.acked, s.Torn, err)
		}
		segments += len(l.disk.files)
	}
	if lives < 400 || segments < 400 {
		t.Errorf("%d crashes and %d segments: the test tests little", lives, segments)
	}
}

// A disk that is full is an error at once or at the next sync, whatever fits on it, and what fits is whole.
func TestFullDisk(t *testing.T) {
	for room := int64(0); room < 4000; room += 37 {
		l := &life{disk: newFaulty(uint64(room))}
		l.disk.room = room
		if l.process(t, 60) {
			t.Fatalf("all fits into %d bytes", room)
		}
		l.disk.crash()
		l.disk.room = 1 << 30
		if !l.process(t, 60) {
			t.Fatalf("%d bytes: with room again it does not go on", room)
		}
	}
}

// What was synced is read even where the power went while later blocks were on the disk and earlier ones were not; the hole
// is called damage, and nothing behind it is taken for written.
func TestBlocksOutOfOrder(t *testing.T) {
	lines, _ := write(t, universe())
	all := bytes.SplitAfter(lines, []byte("\n"))
	synced := len(bytes.Join(all[:5], nil))
	hole := slices.Clone(lines)
	clear(hole[synced+10 : synced+300])
	s, err := journal.ScanBytes(hole)
	var damage *journal.Damage
	if !errors.As(err, &damage) || damage.Record != 6 || len(s.Records) != 5 {
		t.Fatalf("%d records and %v", len(s.Records), err)
	}
}

// A file survives being cut: what was whole is kept, the rest is cut and told.
func TestReopenCutsATornTail(t *testing.T) {
	lines, _ := write(t, universe())
	for _, torn := range []string{"", "{", `{"n":99`, "\x00\x00\x00", "garbage\n"} {
		dir := journal.Dir(t.TempDir())
		path := filepath.Join(string(dir), journal.SegmentName(1))
		if err := os.WriteFile(path, slices.Concat(lines, []byte(torn)), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := journal.Read(dir)
		if err != nil || s.Torn != int64(len(torn)) || s.Good != int64(len(lines)) {
			t.Fatalf("%q: %d good, %d torn, %v", torn, s.Good, s.Torn, err)
		}
		f, err := journal.Reopen(dir, s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("more\n")); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		after, _ := os.ReadFile(path)
		if string(after) != string(lines)+"more\n" {
			t.Fatalf("%q: the tail is still there", torn)
		}
	}
}

func TestCreateKeepsWhatIsThere(t *testing.T) {
	dir := journal.Dir(t.TempDir())
	for range 2 {
		f, err := journal.Create(dir)
		if err == nil {
			f.Close()
			continue
		}
		if !errors.Is(err, fs.ErrExist) {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("a journal was written over")
}

// However a journal is cut into segments, it reads the same, and what is wrong in one is found there.
func TestSegments(t *testing.T) {
	lines, rec := write(t, universe())
	dir := t.TempDir()
	for _, limit := range []int64{1, 600, 2000, 1 << 20} {
		os.RemoveAll(dir)
		os.Mkdir(dir, 0o755)
		f, err := journal.Create(journal.Dir(dir))
		if err != nil {
			t.Fatal(err)
		}
		f.Limit = limit
		for line := range bytes.Lines(lines) {
			f.Write(line)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		s, err := journal.Read(os.DirFS(dir))
		if err != nil || s.Head != rec.Head() || s.HeadAt(rec.Records()) != rec.Head() {
			t.Fatalf("%d bytes a segment: head %s, %v", limit, s.Head, err)
		}
	}
	small := t.TempDir()
	f, _ := journal.Create(journal.Dir(small))
	f.Limit = 600
	for line := range bytes.Lines(lines) {
		f.Write(line)
	}
	f.Close()
	second := filepath.Join(small, journal.SegmentName(2))
	text, _ := os.ReadFile(second)
	bad := slices.Clone(text)
	bad[20] ^= 1
	for says, change := range map[string]func(){
		"journal-000002.jsonl: record ":                                 func() { os.WriteFile(second, bad, 0o644) },
		"journal-000002.jsonl is not there, and the journal goes on in": func() { os.Remove(second) },
	} {
		change()
		if _, err := journal.Read(os.DirFS(small)); err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}

// halting is a file that can be synced so many times.
type halting struct {
	bytes.Buffer
	left, syncs int
}

func (h *halting) Sync() error {
	h.syncs++
	if h.left--; h.left < 0 {
		return syscall.ENOSPC
	}
	return nil
}

// What a step wants is on the disk before it may be done; what happens without is a second behind at most, rows too; and a
// disk that is full is an error before anything may be done.
func TestDurable(t *testing.T) {
	u, file := universe(), &halting{left: 100}
	rec, err := journal.NewRecorder(u, manifest, file)
	if err != nil {
		t.Fatal(err)
	}
	d := journal.NewDurable(rec, file)
	at := fund.Time(0)
	step := func(after fund.Time, b engine.Body, syncs int) {
		t.Helper()
		before := file.syncs
		at += after
		if err := d.Event(&engine.Event{Seq: uint64(at), At: at, Body: b}); err != nil || file.syncs-before != syncs {
			t.Fatalf("after %d ns: %d syncs, want %d, %v", after, file.syncs-before, syncs, err)
		}
	}
	step(1, &engine.Row{}, 0)
	step(0.9e9, &engine.Row{}, 0)
	step(0.1e9, &engine.Row{}, 1)
	if want := `"rows":3`; !strings.Contains(file.String(), want) {
		t.Errorf("the rows are not written: %s", file)
	}
	step(5e9, &engine.Accepted{Order: 1}, 0)
	step(1e9, &engine.Accepted{Order: 2}, 1)
	before := file.syncs
	if err := d.Commands(commands(u)); err != nil || file.syncs != before+1 {
		t.Errorf("commands: %d syncs, %v", file.syncs-before, err)
	}
	file.left = 0
	if err := d.Commands(commands(u)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a full disk: %v", err)
	}
}

// A run that was synced in the middle of a range of rows is the same run, again and resumed.
func TestSyncedRowsAreTheSameRun(t *testing.T) {
	u := universe()
	record := func(rec *journal.Recorder, durable bool, from int) {
		file := &halting{left: 1 << 20}
		d := journal.NewDurable(rec, file)
		for seq := from; seq <= 50; seq++ {
			ev := engine.Event{Seq: uint64(seq), At: fund.Time(seq) * 0.4e9, Body: &engine.Row{}}
			if seq%20 == 0 {
				ev.Body = &engine.Accepted{Order: 1}
			}
			put := rec.Event
			if durable {
				put = d.Event
			}
			if err := put(&ev); err != nil {
				t.Fatalf("event %d: %v", seq, err)
			}
		}
		if err := rec.End(); err != nil {
			t.Fatal(err)
		}
	}
	var plain, synced bytes.Buffer
	rec, _ := journal.NewRecorder(u, manifest, &plain)
	record(rec, false, 1)
	want := rec.DecisionsDigest()
	rec, _ = journal.NewRecorder(u, manifest, &synced)
	record(rec, true, 1)
	if bytes.Equal(plain.Bytes(), synced.Bytes()) || rec.DecisionsDigest() != want {
		t.Fatalf("digest %s, want %s", rec.DecisionsDigest(), want)
	}
	s, _ := journal.ScanBytes(synced.Bytes())
	if got := journal.Digest(s.Records); got != want {
		t.Errorf("the digest of the records is %s, want %s", got, want)
	}
	for _, durable := range []bool{false, true} {
		again, err := journal.Verify(u, manifest, s.Records)
		if err != nil {
			t.Fatal(err)
		}
		record(again, durable, 1)
		cut := synced.Bytes()[:synced.Len()/2]
		half, _ := journal.ScanBytes(cut)
		resumed, err := journal.Resume(u, manifest, &bytes.Buffer{}, half)
		if err != nil {
			t.Fatal(err)
		}
		record(resumed, durable, 1)
		if resumed.DecisionsDigest() != want {
			t.Errorf("resumed, the digest is %s, want %s", resumed.DecisionsDigest(), want)
		}
	}
}
