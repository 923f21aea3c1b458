package fundfile

import (
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

// Execution says how orders are sent. Fields that a kind does not have are zero.
type Execution struct {
	Kind         string        // "immediate", "twap", "vwap", "pov" or "almgren-chriss"
	Over         time.Duration // not of immediate and pov; almgren-chriss: 0: as long as RiskAversion asks for
	Slices       int           // not of immediate and pov
	Rate         fund.Amount   // pov: fraction of the market's volume
	RiskAversion fund.Amount   // almgren-chriss: 1/base currency; 0: as Over asks for
	Jitter       fund.Amount   // of the time between slices: by at most so much is one late

	MaxParticipation fund.Amount // of the volume usual in a row; 0: no cap
	Passive          *Passive    // nil: slices are market orders
	Guard            fund.Amount // of the price at arrival; 0: none
	AtDeadline       string      // "cancel" or "cross"; "" of immediate
	Halt             string      // "wait", "resume" or "end"; "" of immediate
	Deadline         time.Duration
}

// Passive says how limit orders are placed.
type Passive struct {
	Offset fund.Amount // of mid: how far behind it
}

func (r *reader) execution(f *Fund, n *node) {
	f.Execution = Execution{Kind: "immediate", Deadline: fund.Day}
	if n == nil || !r.is(n, mapping) {
		return
	}
	e := &f.Execution
	e.Kind = r.choice(n.entry("kind"), e.Kind, []string{"immediate", "twap", "vwap", "pov", "almgren-chriss"}, nil)
	e.Deadline = r.duration(n.entry("deadline"), e.Deadline, time.Second)
	switch e.Kind {
	case "immediate":
		r.keys(n, "kind", "deadline")
		return
	case "pov":
		r.keys(n, "kind", "rate", "max-participation", "passive", "guard", "deadline", "at-deadline", "halt")
		rate := r.need(n, "rate")
		e.Rate = r.above0(rate, r.fraction(rate, fund.Amount{}), "then nothing is ever traded")
	case "almgren-chriss":
		r.keys(n, "kind", "over", "slices", "risk-aversion", "jitter", "max-participation", "passive", "guard", "deadline", "at-deadline", "halt")
		switch over := n.entry("over") != nil; {
		case !over && n.entry("risk-aversion") == nil:
			r.fail(n, "over and risk-aversion are missing; give one of them, or both")
		case !over && n.entry("slices") != nil:
			r.fail(n.entry("slices"), "without execution.over there is a slice a row, as long as the risk aversion asks for; take it out, or say over which time")
		}
		e.RiskAversion = r.above0(n.entry("risk-aversion"), r.amount(n.entry("risk-aversion"), fund.Amount{}), "then no risk counts; kind: twap is what that comes to")
		r.slices(e, n)
	default:
		r.keys(n, "kind", "over", "slices", "jitter", "max-participation", "passive", "guard", "deadline", "at-deadline", "halt")
		r.need(n, "over")
		r.slices(e, n)
	}
	r.lasting(e, n)
}

// slices reads what says when slices are sent.
func (r *reader) slices(e *Execution, n *node) {
	e.Over = r.duration(n.entry("over"), 0, time.Minute)
	if n.entry("over") != nil {
		e.Slices = int(r.integer(r.need(n, "slices"), 1, 1, 1000))
	}
	e.Jitter = r.fraction(n.entry("jitter"), fund.Amount{})
	if e.Over > e.Deadline {
		r.fail(n.entry("over"), "%s is longer than execution.deadline, %s; the last slices would never be sent", n.entry("over").text, strategies.Span(e.Deadline))
	}
}

// lasting reads what every kind but immediate has.
func (r *reader) lasting(e *Execution, n *node) {
	most, guard := n.entry("max-participation"), n.entry("guard")
	e.MaxParticipation = r.above0(most, r.fraction(most, fund.Amount{}), "then nothing is ever traded; take it out for no cap")
	if e.MaxParticipation.Sign() > 0 && e.MaxParticipation.Less(e.Rate) {
		r.fail(most, "%s is less than the rate, %s, which it caps", percent(e.MaxParticipation), percent(e.Rate))
	}
	e.Guard = r.above0(guard, r.fraction(guard, fund.Amount{}), "then the first tick stops it; take it out for no guard")
	e.AtDeadline = r.choice(n.entry("at-deadline"), "cancel", []string{"cancel", "cross"}, nil)
	e.Halt = r.choice(n.entry("halt"), "wait", []string{"wait", "resume", "end"}, nil)
	if p := n.entry("passive"); p != nil {
		r.keys(p, "offset")
		e.Passive = &Passive{r.fraction(r.need(p, "offset"), fund.Amount{})}
	}
}

// schedule returns what works the fund's orders.
func (f *Fund) schedule() execute.Schedule {
	e := &f.Execution
	s := execute.Schedule{
		Kind: map[string]execute.Kind{"twap": execute.TWAP, "vwap": execute.VWAP, "pov": execute.POV, "almgren-chriss": execute.AlmgrenChriss}[e.Kind],
		Over: e.Over, Slices: e.Slices, Lambda: e.RiskAversion.Float64(), Rate: e.Rate.Float64(), Jitter: e.Jitter.Float64(),
		MaxParticipation: e.MaxParticipation.Float64(), Guard: e.Guard.Float64(), Deadline: e.Deadline, Cross: e.AtDeadline == "cross",
		Halt: map[string]execute.Halt{"resume": execute.Resume, "end": execute.End}[e.Halt],
	}
	if e.Passive != nil {
		s.Passive, s.Offset = true, e.Passive.Offset.Float64()
	}
	return s
}

// executionSection is the section in the shape of its file.
type executionSection struct {
	Kind         string      `json:"kind"`
	Over         string      `json:"over,omitempty"`
	Slices       int         `json:"slices,omitempty"`
	Rate         fund.Amount `json:"rate,omitzero"`
	RiskAversion fund.Amount `json:"risk-aversion,omitzero"`
	Jitter       fund.Amount `json:"jitter,omitzero"`

	MaxParticipation fund.Amount     `json:"max-participation,omitzero"`
	Passive          *passiveSection `json:"passive,omitempty"`
	Guard            fund.Amount     `json:"guard,omitzero"`
	Deadline         string          `json:"deadline"`
	AtDeadline       string          `json:"at-deadline,omitempty"`
	Halt             string          `json:"halt,omitempty"`
}

type passiveSection struct {
	Offset fund.Amount `json:"offset"`
}

func (f *Fund) executionSection() executionSection {
	e := &f.Execution
	s := executionSection{
		Kind: e.Kind, Over: span(e.Over), Slices: e.Slices, Rate: e.Rate, RiskAversion: e.RiskAversion, Jitter: e.Jitter,
		MaxParticipation: e.MaxParticipation, Guard: e.Guard, Deadline: strategies.Span(e.Deadline), AtDeadline: e.AtDeadline, Halt: e.Halt,
	}
	if e.Passive != nil {
		s.Passive = &passiveSection{e.Passive.Offset}
	}
	return s
}
