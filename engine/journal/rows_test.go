package journal_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"pgregory.net/rapid"
)

func drawPanel(t *rapid.T) *fund.Panel {
	p := &fund.Panel{N: rapid.IntRange(1, 3).Draw(t, "instruments"), Interval: time.Minute}
	number := rapid.OneOf(rapid.Float64Range(0, 1e9), rapid.Just(math.NaN()), rapid.Just(0.1), rapid.Just(1e21))
	for r := range rapid.IntRange(1, 5).Draw(t, "rows") {
		p.Times = append(p.Times, fund.Time(time.Duration(r+1)*time.Minute))
		for range p.N {
			p.Open, p.High = append(p.Open, number.Draw(t, "open")), append(p.High, number.Draw(t, "high"))
			p.Low, p.Close = append(p.Low, number.Draw(t, "low")), append(p.Close, number.Draw(t, "close"))
			p.Volume = append(p.Volume, number.Draw(t, "volume"))
		}
	}
	return p
}

func head(p *fund.Panel) journal.RowsHead {
	return journal.RowsHead{Instruments: []string{"x:A/U", "x:B/U", "x:C/U"}[:p.N], Interval: p.Interval}
}

// sameRows reports whether the first rows of two panels are the same to the bit, the newest one's opens only where it has just opened.
func sameRows(a, b *fund.Panel, rows int, opened bool) bool {
	equal := func(x, y []float64, n int) bool {
		for k := range n {
			if math.Float64bits(x[k]) != math.Float64bits(y[k]) && (x[k] == x[k] || y[k] == y[k]) {
				return false
			}
		}
		return true
	}
	closed := rows
	if opened {
		closed--
	}
	return equal(a.Open, b.Open, rows*a.N) && equal(a.High, b.High, closed*a.N) && equal(a.Low, b.Low, closed*a.N) &&
		equal(a.Close, b.Close, closed*a.N) && equal(a.Volume, b.Volume, closed*a.N)
}

// However a process dies while it writes rows, those that were whole are read back to the bit, and writing goes on behind them to the
// same file.
func TestRowsSurviveACut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt)
		dir := t.TempDir()
		before := rapid.IntRange(0, p.Rows()).Draw(rt, "known")
		rows, err := journal.CreateRows(journal.Dir(dir), head(p), p.Part(0, before))
		if err != nil {
			rt.Fatal(err)
		}
		for r := before; r < p.Rows(); r++ {
			if err := errors.Join(rows.Opened(p, r), rows.Closed(p, r)); err != nil {
				rt.Fatal(err)
			}
		}
		if err := rows.Close(); err != nil {
			rt.Fatal(err)
		}
		path := filepath.Join(dir, journal.RowsName)
		whole, err := os.ReadFile(path)
		if err != nil {
			rt.Fatal(err)
		}
		first := bytes.IndexByte(whole, '\n') + 1
		cut := rapid.IntRange(first, len(whole)).Draw(rt, "bytes left")
		if err := os.WriteFile(path, whole[:cut], 0o644); err != nil {
			rt.Fatal(err)
		}
		s, err := journal.ReadRows(journal.Dir(dir))
		if err != nil {
			rt.Fatal(err)
		}
		if s.Good+s.Torn != int64(cut) || s.Torn > 0 && whole[cut-1] == '\n' || !sameRows(s.Panel, p, s.Panel.Rows(), s.Opened) {
			rt.Fatalf("%d bytes: %d good, %d torn, %d rows", cut, s.Good, s.Torn, s.Panel.Rows())
		}
		if rows, err = journal.ReopenRows(journal.Dir(dir), s); err != nil {
			rt.Fatal(err)
		}
		if s.Opened {
			err = rows.Closed(p, s.Panel.Rows()-1)
		}
		for r := s.Panel.Rows(); r < p.Rows(); r++ {
			err = errors.Join(err, rows.Opened(p, r), rows.Closed(p, r))
		}
		if err := errors.Join(err, rows.Close()); err != nil {
			rt.Fatal(err)
		}
		if again, _ := os.ReadFile(path); !bytes.Equal(again, whole) {
			rt.Fatalf("the file differs:\n%s\n%s", again, whole)
		}
	})
}

// A journal of a run that cannot be run again vouches for its rows: a replay finds whichever number was changed. Its digest is that
// of a run that can.
func TestRowsAreVouchedFor(t *testing.T) {
	u := universe()
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPanel(rt)
		run := func(m journal.Manifest, p *fund.Panel, verify [][]byte) ([]byte, *journal.Recorder, error) {
			var file bytes.Buffer
			rec, err := journal.NewRecorder(u, m, &file)
			if verify != nil {
				rec, err = journal.Verify(u, m, verify)
			}
			for r := 0; r < p.Rows() && err == nil; r++ {
				err = rec.Event(&engine.Event{Seq: uint64(r + 1), At: p.CloseTime(r), Body: &engine.Row{Panel: p, Index: r}})
				if r%2 == 1 && err == nil {
					err = rec.Commands([]engine.Command{&engine.Alert{Kind: engine.Halted, Text: "x"}})
				}
			}
			if err == nil {
				err = rec.End()
			}
			return file.Bytes(), rec, err
		}
		named := journal.Manifest{Fund: "f", Dataset: "d", Seed: 1, Run: "r", Start: 7}
		lines, own, err := run(named, p, nil)
		if err != nil {
			rt.Fatal(err)
		}
		s, err := journal.ScanBytes(lines)
		if err != nil {
			rt.Fatal(err)
		}
		if m, err := journal.ReadManifest(s.Records); err != nil || m.Run != "r" || m.Start != 7 {
			rt.Fatal(m, err)
		}
		if _, _, err := run(named, p, s.Records); err != nil {
			rt.Fatal(err)
		}
		if err := journal.CheckRows(s.Records, p, 0); err != nil {
			rt.Fatal(err)
		}
		_, other, err := run(journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, p, nil)
		if err != nil || other.DecisionsDigest() != own.DecisionsDigest() || journal.Digest(s.Records) != own.DecisionsDigest() {
			rt.Fatal("the digests differ", err)
		}
		column := rapid.SampledFrom([][]float64{p.Open, p.High, p.Low, p.Close, p.Volume}).Draw(rt, "column")
		k := rapid.IntRange(0, len(column)-1).Draw(rt, "number")
		if column[k]++; column[k] != column[k] || column[k] == 1e21 {
			column[k] = -1
		}
		var differs *journal.Difference
		if journal.CheckRows(s.Records, p, 0) == nil {
			rt.Fatalf("number %d was changed and the rows are taken for what was summed", k)
		}
		if _, _, err := run(named, p, s.Records); !errors.As(err, &differs) {
			rt.Fatalf("number %d was changed: %v", k, err)
		}
	})
}

// Rows before the first are history of a replay.
func TestReplayBeginsAtItsFirstRow(t *testing.T) {
	u := universe()
	p := &fund.Panel{N: 1, Interval: time.Minute, Times: []fund.Time{0, fund.Time(time.Minute), fund.Time(2 * time.Minute)}}
	records := [][]byte{[]byte(`{"kind":"rows","seq":1,"rows":1,"from":"1970-01-01T00:03:00Z","at":"1970-01-01T00:03:00Z"}`)}
	ev, err := journal.NewReplay(u, records, p, 2).Next(context.Background())
	if row, ok := ev.Body.(*engine.Row); err != nil || !ok || row.Index != 2 || ev.At != fund.Time(3*time.Minute) {
		t.Error(ev, err)
	}
}

// FuzzReadRows demands that no bytes make reading a file of rows fail otherwise than with an error, and that rows that read are whole.
func FuzzReadRows(f *testing.F) {
	f.Add([]byte(`{"instruments":["x:A/U"],"interval":60000000000}
{"opens":"2022-01-01T00:00:00Z","open":[1]}
{"closes":"2022-01-01T00:01:00Z","high":[2],"low":[null],"close":[1e-9],"volume":[0]}
{"opens":"2022-01-01T00:01:00Z","open":[nul`))
	f.Add([]byte("{}\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := journal.ReadRows(fstest.MapFS{journal.RowsName: {Data: text}})
		if err != nil {
			return
		}
		n := s.Panel.Rows() * s.Panel.N
		if s.Good+s.Torn != int64(len(text)) || len(s.Panel.Open) != n || len(s.Panel.Close) != n || len(s.Panel.Volume) != n {
			t.Error("rows and bytes do not add up")
		}
	})
}
