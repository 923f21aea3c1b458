package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// The files of a run folder that a run itself writes; the reports add theirs. docs/RUN.md describes them all.
const (
	fundName    = "fund.yaml"
	rowsName    = "rows.parquet"
	aboutName   = "run.json"
	journalName = "journal.jsonl"
	lockName    = ".lock"
)

// about is run.json: what differs between machines and moments, and so stands outside the chain.
type about struct {
	Version   string    `json:"version"`
	Revision  string    `json:"revision,omitempty"`
	Go        string    `json:"go"`
	OS        string    `json:"os"`
	Arch      string    `json:"arch"`
	Level     string    `json:"level,omitempty"` // GOAMD64 or GOARM64
	Started   time.Time `json:"started"`
	Arguments []string  `json:"arguments"`
	Folder    string    `json:"folder"`
	Seed      uint64    `json:"seed"`
	Notes     []string  `json:"notes"` // what loading the data had to say
}

func aboutThisBuild() about {
	a := about{Version: "unknown", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Started: time.Now().UTC(), Notes: []string{}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return a
	}
	a.Version = info.Main.Version
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			a.Revision = s.Value
		case "GOAMD64", "GOARM64":
			a.Level = s.Value
		}
	}
	return a
}

// runFolder is a run folder being written. One process at a time holds it.
type runFolder struct {
	dir     string
	created bool // by this process: a run that fails takes it away again
	lock    *flock.Flock
	journal *journal.File
	resumed journal.Scan // what an earlier process had recorded
}

// inputs is what a run is given and its folder keeps.
type inputs struct {
	text     []byte // of the fund file
	fund     *fundfile.Fund
	panel    *fund.Panel
	manifest journal.Manifest
	about    about
}

func (in *inputs) instruments() []string { return instrumentKeys(in.fund.Universe()) }

// takeRunFolder makes the folder of a new run, or takes that of a run that was cut short, to go on with it.
func takeRunFolder(dir string, in *inputs) (*runFolder, error) {
	r := &runFolder{dir: dir}
	_, err := os.Stat(dir)
	r.created = errors.Is(err, fs.ErrNotExist)
	if err := r.checkForeign(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("run folder: %w", err)
	}
	if err := r.take(in); err != nil {
		return nil, errors.Join(err, r.abandon())
	}
	return r, nil
}

// checkForeign refuses a folder with files that no run wrote.
func (r *runFolder) checkForeign() error {
	entries, err := os.ReadDir(r.dir)
	if err != nil && !r.created {
		return fmt.Errorf("run folder: %w", err)
	}
	ours := []string{fundName, rowsName, aboutName, journalName, lockName}
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(r.dir, journalName)); err == nil {
			return nil
		}
		if !slices.Contains(ours, e.Name()) {
			return fmt.Errorf("run folder %s: it holds %s and no run; give --out a folder that is new or empty", r.dir, e.Name())
		}
	}
	return nil
}

func (r *runFolder) take(in *inputs) error {
	r.lock = flock.New(filepath.Join(r.dir, lockName))
	switch held, err := r.lock.TryLock(); {
	case err != nil:
		return fmt.Errorf("run folder: %w", err)
	case !held:
		return fmt.Errorf("run folder %s: another process is writing to it", r.dir)
	}
	path := filepath.Join(r.dir, journalName)
	if _, err := os.Stat(path); err == nil {
		return r.reopen(path, in)
	}
	if err := in.write(r.dir); err != nil {
		return fmt.Errorf("run folder: %w", err)
	}
	var err error
	r.journal, err = journal.Create(path)
	return err
}

// reopen goes on with a run that was cut short. One that ended is left alone.
func (r *runFolder) reopen(path string, in *inputs) (err error) {
	if r.journal, r.resumed, err = journal.Reopen(path); err != nil {
		return err
	}
	records := r.resumed.Records
	if len(records) > 0 && journal.Kind(records[len(records)-1]) == "end" {
		err = fmt.Errorf("run folder %s: it holds a run that ended; give --out another folder, or remove it", r.dir)
	}
	if m, bad := journal.ReadManifest(records); err == nil && len(records) > 0 && (bad != nil || m != in.manifest) {
		err = fmt.Errorf("run folder %s: it holds an unfinished run of another fund, data set or seed; give --out another folder", r.dir)
	}
	if err != nil {
		return errors.Join(err, r.journal.Close())
	}
	return nil
}

func (in *inputs) write(dir string) error {
	text, err := json.MarshalIndent(in.about, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(
		renameio.WriteFile(filepath.Join(dir, fundName), in.text, 0o644),
		data.WriteRows(filepath.Join(dir, rowsName), in.panel, in.instruments()),
		renameio.WriteFile(filepath.Join(dir, aboutName), append(text, '\n'), 0o644),
	)
}

// recorder returns the recorder of the run, verifying first what an earlier process had recorded.
func (r *runFolder) recorder(in *inputs) (*journal.Recorder, error) {
	if r.resumed.Good+r.resumed.Torn > 0 {
		return journal.Resume(in.fund.Universe(), in.manifest, r.journal, r.resumed)
	}
	return journal.NewRecorder(in.fund.Universe(), in.manifest, r.journal)
}

// release ends the writing of a run that can be gone on with, or that is done.
func (r *runFolder) release() error {
	err := r.journal.Close()
	return errors.Join(err, r.lock.Unlock(), os.Remove(filepath.Join(r.dir, lockName)))
}

// abandon takes away what this process made.
func (r *runFolder) abandon() error {
	if r.lock != nil {
		r.lock.Unlock()
	}
	if !r.created {
		return nil
	}
	return os.RemoveAll(r.dir)
}

// instrumentKeys returns the columns of a run's rows: the universe's instruments by key.
func instrumentKeys(u *fund.Universe) []string {
	keys := make([]string, len(u.Instruments))
	for i := range keys {
		keys[i] = u.InstrumentKey(fund.InstrumentID(i))
	}
	return keys
}
