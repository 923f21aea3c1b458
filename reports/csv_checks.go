package reports

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

// ruled reports whether the fund has rules.
func (a *Analysis) ruled() bool { return len(a.Run.Limits.Rules) > 0 }

// writeChecks writes checks.csv: every check of every decision, of every day, and of every order that was cut or refused.
func (a *Analysis) writeChecks(w io.Writer) error {
	rows := [][]string{{"time", "of", "decision", "rule", "clause", "kind", "breach", "subject", "limit", "now", "in_flight", "wanted", "after", "distance", "outcome", "why"}}
	for _, c := range a.Checked() {
		id := ""
		if c.Decision != 0 {
			id = strconv.FormatUint(uint64(c.Decision), 10)
		}
		rows = append(rows, []string{c.At.String(), c.Of, id, c.Rule, c.Clause, string(c.Kind), string(c.Breach), c.Subject, checkValue(c.Limit), checkValue(c.Now),
			checkValue(c.InFlight), checkValue(c.Wanted), checkValue(c.After), checkValue(c.Distance()), string(c.Outcome), c.Why})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

// checkValue is number of a check's value, "" where it is not known.
func checkValue(x float64) string {
	if math.Abs(x) == math.MaxFloat64 {
		return ""
	}
	return number(x)
}
