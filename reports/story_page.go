package reports

import (
	"html/template"
	"io"
	"os"
	"path/filepath"
)

// SaveHTML writes the story of a decision as a page that needs nothing else, whole or not at all.
func (s *Story) SaveHTML(path string, i int) error { return s.tell(i).save(path) }

// SaveListHTML writes the list of decisions likewise.
func (s *Story) SaveListHTML(path string) error { return s.list().save(path) }

func (d *document) html(w io.Writer) error {
	page, err := template.ParseFS(pages, "html/*")
	if err != nil {
		return err
	}
	return page.ExecuteTemplate(w, "story.html", d)
}

func (d *document) save(path string) error {
	if err := writeTemporary(path+temporary, d.html); err != nil {
		os.Remove(path + temporary)
		return err
	}
	if err := os.Rename(path+temporary, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
