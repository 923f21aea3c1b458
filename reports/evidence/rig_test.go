package evidence_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"testing"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

// keyOf makes a key of its own for each name.
func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(key ed25519.PrivateKey) []ed25519.PublicKey {
	return []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}
}

func universe() *fund.Universe {
	return &fund.Universe{Assets: []fund.Asset{{Name: "USD", Decimals: 2}}, Accounts: []string{"v"}}
}

// signed writes a journal of so many operator's words into a folder, with a signed head every three records, going on with
// what is there. A run that is not to end is left as a process that was killed leaves it.
func signed(t *testing.T, dir string, words int, end bool) error {
	t.Helper()
	in := journal.Dir(dir)
	var found journal.Scan
	rec, file, err := begin(in, &found)
	if err != nil {
		return err
	}
	s, err := evidence.NewSigner(in, &found, rec, file.Sync, keyOf("fund"), 3)
	if err != nil {
		return err
	}
	defer s.Close()
	for seq := 1; seq <= words; seq++ {
		body := &engine.Operator{Who: fmt.Sprint("operator ", seq), Action: engine.Pause}
		if err := s.Event(&engine.Event{Seq: uint64(seq), At: fund.Time(seq), Body: body}); err != nil {
			return err
		}
	}
	if !end {
		return file.Close()
	}
	if err := s.End(); err != nil {
		return err
	}
	return file.Close()
}

func begin(in journal.Dir, found *journal.Scan) (*journal.Recorder, *journal.File, error) {
	stored, err := journal.Read(in)
	if err != nil {
		file, err := journal.Create(in)
		if err != nil {
			return nil, nil, err
		}
		rec, err := journal.NewRecorder(universe(), journal.Manifest{}, file)
		return rec, file, err
	}
	*found = stored.Scan
	file, err := journal.Reopen(in, stored)
	if err != nil {
		return nil, nil, err
	}
	rec, err := journal.Resume(universe(), journal.Manifest{}, file, *found)
	return rec, file, err
}

// read returns the journal and the heads of a folder.
func read(t *testing.T, in fs.FS) (*journal.Stored, []evidence.Head) {
	t.Helper()
	s, err := journal.Read(in)
	if err != nil {
		t.Fatal(err)
	}
	heads, torn, err := evidence.ReadHeads(in)
	if err != nil || torn > 0 {
		t.Fatalf("%d torn bytes, %v", torn, err)
	}
	return s, heads
}

// rechained returns a scan of records with a chain as it should be: what somebody can make who has no key.
func rechained(t *testing.T, records [][]byte) *journal.Scan {
	t.Helper()
	var lines []byte
	var chain [sha256.Size]byte
	for i, rec := range records {
		chain = sha256.Sum256(append(chain[:], rec...))
		sum := crc32.Checksum(rec, crc32.MakeTable(crc32.Castagnoli))
		lines = fmt.Appendf(lines, "{\"n\":%d,\"len\":%d,\"crc\":\"%08x\",\"rec\":%s,\"chain\":\"%x\"}\n", i+1, len(rec), sum, rec, chain)
	}
	s, err := journal.ScanBytes(lines)
	if err != nil || s.Torn > 0 {
		t.Fatalf("the forger does not know the format: %v", err)
	}
	return &s
}

func fileOf(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(text)
}
