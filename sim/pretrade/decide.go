package pretrade

import (
	"errors"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
	"github.com/steelyard/steelyard/sim"
)

// now is a trigger that is due at one row's close.
type now struct{ at fund.Time }

func (n now) Due(v *fund.View, _ []float64) string {
	if v.At < n.at {
		return ""
	}
	return "asked for"
}

// Decide steps a core through the rows of a panel and returns what it decides at the close of the last, whatever the
// policy's trigger says, and which assets of the target it left out and why. It fails where nothing can be decided.
func Decide(u *fund.Universe, p engine.Policy, opening []sim.Flow, panel *fund.Panel, caps []sim.Caps) (*engine.Decide, string, error) {
	last := panel.Rows() - 1
	p.Trigger = now{panel.CloseTime(last)}
	core := engine.New(u, p)
	seq := uint64(0)
	var commands []engine.Command
	step := func(at fund.Time, b engine.Body) {
		seq++
		commands = core.Step(engine.Event{Seq: seq, At: at, Body: b}, commands)
	}
	hear := func(until fund.Time) {
		for ; len(caps) > 0 && caps[0].At <= until; caps = caps[1:] {
			step(caps[0].At, &engine.Caps{USD: caps[0].USD})
		}
	}
	hear(panel.Times[0])
	for r := range last + 1 {
		if r == last { // what came before is the market's past, not the fund's
			for _, f := range opening {
				step(panel.Times[r], &engine.Flow{Account: f.Account, Asset: f.Asset, Amount: f.Amount, Opening: true})
			}
		}
		hear(panel.CloseTime(r))
		step(panel.CloseTime(r), &engine.Row{Panel: panel, Index: r})
	}
	d, omitted, err := decided(commands)
	if err != nil && core.Desk().Switch() == risk.Halted {
		return core.Standing(), omitted, nil
	}
	return d, omitted, err
}

// decided returns the decision among commands, and what was told last of assets that have no weight.
func decided(commands []engine.Command) (d *engine.Decide, omitted string, err error) {
	for _, cmd := range commands {
		switch cmd := cmd.(type) {
		case *engine.Decide:
			d = cmd
		case *engine.Alert:
			if cmd.Kind == engine.Unweighed {
				omitted = cmd.Text
			}
		}
	}
	switch {
	case d == nil && omitted != "":
		err = errors.New("nothing was decided: " + omitted)
	case d == nil:
		err = errors.New("nothing was decided: there is nothing held")
	}
	return d, omitted, err
}
