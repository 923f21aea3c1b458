package journal_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"syscall"
	"testing/fstest"

	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim/stream"
)

// faulty is a folder on a disk that fails at random and whose power goes. What was written is in memory until it is synced.
type faulty struct {
	random *stream.Stream
	faults bool  // now
	room   int64 // bytes that fit on the disk
	files  map[string]*faultyFile
}

type faultyFile struct {
	on     *faulty
	synced []byte // that survive
	data   []byte // as a reader sees them
	lost   bool   // a sync failed: what was not on the disk then never comes there, and no later sync says so
}

func newFaulty(seed uint64) *faulty {
	return &faulty{random: stream.New(seed, "disk"), room: 1 << 40, files: map[string]*faultyFile{}}
}

func (d *faulty) below(n int) int { return int(d.random.Uint64() % uint64(n)) }

// fails is true once in a while.
func (d *faulty) fails() bool { return d.faults && d.below(12) == 0 }

// Open implements fs.FS.
func (d *faulty) Open(name string) (fs.File, error) {
	files := fstest.MapFS{}
	for name, f := range d.files {
		files[name] = &fstest.MapFile{Data: bytes.Clone(f.data)}
	}
	return files.Open(name)
}

// Create implements journal.Folder. Where it fails, the name may be there or not.
func (d *faulty) Create(name string) (journal.Storage, error) {
	switch {
	case d.files[name] != nil:
		return nil, fs.ErrExist
	case d.fails():
		if d.below(2) == 0 {
			d.files[name] = &faultyFile{on: d}
		}
		return nil, syscall.EIO
	}
	d.files[name] = &faultyFile{on: d}
	return d.files[name], nil
}

// Append implements journal.Folder.
func (d *faulty) Append(name string, size int64) (journal.Storage, error) {
	if d.fails() {
		return nil, syscall.EIO
	}
	f := d.files[name]
	f.data = bytes.Clone(f.data[:size])
	f.synced = bytes.Clone(f.data)
	return f, nil
}

// Write implements io.Writer: whole, in part, or not.
func (f *faultyFile) Write(p []byte) (int, error) {
	n, err := len(p), error(nil)
	if int64(n) > f.on.room {
		n, err = int(f.on.room), syscall.ENOSPC
	} else if f.on.fails() {
		n, err = f.on.below(n+1), io.ErrShortWrite
	}
	f.on.room -= int64(n)
	f.data = append(f.data, p[:n]...)
	return n, err
}

// Sync implements journal.Storage.
func (f *faultyFile) Sync() error {
	switch {
	case f.on.fails():
		f.lost = true
		return syscall.EIO
	case !f.lost:
		f.synced = bytes.Clone(f.data)
	}
	return nil
}

func (f *faultyFile) Close() error {
	if f.on.fails() {
		return errors.New("close failed")
	}
	return nil
}

// crash takes the power away: of what was not synced some first bytes are on the disk, and perhaps zeros behind them.
func (d *faulty) crash() {
	for k := 1; d.files[journal.SegmentName(k)] != nil; k++ {
		f := d.files[journal.SegmentName(k)]
		rest := f.data[min(len(f.synced), len(f.data)):]
		kept := append(bytes.Clone(f.synced), rest[:d.below(len(rest)+1)]...)
		if len(rest) > 0 && d.below(3) == 0 {
			kept = append(kept, make([]byte, d.below(50))...)
		}
		f.data, f.synced, f.lost = kept, bytes.Clone(kept), false
	}
}
