package wire

import (
	"os"
	"strings"
	"testing"
)

// docs/VENUE.md names every endpoint, fault and flag of the key file, and its example is a fault file.
func TestDocument(t *testing.T) {
	text, err := os.ReadFile("../../docs/VENUE.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for name := range (&Server{}).routes() {
		if _, path, _ := strings.Cut(name, " "); !strings.Contains(doc, "`"+path+"`") {
			t.Errorf("%s is not in docs/VENUE.md", path)
		}
	}
	for _, action := range strings.Fields("delay drop lost-ack status limit ban disconnect duplicate reorder down halt clock") {
		if targets(action) == 0 || !strings.Contains(doc, `"`+action+`"`) {
			t.Errorf("%s is not in docs/VENUE.md", action)
		}
	}
	_, example, _ := strings.Cut(doc, "    seed 7\n")
	example, _, _ = strings.Cut(example, "\n\n")
	if f, err := ParseFaults("example", strings.NewReader("seed 7\n"+example)); err != nil || len(f.list) != 8 {
		t.Errorf("%v, %s", err, example)
	}
}
