package reports

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// WriteText writes the sheet for a terminal, without its charts.
func (s *Sheet) WriteText(w io.Writer) error {
	var b strings.Builder
	b.WriteString(s.Title + "\n" + s.Below + "\n")
	for _, text := range s.Banners {
		wrapped(&b, "! ", "  ", text)
	}
	for i := range s.Sections {
		s.Sections[i].text(&b)
	}
	_, err := io.WriteString(w, strings.Map(printable, b.String()))
	return err
}

// printable replaces what a terminal would obey: names and reasons in a journal come from outside.
func printable(r rune) rune {
	if r != '\n' && !unicode.IsPrint(r) {
		return utf8.RuneError
	}
	return r
}

func (x *Section) text(b *strings.Builder) {
	b.WriteString("\n" + strings.ToUpper(x.Title) + "\n")
	for _, n := range x.Notes {
		wrapped(b, "", "", n)
	}
	indent := 0
	for _, f := range x.Facts {
		indent = max(indent, utf8.RuneCountInString(f.Name)+2)
	}
	for _, f := range x.Facts {
		wrapped(b, pad(f.Name, indent), strings.Repeat(" ", indent), f.Says)
	}
	for i := range x.Tables {
		x.Tables[i].text(b)
	}
	for _, r := range x.Remarks {
		wrapped(b, "- ", "  ", r)
	}
}

// text writes the table with a column for the widest cell of each; the first column and words stand left.
func (t *Table) text(b *strings.Builder) {
	widths := make([]int, len(t.Head))
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	b.WriteString("\n")
	wrapped(b, "", "", t.Caption)
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		line := ""
		for i, cell := range row {
			if i <= t.Words {
				line += pad(cell, widths[i]) + "  "
			} else {
				line += strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)) + cell + "  "
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// wrapped writes text in lines no wider than the table, the first behind one prefix and the rest behind another.
func wrapped(b *strings.Builder, first, rest, text string) {
	line, empty := first, true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(line + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}
