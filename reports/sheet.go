package reports

import (
	"html/template"
	"io"
)

// Sheet is a page beside the report, made as it is: it needs nothing else, and asks nobody for anything.
type Sheet struct {
	Kind, Title, Below string   // what made it, its heading, and the line below that
	Banners            []string // what nobody may overlook
	Key                []KeyFigure
	Sections           []Section
	Wide               bool // its tables have many columns
}

// KeyFigure is one of the few figures at the top, with a remark below it.
type KeyFigure struct{ Name, Value, Remark string }

// Section is a part of a page: notes, facts, charts, maps, tables, remarks. All but name and title may be missing.
type Section struct {
	Name    string // in links; letters alone
	Title   string
	Notes   []string
	Facts   []Rule
	Charts  []Curves
	Maps    []Map
	Whole   bool // charts take the whole width of the page
	Tables  []Table
	Remarks []string
}

// Pictures returns the section's charts for the page.
func (s *Section) Pictures() []picture {
	var list []picture
	for i := range s.Charts {
		draw := (*chart).half
		if s.Whole {
			draw = (*chart).full
		}
		list = append(list, draw(s.Charts[i].chart(), s.Charts[i].Title))
	}
	for i := range s.Maps {
		list = append(list, s.Maps[i].picture())
	}
	return list
}

// WriteHTML writes the page. Equal sheets give equal bytes.
func (s *Sheet) WriteHTML(w io.Writer) error {
	page, err := template.ParseFS(pages, "html/*")
	if err != nil {
		return err
	}
	return page.ExecuteTemplate(w, "sheet.html", s)
}

// Save writes the page to a file, whole or not at all.
func (s *Sheet) Save(path string) error { return savePage(path, s.WriteHTML) }
