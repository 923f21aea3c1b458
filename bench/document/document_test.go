package document_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/steelyard/steelyard/bench/document"
)

const begin, end = "<!-- begin -->\n", "<!-- end -->\n"

// write makes a document of this text and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReplaceKeepsTheRest(t *testing.T) {
	path := write(t, "before\n"+begin+"old\n"+end+"after\n")
	if err := document.Replace(path, begin, end, "new\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if want := "before\n" + begin + "\nnew\n\n" + end + "after\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestReplaceNeedsMarkers(t *testing.T) {
	for _, text := range []string{"text\n", begin, end, end + begin} {
		path := write(t, text)
		if document.Replace(path, begin, end, "new\n") == nil {
			t.Errorf("%q was rewritten", text)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}
