package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range list {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestSave(t *testing.T) {
	r := newRig(3, walkPanel(3, 100, 0.02, 2))
	a, dir := r.analyse(t), t.TempDir()
	if err := a.Save(dir); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "costs.csv equity.csv summary.json trades.csv weights.csv" {
		t.Errorf("files: %s", got)
	}
	for name, header := range map[string]string{
		"equity.csv":  "time,nav,hold_nav,flow,return,drawdown,drift,shadow_nav\n2022-01-01T00:00:00Z,10000000,10000000,0,,0,,10000000\n",
		"weights.csv": "time,A00,A01,A02,USDT\n2022-01-01T00:00:00Z,0,0,0,1\n",
		"costs.csv": "decision,decided,ended,instrument,side,quantity,filled,orders,fills,decided_mid,arrival_mid,volume_usd,delay_usd,spread_usd," +
			"temporary_usd,permanent_usd,market_usd,fees_usd,opportunity_usd,total_usd,expected_usd,risk_usd," +
			"low_50_usd,high_50_usd,low_95_usd,high_95_usd,held_50,held_95\n1,2022-01-01T01:00:00Z,2022-01-01T01:00:00Z,binance:A00/USDT,buy,",
		"trades.csv": "time,instrument,side,quantity,price,cash,fee,fee_asset,order,reason\n2022-01-01T01:00:00Z,binance:A00/USDT,buy,",
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.HasPrefix(string(text), header) {
			t.Errorf("%s begins %.200s (%v)", name, text, err)
		}
	}
}

func TestSaveIsAllOrNothing(t *testing.T) {
	a, dir := newRig(1, walkPanel(1, 30, 0.02, 2)).analyse(t), t.TempDir()
	old := filepath.Join(dir, "equity.csv")
	if err := os.WriteFile(old, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(dir, "trades.csv"+temporary)
	if err := os.MkdirAll(filepath.Join(blocked, "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := a.Save(dir); err == nil || !strings.Contains(err.Error(), "trades.csv") {
		t.Errorf("error %v", err)
	}
	if text, err := os.ReadFile(old); string(text) != "old" {
		t.Errorf("equity.csv is %q (%v)", text, err)
	}
	if got := names(t, dir); got != "equity.csv trades.csv"+temporary {
		t.Errorf("left: %s", got)
	}
}

func TestSummaryBytes(t *testing.T) {
	run := newRig(4, walkPanel(4, 300, 0.02, 2)).play(t)
	var texts [2][]byte
	for i := range texts {
		a, err := Analyse(run)
		if err != nil {
			t.Fatal(err)
		}
		if texts[i], err = a.SummaryJSON(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0], texts[1]) {
		t.Error("one run, two summaries")
	}
	var keys map[string]any
	if err := json.Unmarshal(texts[0], &keys); err != nil {
		t.Fatal(err)
	}
	for key := range strings.FieldsSeq(`start_nav final_nav annual_return volatility sharpe sortino max_drawdown tracking_error rebalances
		orders fills turnover cost_usd cost_bp fees_usd spread_usd impact_usd hold_final_nav journal_head decisions_digest dataset_hash
		fund_hash seed`) {
		if keys[key] == nil {
			t.Errorf("%s = %v", key, keys[key])
		}
	}
}

func TestUndefinedIsNull(t *testing.T) {
	a := newRig(1, panelOf(1, 5, func(int, int) float64 { return 1 })).free().analyse(t)
	text, err := a.SummaryJSON()
	if err != nil || !bytes.Contains(text, []byte("\"volatility\": null,\n  \"sharpe\": null,")) {
		t.Errorf("%v\n%s", err, text)
	}
	var table strings.Builder
	if err := a.Table(&table); err != nil || !strings.Contains(table.String(), "n/a") {
		t.Errorf("%v\n%s", err, &table)
	}
}

// docs/RUN.md explains every key and every column.
func TestKeysAreDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "docs", "RUN.md"))
	if err != nil {
		t.Fatal(err)
	}
	a := newRig(1, walkPanel(1, 30, 0.02, 2)).analyse(t)
	for _, e := range append(object(a.entries()), a.Summary.Review.entries()...) {
		if !bytes.Contains(doc, []byte("`"+strings.TrimPrefix(strings.TrimPrefix(e.key, "hold_"), "shadow_")+"`")) {
			t.Errorf("docs/RUN.md does not explain %s", e.key)
		}
	}
}

func TestTable(t *testing.T) {
	a := newRig(10, walkPanel(10, 500, 0.02, 1)).analyse(t)
	a.Run.Fund = "Ten Equal"
	var b strings.Builder
	if err := a.Table(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(b.String(), "\n") {
		if utf8.RuneCountInString(line) > width || strings.HasSuffix(line, " ") {
			t.Errorf("%q is too long or ends in space", line)
		}
	}
	for _, want := range []string{"Ten Equal\n2022-01-01 00:00 to 2022-01-21 20:00 UTC, 21 days", "start NAV                      10,000,000.00             10,000,000.00"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, &b)
		}
	}
}

func TestFigures(t *testing.T) {
	for text, want := range map[string]string{
		Thousands("-1234567.5"): "-1,234,567.5", Thousands("123"): "123", Thousands("-123456"): "-123,456",
		fixed(-0.0001, 2): "0.00", fixed(-0.01, 2): "-0.01", percent(0.12345): "12.35 %",
		number(1e-7): "1e-07", number(1e7): "10000000", number(0): "0",
	} {
		if text != want {
			t.Errorf("%q, want %q", text, want)
		}
	}
}
