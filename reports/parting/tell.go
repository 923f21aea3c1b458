package parting

import (
	"fmt"
	"slices"
)

// Line is something that a parting says, and what about.
type Line struct{ About, Says string }

// Tell tells the parting in lines, the runs by their names: what they were given first, then where they part.
func (p *Parting) Tell(first, second string) []Line {
	if p.Equal() {
		return []Line{{"equal", fmt.Sprintf("%s and %s were given the same, saw the same and decided the same", first, second)}}
	}
	var list []Line
	list = append(list, changeLines("fund", p.Fund, shownKeys)...)
	list = append(list, changeLines("given", p.Given, shown)...)
	list = append(list, p.Row.lines(first, second)...)
	list = append(list, p.Event.lines("first event", first, second)...)
	if p.Event.tells(p.Decision) {
		list = append(list, Line{"first decision", fmt.Sprintf("number %d, at that event", p.Decision.Number)})
	} else {
		list = append(list, p.Decision.lines("first decision", first, second)...)
	}
	list = append(list, p.Fill.lines("first fill", first, second)...)
	if p.Event == nil {
		list = append(list, Line{"events", "every event and every decision is the same"})
	}
	return list
}

func (c *Change) text() string {
	return fmt.Sprintf("%s: %s / %s", c.Key, orAbsent(c.First), orAbsent(c.Second))
}

func orAbsent(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func (r *Row) lines(first, second string) []Line {
	if r == nil {
		return nil
	}
	list := []Line{{"first row", fmt.Sprintf("row %d, which opened at %v", r.Number, r.Open)}}
	for _, l := range r.Late {
		whom := first
		if l.Second {
			whom = second
		}
		list = append(list, Line{"late", fmt.Sprintf("%s did not reach %s within its grace", l.What, whom)})
	}
	return append(list, changeLines("differing", r.Changes, shown)...)
}

func (m *Moment) lines(about, first, second string) []Line {
	if m == nil {
		return nil
	}
	list := []Line{{about, fmt.Sprintf("number %d", m.Number)}}
	if m.First.At == m.Second.At && m.First.Saw == m.Second.Saw {
		list = append(list, Line{"both saw", fmt.Sprintf("%v: %s", m.First.At, m.First.Saw)})
		list = append(list, m.First.did(first)...)
		list = append(list, m.Second.did(second)...)
	} else {
		list = append(list, m.First.saw(first)...)
		list = append(list, m.Second.saw(second)...)
	}
	return append(list, changeLines("differing", m.Changes, shown)...)
}

// tells reports whether a moment tells another already, on both sides.
func (m *Moment) tells(other *Moment) bool {
	return m != nil && other != nil && slices.Contains(m.First.Did, other.First.Saw) && slices.Contains(m.Second.Did, other.Second.Saw)
}

// saw tells what a run saw and did, where the other saw something else.
func (s *Side) saw(run string) []Line {
	if s.Saw == "" {
		return []Line{{run, "has none: it had ended, or did no more"}}
	}
	list := []Line{{run, fmt.Sprintf("%v: %s", s.At, s.Saw)}}
	for _, d := range s.Did {
		list = append(list, Line{"", "then " + d})
	}
	return list
}

// did tells what a run did where both saw the same.
func (s *Side) did(run string) []Line {
	if len(s.Did) == 0 {
		return []Line{{run, "did nothing"}}
	}
	var list []Line
	for i, d := range s.Did {
		if i > 0 {
			run = ""
		}
		list = append(list, Line{run, d})
	}
	return list
}

// How many differing values of records and rows, and keys of a fund, are told one by one.
const (
	shown     = 12
	shownKeys = 60
)

func changeLines(about string, list []Change, most int) (lines []Line) {
	for i := range list[:min(len(list), most)] {
		lines = append(lines, Line{"", list[i].text()})
	}
	if len(lines) > 0 {
		lines[0].About = about
	}
	if more := len(list) - most; more > 0 {
		lines = append(lines, Line{"", fmt.Sprintf("and %d more values", more)})
	}
	return lines
}
