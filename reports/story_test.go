package reports

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/risk"
)

// spoken is a world in which operators speak right before some rows' closes.
type spoken struct {
	host.World
	words map[int]engine.Operator // by row
	next  *engine.Event           // that was held back
}

func (s *spoken) Next(ctx context.Context) (engine.Event, error) {
	if ev := s.next; ev != nil {
		s.next = nil
		return *ev, nil
	}
	ev, err := s.World.Next(ctx)
	if row, ok := ev.Body.(*engine.Row); ok && err == nil {
		if w, says := s.words[row.Index]; says {
			s.next = &ev
			return engine.Event{At: ev.At, Body: &w}, nil
		}
	}
	return ev, err
}

// tellOf returns the story of a small fund: slices, a purchase that is cut, a plan that is refused, and a person who asks.
func tellOf(t *testing.T, words map[int]engine.Operator) *Story {
	t.Helper()
	r := newRig(3, walkPanel(3, 24*20, 0.02, 4))
	r.policy.Limits = risk.Limits{MaxOrder: 900000, Rules: []risk.Rule{
		{ID: "M1", Clause: "4.2(a)", Kind: risk.MaxWeight, Limit: 0.335, Breach: risk.Clip, Assets: []fund.AssetID{0}},
		{ID: "M2", Kind: risk.MaxPlan, Limit: 9.985e6, Breach: risk.Block}}}
	r.policy.Schedule = execute.Schedule{Kind: execute.TWAP, Over: 3 * time.Hour, Slices: 2, Deadline: fund.Day}
	r.config.Opening = append(r.config.Opening, r.config.Opening[0])
	r.config.Opening[0].Asset, r.config.Opening[0].Amount = 0, fund.MustAmount("60000")
	r.words = words
	s, err := NewStory(r.analyse(t))
	if err != nil {
		t.Fatal(err)
	}
	s.Terms, s.Trigger, s.Limits, s.Program = testTerms(4), "threshold", r.policy.Limits, "steelyard v1"
	return s
}

func inTerminal(t *testing.T, s *Story, i int) string {
	t.Helper()
	var b strings.Builder
	if err := s.Tell(i).WriteText(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Titles, names of facts, captions and heads of tables of one story of each kind; testdata/story.txt is written anew with
// REWRITE=1. Figures are not in it: what a fund trades is the engine's business.
func TestStoryStructure(t *testing.T) {
	s := tellOf(t, map[int]engine.Operator{100: {Who: "ana", Action: engine.Rebalance}})
	var got strings.Builder
	structure(&got, s.List())
	seen := map[string]bool{}
	for i := range s.a.Decisions {
		d := s.a.Decisions[i].Decided
		if kind := string(d.Verdict) + " by " + string(d.Cause()); !seen[kind] {
			seen[kind] = true
			got.WriteString("\n" + kind + "\n")
			structure(&got, s.Tell(i))
		}
	}
	golden := filepath.Join("testdata", "story.txt")
	if os.Getenv("REWRITE") != "" {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got.String() != string(want) {
		t.Errorf("%v; got\n%s", err, got.String())
	}
}

func structure(b *strings.Builder, d *Sheet) {
	for _, x := range d.Sections {
		fmt.Fprintln(b, x.Title)
		for _, f := range x.Facts {
			if f.Name != "not done" { // how the engine fares
				fmt.Fprintf(b, "  %s:\n", f.Name)
			}
		}
		for _, t := range x.Tables {
			fmt.Fprintf(b, "  %s\n    %s\n", t.Caption, strings.Join(t.Head, " | "))
		}
	}
}

// What stands in a terminal says who asked, what it cost and how it ended.
func TestStoryInTerminal(t *testing.T) {
	s := tellOf(t, map[int]engine.Operator{100: {Who: "ana", Action: engine.Rebalance}})
	for i := range s.a.Decisions {
		d := &s.a.Decisions[i]
		if d.Decided.Cause() != engine.ByOperator {
			continue
		}
		for _, says := range []string{"asked for by ana", "ana: rebalance, at " + d.At.String(), s.trace.decisions[i].id, s.trace.decisions[i].chain,
			s.a.rounded(d.Settled.Cost.Total()), "status      " + s.status(i), s.a.Run.JournalHead} {
			if !strings.Contains(inTerminal(t, s, i), says) {
				t.Errorf("%q is not in\n%s", says, inTerminal(t, s, i))
			}
		}
		return
	}
	t.Error("nobody's word led to a decision")
}

// Every order, fill and cut of a run is in the story of its decision, and in no other.
func TestStoriesTellEverything(t *testing.T) {
	s := tellOf(t, nil)
	orders, fills, cuts := 0, 0, 0
	for i := range s.a.Decisions {
		doc := s.Tell(i)
		for _, x := range doc.Sections {
			for _, table := range x.Tables {
				switch caption, _, _ := strings.Cut(table.Caption, ";"); caption {
				case "Orders":
					orders += len(table.Rows)
				case "Fills":
					fills += len(table.Rows)
				case "Cut from orders just before they left":
					cuts += len(table.Rows)
				}
			}
		}
	}
	sum := &s.a.Summary
	if orders != sum.Orders || fills != sum.Fills || cuts != sum.OrdersCut || orders*fills*cuts == 0 {
		t.Errorf("%d orders of %d, %d fills of %d, %d cuts of %d are told", orders, sum.Orders, fills, sum.Fills, cuts, sum.OrdersCut)
	}
}

func TestStoryFind(t *testing.T) {
	s := tellOf(t, nil)
	for i := range s.trace.decisions {
		id := s.trace.decisions[i].id
		for _, name := range []string{fmt.Sprint(i + 1), id, id[:12], strings.ToUpper(id)} {
			if got, err := s.Find(name); err != nil || got != i {
				t.Errorf("%s is decision %d, %v, want %d", name, got, err, i)
			}
		}
	}
	for _, name := range []string{"0", "-1", "9999", "", "zz", "abc"} {
		if i, err := s.Find(name); err == nil {
			t.Errorf("%q is decision %d", name, i)
		}
	}
}

// What a person writes into a journal is text, in a terminal and on a page.
func TestStoryIsText(t *testing.T) {
	who := "ana\x1b[31m<script>alert(1)</script>"
	s := tellOf(t, map[int]engine.Operator{100: {Who: who, Action: engine.Rebalance}})
	for i := range s.a.Decisions {
		if s.a.Decisions[i].Decided.Cause() != engine.ByOperator {
			continue
		}
		var page strings.Builder
		if err := s.Tell(i).WriteHTML(&page); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(page.String(), "<script") || !strings.Contains(page.String(), "&lt;script&gt;") {
			t.Error("the page obeys what the journal holds")
		}
		if told := inTerminal(t, s, i); strings.ContainsRune(told, 0x1b) || !strings.Contains(told, "[31m") {
			t.Errorf("the terminal obeys what the journal holds: %q", told)
		}
		return
	}
	t.Error("nobody's word led to a decision")
}

// A price that the rows do not have is not passed over.
func TestStoryDoubtsPrices(t *testing.T) {
	s := tellOf(t, nil)
	if b := s.Tell(0).Banners; len(b) > 0 {
		t.Fatal(b)
	}
	s.a.Decisions[0].Decided.Prices[1] *= 1.001
	if b := s.Tell(0).Banners; len(b) != 1 || !strings.Contains(b[0], "A01") {
		t.Error(b)
	}
}

// A correction is told with the decision whose record it is about, and with no other.
func TestStoryCorrected(t *testing.T) {
	r := newRig(3, walkPanel(3, 24*20, 0.02, 4))
	run := r.play(t)
	a, err := Analyse(run)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewStory(a)
	if err != nil {
		t.Fatal(err)
	}
	scan := journal.Scan{Records: run.Records}
	if err := journal.Correct(io.Discard, &scan, journal.Correction{At: hours(9999), Record: s.trace.decisions[1].record + 1, Who: "ben", Text: "an order too many"}); err != nil {
		t.Fatal(err)
	}
	run.Records = scan.Records
	if a, err = Analyse(run); err == nil {
		s, err = NewStory(a)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Decisions {
		banners := strings.Join(s.Tell(i).Banners, "\n")
		if says := strings.Contains(banners, "ben") && strings.Contains(banners, "an order too many"); says != (i == 1) {
			t.Errorf("decision %d: %q", i+1, banners)
		}
	}
}
