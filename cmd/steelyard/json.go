package main

import (
	"encoding/json"
	"io"
)

// writeJSON writes what a command prints with --json: indented, and as people write it, < and & included.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
