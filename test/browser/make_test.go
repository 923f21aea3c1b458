package browser

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// find returns the path of a Chromium, and skips the test where there is none.
func find(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium on the PATH: apt-get install chromium, and the report is looked at too")
	return ""
}

const fundText = `version: 1
fund: "Waves & <Tides>"
base: USDT
start: {binance: {USDT: 10000000}}
target: {kind: equal, assets: [AAA, BBB, CCC, DDD]}
trigger: {kind: threshold, band: 10%}
venues:
  - name: binance
    fee: {taker: 10bp}
    spread: 2bp
    impact: {model: square-root, y: 1}
    instruments: [AAA/USDT, BBB/USDT, CCC/USDT, DDD/USDT]
backtest: {from: 2022-11-05, to: 2023-03-05, interval: 1h}
`

// pagesOfRun are the pages that the program makes of a run.
type pagesOfRun struct{ report, decision string }

// makeRun runs the program as a person does: bars in, a backtest, the report that it writes, and the story of a decision.
func makeRun(t *testing.T) pagesOfRun {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	command(t, "go", "build", "-o", in("steelyard"), "../../cmd/steelyard")
	for i, asset := range []string{"AAA", "BBB", "CCC", "DDD"} {
		write(t, in(asset+".csv"), bars(i))
		command(t, in("steelyard"), "data", "import", "--store", in("store"), "--format", "ohlcv-csv", "--venue", "binance",
			"--instrument", asset+"/USDT", "--interval", "1h", in(asset+".csv"))
	}
	write(t, in("fund.yaml"), fundText)
	command(t, in("steelyard"), "backtest", in("fund.yaml"), "--store", in("store"), "--out", in("run"))
	p := pagesOfRun{in("run/report.html"), in("decision.html")}
	command(t, in("steelyard"), "audit", "show", in("run"), "2", "--html", p.decision)
	return p
}

// bars returns 120 days of hours of a price that swings, each asset in its own time. The last asset ends early.
func bars(i int) string {
	var b strings.Builder
	b.WriteString("open_time_ms,open,high,low,close,volume\n")
	price := func(hour int) float64 {
		x := float64(hour)
		return 100 * (1 + 0.4*math.Sin(x/float64(200+90*i)) + 0.05*math.Sin(x*1.7+float64(i)))
	}
	hours := 120 * 24
	if i == 3 {
		hours = 80 * 24
	}
	start := time.Date(2022, 11, 5, 0, 0, 0, 0, time.UTC)
	for h := range hours {
		o, c := price(h), price(h+1)
		fmt.Fprintf(&b, "%d,%.4f,%.4f,%.4f,%.4f,1000000\n", start.Add(time.Duration(h)*time.Hour).UnixMilli(), o, max(o, c)+0.1, min(o, c)-0.1, c)
	}
	return b.String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
