package shelf

import "github.com/steelyard/steelyard/engine/fund"

func (r *Run) readSweep(dir string) error {
	var s struct {
		Name, Base    string
		From, To      fund.Time
		Fund, Dataset string
		Points        int
		Axes          []struct{ Path string }
	}
	if err := read(dir, sweepName, &s); err != nil {
		return err
	}
	r.Fund, r.Base, r.Start, r.End = s.Name, s.Base, s.From, s.To
	r.FundHash, r.DatasetHash, r.Points = s.Fund, s.Dataset, s.Points
	for _, a := range s.Axes {
		r.Varied = append(r.Varied, a.Path)
	}
	return r.readSummary(dir)
}
