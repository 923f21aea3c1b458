package reports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// output is a file of a run folder and what writes it.
type output struct {
	name  string
	write func(io.Writer) error
}

func (a *Analysis) outputs() []output {
	list := []output{
		{"equity.csv", a.writeEquity},
		{"weights.csv", a.writeWeights},
		{"trades.csv", a.writeTrades},
		{"costs.csv", a.writeCosts},
	}
	if a.ruled() {
		list = append(list, output{"checks.csv", a.writeChecks})
	}
	return append(list, output{"summary.json", a.writeSummary})
}

func (a *Analysis) writeSummary(w io.Writer) error {
	b, err := a.SummaryJSON()
	if err != nil {
		return err
	}
	_, err = io.Copy(w, bytes.NewReader(b))
	return err
}

// Save writes equity.csv, weights.csv, trades.csv, costs.csv, for a fund with rules checks.csv, and summary.json into dir, which must exist. All are complete on
// the disk under temporary names before the first is renamed, so that after an error in writing the earlier files are
// whole, and nothing else is left.
func (a *Analysis) Save(dir string) (err error) {
	var written []string
	defer func() {
		if err != nil {
			for _, name := range written {
				os.Remove(name + temporary)
			}
		}
	}()
	for _, o := range a.outputs() {
		path := filepath.Join(dir, o.name)
		written = append(written, path)
		if err := writeTemporary(path+temporary, o.write); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	for _, path := range written {
		if err := os.Rename(path+temporary, path); err != nil {
			return err
		}
	}
	return syncFolder(dir)
}

// temporary ends the names of files that are being written.
const temporary = ".writing"

func writeTemporary(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return fill(f, write)
}

// fill writes a file, puts it on the disk and closes it.
func fill(f *os.File, write func(io.Writer) error) error {
	buffered := bufio.NewWriter(f)
	err := write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncFolder makes the new names last through a power cut.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
