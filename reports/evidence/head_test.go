package evidence_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

// A journal that was not touched agrees with its heads; they are reproducible, and only the trusted ones count.
func TestHeadsVouchForTheirJournal(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		if err := signed(t, dir, 10, true); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(fileOf(t, filepath.Join(a, evidence.HeadsName)), fileOf(t, filepath.Join(b, evidence.HeadsName))) {
		t.Error("the same run and key gave other signatures")
	}
	s, heads := read(t, os.DirFS(a))
	if got := len(heads); got != 4 { // records 3, 6, 9 and 12, the end
		t.Errorf("%d heads of %d records", got, len(s.Records))
	}
	for what, c := range map[string]struct {
		trusted string
		heads   int
	}{"nobody": {"", 4}, "the fund": {"fund", 4}, "somebody else": {"somebody", 0}} {
		keys := public(keyOf(c.trusted))
		if c.trusted == "" {
			keys = nil
		}
		signed, err := evidence.Check(&s.Scan, heads, keys)
		if err != nil || signed.Heads != c.heads || signed.Heads+signed.Others != 4 {
			t.Errorf("trusting %s: %+v, %v", what, signed, err)
		}
	}
}

// Whatever somebody without the key makes of a journal, with every checksum right again, the heads find it and say where.
func TestHeadsFindWhatTheChainDoesNot(t *testing.T) {
	dir := t.TempDir()
	if err := signed(t, dir, 10, true); err != nil {
		t.Fatal(err)
	}
	s, heads := read(t, os.DirFS(dir))
	r := s.Records
	if _, err := evidence.Check(rechained(t, r), heads, nil); err != nil {
		t.Fatal(err)
	}
	check := func(what string, record int, records [][]byte) {
		t.Helper()
		_, err := evidence.Check(rechained(t, records), heads, public(keyOf("fund")))
		from, to := (record-1)/3*3+1, min((record-1)/3*3+3, len(r))
		says := fmt.Sprintf("one of records %d to %d is not what was signed", from, to)
		if len(records) < to {
			says = fmt.Sprintf("the journal ends with record %d", len(records))
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", what, err, says)
		}
	}
	for k := range r {
		other := slices.Clone(r)
		other[k] = bytes.Replace(r[k], []byte(`"`), []byte(`" `), 1)
		check(fmt.Sprint("record changed ", k+1), k+1, other)
		check(fmt.Sprint("record dropped ", k+1), k+1, slices.Concat(r[:k], r[k+1:]))
		if k+1 < len(r) {
			check(fmt.Sprint("record doubled ", k+1), k+2, slices.Concat(r[:k+1], r[k:]))
			check(fmt.Sprint("records swapped ", k+1), k+1, slices.Concat(r[:k], r[k+1:k+2], r[k:k+1], r[k+2:]))
		}
		check(fmt.Sprint("journal cut before record ", k+1), k+1, r[:k])
	}
	more, err := evidence.Check(rechained(t, append(slices.Clone(r), []byte(`{"kind":"correction"}`))), heads, nil)
	if err != nil || more.Through != uint64(len(r)) {
		t.Errorf("a record more: through %d, %v", more.Through, err)
	}
}

// Every flipped byte of the signed heads is found, and so is a head that somebody else's key signed in this one's name.
func TestEveryFlippedByteOfHeadsIsFound(t *testing.T) {
	dir := t.TempDir()
	if err := signed(t, dir, 6, true); err != nil {
		t.Fatal(err)
	}
	s, _ := read(t, os.DirFS(dir))
	text := fileOf(t, filepath.Join(dir, evidence.HeadsName))
	for at := range text {
		bad := bytes.Clone(text)
		bad[at] ^= 1
		heads, torn, err := evidence.ParseHeads(bad)
		if err == nil && torn == 0 {
			_, err = evidence.Check(&s.Scan, heads, nil)
		}
		if err == nil && torn == 0 {
			t.Fatalf("byte %d: nothing was said: %s", at, bad)
		}
	}
	forged := evidence.Sign(keyOf("forger"), 3, s.HeadAt(3))
	forged.Key = public(keyOf("fund"))[0]
	if _, err := evidence.Check(&s.Scan, []evidence.Head{forged}, nil); err == nil || !strings.Contains(err.Error(), "record 3 is not signed by the key") {
		t.Error(err)
	}
}

// A process that goes on signs on, wherever the one before it stopped in the file of heads; one that finds the journal
// changed does not.
func TestSigningGoesOn(t *testing.T) {
	whole := t.TempDir()
	if err := signed(t, whole, 10, false); err != nil {
		t.Fatal(err)
	}
	text := fileOf(t, filepath.Join(whole, evidence.HeadsName))
	for cut := 0; cut <= len(text); cut += 7 {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(dir, evidence.HeadsName), text[:cut], 0o644)
		if err := signed(t, dir, 20, true); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		s, heads := read(t, os.DirFS(dir))
		got, err := evidence.Check(&s.Scan, heads, public(keyOf("fund")))
		if err != nil || got.Through != uint64(len(s.Records)) {
			t.Fatalf("cut at %d: through %d of %d, %v", cut, got.Through, len(s.Records), err)
		}
	}
	lines := fileOf(t, filepath.Join(whole, journal.SegmentName(1)))
	short := lines[:bytes.LastIndexByte(lines[:len(lines)/2], '\n')+1]
	os.WriteFile(filepath.Join(whole, journal.SegmentName(1)), short, 0o644)
	if err := signed(t, whole, 20, true); err == nil || !strings.Contains(err.Error(), "it was changed since it was signed") {
		t.Error(err)
	}
}
