package reports

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text writes the story of a decision, by its place among Analysis.Decisions, for a terminal.
func (s *Story) Text(w io.Writer, i int) error { return s.tell(i).text(w) }

// ListText writes the list of decisions for a terminal.
func (s *Story) ListText(w io.Writer) error { return s.list().text(w) }

func (d *document) text(w io.Writer) error {
	var b strings.Builder
	b.WriteString(d.Title + "\n" + d.Lead + "\n")
	for _, text := range d.Banners {
		wrapped(&b, "! ", "  ", text)
	}
	for i := range d.Sections {
		d.Sections[i].text(&b)
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

func (x *section) text(b *strings.Builder) {
	b.WriteString("\n" + strings.ToUpper(x.Title) + "\n")
	if x.Note != "" {
		wrapped(b, "", "", x.Note)
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
func (t *table) text(b *strings.Builder) {
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
