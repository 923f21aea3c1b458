package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/reports"
	"github.com/steelyard/steelyard/sim/pretrade"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// costsAnswer is what `costs` found.
type costsAnswer struct {
	fund  *fundfile.Fund
	draws pretrade.Draws
	parts []*priced
	notes []string
}

func (a *costsAnswer) base() string { return a.fund.Universe().AssetName(a.fund.Universe().Base) }

// show writes the page where one is wanted, then the answer for a person or a program.
func (a *costsAnswer) show(c *cli.Context) error {
	path := c.String("html")
	if path != "" {
		if err := a.page().Save(path); err != nil {
			return fmt.Errorf("page: %w", err)
		}
	}
	if c.Bool("json") {
		return a.json(c.App.Writer)
	}
	if err := a.table(c.App.Writer); err != nil || path == "" {
		return err
	}
	return tellOfReport(c.App.Writer, path)
}

// table writes the answer for a terminal.
func (a *costsAnswer) table(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\nmoney in %s; %s draws, seed %d\n", a.fund.Name, a.base(), grouped(a.draws.Number), a.draws.Seed)
	for _, p := range a.parts {
		fmt.Fprintf(&b, "\n%s\n", strings.ToUpper(p.title()))
		for _, words := range a.words(p) {
			fmt.Fprintln(&b, words)
		}
		for _, t := range a.tables(p) {
			plainTable(&b, &t)
		}
	}
	for _, n := range a.notes {
		fmt.Fprintf(&b, "\n%s\n", n)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plainTable writes a table in columns: the first, which names the row, on the left, the others below each other's last letters.
func plainTable(b *strings.Builder, t *reports.Table) {
	widths := make([]int, len(t.Head))
	lines := append([][]string{t.Head}, t.Rows...)
	for _, line := range lines {
		for k, cell := range line {
			widths[k] = max(widths[k], utf8.RuneCountInString(cell))
		}
	}
	fmt.Fprintf(b, "\n%s\n", t.Caption)
	for _, line := range lines {
		text := fmt.Sprintf("  %-*s", widths[0], line[0])
		for k, cell := range line[1:] {
			text += fmt.Sprintf("  %*s", widths[k+1], cell)
		}
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
}
