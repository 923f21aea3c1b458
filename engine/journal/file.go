package journal

import (
	"bufio"
	"errors"
	"fmt"
	"os"
)

// File is a journal on disk, open for appending. Writes are buffered until Sync or Close.
type File struct {
	f *os.File
	*bufio.Writer
}

// Create starts a journal file; one that exists is an error.
func Create(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	return &File{f, bufio.NewWriterSize(f, 1<<16)}, nil
}

// Reopen reads a journal whose run did not end, cuts a torn tail, and opens it for appending behind the last whole
// record. Damage before the tail is an error, and nothing is cut.
func Reopen(path string) (*File, Scan, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, Scan{}, err
	}
	s, err := ScanBytes(data)
	if err != nil {
		return nil, s, fmt.Errorf("%s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, s, err
	}
	if err := cut(f, s.Good); err != nil {
		return nil, s, errors.Join(err, f.Close())
	}
	return &File{f, bufio.NewWriterSize(f, 1<<16)}, s, nil
}

func cut(f *os.File, size int64) error {
	if err := f.Truncate(size); err != nil {
		return err
	}
	if _, err := f.Seek(size, 0); err != nil {
		return err
	}
	return f.Sync()
}

// Sync returns when everything written is on the disk.
func (f *File) Sync() error {
	if err := f.Flush(); err != nil {
		return err
	}
	return f.f.Sync()
}

// Close syncs and closes the file.
func (f *File) Close() error { return errors.Join(f.Sync(), f.f.Close()) }
