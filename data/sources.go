package data

import (
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Progress is told, now and then, how many bytes of how many have been read.
type Progress func(done, total int64)

// source is what one file, or one entry of an archive, says of one series.
type source struct {
	name      string
	id        seriesID
	unit      string // what lines counts: "line" or "row"
	closeOnly bool
	bars      []bar
	lines     []int // of each bar
	repeated  int   // rows that say what one before them said
	dropped   int   // market caps that were empty or 0
}

// sourceReader reads files of one format.
type sourceReader struct {
	format   format
	spec     Spec
	progress Progress
	ctx      context.Context
	done     int64
	total    int64
}

// readAll reads the files in turn. Its error names the file and what is wrong with it.
func (s *sourceReader) readAll(files []string) ([]source, error) {
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		s.total += info.Size()
	}
	var all []source
	for _, name := range files {
		sources, err := s.readFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, sources...)
	}
	return all, nil
}

// readFile takes a .zip for an archive, a .gz for a compressed file and everything else for a plain one.
func (s *sourceReader) readFile(name string) ([]source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%s: the file is empty: leave it out, or get it again", name)
	}
	metered := &meter{f, s}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".zip":
		return s.readZip(name, metered, info.Size())
	case ".gz":
		return s.readGzip(name, metered)
	}
	return s.readOne(name, metered)
}

func (s *sourceReader) readOne(name string, r io.Reader) ([]source, error) {
	sources, err := s.format.read(&input{r, name, s.spec})
	if err != nil {
		// A line may be wrong because the file is damaged, which its checksum tells at the end.
		if _, damage := io.Copy(io.Discard, r); damage != nil && !errors.Is(err, damage) {
			err = damage
		}
		return nil, fmt.Errorf("%s: %w", name, explainDamage(err))
	}
	for i := range sources {
		sources[i].trim(s.spec.Reading)
	}
	return sources, nil
}

func (s *sourceReader) readGzip(name string, r io.Reader) ([]source, error) {
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, explainDamage(err))
	}
	return s.readOne(name, unpacked)
}

func (s *sourceReader) readZip(name string, r io.ReaderAt, size int64) ([]source, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, explainDamage(err))
	}
	var all []source
	for _, entry := range archive.File {
		if path.Ext(entry.Name) != ".csv" {
			continue
		}
		r, err := entry.Open()
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", name, entry.Name, explainDamage(err))
		}
		sources, err := s.readOne(name+"/"+entry.Name, r)
		r.Close()
		if err != nil {
			return nil, err
		}
		all = append(all, sources...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: there is no .csv in the archive: is it the right file?", name)
	}
	return all, nil
}

// explainDamage adds what to do about a file that does not unpack.
func explainDamage(err error) error {
	var corrupt flate.CorruptInputError
	for _, damage := range []error{zip.ErrFormat, zip.ErrChecksum, gzip.ErrHeader, gzip.ErrChecksum, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(err, damage) || errors.As(err, &corrupt) {
			return fmt.Errorf("the file is cut off or damaged (%w): get it again", err)
		}
	}
	return err
}

// meter counts what is read of a file, and stops reading when the import is cancelled.
type meter struct {
	file *os.File
	s    *sourceReader
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.file.Read(p)
	return n, m.count(n, err)
}

// ReadAt implements io.ReaderAt.
func (m *meter) ReadAt(p []byte, at int64) (int, error) {
	n, err := m.file.ReadAt(p, at)
	return n, m.count(n, err)
}

func (m *meter) count(n int, err error) error {
	m.s.done = min(m.s.done+int64(n), m.s.total)
	if m.s.progress != nil {
		m.s.progress(m.s.done, m.s.total)
	}
	if m.s.ctx.Err() != nil {
		return m.s.ctx.Err()
	}
	return err
}
