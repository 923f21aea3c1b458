package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
)

// resume goes on with a journal that was cut, as a new process would, and returns the journal that results.
func (r *rig) resume(t *testing.T, left []byte) ([]byte, *journal.Recorder) {
	t.Helper()
	s, err := journal.ScanBytes(left)
	if err != nil {
		t.Fatalf("%d bytes: %v", len(left), err)
	}
	file := bytes.NewBuffer(slices.Clone(left[:s.Good]))
	rec, err := journal.Resume(r.u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, file, s)
	if err != nil {
		t.Fatalf("%d bytes: %v", len(left), err)
	}
	if err := host.Run(context.Background(), r.core(), sim.New(r.config), rec); err != nil {
		t.Fatalf("%d bytes: %v", len(left), err)
	}
	return file.Bytes(), rec
}

// A journal cut at any byte resumes to the same decisions, and what it held before the cut is still there.
func TestResumeAfterCutAtEveryByte(t *testing.T) {
	r := newRig(4, walk(4, 54, 0.02, 3))
	r.config.Venues[0].RejectRate, r.config.Venues[0].Participation = 0.1, 0.001
	whole, rec, _ := r.run(t)
	if n := rec.Records(); n < 200 || n > 300 {
		t.Fatalf("%d records: the test is meant for 200 to 300", n)
	}
	want, records := rec.DecisionsDigest(), 0
	for cut := range whole.Bytes() {
		left := whole.Bytes()[:cut]
		s, err := journal.ScanBytes(left)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		lines := bytes.Count(left, []byte("\n"))
		if len(s.Records) != lines || s.Good+s.Torn != int64(cut) {
			t.Fatalf("cut at %d: %d of %d whole records, %d + %d bytes", cut, len(s.Records), lines, s.Good, s.Torn)
		}
		if cut > 0 && lines == records && cut%97 > 0 {
			continue // the same whole records as a byte ago, and one cut in 97 is resumed all the same
		}
		records = lines
		after, resumed := r.resume(t, left)
		if resumed.DecisionsDigest() != want {
			t.Fatalf("cut at %d: other decisions", cut)
		}
		check(t, after, left[:s.Good], cut)
	}
}

// check sees that a resumed journal begins with what was there, reads whole, and says that it was cut.
func check(t *testing.T, after, before []byte, cut int) {
	t.Helper()
	s, err := journal.ScanBytes(after)
	if err != nil || s.Torn > 0 {
		t.Fatalf("cut at %d: the resumed journal: %d torn bytes, %v", cut, s.Torn, err)
	}
	note := fmt.Sprintf(`{"kind":"restart","cut":%d}`, cut-len(before))
	if !bytes.HasPrefix(after, before) || !slices.ContainsFunc(s.Records, func(r []byte) bool { return string(r) == note }) {
		t.Fatalf("cut at %d: the resumed journal does not tell of it", cut)
	}
}

// A journal may be cut again and again.
func TestResumeTwice(t *testing.T) {
	r := newRig(3, walk(3, 200, 0.02, 5))
	whole, rec, _ := r.run(t)
	once, _ := r.resume(t, whole.Bytes()[:whole.Len()/3])
	twice, again := r.resume(t, once[:len(once)*2/3])
	if again.DecisionsDigest() != rec.DecisionsDigest() {
		t.Fatal("other decisions")
	}
	s, err := journal.ScanBytes(twice)
	if err != nil {
		t.Fatal(err)
	}
	if journal.Digest(s.Records) != rec.DecisionsDigest() {
		t.Fatal("the digest of the records is not the digest of the run")
	}
}

// A resumed run that decides otherwise than it had is stopped, and the record is named.
func TestResumeOfAnotherFund(t *testing.T) {
	r := newRig(3, walk(3, 200, 0.02, 5))
	whole, _, _ := r.run(t)
	s, err := journal.ScanBytes(whole.Bytes()[:whole.Len()/2])
	if err != nil {
		t.Fatal(err)
	}
	r.policy.Dust = 500_000
	rec, err := journal.Resume(r.u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, nil, s)
	if err != nil {
		t.Fatal(err)
	}
	err = host.Run(context.Background(), r.core(), sim.New(r.config), rec)
	if err == nil {
		t.Fatal("nothing was said")
	}
	t.Log(err)
}
