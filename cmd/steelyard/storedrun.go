package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/reports/evidence"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// storedRun is a run read back, from its folder or from an evidence pack.
type storedRun struct {
	dir   string // path of the folder or the pack, for messages
	files fs.FS
	pack  *evidence.Pack // nil: a folder
	fund  *fundfile.Fund
	ran   string // SHA-256 of fund.json, hex: the fund's name in the journal, whatever later versions would write into that file
	about about
	scan  journal.Scan
}

// openRun reads a run folder, or a pack. A torn tail of the journal is no error; damage before it is one that names the record.
func openRun(path string) (*storedRun, error) {
	r, err := openFiles(path)
	if err != nil {
		return nil, err
	}
	if err := r.readJournal(); err != nil {
		return nil, err
	}
	if r.pack != nil && r.pack.Wrong != nil {
		return nil, findingf("%s: %v", path, r.pack.Wrong)
	}
	if err := r.readFunds(); err != nil {
		return nil, err
	}
	text, err := fs.ReadFile(r.files, aboutName)
	if err != nil {
		return nil, r.of(err)
	}
	if err := json.Unmarshal(text, &r.about); err != nil {
		return nil, fmt.Errorf("%s: %w", r.path(aboutName), err)
	}
	return r, nil
}

// openFiles opens what lies at a path, a folder or a pack, and reads nothing of it yet.
func openFiles(path string) (*storedRun, error) {
	is, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s is no run folder: %w", path, err)
	case is.IsDir():
		return &storedRun{dir: path, files: os.DirFS(path)}, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pack, err := evidence.ReadPack(text)
	if err != nil {
		return nil, findingf("%s: %v", path, err)
	}
	return &storedRun{dir: path, files: pack, pack: pack}, nil
}

func (r *storedRun) readJournal() error {
	stored, err := journal.Read(r.files)
	var damage *journal.Damage
	switch {
	case errors.As(err, &damage):
		return findingf("%s: %v", r.path(damage.File), damage)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is no run folder: %w", r.dir, r.of(err))
	case err != nil:
		return findingf("%s: %v", r.dir, err)
	}
	r.scan = stored.Scan
	if r.pack != nil && r.pack.Wrong != nil && r.scan.Torn > 0 {
		return findingf("%s: record %d is damaged: %v", r.dir, len(r.scan.Records)+1, r.pack.Wrong)
	}
	return nil
}

// path returns what messages call a file of the run.
func (r *storedRun) path(name string) string { return filepath.Join(r.dir, name) }

// of makes an error of one of the run's files name it as messages do.
func (r *storedRun) of(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return &fs.PathError{Op: at.Op, Path: r.path(at.Path), Err: at.Err}
	}
	return err
}

// readFunds reads the fund as it was run, from fund.json, and sees that fund.yaml beside it says the same.
func (r *storedRun) readFunds() error {
	text, ran, err := r.readFund(resolvedName)
	if err != nil {
		return err
	}
	_, written, err := r.readFund(fundName)
	if err != nil {
		return err
	}
	if written.WithLists(ran).WithRules(ran.Rules).Hash() != ran.Hash() {
		return findingf("%s does not say what %s beside it does, as which the fund was run", r.path(fundName), resolvedName)
	}
	r.fund, r.ran = ran, fmt.Sprintf("%x", sha256.Sum256(text))
	return nil
}

func (r *storedRun) readFund(name string) ([]byte, *fundfile.Fund, error) {
	text, err := fs.ReadFile(r.files, name)
	if err != nil {
		return nil, nil, fmt.Errorf("fund file: %w", r.of(err))
	}
	f, err := fundfile.Parse(r.path(name), text)
	return text, f, err
}

// rows reads the rows that the run was stepped with, and the hash of all data that it was given.
func (r *storedRun) rows() (*fund.Panel, string, error) {
	panel, keys, err := r.readRows()
	if err != nil {
		return nil, "", err
	}
	if want := instrumentKeys(r.fund.Universe()); len(want) != panel.N {
		return nil, "", fmt.Errorf("%s holds %d instruments, the fund file %d", r.path(r.rowsFile()), panel.N, len(want))
	}
	given := panel
	if r.name() != "" { // the journal vouches for what came later
		given = panel.Part(0, r.first(panel))
	}
	caps, err := r.caps()
	return panel, datasetHash(data.PanelHash(given, keys), caps), err
}

// rowsFile is the name of the file of rows: until a run in running time has ended they are in one that grows.
func (r *storedRun) rowsFile() string {
	if _, err := fs.Stat(r.files, rowsName); errors.Is(err, fs.ErrNotExist) {
		if _, err := fs.Stat(r.files, journal.RowsName); err == nil {
			return journal.RowsName
		}
	}
	return rowsName
}

// manifest is the journal's first record, zero where it cannot be read.
func (r *storedRun) manifest() journal.Manifest {
	m, _ := journal.ReadManifest(r.scan.Records)
	return m
}

// name is the name of a run that cannot be run again, "" of a backtest.
func (r *storedRun) name() string { return r.manifest().Run }

func (r *storedRun) readRows() (*fund.Panel, []string, error) {
	if r.rowsFile() == journal.RowsName {
		rows, err := journal.ReadRows(r.files)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", r.dir, r.of(err))
		}
		return rows.Stepped(), rows.Instruments, nil
	}
	f, err := r.files.Open(rowsName)
	if err != nil {
		return nil, nil, r.of(err)
	}
	defer f.Close()
	if on, ok := f.(*os.File); ok {
		return data.RowsOf(r.path(rowsName), on)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, r.of(err)
	}
	return data.RowsOf(r.path(rowsName), bytes.NewReader(text))
}

// first returns the first row that was stepped; those before it were history.
func (r *storedRun) first(panel *fund.Panel) int {
	if m := r.manifest(); m.Run != "" {
		return panel.Find(m.Start)
	}
	return panel.Find(r.fund.Backtest.From)
}

// caps reads the file of market caps, nil for a run that was given none.
func (r *storedRun) caps() ([]byte, error) {
	text, err := fs.ReadFile(r.files, capsName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, r.of(err)
}

// derived derives the run again from its folder. A record that differs is a finding.
func (r *storedRun) derived(ctx context.Context) (*journal.Recorder, error) {
	panel, dataset, err := r.rows()
	if err != nil {
		return nil, err
	}
	rec, err := r.derive(ctx, panel, dataset)
	var differs *journal.Difference
	if errors.As(err, &differs) {
		return nil, findingf("%s: %v", r.dir, differs)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", r.dir, err)
	}
	return rec, nil
}

// derive steps a new core through the recorded events and compares every record. Events that no world can send may
// break the core's invariants, which panic; in a journal they are a finding.
func (r *storedRun) derive(ctx context.Context, panel *fund.Panel, dataset string) (rec *journal.Recorder, err error) {
	u := r.fund.Universe()
	manifest := journal.Manifest{Fund: r.ran, Dataset: dataset, Seed: r.about.Seed, Run: r.name(), Start: r.manifest().Start}
	if rec, err = journal.Verify(u, manifest, r.scan.Records); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = findingf("%s: record %d or the one after it cannot have happened: %v", journalName, rec.Records(), p)
		}
	}()
	policy, err := r.fund.Policy()
	if err != nil {
		return nil, err
	}
	world := watch(journal.NewReplay(u, r.scan.Records, panel, r.first(panel)), panel.Rows())
	defer world.clear()
	if err := host.Run(ctx, engine.New(u, policy), world, rec); err != nil {
		return rec, err
	}
	return rec, r.checkCaps()
}

// checkCaps sees that the market caps that the journal says became known are those that the run was given.
func (r *storedRun) checkCaps() error {
	given, err := r.caps()
	if err != nil || len(r.scan.Records) == 0 {
		return err
	}
	if m, err := journal.ReadManifest(r.scan.Records); err != nil || m.Format < 2 { // format 1 had no list of what was given
		return err
	}
	said := capsTable{u: r.fund.Universe()}
	for i, rec := range r.scan.Records {
		if !bytes.HasPrefix(rec, []byte(`{"kind":"caps"`)) {
			continue
		}
		e, _, err := journal.NewReader(said.u, [][]byte{rec}).Next()
		if err != nil {
			return err
		}
		said.add(e.At, e.Event.(*engine.Caps).USD)
		if !bytes.HasPrefix(given, said.text) {
			return findingf("record %d tells of market caps that %s does not", i+1, r.path(capsName))
		}
	}
	return nil
}

// count says how many of the records are of a kind.
func (r *storedRun) count(kind string) (n int) {
	for _, rec := range r.scan.Records {
		if journal.Kind(rec) == kind {
			n++
		}
	}
	return n
}

// analyse computes what came of the run over its rows.
func (r *storedRun) analyse(panel *fund.Panel) (*reports.Analysis, error) {
	u := r.fund.Universe()
	m, err := journal.ReadManifest(r.scan.Records)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.dir, err)
	}
	return reports.Analyse(reports.Run{
		Fund:            r.fund.Name,
		Universe:        u,
		Records:         r.scan.Records,
		Panel:           panel.Part(r.first(panel), panel.Rows()),
		MaxAge:          r.fund.MaxAge,
		Limits:          r.fund.Limits(),
		AtClose:         r.fund.Backtest.FillClose,
		Live:            r.about.Venues == realVenues,
		FundHash:        m.Fund,
		DatasetHash:     m.Dataset,
		Seed:            m.Seed,
		JournalHead:     r.headAtEnd(),
		DecisionsDigest: journal.Digest(r.scan.Records),
		Notes:           r.about.Notes,
	})
}

// headAtEnd is the chain's value when the run came to its end, or as far as it came: corrections may follow it.
func (r *storedRun) headAtEnd() string {
	for n := len(r.scan.Records); n > 0; n-- {
		if journal.Kind(r.scan.Records[n-1]) != "correction" {
			return r.scan.HeadAt(uint64(n))
		}
	}
	return r.scan.Head
}
