package journal

import (
	"errors"
	"fmt"
	"io/fs"
)

// SegmentName returns the name of a journal's file number k, from 1. A journal is its segments one after the other:
// numbers and chain run through.
func SegmentName(k int) string {
	if k == 1 {
		return "journal.jsonl"
	}
	return fmt.Sprintf("journal-%06d.jsonl", k)
}

// Segments lists the names of a journal's files in order. Where there is none the error is fs.ErrNotExist; one that is
// missing between others is another error.
func Segments(in fs.FS) ([]string, error) {
	later, err := fs.Glob(in, "journal-??????.jsonl")
	if err != nil {
		return nil, err
	}
	names := make([]string, 1+len(later))
	for k := range names {
		names[k] = SegmentName(k + 1)
		_, err := fs.Stat(in, names[k])
		switch {
		case err != nil && len(later) > 0:
			return nil, fmt.Errorf("%s is not there, and the journal goes on in %s", names[k], later[len(later)-1])
		case err != nil:
			return nil, err
		}
	}
	return names, nil
}

// Stored is a journal as it lies in a folder.
type Stored struct {
	Scan
	names []string // of the segments
	sizes []int64  // and their bytes
}

// Read reads the journal of a folder. A torn tail is no error; damage before it is a *Damage, beside what was read up to it.
func Read(in fs.FS) (*Stored, error) {
	names, err := Segments(in)
	if err != nil {
		return nil, err
	}
	s := &Stored{names: names}
	var lines []byte
	for _, name := range names {
		text, err := fs.ReadFile(in, name)
		if err != nil {
			return nil, err
		}
		s.sizes = append(s.sizes, int64(len(text)))
		if lines == nil {
			lines = text
		} else {
			lines = append(lines, text...)
		}
	}
	s.Scan, err = ScanBytes(lines)
	var damage *Damage
	if errors.As(err, &damage) {
		k, at := s.place(damage.Byte)
		damage.File, damage.Byte = names[k], at
	}
	return s, err
}

// place returns the segment, counted from 0, in which a byte of the whole lies, and which of its bytes that is. What lies
// between two segments is the end of the former, but for the beginning of the last.
func (s *Stored) place(at int64) (int, int64) {
	k := 0
	for ; k < len(s.sizes)-1 && at >= s.sizes[k]; k++ {
		at -= s.sizes[k]
	}
	return k, at
}

// Reopen cuts the torn tail of a journal that was read and whose run did not end, and opens it for appending behind the last
// whole record.
func Reopen(in Folder, s *Stored) (*File, error) {
	k, size := s.place(s.Good)
	if k < len(s.sizes)-1 {
		return nil, fmt.Errorf("%s is torn at byte %d, and %s follows it", s.names[k], size, s.names[k+1])
	}
	to, err := in.Append(s.names[k], size)
	if err != nil {
		return nil, err
	}
	return newFile(in, k+1, size, to), nil
}
