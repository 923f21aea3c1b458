// Package shelf finds runs and sweeps again: it looks through folders for theirs and reads of each what it is and what came of it.
// There is no index to keep: the folders are the index, read anew each time.
package shelf

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// The files of a folder that are read; docs/RUN.md and docs/SWEEP.md describe them.
const (
	journalName = "journal.jsonl" // makes a folder one of a run
	sweepName   = "sweep.json"    // makes a folder one of a sweep
	fundName    = "fund.json"
	aboutName   = "run.json"
	summaryName = "summary.json"
)

// Run is the folder of a run or a sweep at a glance. Figures are those of summary.json, under its keys; null is what is not
// defined. Those of a sweep are of the point that was chosen.
type Run struct {
	Folder string `json:"folder"` // with slashes
	Kind   Kind   `json:"kind"`
	Fund   string `json:"fund"`
	Base   string `json:"base,omitempty"`

	Start fund.Time `json:"start,omitzero"` // of what is not finished: as its fund file says
	End   fund.Time `json:"end,omitzero"`
	Days  int       `json:"days"`

	FundHash        string `json:"fund_hash,omitempty"`
	DatasetHash     string `json:"dataset_hash,omitempty"`
	DecisionsDigest string `json:"decisions_digest,omitempty"`
	Seed            uint64 `json:"seed"`

	FinalNAV      *float64 `json:"final_nav"`
	TotalReturn   *float64 `json:"total_return"`
	AnnualReturn  *float64 `json:"annual_return"`
	Volatility    *float64 `json:"volatility"`
	Sharpe        *float64 `json:"sharpe"`
	MaxDrawdown   *float64 `json:"max_drawdown"`
	TrackingError *float64 `json:"tracking_error"`
	CostBPPerYear *float64 `json:"cost_bp_per_year"`
	Rebalances    *int     `json:"rebalances"`

	Points int      `json:"points,omitempty"` // of a sweep
	Varied []string `json:"varied,omitempty"` // keys of the fund file that a sweep varies
	Choose string   `json:"choose,omitempty"` // the figure by which a sweep's point was chosen
	Chosen []string `json:"chosen,omitempty"` // what that point sets; none: no point has the figure, or the sweep is not finished

	Finished bool      `json:"finished"`         // it has its summary
	Started  time.Time `json:"started,omitzero"` // when, by the clock of the machine
	Noted    []Note    `json:"noted"`            // by people, the oldest first
	Wrong    string    `json:"wrong,omitempty"`  // why some of it cannot be read
}

// Kind is what a folder holds.
type Kind string

// The kinds of folder.
const (
	IsRun   Kind = "run"
	IsSweep Kind = "sweep"
)

// kindOf returns what a folder holds; "" for neither.
func kindOf(dir string) (Kind, error) {
	for _, k := range []struct {
		file string
		kind Kind
	}{{journalName, IsRun}, {sweepName, IsSweep}} {
		switch _, err := os.Stat(filepath.Join(dir, k.file)); {
		case err == nil:
			return k.kind, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
	}
	return "", nil
}

// Find looks for runs and sweeps in and below dirs and returns them sorted by folder, each once. It follows no links but those that are
// named, and does not look into hidden folders, nor below a run or a sweep. One of which something does not read is there, and says so.
// The error tells of folders that cannot be looked into; the runs that are elsewhere are there all the same.
func Find(dirs ...string) ([]Run, error) {
	runs := []Run{}
	var closed []error
	for _, dir := range dirs {
		root := dir + string(filepath.Separator) // a link, where one is named
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				closed = append(closed, err)
				return nil
			case !d.IsDir():
				return nil
			case path != root && strings.HasPrefix(d.Name(), "."):
				return fs.SkipDir
			}
			kind, err := kindOf(path)
			switch {
			case err != nil:
				closed = append(closed, err)
				return fs.SkipDir
			case kind == "":
				return nil
			}
			runs = append(runs, open(path, kind))
			return fs.SkipDir
		})
	}
	slices.SortFunc(runs, func(a, b Run) int { return strings.Compare(a.Folder, b.Folder) })
	return slices.CompactFunc(runs, func(a, b Run) bool { return a.Folder == b.Folder }), errors.Join(closed...)
}

// ignore makes nothing of a file that is not there.
func ignore(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// open reads what a folder says of its run or sweep.
func open(dir string, kind Kind) Run {
	r := Run{Kind: kind}
	reads := (*Run).readRun
	if kind == IsSweep {
		reads = (*Run).readSweep
	}
	wrong := reads(&r, dir)
	noted, err := Notes(dir)
	r.Folder, r.Noted = filepath.ToSlash(filepath.Clean(dir)), append([]Note{}, noted...)
	if err := errors.Join(wrong, err); err != nil {
		r.Wrong = err.Error()
	}
	return r
}

func (r *Run) readRun(dir string) error {
	var about struct {
		Started time.Time
		Seed    uint64
	}
	wrong := []error{r.readFund(dir), ignore(read(dir, aboutName, &about))}
	r.Started, r.Seed = about.Started, about.Seed
	return errors.Join(append(wrong, r.readSummary(dir))...)
}

// readSummary reads what came of it; nothing yet is no error.
func (r *Run) readSummary(dir string) error {
	err := read(dir, summaryName, r)
	r.Finished = err == nil
	return ignore(err)
}

// readFund reads what is known before a run is finished; the summary says it better.
func (r *Run) readFund(dir string) error {
	var f struct {
		Fund, Base string
		Backtest   struct{ From, To fund.Time }
	}
	if err := read(dir, fundName, &f); err != nil {
		return err
	}
	r.Fund, r.Base, r.Start, r.End = f.Fund, f.Base, f.Backtest.From, f.Backtest.To
	return nil
}

// read reads a file of JSON.
func read(dir, name string, into any) error {
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return nil
}
