package main

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

// A pack is the same bytes wherever the run lies and whoever packs it, and replays from an empty folder.
func TestPackReplaysAlone(t *testing.T) {
	s := newSignedRig(t, 100, richFund)
	pack := s.pack(t, "--sign", s.key)
	moved := s
	moved.run = copied(t, s.run)
	if !bytes.Equal(read(t, pack), read(t, moved.pack(t, "--sign", s.key))) {
		t.Error("another folder gave another pack")
	}
	os.RemoveAll(s.store)
	os.RemoveAll(s.run)
	t.Chdir(t.TempDir())
	os.WriteFile("p.zip", read(t, pack), 0o444)
	out := mustDo(t, "audit", "replay", "p.zip", "--trust", s.public)
	if !regexp.MustCompile(`(?m)^replay      \d+ events, \d+ decisions: all equal$`).MatchString(out) {
		t.Error(out)
	}
	if !slices.Equal(names(t, "."), []string{"p.zip"}) {
		t.Errorf("it left %q", names(t, "."))
	}
}

// The first decision that is not derived again is told in words.
func TestReplayTellsADifferenceInWords(t *testing.T) {
	s := newSignedRig(t, 60, plainFund)
	scan, _ := journal.ScanBytes(read(t, s.run, journalName))
	folder := copied(t, backtested(t, s.store, plainFund))
	os.Remove(filepath.Join(folder, summaryName))
	for k, rec := range scan.Records {
		if journal.Kind(rec) != "decide" {
			continue
		}
		records := slices.Clone(scan.Records)
		records[k] = bytes.Replace(rec, []byte(`"reason":"`), []byte(`"reason":"because `), 1)
		os.WriteFile(filepath.Join(folder, journalName), forged(records), 0o644)
		r := do("audit", "replay", folder)
		if r.code != exitFinding || !strings.Contains(r.errors, `of a record of kind "decide", reason was written as "because `) {
			t.Errorf("%d %s", r.code, r.errors)
		}
		return
	}
	t.Fatal("no decision")
}

// segmented cuts the journal of a run into segments of so many records.
func segmented(t *testing.T, run string, records int) {
	t.Helper()
	lines := slices.Collect(bytes.Lines(read(t, run, journalName)))
	k := 0
	for part := range slices.Chunk(lines, records) {
		k++
		if err := os.WriteFile(filepath.Join(run, journal.SegmentName(k)), bytes.Join(part, nil), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A journal in segments is the same journal to whoever reads it, and goes on in its last.
func TestRunInSegments(t *testing.T) {
	s := newSignedRig(t, 60, plainFund)
	head := mustDo(t, "audit", "head", s.run)
	whole := copied(t, s.run)
	segmented(t, s.run, 50)
	if got := mustDo(t, "audit", "head", s.run); got != head {
		t.Errorf("head %s, in one segment %s", got, head)
	}
	mustDo(t, "audit", "replay", s.pack(t), "--trust", s.public)
	wantSame(t, whole, backtested(t, s.store, plainFund, "--sign", s.key))
	second := filepath.Join(s.run, journal.SegmentName(2))
	text := read(t, second)
	os.Remove(second)
	s.wantFinding(t, "a segment is gone", s.run, journal.SegmentName(2)+" is not there")
	os.WriteFile(second, text[:len(text)-100], 0o644)
	s.wantFinding(t, "a segment is torn", s.run, journal.SegmentName(2)+": record 100 ")
	os.WriteFile(second, text[:len(text)/2], 0o644)
	for k := 3; ; k++ {
		if os.Remove(filepath.Join(s.run, journal.SegmentName(k))) != nil {
			break
		}
	}
	os.Remove(filepath.Join(s.run, summaryName))
	os.Remove(filepath.Join(s.run, evidence.HeadsName))
	mustDo(t, "backtest", filepath.Join(whole, fundName), "--store", s.store, "--out", s.run, "--sign", s.key)
	mustDo(t, "audit", "replay", s.run, "--trust", s.public)
	if summary(t, s.run)["decisions_digest"] != summary(t, whole)["decisions_digest"] {
		t.Error("other decisions")
	}
}

var rewritePack = flag.Bool("rewrite-pack", false, "write the golden pack of the newest record format again")

// Yesterday's journals replay: of every version of the record format there is a pack. One that is decided otherwise today says
// since when and why, and does not fail darkly.
func TestGoldenPacks(t *testing.T) {
	if *rewritePack {
		run := backtested(t, fourCoins(30).store(t), richFund)
		quiet(t, run)
		mustDo(t, "audit", "pack", run, "-o", goldenPack(journal.Format))
	}
	for format := uint64(1); format <= journal.Format; format++ {
		changed := journal.DecidedOtherwise(format)
		switch r := do("audit", "replay", goldenPack(format)); {
		case r.code == 0:
		case format == journal.Format:
			t.Errorf("what a journal of the newest format holds is decided otherwise. If a release decides as the pack does, give the change a version "+
				"in engine/journal/versions.go; if none does: go test ./cmd/steelyard -run Golden -rewrite-pack\n%s", r.errors)
		case r.code != exitFinding || changed == "" || !strings.Contains(r.errors, changed):
			t.Errorf("format %d: ends with %d and says %q, not %q", format, r.code, r.errors, changed)
		default:
			words, _, _ := strings.Cut(r.errors, "\n  recorded")
			t.Log(words)
		}
	}
}

// A run that an earlier version began is gone on with, in its own format and under its fund's name, if the fund still means the
// same: a fund.json that says less than today's stands for one.
func TestResumeOfAnEarlierVersion(t *testing.T) {
	store := fourCoins(60).store(t)
	run := backtested(t, store, plainFund)
	ran := bytes.Replace(read(t, run, resolvedName), []byte(`,"retry":"1d"`), nil, 1)
	if bytes.Equal(ran, read(t, run, resolvedName)) {
		t.Fatalf("it has no default to leave out: %s", ran)
	}
	os.WriteFile(filepath.Join(run, resolvedName), ran, 0o644)
	scan, _ := journal.ScanBytes(read(t, run, journalName))
	records := slices.Clone(scan.Records[:len(scan.Records)/2])
	m, _ := journal.ReadManifest(records)
	records[0] = bytes.Replace(bytes.Replace(records[0], []byte(m.Fund), fmt.Appendf(nil, "%x", sha256.Sum256(ran)), 1), []byte(`"format":2`), []byte(`"format":1`), 1)
	for k := range records { // that version did not say it
		records[k] = regexp.MustCompile(`,"worst":"[^"]*"`).ReplaceAll(records[k], nil)
	}
	os.WriteFile(filepath.Join(run, journalName), forged(records), 0o644)
	os.Remove(filepath.Join(run, summaryName))
	mustDo(t, "backtest", filepath.Join(run, fundName), "--store", store, "--out", run)
	if out := mustDo(t, "audit", "replay", run); !strings.Contains(out, "all equal") {
		t.Error(out)
	}
}

// goldenPack is the pack of a run that a version of the record format recorded.
func goldenPack(format uint64) string {
	return filepath.Join("testdata", "packs", fmt.Sprintf("format-%d.zip", format))
}

// quiet takes from run.json what differs from one process to the next, so that the pack is the same whoever writes it again.
func quiet(t *testing.T, run string) {
	t.Helper()
	a := about{Seed: 7, Venues: simulatedVenues, Notes: []string{}}
	if err := a.write(run); err != nil {
		t.Fatal(err)
	}
}
