package reports

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Figures in the table end in two columns for their unit, so that digits stand below digits.

// money returns an amount of the base currency with as many places as make a millionth of the start NAV visible, two
// at least.
func (a *Analysis) money(x float64) string {
	if undefined(x) {
		return notAvailable
	}
	places := 2
	if nav := math.Abs(a.Summary.StartNAV); nav > 0 {
		places = min(8, max(2, 4-int(math.Floor(math.Log10(nav)))))
	}
	return Thousands(fixed(x, places)) + "  "
}

// percent returns a fraction in per cent.
func percent(x float64) string {
	if undefined(x) {
		return notAvailable
	}
	return Thousands(fixed(100*x, 2)) + " %"
}

// plain returns a number without unit.
func plain(x float64) string {
	if undefined(x) {
		return notAvailable
	}
	return Thousands(fixed(x, 2)) + "  "
}

const notAvailable = "n/a  "

func undefined(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }

// fixed returns x with so many places, and no sign where only zeros are left of it.
func fixed(x float64, places int) string {
	text := strconv.FormatFloat(x, 'f', places, 64)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-")
	}
	return text
}

// Thousands returns a decimal number with a comma between groups of three digits before its point.
func Thousands(text string) string {
	end := strings.IndexByte(text, '.')
	if end < 0 {
		end = len(text)
	}
	for i := end - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// some returns "3 empty", or "" for none.
func some(n int, what string) string {
	if n == 0 {
		return ""
	}
	return Thousands(strconv.Itoa(n)) + " " + what
}

// wrap writes a note as an item of a list, its lines no longer than the table is wide.
func wrap(b *strings.Builder, text string) {
	column := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			b.WriteString("- ")
			column = 2
		case column+1+n > width:
			b.WriteString("\n  ")
			column = 2
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	b.WriteByte('\n')
}
