package main

import (
	"fmt"

	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// executionWords says how orders are sent.
func executionWords(f *fundfile.Fund) string {
	words := scheduleWords(&f.Execution)
	if f.BandEdge {
		words = "back to the edge of the band, " + words
	}
	return fmt.Sprintf("%s; differences below %s %s are left alone", words, f.Dust, f.Universe().AssetName(f.Universe().Base))
}

func scheduleWords(e *fundfile.Execution) string {
	words := kindWords(e)
	if !e.Jitter.IsZero() {
		words += fmt.Sprintf(", each late by up to %s of the time to the next", percentOf(e.Jitter))
	}
	if e.Passive != nil {
		words += fmt.Sprintf(", as limit orders %s behind mid that cross when the slice ends", percentOf(e.Passive.Offset))
	}
	if !e.MaxParticipation.IsZero() {
		words += fmt.Sprintf(", at most %s of an average row's volume at once", percentOf(e.MaxParticipation))
	}
	if !e.Guard.IsZero() {
		words += fmt.Sprintf(", stopped when the market ran %s against them", percentOf(e.Guard))
	}
	switch e.Halt {
	case "wait":
		words += ", waiting in halts"
	case "resume":
		words += ", catching up after halts"
	case "end":
		words += ", ended by a halt"
	}
	what := "cancelled"
	if e.AtDeadline == "cross" {
		what = "the rest sent at once"
	}
	return fmt.Sprintf("%s, %s after %s", words, what, strategies.Span(e.Deadline))
}

// kindWords says how the slices are cut.
func kindWords(e *fundfile.Execution) string {
	in := fmt.Sprintf("in %d slices over %s", e.Slices, strategies.Span(e.Over))
	if e.Over == 0 {
		in = "row by row in slices"
	}
	switch e.Kind {
	case "twap":
		return fmt.Sprintf("in %d equal slices over %s", e.Slices, strategies.Span(e.Over))
	case "vwap":
		return in + " that follow the volume usual at their time of day"
	case "pov":
		return fmt.Sprintf("at %s of what the market trades", percentOf(e.Rate))
	case "almgren-chriss":
		if e.RiskAversion.IsZero() {
			return in + " of least cost and risk (Almgren–Chriss, as urgent as that time asks for)"
		}
		return in + " of least cost and risk (Almgren–Chriss, risk aversion " + e.RiskAversion.String() + ")"
	}
	return "sent at once"
}
