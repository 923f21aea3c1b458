package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports/evidence"
)

// The files of a run folder that a run itself writes; the reports add theirs, of which the summary is the last.
// docs/RUN.md describes them all.
const (
	fundName     = "fund.yaml"
	resolvedName = "fund.json"
	rowsName     = "rows.parquet"
	aboutName    = "run.json"
	capsName     = "caps.csv" // only where the fund looks at market caps
	journalName  = "journal.jsonl"
	summaryName  = "summary.json"
	lockName     = ".steelyard.lock" // there while a process writes, and after one that was killed
)

// runFolder is a run folder being written. One process at a time holds it.
type runFolder struct {
	dir     string
	created bool // the folder, by this process
	began   bool // the run, by this process: one that fails takes its files away again
	lock    lock
	journal *journal.File
	signer  *evidence.Signer // nil: nobody signs
	resumed journal.Scan     // what an earlier process had recorded
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
	return isHalf(name) || slices.Contains([]string{fundName, resolvedName, rowsName, journal.RowsName, capsName, aboutName, lockName}, name)
}

// isHalf reports whether a file of this name is what a process leaves that is killed while it writes an input.
func isHalf(name string) bool {
	return slices.ContainsFunc([]string{".writing-", "." + fundName, "." + resolvedName, "." + capsName, "." + aboutName},
		func(begins string) bool { return strings.HasPrefix(name, begins) })
}

// sweep removes what a process that was killed left half-written. What cannot be removed does no harm.
func (r *runFolder) sweep() {
	entries, _ := os.ReadDir(r.dir)
	for _, e := range entries {
		if isHalf(e.Name()) {
			os.Remove(filepath.Join(r.dir, e.Name()))
		}
	}
}

// hold locks the folder for this process.
func (r *runFolder) hold() (err error) {
	r.lock, err = hold(filepath.Join(r.dir, lockName))
	if errors.Is(err, errHeld) {
		return errors.New("another process is writing to it")
	}
	return err
}

// open starts the journal, or goes on with the one that is there.
func (r *runFolder) open(in *inputs) error {
	dir := journal.Dir(r.dir)
	stored, err := journal.Read(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.began = true
		r.sweep()
		if err = in.write(r.dir); err == nil {
			r.journal, err = journal.Create(dir)
		}
		return err
	case err == nil:
		err = r.checkJournal(stored, in)
	}
	if err == nil {
		r.sweep()
		err = noteResume(r.dir, len(stored.Records), stored.Torn)
	}
	if err == nil {
		r.resumed = stored.Scan
		r.journal, err = journal.Reopen(dir, stored)
	}
	return err
}

// checkJournal refuses a journal that this run cannot go on with, before anything is changed.
func (r *runFolder) checkJournal(s *journal.Stored, in *inputs) error {
	_, err := os.Stat(filepath.Join(r.dir, summaryName))
	if s.Ended() && err == nil {
		return errors.New("it holds a run that ended; give --out another folder, or remove it")
	}
	same, err := r.sameRun(s, in)
	switch {
	case err != nil:
		return err
	case !same:
		return errors.New("it holds an unfinished run of another fund, data set or seed; give --out another folder")
	}
	if err := r.checkHeads(s, in.signing.key != nil); err != nil {
		return err
	}
	if len(s.Records) == 0 { // nothing tells whose the inputs beside it are
		return in.write(r.dir)
	}
	return nil
}

// checkHeads refuses a journal that is not what was signed, or that would go on unsigned.
func (r *runFolder) checkHeads(s *journal.Stored, signs bool) error {
	heads, _, err := evidence.ReadHeads(journal.Dir(r.dir))
	if err != nil {
		return err
	}
	if _, err := evidence.Check(&s.Scan, heads, nil); err != nil {
		return fmt.Errorf("its journal was changed since it was signed: %w", err)
	}
	if len(heads) > 0 && !signs {
		return errors.New("its journal is signed; give the key with --sign to go on with it")
	}
	return nil
}

// sameRun reports whether a journal, or what there is of its first line, is that of a run with these inputs.
func (r *runFolder) sameRun(s *journal.Stored, in *inputs) (bool, error) {
	if len(s.Records) > 0 {
		m, err := journal.ReadManifest(s.Records)
		if r.sameFund(m.Fund, in) {
			in.manifest.Fund = m.Fund
		}
		want := in.manifest
		want.Format = m.Format
		return m == want, err
	}
	torn, err := os.ReadFile(filepath.Join(r.dir, journalName))
	if err != nil || in.inRunningTime() { // its name was in the line that is torn; nothing happened yet
		return err == nil, err
	}
	first, err := in.firstLine()
	return bytes.HasPrefix(first, torn), err
}

// recorder returns the recorder of the run, verifying first what an earlier process had recorded.
func (r *runFolder) recorder(in *inputs) (host.Recorder, error) {
	rec, err := r.begin(in)
	if err != nil || in.signing.key == nil {
		return rec, err
	}
	r.signer, err = evidence.NewSigner(journal.Dir(r.dir), &r.resumed, rec, r.journal.Sync, in.signing.key, in.signing.every)
	return r.signer, err
}

// begin returns the journal's recorder.
func (r *runFolder) begin(in *inputs) (*journal.Recorder, error) {
	if r.resumed.Good+r.resumed.Torn > 0 {
		return journal.Resume(in.fund.Universe(), in.manifest, r.journal, r.resumed)
	}
	return journal.NewRecorder(in.fund.Universe(), in.manifest, r.journal)
}

// sign signs the journal as far as it came.
func (r *runFolder) sign() error {
	if r.signer == nil {
		return nil
	}
	return errors.Join(r.signer.Sign(), r.signer.Close())
}

// sameFund reports whether the fund.json of the folder, which the journal names, means the fund that is run: an earlier version
// may have written fewer keys into it.
func (r *runFolder) sameFund(name string, in *inputs) bool {
	path := filepath.Join(r.dir, resolvedName)
	text, ran, err := readFund(path)
	return err == nil && fmt.Sprintf("%x", sha256.Sum256(text)) == name && ran.Hash() == in.fund.Hash()
}

// release lets go of the folder.
func (r *runFolder) release() error { return r.lock.letGo() }

// abandon takes away what this process made, name by name, and nothing else. What resists stays; the error that led
// here says more.
func (r *runFolder) abandon() {
	if r.journal != nil {
		r.journal.Close()
	}
	if r.began {
		segments, _ := journal.Segments(journal.Dir(r.dir))
		for _, name := range slices.Concat(segments, []string{reportName, evidence.HeadsName, aboutName, capsName, rowsName, journal.RowsName, resolvedName, fundName}) {
			os.Remove(filepath.Join(r.dir, name))
		}
	}
	if r.lock.Flock != nil {
		r.release()
	}
	if r.created {
		os.Remove(r.dir) // only if it is empty
	}
}
