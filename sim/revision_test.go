package sim_test

import (
	"bytes"
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/sim"
)

// revised has a rig go by its own fund file again at some times.
func (r *rig) revised(t *rapid.T) {
	times := rapid.SliceOfN(rapid.SampledFrom(r.config.Panel.Times[r.config.First:]), 0, 6).Draw(t, "times")
	slices.Sort(times)
	for _, at := range times {
		r.config.Revisions = append(r.config.Revisions, sim.Revision{At: at, Fund: engine.Revision{Fund: "same"},
			Universe: r.u, Venues: r.config.Venues, Flows: r.config.Flows, Words: r.config.Words})
	}
}

// said returns the records of a journal but for rows, revisions and what numbers events.
func said(records [][]byte) []string {
	number := regexp.MustCompile(`"(seq|of)":[0-9]+,`)
	var list []string
	for _, rec := range records {
		if !bytes.HasPrefix(rec, []byte(`{"kind":"rows"`)) && !bytes.HasPrefix(rec, []byte(`{"kind":"revision"`)) && !bytes.HasPrefix(rec, []byte(`{"kind":"end"`)) {
			list = append(list, number.ReplaceAllString(string(rec), ""))
		}
	}
	return list
}

// A fund that goes by another fund file that says the same goes on as if nothing had been: what works, redemptions that wait, timers,
// what rules and triggers remember and what trades left on prices are all there.
func TestTheSameFundFileAgainIsNoChange(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := draw(rt)
		recorded := func() []string {
			file, _, _ := r.run(t)
			s, err := journal.ScanBytes(file.Bytes())
			if err != nil {
				rt.Fatal(err)
			}
			return said(s.Records)
		}
		want := recorded()
		r.revised(rt)
		if got := recorded(); !slices.Equal(want, got) {
			k := 0
			for k < min(len(want), len(got)) && want[k] == got[k] {
				k++
			}
			rt.Fatalf("%d records, plainly %d; the first that differs:\n%s\n%s", len(got), len(want), append(got, "none")[k], append(want, "none")[k])
		}
	})
}
