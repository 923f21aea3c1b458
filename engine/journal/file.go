package journal

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is where a journal's files lie: a folder of the disk, or, in tests, of one that fails.
type Folder interface {
	fs.FS
	// Create makes a file that does not exist yet. Its name is on the disk when Create returns.
	Create(name string) (Storage, error)
	// Append opens a file for writing behind its first size bytes. What it held after them is gone from the disk when
	// Append returns.
	Append(name string, size int64) (Storage, error)
}

// Storage is a file open for appending. After Sync has returned nil, all that was written before is on the disk.
type Storage interface {
	io.WriteCloser
	Sync() error
}

// SegmentBytes is how large a segment of a journal grows before the next one begins. A record is never split.
const SegmentBytes = 64 << 20

// File is a journal on disk, open for appending: one segment or several. Writes are buffered until Sync or Close. After its
// first error nothing is known of what the disk holds; File then writes nothing more and returns that error again.
type File struct {
	Limit int64 // bytes of a segment, SegmentBytes unless it is changed

	in      Folder
	segment int   // that is written, from 1
	size    int64 // its bytes
	to      Storage
	buffer  *bufio.Writer
	err     error
}

// Create starts a journal in a folder; one that exists is an error.
func Create(in Folder) (*File, error) {
	to, err := in.Create(SegmentName(1))
	if err != nil {
		return nil, err
	}
	return newFile(in, 1, 0, to), nil
}

func newFile(in Folder, segment int, size int64, to Storage) *File {
	return &File{Limit: SegmentBytes, in: in, segment: segment, size: size, to: to, buffer: bufio.NewWriterSize(to, 1<<16)}
}

// Write takes one line.
func (f *File) Write(line []byte) (n int, err error) {
	if f.err == nil && f.size > 0 && f.size+int64(len(line)) > f.Limit {
		f.err = f.rotate()
	}
	if f.err == nil {
		n, f.err = f.buffer.Write(line)
		f.size += int64(n)
	}
	return n, f.err
}

// rotate closes the segment, which from now on never changes, and begins the next. The old one is on the disk before the
// new one is there, so that only the last can be torn.
func (f *File) rotate() error {
	if err := f.Close(); err != nil {
		return err
	}
	to, err := f.in.Create(SegmentName(f.segment + 1))
	if err != nil {
		return err
	}
	f.segment, f.size, f.to = f.segment+1, 0, to
	f.buffer.Reset(to)
	return nil
}

// Sync returns when everything written is on the disk.
func (f *File) Sync() error {
	if f.err == nil {
		f.err = f.buffer.Flush()
	}
	if f.err == nil {
		f.err = f.to.Sync()
	}
	return f.err
}

// Close syncs and closes the file.
func (f *File) Close() error {
	err := f.Sync()
	if closed := f.to.Close(); err == nil {
		err = closed
	}
	return err
}

// Dir is a folder of the disk, by its path.
type Dir string

// Open implements fs.FS.
func (d Dir) Open(name string) (fs.File, error) { return os.DirFS(string(d)).Open(name) }

// Create implements Folder.
func (d Dir) Create(name string) (Storage, error) {
	f, err := os.OpenFile(filepath.Join(string(d), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	if err := d.sync(); err != nil {
		f.Close()
		return nil, fmt.Errorf("create %s: %w", f.Name(), err)
	}
	return f, nil
}

// sync returns when the folder's names are on the disk.
func (d Dir) sync() error {
	folder, err := os.Open(string(d))
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// Append implements Folder.
func (d Dir) Append(name string, size int64) (Storage, error) {
	f, err := os.OpenFile(filepath.Join(string(d), name), os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if err = f.Truncate(size); err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
