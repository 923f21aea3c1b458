package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
	"github.com/steelyard/steelyard/sim/stream"
)

// signedRig is a run whose heads are signed every 20 records, and its keys.
type signedRig struct{ store, run, key, public string }

func newSignedRig(t *testing.T, rows int, fund string) signedRig {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key.pem")
	mustDo(t, "audit", "keygen", key)
	store := fourCoins(rows).store(t)
	return signedRig{store, backtested(t, store, fund, "--sign", key, "--sign-every", "20"), key, strings.TrimSuffix(key, ".pem") + ".pub.pem"}
}

// pack packs the run.
func (s signedRig) pack(t *testing.T, flags ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "pack.zip")
	mustDo(t, append([]string{"audit", "pack", s.run, "-o", out}, flags...)...)
	return out
}

// wantFinding demands that verify finds something in a run or pack, and says so in one error with these words.
func (s signedRig) wantFinding(t *testing.T, what, path string, says ...string) {
	t.Helper()
	r := do("audit", "verify", path, "--trust", s.public)
	if r.code != exitFinding && r.code != exitError || strings.Contains(r.errors, "goroutine ") {
		t.Fatalf("%s: ends with %d and %s%s", what, r.code, r.out, r.errors)
	}
	for _, text := range append(says, "steelyard: "+path) {
		if !strings.Contains(r.errors, text) {
			t.Fatalf("%s: %q does not say %q", what, r.errors, text)
		}
	}
}

// Signing changes nothing but the signatures, and they are the same each time.
func TestSigningChangesNothing(t *testing.T) {
	s := newSignedRig(t, 60, richFund)
	again := backtested(t, s.store, richFund, "--sign", s.key, "--sign-every", "20")
	plain := backtested(t, s.store, richFund)
	wantSame(t, s.run, plain)
	if !bytes.Equal(read(t, s.run, evidence.HeadsName), read(t, again, evidence.HeadsName)) {
		t.Error("the same run and key gave other signatures")
	}
	if _, err := os.Stat(filepath.Join(plain, evidence.HeadsName)); err == nil {
		t.Error("a run without a key has signed heads")
	}
}

func TestVerifySaysWhatItIsWorth(t *testing.T) {
	s := newSignedRig(t, 60, plainFund)
	stranger := filepath.Join(t.TempDir(), "stranger.pem")
	mustDo(t, "audit", "keygen", stranger)
	plain := backtested(t, s.store, plainFund)
	head := strings.TrimSpace(mustDo(t, "audit", "head", s.run))
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{s.run, "--trust", s.public}, 0, "heads of the journal"},
		{[]string{s.run, "--trust", stranger, "--trust", s.public, "--head", head}, 0, "heads of the journal"},
		{[]string{s.run}, 0, "the run vouches only for itself"},
		{[]string{plain}, 0, "signatures  none"},
		{[]string{s.run, "--trust", stranger}, exitFinding, "no head of the journal is signed by a key that you trust"},
		{[]string{plain, "--trust", s.public}, exitFinding, "no head of the journal is signed by a key that you trust"},
		{[]string{s.run, "--head", "3:" + strings.Repeat("0", 64)}, exitFinding, "one of records 1 to 3 is another"},
		{[]string{s.run, "--head", "99999:" + strings.Repeat("0", 64)}, exitFinding, "what came after is gone"},
		{[]string{s.run, "--head", "7"}, exitUsage, "RECORD:HEX"},
		{[]string{s.pack(t), "--trust", s.public}, 0, "not signed as a whole"},
		{[]string{s.pack(t, "--sign", s.key), "--trust", s.public}, 0, "signed as a whole by a key that you trust"},
		{[]string{s.pack(t, "--sign", stranger), "--trust", s.public}, exitFinding, evidence.SumsName + " is not signed by a key that you trust"},
	} {
		if r := do(append([]string{"audit", "verify"}, c.args...)...); r.code != c.code || !strings.Contains(r.out+r.errors, c.says) {
			t.Errorf("%q ends with %d and says %s%s", c.args, r.code, r.out, r.errors)
		}
	}
}

// A flipped byte of the journal is found and its record named, in a folder and in a pack; every byte, but for the long journal
// of a run sampled: that of package evidence is tried at every offset.
func TestVerifyNamesTheRecordOfAFlippedByte(t *testing.T) {
	s := newSignedRig(t, 40, plainFund)
	pack := read(t, s.pack(t))
	folder, lines := copied(t, s.run), read(t, s.run, journalName)
	begins := bytes.Index(pack, lines)
	random, file := stream.New(1, "flips"), filepath.Join(t.TempDir(), "bad.zip")
	for range 150 {
		at := int(random.Uint64() % uint64(len(lines)))
		if at == len(lines)-1 {
			continue
		}
		record := fmt.Sprintf("record %d", bytes.Count(lines[:at], []byte("\n"))+1)
		bad := slices.Clone(lines)
		bad[at] ^= 1 << (random.Uint64() % 8)
		os.WriteFile(filepath.Join(folder, journalName), bad, 0o644)
		s.wantFinding(t, fmt.Sprint("byte ", at), folder, record)
		bad = slices.Clone(pack)
		bad[begins+at] ^= 1 << (random.Uint64() % 8)
		os.WriteFile(file, bad, 0o644)
		s.wantFinding(t, fmt.Sprint("byte of the pack ", begins+at), file, record)
	}
	for range 150 {
		bad := slices.Clone(pack)
		at := int(random.Uint64() % uint64(len(pack)))
		bad[at] ^= 1 << (random.Uint64() % 8)
		os.WriteFile(file, bad, 0o644)
		s.wantFinding(t, fmt.Sprint("byte of the pack ", at), file)
	}
}

// A journal that ends at any earlier record, or has one more, is found, whether the forger makes the chain right or not.
func TestVerifyFindsTruncation(t *testing.T) {
	s := newSignedRig(t, 40, plainFund)
	folder, lines := copied(t, s.run), read(t, s.run, journalName)
	scan, _ := journal.ScanBytes(lines)
	all := slices.Collect(bytes.Lines(lines))
	for k := 1; k < len(all); k += 3 {
		os.WriteFile(filepath.Join(folder, journalName), bytes.Join(all[:k], nil), 0o644)
		s.wantFinding(t, "cut", folder, fmt.Sprintf("record %d, and what came after it, is gone", k+1))
	}
	more := forged(append(slices.Clone(scan.Records), []byte(`{"kind":"correction","at":"2022-01-01T00:00:00Z","record":1,"who":"x","text":"y"}`)))
	os.WriteFile(filepath.Join(folder, journalName), more, 0o644)
	s.wantFinding(t, "appended", folder, fmt.Sprintf("records %d to %d were written behind the newest signed head", len(all)+1, len(all)+1))
	// Who cuts the heads as well leaves a run that did not end.
	heads := read(t, s.run, evidence.HeadsName)
	os.WriteFile(filepath.Join(folder, evidence.HeadsName), heads[:bytes.IndexByte(heads, '\n')+1], 0o644)
	first, _, _ := evidence.ParseHeads(heads)
	os.WriteFile(filepath.Join(folder, journalName), bytes.Join(all[:first[0].Record], nil), 0o644)
	os.Remove(filepath.Join(folder, summaryName))
	s.wantFinding(t, "cut with its heads", folder, fmt.Sprintf("the run did not end: its journal stops after record %d", first[0].Record))
}

// A fill that was changed, with every checksum made right again, replays; a trusted signature says that it was changed.
func TestVerifyFindsAForgedFill(t *testing.T) {
	s := newSignedRig(t, 40, plainFund)
	folder := copied(t, s.run)
	os.Remove(filepath.Join(folder, summaryName))
	scan, _ := journal.ScanBytes(read(t, s.run, journalName))
	for k, rec := range scan.Records {
		if journal.Kind(rec) != "fill" {
			continue
		}
		records := slices.Clone(scan.Records)
		records[k] = bytes.Replace(rec, []byte(`"mid":`), []byte(`"mid":1`), 1)
		os.WriteFile(filepath.Join(folder, journalName), forged(records), 0o644)
		s.wantFinding(t, "a forged fill", folder, "is not what was signed")
		mustDo(t, "replay", folder)
		return
	}
	t.Fatal("no fill")
}

// What lies beside the journal is that of its manifest.
func TestVerifyFindsOtherInputs(t *testing.T) {
	s := newSignedRig(t, 40, plainFund)
	other := backtested(t, fourCoins(41).store(t), strings.Replace(plainFund, "band: 5%", "band: 6%", 1), "--seed", "4")
	for _, name := range []string{fundName, rowsName, aboutName} {
		bad := copied(t, s.run)
		os.WriteFile(filepath.Join(bad, name), read(t, other, name), 0o644)
		s.wantFinding(t, name, bad, name)
	}
}

// A signed run that is cut short and gone on with is signed to its end; one that was cut behind its back is not gone on with.
func TestResumeOfASignedRun(t *testing.T) {
	s := newSignedRig(t, 60, plainFund)
	lines := read(t, s.run, journalName)
	heads, _, _ := evidence.ParseHeads(read(t, s.run, evidence.HeadsName))
	backtest := func(out string, flags ...string) []string {
		return append([]string{"backtest", filepath.Join(s.run, fundName), "--store", s.store, "--out", out}, flags...)
	}
	all := slices.Collect(bytes.Lines(lines))
	cut := func(kept int, journalTo uint64) string {
		out := copied(t, s.run)
		os.Remove(filepath.Join(out, summaryName))
		var text []byte
		for i, line := range slices.Collect(bytes.Lines(read(t, s.run, evidence.HeadsName))) {
			if i == kept {
				text = append(text, line[:len(line)/2]...) // as a crash leaves it
				break
			}
			text = append(text, line...)
		}
		os.WriteFile(filepath.Join(out, evidence.HeadsName), text, 0o644)
		os.WriteFile(filepath.Join(out, journalName), append(bytes.Join(all[:journalTo], nil), "{torn"...), 0o644)
		return out
	}
	for kept := range len(heads) - 1 {
		out := cut(kept, heads[kept].Record)
		if kept > 0 {
			wantRefused(t, do(backtest(out)...), exitError, "its journal is signed; give the key with --sign")
		}
		mustDo(t, backtest(out, "--sign", s.key, "--sign-every", "20")...)
		mustDo(t, "audit", "verify", out, "--trust", s.public)
	}
	behind := cut(3, heads[2].Record-1)
	wantRefused(t, do(backtest(behind, "--sign", s.key)...), exitError, "was changed since it was signed", "is gone")
}

// A run that was interrupted is signed as far as it came.
func TestInterruptedRunIsSigned(t *testing.T) {
	c := newCrashRig(t, 3000)
	key := filepath.Join(t.TempDir(), "key.pem")
	mustDo(t, "audit", "keygen", key)
	c.args = append(c.args, "--sign", key, "--sign-every", "1000000")
	p, said := c.begin(t)
	c.until(t, int64(len(read(t, c.whole, journalName)))/4)
	p.Process.Signal(syscall.SIGINT)
	if p.Wait(); p.ProcessState.ExitCode() != exitError {
		t.Fatalf("%v: %s", p.ProcessState, said)
	}
	r := do("audit", "verify", c.out, "--trust", key)
	n, _, _ := strings.Cut(strings.TrimSpace(mustDo(t, "audit", "head", c.out)), ":")
	if r.code != exitFinding || !strings.Contains(r.errors, "the run did not end") || !strings.Contains(r.out, "through record "+n+"\n") {
		t.Errorf("%d: %s%s", r.code, r.out, r.errors)
	}
	mustDo(t, c.args...)
	mustDo(t, "audit", "verify", c.out, "--trust", key)
}

func TestCorrections(t *testing.T) {
	s := newSignedRig(t, 40, plainFund)
	correct := func(flags ...string) result {
		return do(append([]string{"audit", "correct", s.run, "--who", "Ann", "--text", "the price of \"BTC\" was wrong"}, flags...)...)
	}
	before := tree(t, s.run)
	wantRefused(t, correct("--record", "5"), exitError, s.run, "its journal is signed")
	wantRefused(t, correct("--record", "99999", "--sign", s.key), exitError, "there is no record 99999")
	wantRefused(t, correct("--sign", s.key), exitUsage, "--record N")
	if diff := changed(before, tree(t, s.run)); diff != nil {
		t.Fatal(diff)
	}
	lines := read(t, s.run, journalName)
	for range 2 {
		if r := correct("--record", "5", "--sign", s.key); r.code != 0 {
			t.Fatal(r)
		}
	}
	after := read(t, s.run, journalName)
	if !bytes.HasPrefix(after, lines) || bytes.Count(after[len(lines):], []byte(`"record":5,"who":"Ann","text":"the price of \"BTC\" was wrong"`)) != 2 {
		t.Errorf("%s", after[len(lines):])
	}
	mustDo(t, "audit", "replay", s.run, "--trust", s.public)
	mustDo(t, "replay", s.run)
	mustDo(t, "report", s.run)
	mustDo(t, "audit", "replay", s.pack(t), "--trust", s.public)
}
