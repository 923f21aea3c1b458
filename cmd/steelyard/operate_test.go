package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/venuetest"
)

// console is what a process tells, for several to write and read.
type console struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

func (c *console) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patient); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

// Operators speak to a running run over a socket that is theirs alone, their words are in the journal with their names, and stop ends it
// with a report. Where nothing runs they are told so, and the status is of the files.
func TestOperators(t *testing.T) {
	g := newPaperRig(t, minuteFund)
	for name, out := range map[string]string{"a short path": filepath.Join(t.TempDir(), "paper"),
		"a long path": filepath.Join(t.TempDir(), strings.Repeat("long", 40), "paper")} {
		t.Run(name, func(t *testing.T) { operate(t, g, out) })
	}
}

func operate(t *testing.T, g *paperRig, out string) {
	rig := *g
	rig.tape = &venuetest.Tape{Instruments: g.tape.Instruments, Panel: g.tape.Panel, Start: g.tape.Start, Speed: 60}
	p, ended := rig.paper(out), make(chan error, 1)
	p.until, p.grace = 0, 20*time.Minute
	told := &console{}
	p.stdout, p.stderr = told, told
	go func() { ended <- p.run(context.Background()) }()
	eventually(t, "a row closed while it runs", func() bool {
		var s status
		return json.Unmarshal([]byte(do("status", out, "--json").out), &s) == nil && s.State == isRunning && s.Rows > 0
	})
	is, err := os.Stat(filepath.Join(out, controlName))
	if err != nil || is.Mode().Perm() != 0o600 || is.Mode().Type() != os.ModeSocket {
		t.Errorf("the socket: %v, %v", is, err)
	}
	mustDo(t, "pause", out, "--as", "Ada")
	var s status
	if err := json.Unmarshal([]byte(mustDo(t, "status", out, "--json")), &s); err != nil || s.State != isRunning || !strings.Contains(s.Paused, "pause by Ada") ||
		s.Feed == nil || len(s.Feed.Instruments) != 2 || s.NAV < 3e6 {
		t.Errorf("%+v, %v", s, err)
	}
	mustDo(t, "resume", out)
	mustDo(t, "rebalance", out, "--as", "Bob")
	if said := mustDo(t, "stop", out, "--as", "Ada"); !strings.Contains(said, "stopped by Ada") {
		t.Error(said)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{"Ada says pause", "Bob says rebalance", "report  "} {
		if !strings.Contains(told.String(), says) {
			t.Errorf("%q is not told:\n%s", says, told)
		}
	}
	if !bytes.Contains(read(t, out, journalName), []byte(`"who":"Ada","action":"pause"`)) {
		t.Error("the word is not in the journal")
	}
	if said := mustDo(t, "status", out); !strings.Contains(said, "\nended\n") {
		t.Error(said)
	}
	wantRefused(t, do("pause", out), 1, "nothing runs there")
	wantRefused(t, do("pause", t.TempDir()), 1, "nothing runs there")
	wantRefused(t, do("pause", filepath.Join(out, "x")), 1, "is no run folder")
	mustDo(t, "audit", "verify", out)
	mustDo(t, "replay", out)
}

// A venue that is down for an hour raises one alarm, its assets are not traded, and the run goes on when it is back.
func TestPaperOutage(t *testing.T) {
	g := newPaperRig(t, minuteFund)
	from := g.fund.Backtest.From.Add(11*time.Minute + 30*time.Second)
	g.tape.Fault = func(_ string, at fund.Time) error {
		if at >= from && at < from.Add(time.Hour) {
			return &venues.Failure{Class: venues.Retry, Err: errors.New("connection refused")}
		}
		return nil
	}
	out := filepath.Join(t.TempDir(), "paper")
	synctest.Test(t, func(t *testing.T) {
		if err := runDeaf(context.Background(), g.paper(out), nil); err != nil {
			t.Fatal(err)
		}
	})
	if n := bytes.Count(read(t, out, alarmsName), []byte("\n")); n != 2 {
		t.Errorf("%d alarms:\n%s", n, read(t, out, alarmsName))
	}
	before, after := 0, 0
	eachRow(t, filepath.Join(out, "trades.csv"), func(when time.Time, _ map[string]string) {
		switch at := fund.TimeOf(when); {
		case at < from.Add(time.Minute):
			before++
		case at < from.Add(time.Hour):
			t.Errorf("a fill at %v", when)
		default:
			after++
		}
	})
	if before == 0 || after == 0 {
		t.Errorf("%d fills before, %d after", before, after)
	}
	mustDo(t, "replay", out)
	mustDo(t, "audit", "verify", out)
}

// A run that was interrupted has a report, and is gone on with; one that ended is not.
func TestPaperInterrupted(t *testing.T) {
	g := newPaperRig(t, wireFund())
	out := filepath.Join(t.TempDir(), "paper")
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(context.Background(), 0)
		stop()
		if err := runDeaf(ctx, g.paper(out), nil); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		ctx, stop = context.WithCancel(context.Background())
		time.AfterFunc(20*time.Minute, stop)
		if err := runDeaf(ctx, g.paper(out), nil); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(out, reportName)); err != nil {
			t.Error(err)
		}
		other := g.paper(out)
		other.seed++
		wantError(t, runDeaf(context.Background(), other, nil), "another fund, data set or seed")
		if err := runDeaf(context.Background(), g.paper(out), nil); err != nil {
			t.Fatal(err)
		}
	})
	if digestOf(t, out) != digestOf(t, g.backtest) {
		t.Error("the decisions differ")
	}
	mustDo(t, "replay", out)
	if err := g.paper(out).run(context.Background()); err == nil || !strings.Contains(err.Error(), "a run that ended") {
		t.Error(err)
	}
	wantError(t, g.paper(g.backtest).run(context.Background()), "it holds a backtest")
}

func wantError(t *testing.T, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("%v does not say %q", err, says)
	}
}
