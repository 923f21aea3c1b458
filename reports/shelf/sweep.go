package shelf

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"

	"github.com/steelyard/steelyard/engine/fund"
)

// tableName is a sweep's table: a row a point, with what varies and the figures of summary.json. It is there when the sweep is done.
const tableName = "sweep.csv"

func (r *Run) readSweep(dir string) error {
	var s struct {
		Fund, Dataset string
		Points        int
		Axes          []struct{ Path string }
	}
	if err := read(dir, sweepName, &s); err != nil {
		return err
	}
	r.FundHash, r.DatasetHash, r.Points = s.Fund, s.Dataset, s.Points
	for _, a := range s.Axes {
		r.Varied = append(r.Varied, a.Path)
	}
	if err := r.readTable(filepath.Join(dir, tableName)); err != nil {
		return ignore(err)
	}
	return ignore(read(dir, summaryName, r))
}

// readTable reads of a sweep's table what all its points have in common.
func (r *Run) readTable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() // it was only read
	table := csv.NewReader(f)
	head, err := table.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	first, err := table.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	cell := map[string]string{}
	for i, name := range head {
		cell[name] = first[i]
	}
	r.Finished, r.Fund, r.Base = true, cell["fund"], cell["base"]
	if r.Start, err = fund.ParseTime(cell["start"]); err != nil {
		return fmt.Errorf("%s: column start: %w", path, err)
	}
	if r.End, err = fund.ParseTime(cell["end"]); err != nil {
		return fmt.Errorf("%s: column end: %w", path, err)
	}
	return nil
}
