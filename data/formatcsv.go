package data

import (
	"strings"
)

// readCSV reads any CSV: its columns are those that --columns says, or those that its header names.
func readCSV(in *input) ([]source, error) {
	f := newTextFile("csv", in)
	choices, err := parseColumns(in.spec.Columns)
	if err != nil {
		return nil, err
	}
	if len(choices) == 0 {
		f.begin = f.byHeader(usualNames())
		return f.read()
	}
	f.begin = func(fields []string) (layout, bool, bool, error) {
		l, byName, err := chooseColumns(choices, fields)
		if err != nil || byName {
			return l, byName, err == nil, err
		}
		isHeader := l[timeField] < len(fields) && !strings.ContainsAny(fields[l[timeField]], "0123456789")
		return l, isHeader, true, nil
	}
	return f.read()
}
