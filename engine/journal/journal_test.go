package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/risk"
)

var manifest = journal.Manifest{Fund: "f00d", Dataset: "da7a", Seed: 3}

func universe() *fund.Universe {
	return &fund.Universe{
		Assets:      []fund.Asset{{Name: `B"TC`, Decimals: 8}, {Name: "USDT", Decimals: 8}},
		Accounts:    []string{"v"},
		Instruments: []fund.Instrument{{Name: `B"TC/USDT`, Base: 0, Quote: 1}},
		Base:        1,
	}
}

// approved is an order as risk lets it go.
func approved(u *fund.Universe, o fund.Order) risk.Approved {
	a, _ := (risk.NewDesk(u, risk.Limits{})).Approve(o, &risk.State{View: &fund.View{Universe: u, Price: make([]float64, len(u.Assets))}})
	return a
}

// bodies is one event of every kind but rows.
func bodies() []engine.Body {
	fill := fund.Fill{Order: 1, Trade: 7, Side: fund.Sell, Quantity: fund.MustAmount("0.5"), Price: fund.MustAmount("20000.01"),
		Fee: fund.MustAmount("0.00001"), FeeAsset: 1, Maker: true, Mid: 20001.5, Spread: 0.25, Impact: 1.0 / 3, Permanent: 0.125}
	rounded, free := fill, fill // that brought less than price × quantity, and nothing at all
	rounded.SetCash(fund.MustAmount("10000"))
	free.SetCash(fund.Amount{})
	return []engine.Body{
		&engine.Flow{Asset: 1, Amount: fund.MustAmount("1000.5"), Opening: true},
		&engine.Flow{Amount: fund.MustAmount("-2"), Redemption: 4},
		&engine.Caps{USD: []float64{8.123456789e11, 0}},
		&engine.Redemption{ID: 4, Amount: fund.MustAmount("2")},
		&engine.Accepted{Order: 1},
		&engine.Filled{Fill: fill},
		&engine.Filled{Fill: rounded},
		&engine.Filled{Fill: free},
		&engine.Closed{Order: 1, Reason: "quoth it: \"no\"\n\\ \x01 é"},
		&engine.TimerFired{Timer: 2},
		&engine.Operator{Who: "ann", Action: engine.Pause},
		&engine.Operator{Who: "ann", Action: engine.SetLimit, Rule: "M1", Limit: 0.25},
		&engine.Operator{Who: "ann", Action: engine.SetList, List: &risk.List{Name: "bad", Date: 4e9, Hash: "ab", Assets: []fund.AssetID{0}, Venues: []fund.AccountID{0}}},
		&engine.Discrepancy{Asset: 1, Text: "3 ≠ 2"},
		&engine.Revision{Fund: "abc"},
	}
}

func checked() risk.Check {
	return risk.Check{Rule: "M1", Clause: "4.2", Kind: risk.MaxWeight, Breach: risk.Clip, Subject: "BTC", Limit: 0.4, Now: 0.3, InFlight: 0.01, Wanted: 0.5, After: 0.4,
		Outcome: risk.Breached, Why: "so"}
}

// commands is one command of every kind.
func commands(u *fund.Universe) []engine.Command {
	trade := fund.Trade{Side: fund.Buy, Quantity: fund.MustAmount("1"), Notional: 10, Cost: fund.Cost{Fees: 1, Spread: 2, Impact: 3}, Stage: 1}
	check := checked()
	return []engine.Command{
		&engine.Place{Order: approved(u, fund.Order{ID: 1, Decision: 2, Side: fund.Buy, Quantity: fund.MustAmount("1"), Spend: fund.MustAmount("9.99")})},
		&engine.Cancel{Order: 1, Reason: "late"},
		&engine.SetTimer{Timer: 9, At: 5e9},
		&engine.Pay{Redemption: 4, Asset: 1, Amount: fund.MustAmount("2")},
		&engine.Decide{ID: 2, Reason: "due", Verdict: engine.Refused, Why: "max-plan", NAV: 1e7, Prices: []float64{10, 1}, Weights: []float64{0, 1},
			Target: []float64{1, 0}, Plan: fund.Plan{Trades: []fund.Trade{trade}, After: []float64{1, 0}, LeftAlone: []fund.LeftAlone{{Off: -3, Why: "dust"}}},
			Checks: []risk.Check{check}, Clipped: []string{"M1"}, Missed: 0.01},
		&engine.Refuse{Decision: 2, Side: fund.Sell, Quantity: fund.MustAmount("1"), Rule: "block", Why: "blocked"},
		&engine.Refuse{Decision: 2, Side: fund.Buy, Quantity: fund.MustAmount("1"), Rule: "M1", Why: "M1: BTC", Check: check},
		&engine.Settle{ID: 2, Fills: 3, NAV: 5, Weights: []float64{0.5, 0.5}, Left: "some"},
		&engine.Alert{Kind: engine.Halted, Text: "stop"},
	}
}

// write records one of everything, with rows behind.
func write(t *testing.T, u *fund.Universe) ([]byte, *journal.Recorder) {
	t.Helper()
	var file bytes.Buffer
	rec, err := journal.NewRecorder(u, manifest, &file)
	if err != nil {
		t.Fatal(err)
	}
	record(t, u, rec)
	return file.Bytes(), rec
}

func record(t *testing.T, u *fund.Universe, rec *journal.Recorder) {
	t.Helper()
	seq := uint64(0)
	for k, b := range append(bodies(), &engine.Row{}, &engine.Row{}) {
		seq++
		if err := errors.Join(rec.Event(&engine.Event{Seq: seq, At: fund.Time(k) * 1e9, Body: b})); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(rec.Commands(commands(u)), rec.End()); err != nil {
		t.Fatal(err)
	}
}

func TestEveryRecordReadsBack(t *testing.T) {
	u := universe()
	lines, rec := write(t, u)
	s, err := journal.ScanBytes(lines)
	if err != nil || s.Torn != 0 || s.Head != rec.Head() || uint64(len(s.Records)) != rec.Records() {
		t.Fatalf("%d records, %d torn, %v", len(s.Records), s.Torn, err)
	}
	if m, err := journal.ReadManifest(s.Records); err != nil || m != (journal.Manifest{Fund: "f00d", Dataset: "da7a", Seed: 3, Format: journal.Format}) {
		t.Fatalf("manifest %+v, %v", m, err)
	}
	if journal.Digest(s.Records) != rec.DecisionsDigest() {
		t.Error("the digest of the records is not the recorder's")
	}
	r, want, kinds := journal.NewReader(u, s.Records), bodies(), []string{}
	for e, more, err := r.Next(); more || err != nil; e, more, err = r.Next() {
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, e.Kind)
		if e.Decide != nil && (len(e.Decide.Checks) != 1 || e.Decide.Checks[0] != checked() || e.Decide.Missed != 0.01 || e.Decide.Clipped[0] != "M1") {
			t.Errorf("checks %+v", e.Decide)
		}
		if e.Refuse != nil && e.Refuse.Rule == "M1" && e.Refuse.Check != checked() {
			t.Errorf("refused by %+v", e.Refuse.Check)
		}
		if e.Event == nil {
			continue
		}
		if diff := cmp.Diff(want[0], e.Event); diff != "" {
			t.Errorf("%s: %s", e.Kind, diff)
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("%d events are missing", len(want))
	}
	t.Log(strings.Join(kinds, " "))
}

// Who hears a run is told what a reader of its journal reads, and the digests are the same.
func TestHeardIsWhatIsRead(t *testing.T) {
	u := universe()
	lines, written := write(t, u)
	s, err := journal.ScanBytes(lines)
	if err != nil {
		t.Fatal(err)
	}
	r := journal.NewReader(u, s.Records[1:])
	rec, err := journal.Hear(u, manifest, func(e *journal.Entry) error {
		want, more, err := r.Next()
		want.Record, want.Text = want.Record+1, nil
		if diff := cmp.Diff(want, *e); !more || err != nil || diff != "" {
			t.Errorf("%v, %v: %s", more, err, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	record(t, u, rec)
	if rec.DecisionsDigest() != written.DecisionsDigest() {
		t.Error("the digests differ")
	}
	if _, more, _ := r.Next(); more {
		t.Error("the last record was not told")
	}
}

// An error of who hears a run ends it.
func TestHeardWithAnError(t *testing.T) {
	u, no := universe(), errors.New("no")
	rec, err := journal.Hear(u, manifest, func(*journal.Entry) error { return no })
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{rec.Event(&engine.Event{Seq: 1, Body: bodies()[0]}), rec.Commands(commands(u)), rec.End()} {
		if !errors.Is(err, no) {
			t.Error(err)
		}
	}
}

// A replay of the events is the same bytes again: what is read is all that was written.
func TestReplayedEventsAreTheSameBytes(t *testing.T) {
	u := universe()
	lines, _ := write(t, u)
	s, _ := journal.ScanBytes(lines)
	panel := &fund.Panel{N: 1, Interval: 1e9, Times: []fund.Time{14e9, 15e9}}
	world := journal.NewReplay(u, s.Records, panel, 0)
	again, err := journal.Verify(u, manifest, s.Records)
	if err != nil {
		t.Fatal(err)
	}
	for seq := uint64(1); ; seq++ {
		ev, err := world.Next(context.Background())
		if err != nil {
			break
		}
		ev.Seq = seq
		if err := again.Event(&ev); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(again.Commands(commands(u)), again.End()); err != nil {
		t.Fatal(err)
	}
}

// Every changed byte is found: as damage that names the record, or, in the last record, as a tail that is not whole.
func TestEveryFlippedByteIsFound(t *testing.T) {
	lines, _ := write(t, universe())
	for at := range lines {
		for _, flip := range []byte{1, 0x20, 0x80} {
			bad := slices.Clone(lines)
			bad[at] ^= flip
			record := bytes.Count(lines[:at], []byte("\n")) + 1
			last := bytes.Count(lines, []byte("\n"))
			s, err := journal.ScanBytes(bad)
			if len(s.Records) != record-1 {
				t.Fatalf("byte %d of record %d: %d records are taken for whole", at, record, len(s.Records))
			}
			if record < last-1 && (err == nil || !strings.Contains(err.Error(), fmt.Sprintf("record %d ", record))) {
				t.Fatalf("byte %d of record %d: %v", at, record, err)
			}
			if err == nil && s.Torn == 0 {
				t.Fatalf("byte %d of record %d: nothing was said", at, record)
			}
		}
	}
}

func TestDroppedDoubledAndSwappedRecords(t *testing.T) {
	lines, _ := write(t, universe())
	all := bytes.SplitAfter(lines, []byte("\n"))
	all = all[:len(all)-1]
	for k := 1; k < len(all)-2; k++ {
		dropped := slices.Concat(all[:k], all[k+1:])
		doubled := slices.Concat(all[:k+1], all[k:])
		swapped := slices.Clone(all)
		swapped[k], swapped[k+1] = swapped[k+1], swapped[k]
		for name, bad := range map[string][][]byte{"dropped": dropped, "doubled": doubled, "swapped": swapped} {
			if _, err := journal.ScanBytes(bytes.Join(bad, nil)); err == nil {
				t.Errorf("record %d %s: nothing was said", k+1, name)
			}
		}
	}
}

func TestDamageIsNotCut(t *testing.T) {
	dir := journal.Dir(t.TempDir())
	path := filepath.Join(string(dir), journal.SegmentName(1))
	lines, _ := write(t, universe())
	lines[len(lines)/2] ^= 1
	if err := os.WriteFile(path, lines, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Read(dir); err == nil {
		t.Fatal("nothing was said")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(after, lines) {
		t.Fatal("the damaged file was changed")
	}
}

func TestVerifyNamesTheFirstDifference(t *testing.T) {
	u := universe()
	lines, _ := write(t, u)
	s, _ := journal.ScanBytes(lines)
	rec, err := journal.Verify(u, manifest, s.Records)
	if err != nil {
		t.Fatal(err)
	}
	err = rec.Event(&engine.Event{Seq: 1, Body: &engine.Flow{Asset: 1, Amount: fund.MustAmount("1000.6"), Opening: true}})
	var d *journal.Difference
	if !errors.As(err, &d) || d.Record != 2 || !strings.Contains(d.Recorded, "1000.5") || !strings.Contains(d.Derived, "1000.6") {
		t.Fatalf("%v", err)
	}
	if _, err := journal.Verify(u, journal.Manifest{Seed: 4}, s.Records); !errors.As(err, &d) || d.Record != 1 {
		t.Fatalf("another manifest: %v", err)
	}
	short, _ := journal.Verify(u, manifest, s.Records)
	if err := short.End(); err == nil {
		t.Fatal("a run that ends too early: nothing was said")
	}
}

// FuzzScan: no bytes make the reader panic, and what it takes for whole it would write the same way.
func FuzzScan(f *testing.F) {
	u := universe()
	var file bytes.Buffer
	rec, _ := journal.NewRecorder(u, manifest, &file)
	rec.Event(&engine.Event{Seq: 1, Body: bodies()[0]})
	f.Add(file.Bytes())
	f.Add([]byte(`{"n":1,"len":2,"crc":"00000000","rec":{},"chain":""}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := journal.ScanBytes(data)
		if err == nil && s.Good+s.Torn != int64(len(data)) {
			t.Fatalf("%d good and %d torn of %d", s.Good, s.Torn, len(data))
		}
		r := journal.NewReader(u, s.Records)
		for _, more, err := r.Next(); more && err == nil; _, more, err = r.Next() {
		}
	})
}

// A difference is told in words: what, of which record, and how it was and is.
func TestDifferenceInWords(t *testing.T) {
	for _, c := range []struct{ recorded, derived, says string }{
		{`{"kind":"place","order":1}`, `{"kind":"alert","text":"x"}`, `: a record of kind "place" was written, one of kind "alert" is derived`},
		{`{"kind":"decide","weights":{"BTC":0.5,"ETH":0.5}}`, `{"kind":"decide","weights":{"BTC":0.5,"ETH":0.4}}`,
			`: of a record of kind "decide", weights.ETH was written as 0.5 and is derived as 0.4`},
		{`{"kind":"decide","trades":[{"side":"buy"},{"side":"buy"}]}`, `{"kind":"decide","trades":[{"side":"buy"},{"side":"sell"}]}`,
			`: of a record of kind "decide", trades[1].side was written as "buy" and is derived as "sell"`},
		{`{"kind":"decide","trades":[{"side":"buy"}]}`, `{"kind":"decide","trades":[{"side":"buy"},{"side":"sell"}]}`,
			`: of a record of kind "decide", trades[1].side is derived as "sell" and was not written`},
		{`{"kind":"decide","why":"x"}`, `{"kind":"decide"}`, `: of a record of kind "decide", why was written as "x" and is not derived`},
		{`{"kind":"decide","a":1}`, `{"kind":"decide","b":1}`, `: of a record of kind "decide", a was written where b is derived`},
		{`{"kind": "end"}`, `{"kind":"end"}`, `, in its spaces`},
		{`what`, `{"kind":"end"}`, "record 3 differs\n"},
	} {
		d := journal.Difference{Record: 3, Format: journal.Format, Recorded: c.recorded, Derived: c.derived}
		if !strings.Contains(d.Error(), c.says) {
			t.Errorf("%s does not say %q", d.Error(), c.says)
		}
	}
}
