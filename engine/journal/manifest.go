package journal

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/steelyard/steelyard/engine/fund"
)

// Manifest is a journal's first record: what the run was given. Equal manifests give equal journals.
type Manifest struct {
	Fund    string // hash of the resolved fund, hex
	Dataset string // hash of the rows, hex
	Seed    uint64
	Format  uint64 // of the records; 0: the newest

	// A run that cannot be run again (paper, live) has a name that no other run has, and when its first row opened; of
	// the rows, Dataset names those before that. "" and 0: it can be run again from what it was given.
	Run   string
	Start fund.Time
}

// write encodes the manifest.
func (m *Manifest) write(o *object) {
	o.open("manifest")
	o.uint("format", m.format())
	o.text("fund", m.Fund)
	o.text("dataset", m.Dataset)
	o.uint("seed", m.Seed)
	if m.Run != "" {
		o.text("run", m.Run)
		o.time("start", m.Start)
	}
	o.close()
}

func (m *Manifest) format() uint64 {
	if m.Format == 0 {
		return Format
	}
	return m.Format
}

// ReadManifest reads the first of a journal's records.
func ReadManifest(records [][]byte) (Manifest, error) {
	if len(records) == 0 {
		return Manifest{}, errors.New("the journal is empty")
	}
	var w struct {
		Kind    string `json:"kind"`
		Format  uint64 `json:"format"`
		Fund    string `json:"fund"`
		Dataset string `json:"dataset"`
		Seed    uint64 `json:"seed"`
		Run     string `json:"run"`

		Start fund.Time `json:"start"`
	}
	if err := json.Unmarshal(records[0], &w); err != nil {
		return Manifest{}, fmt.Errorf("record 1: %w", err)
	}
	switch {
	case w.Kind != "manifest":
		return Manifest{}, fmt.Errorf("record 1 is no manifest but a %q", w.Kind)
	case w.Format == 0 || w.Format > Format:
		return Manifest{}, fmt.Errorf("record 1: the journal has format %d; this build reads formats 1 to %d: use a newer one", w.Format, Format)
	}
	return Manifest{w.Fund, w.Dataset, w.Seed, w.Format, w.Run, w.Start}, nil
}
