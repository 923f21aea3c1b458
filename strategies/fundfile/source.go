package fundfile

import (
	"fmt"
	"strings"
	"unicode"
)

// source is the text of a fund file, kept to show the line that an error is about.
type source struct {
	name  string
	lines []string
}

// place is a line and a column of a source, both counted from 1, the column in characters.
type place struct{ line, column int }

// errorf makes the one error of a file: its place, what is wrong, and the line with a caret under the place.
func (s *source) errorf(at place, format string, args ...any) error {
	at.line = min(max(at.line, 1), max(len(s.lines), 1))
	at.column = max(at.column, 1)
	text := fmt.Sprintf("%s:%d:%d: %s", s.name, at.line, at.column, fmt.Sprintf(format, args...))
	return fmt.Errorf("%s%s", text, s.snippet(at))
}

// snippet shows the line before a place for orientation, the line itself, and a caret.
func (s *source) snippet(at place) string {
	if at.line > len(s.lines) {
		return ""
	}
	line, caret := window([]rune(s.lines[at.line-1]), at.column-1)
	var b strings.Builder
	if at.line > 1 {
		before, _ := window([]rune(s.lines[at.line-2]), 0)
		fmt.Fprintf(&b, "\n  %4d | %s", at.line-1, before)
	}
	fmt.Fprintf(&b, "\n> %4d | %s", at.line, line)
	fmt.Fprintf(&b, "\n       | %s^", strings.Repeat(" ", caret))
	return b.String()
}

// window cuts a long line to the part around a column, and makes each character of it one printable column.
func window(line []rune, column int) (string, int) {
	const width = 100
	column = min(column, len(line))
	from := 0
	if column > width*3/4 {
		from = column - width/2
	}
	line, column = line[from:min(from+width, len(line))], column-from
	return strings.TrimRight(strings.Map(printable, string(line)), " "), column
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

// quoted writes a text of the file into a message, cut to a length that can be read.
func quoted(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
