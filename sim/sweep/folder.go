package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/steelyard/steelyard/engine/fund"
)

// Folder is where a sweep is written: sweep.json says which one it is, and shards/ holds the rows of finished points, in
// files that are named by their content and appear whole. Several processes may write to it at once.
type Folder struct{ dir string }

// identity is sweep.json: all that the rows depend on.
type identity struct {
	Name    string    `json:"name"` // of the fund
	Base    string    `json:"base"`
	From    fund.Time `json:"from"`
	To      fund.Time `json:"to"`
	Fund    string    `json:"fund"`    // canonical hash of the fund as it stands
	Dataset string    `json:"dataset"` // hash of all data
	Program string    `json:"program"` // that makes the rows
	Points  int       `json:"points"`
	Axes    []Axis    `json:"axes"`
	Chosen  []uint64  `json:"chosen,omitempty"` // combinations that were drawn; none: all
}

func identityOf(b *Base, g *Grid, program string) identity {
	f, u := b.Fund, b.Fund.Universe()
	return identity{f.Name, u.AssetName(u.Base), f.Backtest.From, f.Backtest.To, f.Hash(), b.Dataset, program, int(g.Len()), g.Axes, g.chosen}
}

const (
	identityName = "sweep.json"
	shardsName   = "shards"
)

// Open makes the folder of a sweep, or takes one that is there to go on with the same sweep. program names the program: rows
// of different ones are not mixed.
func Open(dir string, b *Base, g *Grid, program string) (*Folder, error) {
	want, err := json.MarshalIndent(identityOf(b, g, program), "", "  ")
	if err != nil {
		return nil, err
	}
	f := &Folder{filepath.Clean(dir)}
	if err := f.checkOurs(want); err != nil {
		return nil, fmt.Errorf("sweep folder %s: %w", f.dir, err)
	}
	if err := os.MkdirAll(filepath.Join(f.dir, shardsName), 0o755); err != nil {
		return nil, fmt.Errorf("sweep folder: %w", err)
	}
	if err := renameio.WriteFile(filepath.Join(f.dir, identityName), want, 0o644); err != nil {
		return nil, fmt.Errorf("sweep folder %s: %w", f.dir, err)
	}
	return f, nil
}

// checkOurs refuses a folder that holds anything but this sweep.
func (f *Folder) checkOurs(want []byte) error {
	has, err := os.ReadFile(filepath.Join(f.dir, identityName))
	switch {
	case err == nil && !bytes.Equal(has, want):
		return errors.New("it holds a sweep of another fund file, other data, other points or another build of the program; give --out another folder")
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	entries, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == identityName }) { // another process has just begun it
		return f.checkOurs(want)
	}
	for _, e := range entries {
		if e.Name() != shardsName && !strings.HasPrefix(e.Name(), "."+identityName) {
			return fmt.Errorf("it holds %s and no sweep; give --out a folder that is new or empty", e.Name())
		}
	}
	return err
}

// Path returns the path of a file in the folder.
func (f *Folder) Path(name string) string { return filepath.Join(f.dir, name) }

// save writes finished rows as one shard.
func (f *Folder) save(t *Table, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	part := Table{Columns: t.Columns}
	for k := range rows {
		part.Rows = append(part.Rows, rows[k].cells())
	}
	text := part.CSV()
	return renameio.WriteFile(filepath.Join(f.dir, shardsName, shardName(text)), text, 0o644)
}

// shardName names a shard by its content.
func shardName(text []byte) string { return fmt.Sprintf("rows-%x.csv", sha256.Sum256(text)) }

// Read returns the rows of all finished points, and the names of shards that are not what was written: their points count
// as not run.
func (f *Folder) Read(b *Base, g *Grid) (t *Table, damaged []string, err error) {
	t = Blank(b, g)
	entries, err := os.ReadDir(filepath.Join(f.dir, shardsName))
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "rows-") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(f.dir, shardsName, e.Name()))
		if err != nil {
			return nil, nil, err
		}
		if shardName(text) != e.Name() {
			damaged = append(damaged, e.Name())
			continue
		}
		if err := t.take(text); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
	}
	return t, damaged, nil
}
