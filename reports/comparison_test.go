package reports

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports/parting"
)

// compared plays the plain rig, and another bent so, and sets them side by side.
func compared(t *testing.T, bend func(*rig)) *Comparison {
	t.Helper()
	c := &Comparison{Shadow: true}
	var first parting.Run
	for i := range 2 {
		r := newRig(2, walkPanel(2, 24*40, 0.02, 4))
		if i > 0 && bend != nil {
			bend(r)
		}
		a := r.analyse(t)
		a.Run.Name = []string{"runs/one", "runs/two"}[i]
		c.Runs = append(c.Runs, a)
		run := parting.Run{Fund: []byte("{}"), Universe: r.u, Records: a.Run.Records, Panel: r.config.Panel}
		if i == 0 {
			first = run
			continue
		}
		p, err := parting.Find(first, run)
		if err != nil {
			t.Fatal(err)
		}
		c.Partings = []*parting.Parting{p}
	}
	return c
}

func dear(r *rig) {
	for i := range r.u.Instruments {
		r.u.Instruments[i].Fees.Taker = fund.MustAmount("0.01")
	}
}

func TestComparison(t *testing.T) {
	c := compared(t, dear)
	if c.Equal() {
		t.Error("equal")
	}
	var text strings.Builder
	if err := c.Sheet().WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"WHERE A AND B PART", "\nA  runs/one: Rig,", "B − A\n", "\nfees a year ", "first fill ", "A free of cost", "\nFREE OF COST\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, &text)
		}
	}
	// The decisions are the same fractions of the fund, so that without their costs both runs are one.
	near(t, "B free of cost", c.Runs[1].Summary.Shadow.FinalNAV, c.Runs[0].Summary.Shadow.FinalNAV, 1e-6)
	var page strings.Builder
	if err := c.Sheet().WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if strings.Count(page.String(), "<svg") != 2 || !strings.Contains(page.String(), "B from 10 M to ") {
		t.Errorf("the curves are not one plot, wide and narrow:\n%.2000s", page.String())
	}
}

func TestComparisonAsJSON(t *testing.T) {
	c := compared(t, dear)
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Equal bool
		Runs  []struct {
			Run             string
			Summary, Shadow map[string]any
		}
		Beside []struct {
			Parting     parting.Parting
			Differences map[string]float64
		} `json:"beside_the_first"`
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	a, b := got.Runs[0].Summary["cost_usd"].(float64), got.Runs[1].Summary["cost_usd"].(float64)
	if d := got.Beside[0].Differences["cost_usd"]; got.Equal || d != b-a || d <= 0 {
		t.Errorf("equal %t, the costs %v and %v differ by %v", got.Equal, a, b, d)
	}
	if p := got.Beside[0].Parting; p.Fill == nil || p.Fill.Number != 1 {
		t.Errorf("the first fill is not named: %+v", p)
	}
	for _, r := range got.Runs {
		near(t, "difference of the shadow", r.Shadow["difference_usd"].(float64), r.Shadow["final_nav"].(float64)-r.Summary["final_nav"].(float64), 0)
		near(t, "its parts", r.Shadow["cost_usd"].(float64)+r.Shadow["compounded_usd"].(float64), r.Shadow["difference_usd"].(float64), 1e-9)
	}
}

func TestComparisonOfEqualRuns(t *testing.T) {
	c := compared(t, nil)
	var text strings.Builder
	if err := c.Sheet().WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if !c.Equal() || !strings.Contains(text.String(), "A AND B ARE EQUAL") {
		t.Error(text.String())
	}
	list := figures()
	for k := range list {
		if got := list[k].less(c.Runs[1], c.Runs[0]); got != list[k].write(c.Runs[0], 0) && got != notAvailable {
			t.Errorf("%s differs by %q", list[k].label, got)
		}
	}
}
