package main

import (
	"encoding/json"

	"github.com/google/renameio/v2"
)

// writeSummary writes summary.json: by what a point was chosen, which, what it sets, and its figures under the keys that a run's
// summary.json has for them. steelyard runs reads it.
func (p *sweepPage) writeSummary() error {
	text, err := json.MarshalIndent(p.summary(), "", "  ")
	if err != nil {
		return err
	}
	return renameio.WriteFile(p.folder.Path(summaryName), append(text, '\n'), 0o644)
}

func (p *sweepPage) summary() map[string]any {
	s := map[string]any{"choose": p.goal.String(), "point": nil}
	if len(p.order) == 0 { // no point has the figure
		return s
	}
	row := p.table.Rows[p.order[0]]
	var sets []string
	for _, set := range p.grid.Settings(p.order[0]) {
		sets = append(sets, set.String())
	}
	for k, c := range p.table.Columns {
		switch text := row[k]; {
		case k > 0 && k <= p.table.Axes: // a key of the fund file
		case !c.Number:
			s[c.Name] = text
		case text == "":
			s[c.Name] = nil
		default:
			s[c.Name] = json.Number(text)
		}
	}
	s["chosen"], s["knife_edge"] = sets, p.around.Edge
	return s
}
