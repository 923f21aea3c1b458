package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim/stream"
)

// wantFound demands that a replay finds something, says so in one error that names file or record, and does not panic.
func wantFound(t *testing.T, dir, what string) {
	t.Helper()
	r := do("replay", dir)
	if r.code != exitFinding && r.code != exitError {
		t.Errorf("%s: ends with %d and %s", what, r.code, r.out)
	}
	if !strings.HasPrefix(r.errors, "steelyard: ") || !strings.Contains(r.errors, "record ") && !strings.Contains(r.errors, dir+"/") {
		t.Errorf("%s: %s", what, r.errors)
	}
	if strings.Contains(r.errors, "goroutine ") {
		t.Errorf("%s: panics: %s", what, r.errors)
	}
}

func TestReplayNeedsOnlyTheRun(t *testing.T) {
	store := fourCoins(300).store(t)
	run := copied(t, backtested(t, store, richFund))
	if err := os.RemoveAll(store); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(names(t, run), ".") {
		os.Chmod(filepath.Join(run, name), 0o555)
	}
	t.Cleanup(func() { os.Chmod(run, 0o755) })
	before := tree(t, run)
	t.Chdir(run)
	out := mustDo(t, "replay", ".")
	s := summary(t, ".")
	for _, want := range []string{"none differs", s["journal_head"].(string), s["decisions_digest"].(string)} {
		if !strings.Contains(out, want) {
			t.Errorf("%q does not say %q", out, want)
		}
	}
	if diff := changed(before, tree(t, run)); diff != nil {
		t.Error(diff)
	}
}

func TestReplayFindsAnotherFund(t *testing.T) {
	run := backtested(t, fourCoins(100).store(t), richFund)
	for old, new := range map[string]string{
		"band: 6%": "band: 7%", "ADA: 15%, BTC: 35%": "ADA: 16%, BTC: 34%", "taker: 10bp": "taker: 11bp", "slices: 4": "slices: 5",
		"lot: 0.0001,": "lot: 0.0002,", "amount: 3000000": "amount: 3000001", "half-life: 7h": "half-life: 8h",
		"version: 1": "version: 2", "band:": "bnad:", "USDT: 20000000": "USDT: 20000001",
	} {
		bad := copied(t, run)
		write(t, filepath.Join(bad, fundName), strings.Replace(richFund, old, new, 1))
		wantFound(t, bad, new)
	}
	forged := copied(t, run)
	ran := string(read(t, run, resolvedName))
	write(t, filepath.Join(forged, resolvedName), strings.Replace(ran, `"taker":"0.001"`, `"taker":"0.002"`, 1))
	wantFound(t, forged, "another fund.json")
	same := copied(t, run)
	write(t, filepath.Join(same, fundName), richFundShuffled)
	mustDo(t, "replay", same)
	write(t, filepath.Join(same, aboutName), strings.Replace(string(read(t, run, aboutName)), `"seed": 7`, `"seed": 8`, 1))
	wantFound(t, same, "another seed")
}

func TestReplayFindsMissingAndBrokenFiles(t *testing.T) {
	run := backtested(t, fourCoins(50).store(t), plainFund)
	for _, name := range []string{fundName, resolvedName, rowsName, aboutName, journalName} {
		bad := copied(t, run)
		os.Remove(filepath.Join(bad, name))
		wantFound(t, bad, name+" is gone")
		write(t, filepath.Join(bad, name), "what is this?")
		wantFound(t, bad, name+" is something else")
		write(t, filepath.Join(bad, name), string(read(t, run, name)[:100]))
		wantFound(t, bad, name+" is cut")
	}
	wantRefused(t, do("replay", filepath.Join(run, "nothing")), exitError, "is no run folder")
	wantRefused(t, do("replay", t.TempDir()), exitError, "is no run folder")
}

// A changed byte of the rows is found, unless it says nothing about them, as some of the file's footer does.
func TestReplayFindsOtherRows(t *testing.T) {
	run := copied(t, backtested(t, fourCoins(60).store(t), plainFund))
	path := filepath.Join(run, rowsName)
	whole := read(t, path)
	want := rowsHash(path)
	random, found := stream.New(1, "rows"), 0
	const flips = 150
	for range flips {
		at := int(random.Uint64() % uint64(len(whole)))
		bad := slices.Clone(whole)
		bad[at] ^= 1 << (random.Uint64() % 8)
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		if rowsHash(path) == want {
			continue
		}
		found++
		wantFound(t, run, "rows.parquet")
	}
	if found < flips/2 {
		t.Errorf("only %d of %d changes changed the rows", found, flips)
	}
}

// rowsHash is the hash of the rows in a file, "" if it cannot be read.
func rowsHash(path string) string {
	panel, keys, err := data.ReadRows(path)
	if err != nil {
		return ""
	}
	return data.PanelHash(panel, keys)
}

func TestReplayFindsAChangedJournal(t *testing.T) {
	run := copied(t, backtested(t, fourCoins(60).store(t), plainFund))
	path := filepath.Join(run, journalName)
	whole := read(t, path)
	try := func(what string, bad []byte) {
		t.Helper()
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		wantFound(t, run, what)
	}
	random := stream.New(1, "journal")
	for range 200 {
		at := int(random.Uint64() % uint64(len(whole)))
		bad := slices.Clone(whole)
		bad[at] ^= 1 << (random.Uint64() % 8)
		try("a flipped bit", bad)
	}
	lines := slices.Collect(bytes.Lines(whole))
	join := func(parts ...[][]byte) []byte { return bytes.Join(slices.Concat(parts...), nil) }
	for k := 0; k < len(lines); k += 1 + len(lines)/20 {
		try("a dropped line", join(lines[:k], lines[k+1:]))
		try("a doubled line", join(lines[:k+1], lines[k:]))
		if k > 0 {
			try("swapped lines", join(lines[:k-1], lines[k:k+1], lines[k-1:k], lines[k+1:]))
		}
	}
	try("nothing", nil)
	try("a line more", append(slices.Clone(whole), lines[len(lines)-1]...))
	try("bytes more", append(slices.Clone(whole), "{}"...))
}

// forged returns a journal of these records with counts, checksums and chain as they should be.
func forged(records [][]byte) []byte {
	var file bytes.Buffer
	var chain [sha256.Size]byte
	for i, rec := range records {
		chain = sha256.Sum256(append(chain[:], rec...))
		sum := crc32.Checksum(rec, crc32.MakeTable(crc32.Castagnoli))
		fmt.Fprintf(&file, "{\"n\":%d,\"len\":%d,\"crc\":\"%08x\",\"rec\":%s,\"chain\":\"%x\"}\n", i+1, len(rec), sum, rec, chain)
	}
	return file.Bytes()
}

// A forger who makes every checksum right again still cannot make the core decide otherwise, and what the core takes as
// given is in the head that the summary names.
func TestReplayFindsAForgedJournal(t *testing.T) {
	run := copied(t, backtested(t, fourCoins(60).store(t), plainFund))
	path := filepath.Join(run, journalName)
	whole := read(t, path)
	scan, err := journal.ScanBytes(whole)
	if err != nil || !bytes.Equal(forged(scan.Records), whole) {
		t.Fatalf("the forger does not know the format: %v", err)
	}
	digit := regexp.MustCompile(`[0-9]`)
	random := stream.New(2, "forger")
	try := func(what string, records [][]byte) {
		t.Helper()
		if err := os.WriteFile(path, forged(records), 0o644); err != nil {
			t.Fatal(err)
		}
		wantFound(t, run, what)
	}
	for range 250 {
		k := int(random.Uint64() % uint64(len(scan.Records)))
		records := slices.Clone(scan.Records)
		digits := digit.FindAllIndex(records[k], -1)
		if len(digits) == 0 {
			continue
		}
		at := digits[random.Uint64()%uint64(len(digits))][0]
		records[k] = slices.Clone(records[k])
		records[k][at] = '0' + (records[k][at]-'0'+1+byte(random.Uint64()%9))%10
		try(fmt.Sprintf("record %d: %s", k+1, records[k]), records)
	}
	for k := 0; k < len(scan.Records); k += 1 + len(scan.Records)/15 {
		r := scan.Records
		try("a dropped record", slices.Concat(r[:k], r[k+1:]))
		try("a doubled record", slices.Concat(r[:k+1], r[k:]))
		if k > 0 {
			try("swapped records", slices.Concat(r[:k-1], r[k:k+1], r[k-1:k], r[k+1:]))
		}
	}
}

// Records that no world can send are findings, whatever the core makes of them.
func TestReplayFindsImpossibleRecords(t *testing.T) {
	run := copied(t, backtested(t, fourCoins(60).store(t), plainFund))
	scan, err := journal.ScanBytes(read(t, run, journalName))
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range []string{
		`{"kind":"rows","seq":2,"rows":-5,"from":"2022-01-01T01:00:00Z","at":"2022-01-01T02:00:00Z"}`,
		`{"kind":"rows","seq":2,"rows":5000000,"from":"2022-01-01T01:00:00Z","at":"2022-01-01T02:00:00Z"}`,
		`{"kind":"closed","seq":2,"at":"2021-01-01T00:00:00Z","order":1,"reason":"x"}`,
		`{"kind":"closed","seq":2,"at":"2022-01-01T00:00:00Z","order":77,"reason":"x"}`,
		`{"kind":"fill","seq":2,"at":"2022-01-01T00:00:00Z","order":77,"trade":1,"instrument":"binance:BTC/USDT","side":"sell","quantity":"900","price":"1","fee":"0","fee_asset":"USDT","mid":1,"spread":0,"impact":0}`,
		`{"kind":"fill","seq":2,"at":"2022-01-01T00:00:00Z","order":1,"trade":1,"instrument":"binance:DOGE/USDT","side":"buy","quantity":"-1","price":"-1","fee":"0","fee_asset":"USDT","mid":1,"spread":0,"impact":0}`,
		`{"kind":"fill","seq":2,"at":"2022-01-01T00:00:00Z","order":1,"trade":1,"instrument":"binance:BTC/USDT","side":"buy","quantity":"-1","price":"-1","fee":"-5","fee_asset":"USDT","mid":1,"spread":0,"impact":0}`,
		`{"kind":"flow","seq":2,"at":"2022-01-01T00:00:00Z","account":"binance","asset":"USDT","amount":"-99999999999999999999999"}`,
		`{"kind":"redemption","seq":2,"at":"2022-01-01T00:00:00Z","id":1,"account":"binance","asset":"BTC","amount":"-7"}`,
		`{"kind":"timer-fired","seq":2,"at":"2022-01-01T00:00:00Z","timer":99}`,
		`{"kind":"operator","seq":2,"at":"2022-01-01T00:00:00Z","who":"me","action":"dance"}`,
		`{"kind":"end","seq":1}`, `{"kind":"dance"}`, `{}`, `7`, `null`, `"`,
	} {
		for _, at := range []int{1, 2, len(scan.Records) / 2} {
			records := slices.Insert(slices.Clone(scan.Records), at, []byte(rec))
			if err := os.WriteFile(filepath.Join(run, journalName), forged(records), 0o644); err != nil {
				t.Fatal(err)
			}
			wantFound(t, run, rec)
		}
	}
}
