package journal

import (
	"fmt"
	"strings"
)

// Format is the version of the record format that this build writes. It reads every version up to it.
const Format = 2

// version is what a version of the format changed against the one before it.
type version struct {
	release   string // the first that writes it
	records   string // what changed in the records
	decisions string // what the core decides differently; "": nothing
}

// versions lists them from version 1 on. docs/JOURNAL.md says when a new one is due.
func versions() []version {
	return []version{
		{release: "v0.1", records: "the first"},
		{release: "v0.2", records: "fills may say what of their impact stays and what cash changed hands where a venue rounds, trades what their timing risks, " +
			"decisions and refusals which rules were asked, sales at the market the price below which they do not fill",
			decisions: "the planner stops where the gap of a plan says, so that quantities differ in their ninth figure, a trade in a cross moves both its assets, and a sale at the market ends at its worst price; simulated venues keep cash to the decimals of its asset"},
	}
}

// DecidedOtherwise says what builds since a version of the format, from 1 to Format, decide differently; "" if nothing.
func DecidedOtherwise(since uint64) string {
	var all []string
	for _, v := range versions()[since:] {
		if v.decisions != "" {
			all = append(all, fmt.Sprintf("decisions changed in %s: %s", v.release, v.decisions))
		}
	}
	return strings.Join(all, "; ")
}

// release names the first release that wrote a version of the format, from 1 on.
func release(format uint64) string { return versions()[format-1].release }
