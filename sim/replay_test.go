package sim_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"pgregory.net/rapid"
)

// What was recorded is derived again from the journal and the rows alone, whatever the run was.
func TestReplay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := draw(rt)
		r.revised(rt)
		file, rec, _ := r.run(t)
		s, err := journal.ScanBytes(file.Bytes())
		if err != nil {
			rt.Fatal(err)
		}
		again, err := journal.Verify(r.u, journal.Manifest{Fund: "f", Dataset: "d", Seed: 1}, s.Records)
		if err != nil {
			rt.Fatal(err)
		}
		if err := host.Run(context.Background(), r.core(), journal.NewReplay(r.u, s.Records, r.config.Panel, r.config.First), again); err != nil {
			rt.Fatal(err)
		}
		if again.Head() != rec.Head() || again.DecisionsDigest() != rec.DecisionsDigest() {
			rt.Fatal("the replay's digests differ")
		}
	})
}

// The same inputs give the same journal, however many processors there are.
func TestSameBytes(t *testing.T) {
	p := walk(6, 2000, 0.02, 11)
	var want string
	for k := range 12 {
		old := runtime.GOMAXPROCS([]int{1, 2, 8}[k%3])
		file, _, _ := newRig(6, p).run(t)
		runtime.GOMAXPROCS(old)
		if want == "" {
			want = file.String()
		}
		if file.String() != want {
			t.Fatalf("run %d gives another journal", k)
		}
	}
}
