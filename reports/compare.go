package reports

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// CompareTable writes several runs side by side for a terminal: a row a figure, a column a run. It has 80 columns for
// four runs, and goes on to the right with more.
func CompareTable(w io.Writer, list []*Analysis) error {
	var b strings.Builder
	names := labels(list)
	wide := func(i int) int { return max(16, 2+utf8.RuneCountInString(names[i])) }
	line := func(label string, cell func(i int) string) {
		row := fmt.Sprintf("%-16s", label)
		for i := range list {
			row += fmt.Sprintf("%*s", wide(i), cell(i))
		}
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	line("", func(i int) string { return names[i] })
	for _, f := range figures() {
		if f.brief {
			line(f.label, func(i int) string { return f.fund(list[i]) })
		}
	}
	fmt.Fprintf(&b, "\nMoney in %s. Turnover and cost are of the average NAV.\n", currencies(list))
	_, err := io.WriteString(w, b.String())
	return err
}

// labels names runs by their funds, and those of one fund by their runs too.
func labels(list []*Analysis) []string {
	uses := map[string]int{}
	for _, a := range list {
		uses[a.Run.Fund]++
	}
	names := make([]string, len(list))
	for i, a := range list {
		if names[i] = a.Run.Fund; uses[a.Run.Fund] > 1 && a.Run.Name != "" {
			names[i] = a.Run.Name
		}
	}
	return names
}

// currencies names the base currencies, each once, in the order of the runs.
func currencies(list []*Analysis) string {
	var names []string
	for _, a := range list {
		names = append(names, a.base())
	}
	if strings.Count(strings.Join(names, " "), names[0]) == len(names) {
		return names[0]
	}
	return strings.Join(names, ", ")
}
