package evidence_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/reports/evidence"
)

func members() []evidence.Member {
	return []evidence.Member{{"journal.jsonl", []byte("{}\n{}\n")}, {"README.md", []byte("# read me\n")}, {"empty", nil}}
}

func packed(t *testing.T, m []evidence.Member) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := evidence.WritePack(&file, m, keyOf("fund")); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestPackReadsBack(t *testing.T) {
	data := packed(t, members())
	turned := members()
	slices.Reverse(turned)
	if !bytes.Equal(data, packed(t, turned)) {
		t.Error("another order gave other bytes")
	}
	p, err := evidence.ReadPack(data)
	if err != nil || p.Wrong != nil || !p.Signed() || !p.SignedBy(public(keyOf("fund"))) || p.SignedBy(public(keyOf("somebody"))) {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, m := range members() {
		if got, err := fs.ReadFile(p, m.Name); err != nil || !bytes.Equal(got, m.Data) {
			t.Errorf("%s: %q, %v", m.Name, got, err)
		}
	}
}

// Every flipped byte of a pack is found, in the files and between them, and one in a file names the file.
func TestEveryFlippedByteOfAPackIsFound(t *testing.T) {
	data := packed(t, members())
	for at := range data {
		for _, flip := range []byte{1, 0x20, 0x80} {
			bad := bytes.Clone(data)
			bad[at] ^= flip
			p, err := evidence.ReadPack(bad)
			if err == nil && p.Wrong == nil {
				t.Fatalf("byte %d: nothing was said", at)
			}
		}
	}
	for _, m := range members() {
		if len(m.Data) == 0 {
			continue
		}
		bad := bytes.Clone(data)
		bad[bytes.Index(data, m.Data)] ^= 1
		p, err := evidence.ReadPack(bad)
		if err != nil || !strings.Contains(fmt.Sprint(p.Wrong), m.Name) {
			t.Errorf("%s: %v, %v", m.Name, p.Wrong, err)
		}
	}
}

// A pack that somebody made again, right in itself, is not signed by the key; and what is no pack is said to be none.
func TestPacksOfOthers(t *testing.T) {
	forged := members()
	forged[0].Data = []byte("{}\n")
	var file bytes.Buffer
	evidence.WritePack(&file, forged, keyOf("forger"))
	if p, err := evidence.ReadPack(file.Bytes()); err != nil || p.Wrong != nil || p.SignedBy(public(keyOf("fund"))) {
		t.Errorf("%v", err)
	}
	file.Reset()
	z := zip.NewWriter(&file)
	w, _ := z.Create("journal.jsonl") // compressed
	w.Write(bytes.Repeat([]byte("a"), 1000))
	z.Close()
	for _, bad := range [][]byte{nil, []byte("PK"), packed(t, members())[:100], file.Bytes()} {
		if _, err := evidence.ReadPack(bad); err == nil || !strings.Contains(err.Error(), "no evidence pack") {
			t.Errorf("%v", err)
		}
	}
}

// FuzzReadPack: no bytes make the reader panic, and what it finds nothing wrong with is what WritePack writes.
func FuzzReadPack(f *testing.F) {
	var file bytes.Buffer
	evidence.WritePack(&file, members(), nil)
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := evidence.ReadPack(data)
		if err != nil || p.Wrong != nil || p.Signed() {
			return
		}
		own := slices.DeleteFunc(slices.Clone(p.Members), func(m evidence.Member) bool { return m.Name == evidence.SumsName })
		var again bytes.Buffer
		if err := evidence.WritePack(&again, own, nil); err != nil || !bytes.Equal(again.Bytes(), data) {
			t.Fatalf("it is not what would be written: %v", err)
		}
	})
}
