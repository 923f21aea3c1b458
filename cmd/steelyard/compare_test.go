package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompareWithItself(t *testing.T) {
	run := backtested(t, fourCoins(24*20).store(t), richFund)
	if out := mustDo(t, "compare", run, copied(t, run)); !strings.Contains(out, "A AND B ARE EQUAL") {
		t.Error(out)
	}
}

// One basis point of fee: the key of the fund and the first fill are named, and nothing of the data.
func TestCompareNamesTheFirstFill(t *testing.T) {
	store := fourCoins(24 * 20).store(t)
	a, b := backtested(t, store, plainFund), backtested(t, store, strings.Replace(plainFund, "10bp", "11bp", 1))
	page := filepath.Join(t.TempDir(), "page.html")
	r := do("compare", a, b, "--html", page)
	wantRefused(t, r, exitFinding, "the runs differ")
	for _, want := range []string{"venues.binance.instruments.ADA/USDT.fee.taker: 0.001 / 0.0011", "first fill      number 1\n", "fee: "} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in\n%s", want, r.out)
		}
	}
	if strings.Contains(r.out, "first row") || !strings.Contains(string(read(t, page)), "<svg") {
		t.Error("the rows differ, or the page has no plot")
	}
}

func TestCompareNamesTheFirstRow(t *testing.T) {
	m := fourCoins(24 * 20)
	other := m
	other.rows -= 24
	bent := t.TempDir()
	store := filepath.Join(bent, "store")
	for _, pair := range m.pairs {
		lines := m.lines(pair)
		if pair == "BTC/USDT" {
			fields := strings.Split(lines[100], ",")
			fields[5] += "1"
			lines[100] = strings.Join(fields, ",")
		}
		importPair(t, store, pair, write(t, filepath.Join(bent, file(pair)), lines...))
	}
	run := backtested(t, m.store(t), plainFund)
	for _, c := range []struct{ run, key string }{
		{backtested(t, store, plainFund), "binance:BTC/USDT volume"},
		{backtested(t, other.store(t), plainFund), "rows"},
	} {
		r := do("compare", run, c.run, "--json")
		wantRefused(t, r, exitFinding, "the runs differ")
		var got struct {
			Beside []struct {
				Parting struct {
					Given []struct{ Key string }
					Row   struct {
						Number  int
						Changes []struct{ Key string }
					}
				}
			} `json:"beside_the_first"`
		}
		if err := json.Unmarshal([]byte(r.out), &got); err != nil {
			t.Fatal(err)
		}
		p := got.Beside[0].Parting
		if p.Row.Number < 90 || len(p.Row.Changes) != 1 || p.Row.Changes[0].Key != c.key || p.Given[0].Key != "dataset" {
			t.Errorf("want %s: %+v", c.key, p)
		}
	}
}

// A single run and its shadow: nothing differs, and free of cost it is worth more.
func TestCompareWithItsShadow(t *testing.T) {
	run := backtested(t, fourCoins(24*20).store(t), plainFund)
	var got struct {
		Equal bool
		Runs  []struct{ Shadow map[string]float64 }
	}
	if err := json.Unmarshal([]byte(mustDo(t, "compare", "--shadow", "--json", run)), &got); err != nil {
		t.Fatal(err)
	}
	s := got.Runs[0].Shadow
	if want := summary(t, run)["cost_usd"].(float64); !got.Equal || s["cost_usd"] != want || s["difference_usd"] <= 0 {
		t.Errorf("costs of %v: %v", want, s)
	}
}

func TestCompareIsRefused(t *testing.T) {
	wantRefused(t, do("compare"), exitUsage, "two run folders or more")
	wantRefused(t, do("compare", "one"), exitUsage, "--shadow")
	wantRefused(t, do("compare", t.TempDir(), t.TempDir()), exitError, "is no run folder")
}
