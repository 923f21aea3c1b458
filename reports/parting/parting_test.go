package parting

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/sim/stream"
	"github.com/steelyard/steelyard/strategies"
)

// terms is what the runs of these tests differ in.
type terms struct {
	fee  string
	band float64
	rows int
	bend func(*fund.Panel) // changes the rows
}

func plainTerms() terms { return terms{fee: "0.001", band: 0.05, rows: 24 * 20} }

// play runs a fund of two coins in equal parts.
func play(t testing.TB, given terms) Run {
	t.Helper()
	u := &fund.Universe{Accounts: []string{"x"}, Base: 2,
		Assets: []fund.Asset{{Name: "AAA", Decimals: 8}, {Name: "BBB", Decimals: 8}, {Name: "USDT", Decimals: 8}}}
	fee := fund.MustAmount(given.fee)
	for i, name := range []string{"AAA/USDT", "BBB/USDT"} {
		u.Instruments = append(u.Instruments, fund.Instrument{Name: name, Base: fund.AssetID(i), Quote: 2, Fees: fund.Fees{Maker: fee, Taker: fee}})
	}
	panel := walkPanel(given.rows)
	if given.bend != nil {
		given.bend(panel)
	}
	models := []impact.Model{impact.None{}, impact.None{}}
	policy := engine.Policy{Target: strategies.Equal(3, []fund.AssetID{0, 1}), Trigger: &strategies.Threshold{Band: given.band, Dust: 1},
		Planner: optimize.HubAndSpoke{}, Schedule: execute.Schedule{Deadline: fund.Day}, Impact: models, Window: 5 * fund.Day, Dust: 1, MaxAge: fund.Day, Retry: fund.Day}
	world := sim.New(sim.Config{Universe: u, Panel: panel, Venues: []exchange.Config{{Impact: models, Window: 5 * fund.Day}},
		Opening: []sim.Flow{{At: panel.Times[0], Asset: 2, Amount: fund.MustAmount("1000000")}}})
	var file bytes.Buffer
	rec, err := journal.NewRecorder(u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, &file)
	if err != nil {
		t.Fatal(err)
	}
	if err := host.Run(context.Background(), engine.New(u, policy), world, rec); err != nil {
		t.Fatal(err)
	}
	s, err := journal.ScanBytes(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return Run{Fund: fmt.Appendf(nil, `{"venues":[{"name":"x","fee":%q}],"band":%v}`, given.fee, given.band), Universe: u, Records: s.Records, Panel: panel}
}

// walkPanel is an hourly random walk of 2 % an hour.
func walkPanel(rows int) *fund.Panel {
	p := &fund.Panel{N: 2, Interval: time.Hour}
	random, last := stream.New(1, "walk"), []float64{100, 20}
	for r := range rows {
		p.Times = append(p.Times, fund.TimeOf(time.Date(2022, 1, 1, r, 0, 0, 0, time.UTC)))
		for i := range last {
			open := last[i]
			last[i] *= 1 + 0.07*(random.Float64()-0.5)
			p.Open, p.Close, p.Volume = append(p.Open, open), append(p.Close, last[i]), append(p.Volume, 1e9)
			p.High, p.Low = append(p.High, max(open, last[i])), append(p.Low, min(open, last[i]))
		}
	}
	return p
}

func find(t testing.TB, a, b Run) *Parting {
	t.Helper()
	p, err := Find(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func told(p *Parting) string {
	var b strings.Builder
	for _, l := range p.Tell("one", "two") {
		b.WriteString(l.About + ": " + l.Says + "\n")
	}
	return b.String()
}

func wantTold(t *testing.T, p *Parting, says ...string) {
	t.Helper()
	for _, s := range says {
		if text := told(p); !strings.Contains(text, s) {
			t.Errorf("%q is not in\n%s", s, text)
		}
	}
}

func TestARunEqualsItself(t *testing.T) {
	run := play(t, plainTerms())
	if decided := count(run, "decide"); decided < 5 {
		t.Fatalf("%d decisions: this tests little", decided)
	}
	p := find(t, run, run)
	if !p.Equal() {
		t.Error(told(p))
	}
	wantTold(t, p, "equal: one and two were given the same")
}

func count(r Run, kind string) (n int) {
	for _, rec := range r.Records {
		if journal.Kind(rec) == kind {
			n++
		}
	}
	return n
}

// One basis point of fee: the key of the fund, the first decision, which expects to pay more, and the first fill.
func TestOneBasisPointOfFee(t *testing.T) {
	dear := plainTerms()
	dear.fee = "0.0011"
	p := find(t, play(t, plainTerms()), play(t, dear))
	if diff := cmp.Diff([]Change{{"venues.x.fee", "0.001", "0.0011"}}, p.Fund); diff != "" {
		t.Error(diff)
	}
	if p.Row != nil || p.Given != nil {
		t.Error("the data differ")
	}
	if p.Fill == nil || p.Fill.Number != 1 || !strings.HasPrefix(p.Fill.First.Saw, "fill of order 1: buy ") {
		t.Fatalf("the first fill is not named: %+v", p.Fill)
	}
	if !slices.ContainsFunc(p.Fill.Changes, func(c Change) bool { return c.Key == "fee" }) {
		t.Errorf("its fee is not named: %v", p.Fill.Changes)
	}
	if p.Decision == nil || p.Decision.Number != 1 || p.Event == nil || p.Event.First.Saw != "row 1 closed" {
		t.Error(told(p))
	}
	wantTold(t, p, "fund: venues.x.fee: 0.001 / 0.0011\n", "first fill: number 1\n", "both saw: ", "one: decision 1, due because ")
}

// Whatever value of whatever row is changed: that row is named, and that value, however the runs go on.
func TestOtherData(t *testing.T) {
	run := play(t, plainTerms())
	rapid.Check(t, func(t *rapid.T) {
		row, i := rapid.IntRange(1, 24*20-1).Draw(t, "row"), rapid.IntRange(0, 1).Draw(t, "instrument")
		other := run
		bent := *run.Panel
		bent.Close = slices.Clone(bent.Close)
		bent.Close[2*row+i] *= 1.0000001
		bent.Close[2*(24*20-1)] *= 2
		other.Panel = &bent
		p, err := Find(run, other)
		if err != nil {
			t.Fatal(err)
		}
		key := []string{"x:AAA/USDT close", "x:BBB/USDT close"}[i]
		if p.Row == nil || p.Row.Number != row+1 || !slices.ContainsFunc(p.Row.Changes, func(c Change) bool { return c.Key == key }) || p.Row.Open != run.Panel.Times[row] {
			t.Fatalf("row %d: %+v", row+1, p.Row)
		}
	})
}

func TestOneRowMore(t *testing.T) {
	long := plainTerms()
	long.rows++
	p := find(t, play(t, plainTerms()), play(t, long))
	if p.Row == nil || p.Row.Number != 24*20+1 || p.Event == nil || p.Event.First.Saw != "" || p.Event.Second.Saw != "row 481 closed" || p.Fill != nil {
		t.Error(told(p))
	}
	wantTold(t, p, "rows: 480 / 481", "one: has none")
}

// Where runs of other bands part is what a reader would find who writes every event on a line and compares the lines.
func TestPartsWhereADumbReaderSays(t *testing.T) {
	narrow := plainTerms()
	run := play(t, narrow)
	for _, band := range []float64{0.051, 0.06, 0.08, 0.2} {
		wide := narrow
		wide.band = band
		other := play(t, wide)
		a, b := lines(run), lines(other)
		want := 0
		for want < min(len(a), len(b)) && a[want] == b[want] {
			want++
		}
		p := find(t, run, other)
		if got := p.Event; want == len(a) && want == len(b) {
			if got != nil {
				t.Errorf("band %v: %s", band, told(p))
			}
		} else if got == nil || got.Number != uint64(want+1) {
			t.Errorf("band %v: parts at %+v, a dumb reader says %d", band, got, want+1)
		}
	}
}

// lines writes every event of a run on a line of its own, with the commands that followed.
func lines(r Run) (list []string) {
	row := 0
	for _, rec := range r.Records {
		var w struct {
			Kind string
			Seq  int
			Rows int
		}
		json.Unmarshal(rec, &w)
		switch {
		case w.Kind == "rows":
			for range w.Rows {
				row++
				list = append(list, fmt.Sprintf("row %d", row))
			}
		case w.Seq > 0:
			list = append(list, string(rec))
		case w.Kind != "manifest" && w.Kind != "end":
			list[len(list)-1] += string(rec)
		}
	}
	return list
}

// How ranges of rows were cut into records, and that a process restarted, is no difference.
func TestCutsOfTheJournalAreNoDifference(t *testing.T) {
	run := play(t, plainTerms())
	other := run
	other.Records = nil
	cut := 0
	for _, rec := range run.Records {
		var w struct {
			Kind     string
			Seq      uint64
			Rows     int
			From, At fund.Time
		}
		json.Unmarshal(rec, &w)
		if w.Kind != "rows" || w.Rows < 2 {
			other.Records = append(other.Records, rec)
			continue
		}
		cut++
		between := w.From.Add(time.Hour)
		other.Records = append(other.Records,
			fmt.Appendf(nil, `{"kind":"rows","seq":%d,"rows":1,"from":"%v","at":"%v"}`, w.Seq, w.From, w.From),
			[]byte(`{"kind":"restart"}`),
			fmt.Appendf(nil, `{"kind":"rows","seq":%d,"rows":%d,"from":"%v","at":"%v"}`, w.Seq+1, w.Rows-1, between, w.At))
	}
	if p := find(t, run, other); cut == 0 || !p.Equal() {
		t.Errorf("%d cuts: %s", cut, told(p))
	}
}

func TestChanges(t *testing.T) {
	for _, c := range []struct {
		first, second string
		want          []Change
	}{
		{`{"a":1,"b":{"c":"x"}}`, `{"b":{"c":"y"},"a":1}`, []Change{{"b.c", "x", "y"}}},
		{`{"l":[{"name":"a","v":1},{"name":"b","v":2}]}`, `{"l":[{"name":"b","v":2}]}`, []Change{{"l.a.name", "a", ""}, {"l.a.v", "1", ""}}},
		{`{"l":[{"name":"a","v":1},{"name":"a","v":2}]}`, `{"l":[{"name":"a","v":1},{"name":"a","v":3}]}`, []Change{{"l.2.v", "2", "3"}}},
		{`{"n":0.10000000000000001}`, `{"n":0.10000000000000002}`, []Change{{"n", "0.10000000000000001", "0.10000000000000002"}}},
		{`{"l":[],"o":{},"n":null}`, `{"n":0}`, []Change{{"l", "[]", ""}, {"n", "null", "0"}, {"o", "{}", ""}}},
		{`{}`, `{}`, nil},
	} {
		got, err := Changes([]byte(c.first), []byte(c.second))
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s and %s: %v %s", c.first, c.second, err, diff)
		}
	}
	if _, err := Changes([]byte("{}"), []byte("no")); err == nil {
		t.Error("what is no JSON is read")
	}
}

// Whatever the texts: one equals itself, and what differs one way differs the other way.
func FuzzChanges(f *testing.F) {
	for _, s := range []string{`{"l":[{"name":"a","v":1}]}`, `{"a":{"b":[1,"x",null]}}`, `[]`, `{"":{"":1}}`, "no"} {
		f.Add([]byte(s), []byte(`{"l":[{"name":"b"}]}`))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if same, err := Changes(a, a); err == nil && same != nil {
			t.Errorf("%q differs from itself: %v", a, same)
		}
		there, err1 := Changes(a, b)
		back, err2 := Changes(b, a)
		if (err1 == nil) != (err2 == nil) || len(there) != len(back) {
			t.Fatalf("%v, %v; %v, %v", there, err1, back, err2)
		}
		for i := range there {
			if there[i].First != back[i].Second || there[i].Second != back[i].First || there[i].First == there[i].Second {
				t.Errorf("%v, %v", there[i], back[i])
			}
		}
	})
}

func TestErrorsSayWhose(t *testing.T) {
	run := play(t, plainTerms())
	short := run
	short.Panel = walkPanel(10)
	if _, err := Find(run, short); err == nil || !strings.Contains(err.Error(), "the second run: record ") {
		t.Error(err)
	}
	if _, err := Find(Run{Fund: run.Fund}, run); err == nil || !strings.Contains(err.Error(), "the first run: the journal is empty") {
		t.Error(err)
	}
}
