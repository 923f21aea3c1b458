package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Every decision of a run can be told, by number and by the ID that its tables have, in the terminal and as a page.
func TestAuditShow(t *testing.T) {
	dir := backtested(t, fourCoins(600).store(t), richFund)
	list := mustDo(t, "audit", "show", dir)
	if !strings.Contains(list, "came of it") || !strings.Contains(list, "hybrid") {
		t.Error(list)
	}
	out := t.TempDir()
	mustDo(t, "audit", "export", dir, "-o", out)
	for i, line := range strings.Split(string(read(t, out, "rebalancing_events.csv")), "\n") {
		fields := strings.SplitN(line, ",", 4)
		if i == 0 || len(fields) < 4 {
			continue
		}
		told := mustDo(t, "audit", "show", dir, fields[1])
		if told != mustDo(t, "audit", "show", dir, fields[2]) || !strings.Contains(told, fields[1]) {
			t.Errorf("decision %s is told otherwise than %s", fields[2], fields[1])
		}
		if i == 3 {
			break
		}
	}
	for _, what := range [][]string{{dir}, {dir, "1"}} {
		path := filepath.Join(out, "page.html")
		mustDo(t, append(append([]string{"audit", "show"}, what...), "--html", path)...)
		if page := string(read(t, path)); !strings.Contains(page, "<h1>Rich") || !strings.HasSuffix(page, "</html>\n") {
			t.Errorf("%.200s", page)
		}
	}
	wantRefused(t, do("audit", "show", dir, "99999"), exitError, `no decision "99999"`)
	wantRefused(t, do("audit", "show"), exitUsage, "a run folder and perhaps one decision")
	wantRefused(t, do("audit", "show", t.TempDir()), exitError, "is no run folder")
	wantRefused(t, do("audit", "project"), exitUsage, "one run folder")
	wantRefused(t, do("audit", "project", dir, "--keep-days", "3"), exitUsage, "needs --to")
	wantRefused(t, do("audit", "export", dir), exitUsage, "-o DIR")
	wantRefused(t, do("audit", "export", dir, "-o", out, "--format", "xml"), exitUsage, "csv, json or parquet")
}
