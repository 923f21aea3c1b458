package data

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// sink passes writes on until one fails, and then remembers the failure and takes everything. The Parquet writer
// panics on some failed writes and forgets others (its Close drops the footer's error), so it is not told of any.
type sink struct {
	to  io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err == nil {
		_, s.err = s.to.Write(p)
	}
	return len(p), nil
}

// temporary begins the names of files that are being written.
const temporary = ".writing-"

// writeFile writes a file under a temporary name in path's folder, syncs it and renames it to path: after an error path is as
// it was, and nothing else is left.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), temporary+"*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close() // harmless where it is closed already
			os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	buffered := bufio.NewWriterSize(f, 1<<20)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return publish(f, path)
}

// publish makes f, complete and under a temporary name, the file at path.
func publish(f *os.File, path string) error {
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// syncFolders makes the names in folder and in the folders above it, up to root, last through a power cut.
func syncFolders(folder, root string) error {
	for ; ; folder = filepath.Dir(folder) {
		f, err := os.Open(folder)
		if err != nil {
			return err
		}
		err = f.Sync()
		f.Close()
		if err != nil || folder == root || folder == filepath.Dir(folder) {
			return err
		}
	}
}
