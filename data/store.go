package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Mode says what a store is opened for.
type Mode int

// The modes. Any number of processes may read at once; one that writes must be alone.
const (
	Read Mode = iota
	Write
)

// Store is an open store. Close it. It is for one goroutine at a time.
type Store struct {
	dir       string
	catalogue *catalogue // nil in a store that is opened to be written and does not exist yet
}

// DefaultDir returns the folder of the store where none is named: steelyard/store in the user's data directory.
func DefaultDir() (string, error) {
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "steelyard", "store"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the store, name one: %w", err)
	}
	return filepath.Join(home, ".local", "share", "steelyard", "store"), nil
}

// Open opens the store in the folder dir. Opened for writing it need not exist: the first import of good files makes
// it. A store of a newer format, and one that another process writes to, are refused.
func Open(dir string, mode Mode) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(dir, "?#%") {
		return nil, fmt.Errorf("store %s: DuckDB takes no path with ?, # or %%: choose another folder", dir)
	}
	_, err = os.Stat(filepath.Join(dir, catalogueName))
	if errors.Is(err, os.ErrNotExist) {
		if mode == Read {
			return nil, fmt.Errorf("there is no store at %s: make one with `steelyard data import --store %s ...`", dir, dir)
		}
		return &Store{dir: dir}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	c, err := openCatalogue(dir, mode)
	if err != nil {
		return nil, err
	}
	return &Store{dir, c}, nil
}

// Close releases the store, so that others may write to it.
func (s *Store) Close() error {
	if s.catalogue == nil {
		return nil
	}
	return s.catalogue.close()
}

// Series lists what the store has and the filter takes, by venue, instrument and interval.
func (s *Store) Series(ctx context.Context, f Filter) ([]Series, error) {
	if s.catalogue == nil {
		return nil, nil
	}
	all, err := s.catalogue.series(ctx)
	if err != nil {
		return nil, err
	}
	var taken []Series
	for _, series := range all {
		if f.takes(&series) {
			taken = append(taken, series)
		}
	}
	return taken, nil
}

// replace makes the bars of all changes the content of their series: new files, then the catalogue, then the end of
// the files before. Until the catalogue has switched, at once for all, the store is as it was; a file that it does not
// name is waste, which the next import of the series sweeps up.
func (s *Store) replace(ctx context.Context, changes []*change) error {
	all := make([]Series, len(changes))
	for i, c := range changes {
		series, err := s.place(c.result.Series, c.bars)
		if err != nil {
			return fmt.Errorf("the store at %s cannot be written: %w", s.dir, err)
		}
		c.result.Series, all[i] = series, series
	}
	if err := s.catalogue.put(ctx, all...); err != nil {
		return err
	}
	for _, series := range all {
		sweep(series.folder(s.dir), series.file)
	}
	return nil
}

// create makes a store that does not exist yet, and opens it.
func (s *Store) create() (err error) {
	if s.catalogue != nil {
		return nil
	}
	if err := createCatalogue(s.dir); err != nil {
		return fmt.Errorf("make a store at %s: %w", s.dir, err)
	}
	s.catalogue, err = openCatalogue(s.dir, Write)
	return err
}

// place writes the file of a series beside the current one and returns the series with its name and size.
func (s *Store) place(series Series, bars []bar) (Series, error) {
	file, name, err := encodeBars(series, bars)
	if err != nil {
		return series, fmt.Errorf("%s: %w", series.Key, err)
	}
	series.file, series.Bytes = name, int64(len(file))
	folder := series.folder(s.dir)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return series, err
	}
	write := func(w io.Writer) error {
		_, err := w.Write(file)
		return err
	}
	if err := writeFile(series.path(s.dir), write); err != nil {
		return series, err
	}
	return series, syncFolders(folder, s.dir)
}

// sweep removes the files that we wrote for a series and that are not current. What cannot be removed does no harm.
func sweep(folder, current string) {
	files, _ := os.ReadDir(folder)
	for _, f := range files {
		ours := strings.HasSuffix(f.Name(), ".parquet") || strings.HasPrefix(f.Name(), temporary)
		if ours && f.Name() != current {
			os.Remove(filepath.Join(folder, f.Name()))
		}
	}
}
