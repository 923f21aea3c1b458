package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"github.com/steelyard/steelyard/engine/journal"
)

// The files of a run folder that a run itself writes; the reports add theirs, of which the summary is the last.
// docs/RUN.md describes them all.
const (
	fundName     = "fund.yaml"
	resolvedName = "fund.json"
	rowsName     = "rows.parquet"
	aboutName    = "run.json"
	journalName  = "journal.jsonl"
	summaryName  = "summary.json"
	lockName     = ".steelyard.lock" // there while a process writes, and after one that was killed
)

// runFolder is a run folder being written. One process at a time holds it.
type runFolder struct {
	dir     string
	created bool // the folder, by this process
	began   bool // the run, by this process: one that fails takes its files away again
	lock    *flock.Flock
	journal *journal.File
	resumed journal.Scan // what an earlier process had recorded
}

// takeRunFolder makes the folder of a new run, or takes that of a run that was cut short, to go on with it.
func takeRunFolder(dir string, in *inputs) (*runFolder, error) {
	r := &runFolder{dir: filepath.Clean(dir)}
	if err := r.make(); err != nil {
		return nil, fmt.Errorf("run folder: %w", err)
	}
	err := r.checkOurs()
	if err == nil {
		err = r.hold()
	}
	if err == nil {
		err = r.open(in)
	}
	if err != nil {
		r.abandon()
		return nil, fmt.Errorf("run folder %s: %w", r.dir, err)
	}
	return r, nil
}

// make makes the folder if it does not exist. Of several processes that do so at once, one has created it.
func (r *runFolder) make() error {
	if err := os.MkdirAll(filepath.Dir(r.dir), 0o755); err != nil {
		return err
	}
	err := os.Mkdir(r.dir, 0o755)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	r.created = err == nil
	return err
}

// checkOurs refuses a folder with files that no run wrote. Its journal shows a run; until there is one, its lock.
func (r *runFolder) checkOurs() error {
	entries, err := os.ReadDir(r.dir)
	if err != nil {
		return err
	}
	has := func(name string) bool {
		return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
	}
	for _, e := range entries {
		if !has(journalName) && !(has(lockName) && isInput(e.Name())) {
			return fmt.Errorf("it holds %s and no run; give --out a folder that is new or empty", e.Name())
		}
	}
	return nil
}

// isInput reports whether a run writes a file of this name before its journal.
func isInput(name string) bool {
	return isHalf(name) || slices.Contains([]string{fundName, resolvedName, rowsName, aboutName, lockName}, name)
}

// isHalf reports whether a file of this name is what a process leaves that is killed while it writes an input.
func isHalf(name string) bool {
	return strings.HasPrefix(name, ".writing-") || strings.HasPrefix(name, "."+fundName) || strings.HasPrefix(name, "."+resolvedName) || strings.HasPrefix(name, "."+aboutName)
}

// sweep removes half-written inputs from a folder that holds nothing but inputs. What cannot be removed does no harm.
func (r *runFolder) sweep() {
	entries, _ := os.ReadDir(r.dir)
	for _, e := range entries {
		if isHalf(e.Name()) {
			os.Remove(filepath.Join(r.dir, e.Name()))
		}
	}
}

// hold locks the folder for this process.
func (r *runFolder) hold() error {
	path := filepath.Join(r.dir, lockName)
	for {
		lock := flock.New(path)
		switch held, err := lock.TryLock(); {
		case err != nil:
			return err
		case !held:
			return errors.New("another process is writing to it")
		}
		// Who lets go removes the file: what we locked may be no longer what others would.
		mine, err1 := lock.Stat()
		there, err2 := os.Stat(path)
		if err1 == nil && err2 == nil && os.SameFile(mine, there) {
			r.lock = lock
			return nil
		}
		lock.Unlock()
	}
}

// open starts the journal, or goes on with the one that is there.
func (r *runFolder) open(in *inputs) (err error) {
	path := filepath.Join(r.dir, journalName)
	lines, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.began = true
		r.sweep()
		if err = in.write(r.dir); err == nil {
			r.journal, err = journal.Create(path)
		}
		return err
	case err == nil:
		err = r.checkJournal(lines, in)
	}
	if err == nil {
		r.journal, r.resumed, err = journal.Reopen(path)
	}
	return err
}

// checkJournal refuses a journal that this run cannot go on with, before anything is changed.
func (r *runFolder) checkJournal(lines []byte, in *inputs) error {
	scan, err := journal.ScanBytes(lines)
	if err != nil {
		return fmt.Errorf("%s: %w", journalName, err)
	}
	_, err = os.Stat(filepath.Join(r.dir, summaryName))
	if ended(&scan) && err == nil {
		return errors.New("it holds a run that ended; give --out another folder, or remove it")
	}
	first, err := in.firstLine()
	if err != nil {
		return err
	}
	if n := min(len(lines), len(first)); !bytes.Equal(lines[:n], first[:n]) {
		return errors.New("it holds an unfinished run of another fund, data set or seed; give --out another folder")
	}
	if len(scan.Records) == 0 { // nothing tells whose the inputs beside it are
		return in.write(r.dir)
	}
	return nil
}

// ended reports whether a journal is that of a run that came to its end.
func ended(s *journal.Scan) bool {
	n := len(s.Records)
	return n > 0 && journal.Kind(s.Records[n-1]) == "end"
}

// recorder returns the recorder of the run, verifying first what an earlier process had recorded.
func (r *runFolder) recorder(in *inputs) (*journal.Recorder, error) {
	if r.resumed.Good+r.resumed.Torn > 0 {
		return journal.Resume(in.fund.Universe(), in.manifest, r.journal, r.resumed)
	}
	return journal.NewRecorder(in.fund.Universe(), in.manifest, r.journal)
}

// release lets go of the folder. The lock's file goes first, so that it is never that of another process.
func (r *runFolder) release() error {
	return errors.Join(os.Remove(filepath.Join(r.dir, lockName)), r.lock.Unlock())
}

// abandon takes away what this process made, name by name, and nothing else. What resists stays; the error that led
// here says more.
func (r *runFolder) abandon() {
	if r.journal != nil {
		r.journal.Close()
	}
	if r.began {
		for _, name := range []string{reportName, journalName, aboutName, rowsName, resolvedName, fundName} {
			os.Remove(filepath.Join(r.dir, name))
		}
	}
	if r.lock != nil {
		r.release()
	}
	if r.created {
		os.Remove(r.dir) // only if it is empty
	}
}
