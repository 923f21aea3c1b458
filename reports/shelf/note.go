package shelf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/renameio/v2"
)

// NotesName is the file of a folder that holds what people noted about its run or sweep, one JSON object a line. No digest covers it.
const NotesName = "notes.jsonl"

// Note is what a person noted.
type Note struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Notes reads the notes of a folder, the oldest first; none is no error.
func Notes(dir string) ([]Note, error) {
	path := filepath.Join(dir, NotesName)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, ignore(err)
	}
	var list []Note
	for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		var n Note
		if err := json.Unmarshal(line, &n); err != nil {
			return list, fmt.Errorf("%s: line %d: %w", path, i+1, err)
		}
		list = append(list, n)
	}
	return list, nil
}

// Add adds a note to those of a run or a sweep. The file is written anew, whole or not at all; one caller at a time may add.
func Add(dir string, n Note) error {
	if strings.TrimSpace(n.Text) == "" {
		return errors.New("the note is empty: say something")
	}
	kind, err := kindOf(dir)
	if err == nil && kind == "" {
		err = fmt.Errorf("%s is no folder of a run or a sweep", dir)
	}
	if err != nil {
		return err
	}
	list, err := Notes(dir)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, note := range append(list, n) {
		if err := e.Encode(note); err != nil {
			return err
		}
	}
	return renameio.WriteFile(filepath.Join(dir, NotesName), b.Bytes(), 0o644)
}
