package projection_test

import (
	"os"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/data/projection"
)

// docs/TABLES.md tells of every table and every column.
func TestTablesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/TABLES.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range projection.Tables() {
		_, about, found := strings.Cut(string(text), "**"+table.Name+"**")
		if !found {
			t.Errorf("docs/TABLES.md does not tell of %s", table.Name)
		}
		about, _, _ = strings.Cut(about, "\n**")
		for _, c := range table.Columns {
			if c.Name != "run" && !strings.Contains(about, "`"+c.Name+"`") {
				t.Errorf("docs/TABLES.md does not tell of %s.%s", table.Name, c.Name)
			}
		}
	}
}
