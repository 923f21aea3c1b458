package reports

import (
	"bytes"
	"encoding/json"

	"github.com/steelyard/steelyard/reports/parting"
)

// JSON returns the comparison as one JSON object: whether the runs are equal, the summary of each, and of each after the first
// where it parts from the first and by how much its figures are above those. Equal comparisons give equal bytes.
func (c *Comparison) JSON() ([]byte, error) {
	out := struct {
		Equal  bool          `json:"equal"`
		Runs   []comparedRun `json:"runs"`
		Beside []besideRun   `json:"beside_the_first"`
	}{Equal: c.Equal(), Beside: []besideRun{}}
	for _, a := range c.Runs {
		run := comparedRun{Run: a.Run.Name, Ended: a.Ended, Summary: a.entries()}
		if c.Shadow {
			run.Shadow = a.shadowEntries()
		}
		out.Runs = append(out.Runs, run)
	}
	for i, p := range c.Partings {
		a := c.Runs[i+1]
		out.Beside = append(out.Beside, besideRun{a.Run.Name, p.Equal(), p, above(a, c.Runs[0])})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(out)
	return b.Bytes(), err
}

type comparedRun struct {
	Run     string `json:"run"`
	Ended   bool   `json:"ended"`
	Summary object `json:"summary"` // as summary.json has it
	Shadow  object `json:"shadow,omitempty"`
}

type besideRun struct {
	Run         string           `json:"run"`
	Equal       bool             `json:"equal"`
	Parting     *parting.Parting `json:"parting"`
	Differences object           `json:"differences"` // of the summary's figures, by key
}

// shadowEntries lists the figures of the run free of cost.
func (a *Analysis) shadowEntries() object {
	x := a.shadowCost()
	list := object{{"final_nav", a.Summary.Shadow.FinalNAV}, {"difference_usd", x.difference}, {"cost_usd", x.cost}, {"compounded_usd", x.compounded}}
	return append(list, a.Summary.Shadow.entries("")...)
}

// above lists by how much figures of b are above those of a.
func above(b, a *Analysis) object {
	var list object
	of := a.entries()
	for i, e := range b.entries() {
		switch x := e.value.(type) {
		case float64:
			list = append(list, entry{e.key, x - of[i].value.(float64)})
		case int:
			list = append(list, entry{e.key, x - of[i].value.(int)})
		}
	}
	return list
}
