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
		{release: "v0.2", records: "fills may say what of their impact stays, trades what their timing risks",
			decisions: ""},
	}
}

// DecidedOtherwise says what builds since a version of the format decide differently, "" if nothing that is known.
func DecidedOtherwise(since uint64) string {
	var all []string
	for _, v := range versions()[min(since, Format):] {
		if v.decisions != "" {
			all = append(all, fmt.Sprintf("decisions changed in %s: %s", v.release, v.decisions))
		}
	}
	return strings.Join(all, "; ")
}

// release names the first release that wrote a version of the format.
func release(format uint64) string {
	if format == 0 || format > Format {
		return "a version that this build does not know"
	}
	return versions()[format-1].release
}
