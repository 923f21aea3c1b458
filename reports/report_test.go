package reports

import (
	"bytes"
	"encoding/xml"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

func html(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// testTerms are those of a rig, as a fund file would say them.
func testTerms(n int) Terms {
	return Terms{Rules: []Rule{{"trigger", "when an asset is off its target"}}, Bands: make([]Band, n)}
}

// Headings, captions, heads of tables and pictures, in order; testdata/report.txt is written anew with REWRITE=1.
func TestReportStructure(t *testing.T) {
	a := newRig(3, walkPanel(3, 24*70, 0.02, 4)).analyse(t)
	page := html(t, &Report{Main: a, Others: []*Analysis{newRig(2, walkPanel(2, 24*70, 0.02, 5)).analyse(t)}, Terms: testTerms(4)})
	list := regexp.MustCompile(`<(h[1-3]|caption|th scope="col"|figcaption|dt|summary)[^>]*>([^<]*)`).FindAllStringSubmatch(page, -1)
	var got strings.Builder
	for _, m := range list {
		if m[1] != "summary" { // how often the fund trades is not the page's structure
			got.WriteString(m[1] + ": " + m[2] + "\n")
		}
	}
	text := regexp.MustCompile(`(?s)(caption: Weights, %\n.*?caption: Trades;[^\n]*\n(?:th[^\n]*\n)*)(?:caption: Weights, %\n.*?caption: Trades;[^\n]*\n(?:th[^\n]*\n)*)*`).ReplaceAllString(got.String(), "$1")
	golden := filepath.Join("testdata", "report.txt")
	if os.Getenv("REWRITE") != "" {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || text != string(want) {
		t.Errorf("%v; got\n%s", err, text)
	}
}

func TestReportBytes(t *testing.T) {
	run := newRig(5, walkPanel(5, 24*90, 0.02, 4)).play(t)
	var pages [2]string
	for i := range pages {
		a, err := Analyse(run)
		if err != nil {
			t.Fatal(err)
		}
		a.Run.Name = t.TempDir() // where it lies does not matter
		pages[i] = html(t, &Report{Main: a})
	}
	if pages[0] != pages[1] {
		t.Error("one run, two reports")
	}
}

// The page asks nobody for anything, and its drawings are well-formed.
func TestReportIsSelfContained(t *testing.T) {
	page := html(t, &Report{Main: newRig(4, walkPanel(4, 24*40, 0.02, 4)).analyse(t), Terms: testTerms(5)})
	if found := regexp.MustCompile(`<script|https?://|url\(|@import|<img|<iframe|src=|5AA5`).FindString(page); found != "" {
		t.Errorf("the page has %q", found)
	}
	drawings := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1)
	if len(drawings) < 10 {
		t.Errorf("%d drawings", len(drawings))
	}
	for _, d := range drawings {
		if err := xml.Unmarshal([]byte(d), new(struct{})); err != nil {
			t.Errorf("%v in %.300s", err, d)
		}
		if strings.Contains(d, "NaN") || strings.Contains(d, "Inf") {
			t.Errorf("not a number in %.300s", d)
		}
	}
}

func TestHostileNamesAreText(t *testing.T) {
	const name = `</title></style><script>alert(1)</script>"'><svg onload=x>`
	run := newRig(2, walkPanel(2, 24*40, 0.02, 4)).play(t)
	run.Fund, run.Notes = name, []string{name}
	a, err := Analyse(run)
	if err != nil {
		t.Fatal(err)
	}
	page := html(t, &Report{Main: a, Others: []*Analysis{a}, Terms: Terms{Rules: []Rule{{name, name}}}})
	if strings.Contains(page, "<script") || strings.Contains(page, "<svg onload") || !strings.Contains(page, "&lt;script&gt;alert(1)") {
		t.Error("a name became markup")
	}
}

// A month compounds its days, a year its months, and all years the run.
func TestYears(t *testing.T) {
	a := newRig(2, walkPanel(2, 24*500, 0.01, 4)).analyse(t)
	years := a.Years()
	all, held := 1.0, 1.0
	for _, y := range years {
		months := 1.0
		for _, m := range y.Months {
			if !math.IsNaN(m) {
				months *= 1 + m
			}
		}
		near(t, "year from months", y.Total, months-1, 1e-12)
		all *= 1 + y.Total
		held *= 1 + y.Hold
	}
	near(t, "all years", all-1, a.Summary.Fund.TotalReturn, 1e-9)
	near(t, "all years of hold", held-1, a.Summary.Hold.TotalReturn, 1e-9)
	if len(years) != 2 || years[0].Year != 2022 || !math.IsNaN(years[1].Months[11]) {
		t.Errorf("%+v", years)
	}
	january := 1.0
	for _, p := range a.Points[1:] {
		if p.At <= fund.TimeOf(time.Date(2022, 2, 1, 0, 0, 0, 0, time.UTC)) {
			january *= 1 + p.Return
		}
	}
	near(t, "January", years[0].Months[0], january-1, 1e-12)
}

func TestCutRunHasABanner(t *testing.T) {
	run := newRig(2, walkPanel(2, 24*40, 0.02, 4)).play(t)
	run.Records = run.Records[:len(run.Records)-1]
	a, err := Analyse(run)
	if err != nil {
		t.Fatal(err)
	}
	if page := html(t, &Report{Main: a}); a.Ended || !strings.Contains(page, "Rig did not end") {
		t.Error("no banner")
	}
}

// Runs that hardly began make a page too.
func TestSmallRuns(t *testing.T) {
	for _, rows := range []int{1, 2, 30} {
		r := newRig(1, panelOf(1, rows, func(int, int) float64 { return 7 })).free()
		html(t, &Report{Main: r.analyse(t)})
		r = newRig(1, walkPanel(1, rows, 0.02, 1))
		r.policy.Trigger = &strategies.Threshold{Band: 1000, Dust: 1e9}
		html(t, &Report{Main: r.analyse(t)})
	}
}

// The page of a busy run stays small: it lists the costliest rebalances, and says so.
func TestReportStaysSmall(t *testing.T) {
	r := newRig(15, walkPanel(15, 8760, 0.03, 1))
	a := r.analyse(t)
	page := html(t, &Report{Main: a, Terms: testTerms(16)})
	if len(page) > 3<<20 || !strings.Contains(page, "that cost most, of ") {
		t.Errorf("%d bytes for %d fills", len(page), len(a.Trades))
	}
}

func TestReportSave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	r := &Report{Main: newRig(1, walkPanel(1, 48, 0.02, 1)).analyse(t)}
	if err := r.Save(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != html(t, r) || names(t, filepath.Dir(path)) != "report.html" {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if err := r.Save(filepath.Join(filepath.Dir(path), "absent", "report.html")); err == nil {
		t.Error("a folder that is not there")
	}
}

func TestCompareTable(t *testing.T) {
	a, b := newRig(2, walkPanel(2, 24*40, 0.02, 4)).analyse(t), newRig(2, walkPanel(2, 24*40, 0.02, 4)).analyse(t)
	a.Run.Name, b.Run.Name = "runs/a", "runs/b"
	var text strings.Builder
	if err := CompareTable(&text, []*Analysis{a, b}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"          runs/a          runs/b\n", "\nfinal NAV   ", "\nrebalances   ", "bp\n", "\nMoney in USDT."} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, &text)
		}
	}
}
