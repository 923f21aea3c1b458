package reports

import (
	"embed"
	"errors"
	"html/template"
	"io"
	"os"
	"path/filepath"
)

// Report is a page about a run, with others beside it.
type Report struct {
	Main   *Analysis
	Others []*Analysis // compared in the summary, in equity and in drawdown
	Terms  Terms       // of the main run
}

// Terms is what a fund file says that a journal does not: the report shows the words and draws the bands.
type Terms struct {
	Rules []Rule
	Bands []Band // by asset; nil: there are none
}

// Rule is one thing that a fund file says, in words.
type Rule struct{ Name, Says string }

//go:embed html
var pages embed.FS

// WriteHTML writes the report as one page that needs nothing else: styles and drawings stand in it, and it asks nobody
// for anything. Equal runs give equal bytes.
func (r *Report) WriteHTML(w io.Writer) error {
	page, err := template.ParseFS(pages, "html/*")
	if err != nil {
		return err
	}
	return page.ExecuteTemplate(w, "report.html", r.page())
}

// Save writes the report to a file: under a temporary name first, so that what was there before stays whole until the
// new one is. Several may save at once.
func (r *Report) Save(path string) error { return savePage(path, r.WriteHTML) }

func savePage(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), temporary+"-"+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o644), fill(f, write)); err != nil {
		os.Remove(f.Name())
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func (r *Report) all() []*Analysis { return append([]*Analysis{r.Main}, r.Others...) }

func (r *Report) names() []string { return labels(r.all()) }
