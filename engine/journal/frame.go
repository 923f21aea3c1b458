// Package journal writes down what a core saw and did, so that it can be read again, resumed and re-derived: one
// canonical JSON record a line, chained by SHA-256.
package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strconv"
)

// A line of the file is
//
//	{"n":12,"len":345,"crc":"1a2b3c4d","rec":{...},"chain":"<64 hex digits>"}
//
// n counts lines from 1; len and crc (CRC-32C) are of the record's bytes and tell a torn write from a finished one;
// chain is SHA-256(chain of the line before, as 32 bytes, zero at first ‖ record's bytes).

// link is the chain's value after a record.
type link [sha256.Size]byte

func (l link) String() string { return hex.EncodeToString(l[:]) }

// follow returns the chain's value after rec.
func (l link) follow(rec, scratch []byte) (link, []byte) {
	scratch = append(append(scratch[:0], l[:]...), rec...)
	return sha256.Sum256(scratch), scratch
}

// appendLine appends the line of record n, after which the chain stands at l.
func appendLine(b []byte, n uint64, rec []byte, l link) []byte {
	b = strconv.AppendUint(append(b, `{"n":`...), n, 10)
	b = strconv.AppendUint(append(b, `,"len":`...), uint64(len(rec)), 10)
	sum := crc32.Checksum(rec, crc32.MakeTable(crc32.Castagnoli))
	b = append(b, `,"crc":"`...)
	b = hex.AppendEncode(b, []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
	b = append(append(b, `","rec":`...), rec...)
	b = append(b, `,"chain":"`...)
	return append(hex.AppendEncode(b, l[:]), "\"}\n"...)
}

// Scan is what a journal's bytes hold.
type Scan struct {
	Records [][]byte // the records' bytes, aliasing the input
	Good    int64    // bytes up to the end of the last whole record
	Torn    int64    // bytes after it: the remains of a write that was cut short
	Head    string   // the chain's value after the last, hex
	links   []link   // the chain's value after each
}

// HeadAt returns the chain's value after record n, hex; n is from 1 to the number of records.
func (s *Scan) HeadAt(n uint64) string { return s.links[n-1].String() }

// Ended reports whether the run came to its end.
func (s *Scan) Ended() bool { return Ended(s.Records) }

// Damage is the error of a journal with a record that is not as it was written and others behind it.
type Damage struct {
	Record uint64
	File   string // the segment, where it is known
	Byte   int64  // of the file, at which the record begins
}

// Error implements error.
func (d *Damage) Error() string {
	text := fmt.Sprintf("record %d (byte %d) is damaged: its bytes do not match its checksum or the chain", d.Record, d.Byte)
	if d.File != "" {
		text = d.File + ": " + text
	}
	return text
}

// ScanBytes reads lines until the end or the first that is not whole. A bad last line is a torn tail; a bad line with
// others behind it is a *Damage.
func ScanBytes(data []byte) (Scan, error) {
	var (
		s       Scan
		head    link
		scratch []byte
		want    []byte
	)
	for rest := data; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n')
		n := uint64(len(s.Records) + 1)
		rec, next := []byte(nil), link{}
		if end >= 0 {
			rec = recordOf(rest[:end+1])
			next, scratch = head.follow(rec, scratch)
			want = appendLine(want[:0], n, rec, next)
		}
		if end < 0 || !bytes.Equal(want, rest[:end+1]) {
			if end >= 0 && end+1 < len(rest) {
				return s, &Damage{Record: n, Byte: s.Good}
			}
			s.Torn = int64(len(rest))
			break
		}
		s.Records = append(s.Records, rec)
		s.links = append(s.links, next)
		head = next
		s.Good += int64(end + 1)
		rest = rest[end+1:]
	}
	s.Head = head.String()
	return s, nil
}

// recordOf cuts the record out of a line; of a damaged line it returns what stands in its place.
func recordOf(line []byte) []byte {
	const open, tail = `,"rec":`, len(`,"chain":"`) + 64 + len("\"}\n")
	i := bytes.Index(line, []byte(open))
	if i < 0 || len(line)-tail < i+len(open) {
		return nil
	}
	return line[i+len(open) : len(line)-tail]
}
