package main

import (
	"encoding/json"
	"encoding/xml"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// slowFund is plainFund that works its orders for half a day, at most at a hundredth of what is traded.
var slowFund = strings.Replace(plainFund, "venues:\n  - name: binance", "execution: {kind: twap, over: 12h, slices: 12}\nvenues:\n  - name: binance\n    participation: 1%", 1)

// costsOf asks for the costs of a fund in a market of forty days.
func costsOf(t *testing.T, fund string, flags ...string) (costsOutput, result) {
	t.Helper()
	dir := t.TempDir()
	args := append([]string{"costs", write(t, filepath.Join(dir, "fund.yaml"), fund), "--store", fourCoins(24 * 40).store(t), "--json", "--draws", "400"}, flags...)
	r := do(args...)
	var out costsOutput
	if err := json.Unmarshal([]byte(r.out), &out); err != nil {
		t.Fatal(err, r.errors)
	}
	return out, r
}

func TestCostsOfBothRebalances(t *testing.T) {
	out, r := costsOf(t, slowFund)
	if r.code != 0 || len(out.Rebalances) != 2 || out.Rebalances[0].Which != atHand || out.Rebalances[1].Which != typical {
		t.Fatalf("ends with %d: %s%s", r.code, r.out, r.errors)
	}
	for _, x := range out.Rebalances {
		c, p := x.All.Cost, x.All.Parts
		sum := p.Fees + p.Spread + p.Temporary + p.Permanent + p.Delay + p.Market + p.Opportunity
		if math.Abs(sum-c.Expected) > 1e-6*math.Abs(c.Expected) {
			t.Errorf("%s: the parts sum to %v, the cost is %v", x.Which, sum, c.Expected)
		}
		if !(c.Most[0] < c.Half[0] && c.Half[0] < c.Expected && c.Expected < c.Half[1] && c.Half[1] < c.Most[1]) {
			t.Errorf("%s: %+v", x.Which, c)
		}
		if x.All.CostBP.Expected < 11 || x.All.CostBP.Expected > 300 { // 10 bp of fee and half of 2 bp of spread at least
			t.Errorf("%s: %v bp", x.Which, x.All.CostBP.Expected)
		}
		turnover, cost := 0.0, 0.0
		for _, a := range x.Assets {
			turnover, cost = turnover+a.Turnover, cost+a.Cost.Expected
		}
		if math.Abs(turnover-x.All.Turnover) > 1e-6*turnover || math.Abs(cost-c.Expected) > 1e-6*math.Abs(cost) {
			t.Errorf("%s: the assets sum to %v of %v", x.Which, cost, turnover)
		}
		checkWays(t, x)
	}
	if first, second := out.Rebalances[0].All.Turnover, out.Rebalances[1].All.Turnover; first < 0.99e6 || second > first/4 {
		t.Errorf("at hand %v are traded, typically %v", first, second)
	}
}

// checkWays demands one way that is the fund's, and that a larger fund pays more a dollar and takes no less time.
func checkWays(t *testing.T, x rebalanceOutput) {
	t.Helper()
	chosen := 0
	for _, f := range x.Frontier {
		if f.Chosen {
			chosen++
		}
	}
	if chosen != 1 || len(x.Frontier) < 4 || len(x.Capacity) != 5 {
		t.Errorf("%s: %d ways, %d chosen, %d sizes", x.Which, len(x.Frontier), chosen, len(x.Capacity))
	}
	for k := range x.Capacity[1:] {
		small, large := x.Capacity[k], x.Capacity[k+1]
		if large.CostBP <= small.CostBP && large.Filled > 0.99 || large.Seconds < small.Seconds {
			t.Errorf("%s: %v costs %v bp in %v s, %v costs %v bp in %v s", x.Which, small.AUM, small.CostBP, small.Seconds, large.AUM, large.CostBP, large.Seconds)
		}
	}
}

func TestCostsDependOnTheSeed(t *testing.T) {
	_, one := costsOf(t, slowFund)
	_, again := costsOf(t, slowFund)
	_, other := costsOf(t, slowFund, "--seed", "2")
	if one.out != again.out || one.out == other.out {
		t.Errorf("equal seeds agree: %t, others: %t", one.out == again.out, one.out == other.out)
	}
}

func TestCostsTableAndPage(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "costs.html")
	text := mustDo(t, "costs", write(t, filepath.Join(dir, "fund.yaml"), slowFund), "--store", fourCoins(24*40).store(t), "--draws", "200", "--aum", "10M,1B", "--html", page)
	for _, says := range []string{"THE REBALANCE AT HAND", "A TYPICAL REBALANCE", "95 % of cases", "temporary impact", "efficient frontier", "10M", "1B", page} {
		if !strings.Contains(text, says) {
			t.Errorf("no %q in\n%s", says, text)
		}
	}
	html := string(read(t, page))
	if found := regexp.MustCompile(`<script|https?://|url\(|@import|<img|<iframe|src=|5AA5|NaN|Inf`).FindString(html); found != "" {
		t.Errorf("the page has %q", found)
	}
	drawings := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(html, -1)
	if len(drawings) != 6 {
		t.Errorf("%d drawings", len(drawings))
	}
	for _, d := range drawings {
		if err := xml.Unmarshal([]byte(d), new(struct{})); err != nil {
			t.Errorf("%v in %.300s", err, d)
		}
	}
}

// A fund that is where it wants to be has a typical rebalance, and none at hand.
func TestCostsWhereNothingIsDue(t *testing.T) {
	fixed := strings.Replace(slowFund, "{kind: equal, assets: [ADA, BTC, ETH, SOL]}", "{kind: fixed, weights: {BTC: 50%, USDT: 50%}}", 1)
	fixed = strings.Replace(fixed, "band: 5%", "band: 0.1%", 1)
	dir := t.TempDir()
	path, store := write(t, filepath.Join(dir, "fund.yaml"), strings.Replace(fixed, "BTC: 50%, USDT: 50%", "USDT: 100%", 1)), fourCoins(24*40).store(t)
	wantRefused(t, do("costs", path, "--store", store), exitError, "the rebalance at hand", "nothing would be traded", "off its target")
	out, _ := costsOf(t, fixed)
	if len(out.Rebalances) != 2 {
		t.Errorf("%+v", out)
	}
}

func TestCostsRefuses(t *testing.T) {
	dir, in := bench(t, fourCoins(50))
	costs := func(flags ...string) []string {
		return append([]string{"costs", in("fund.yaml"), "--store", in("store")}, flags...)
	}
	short := strings.Replace(plainFund, "from: 2022-01-01, to: 2023-01-01", "from: 2022-01-01, to: 2022-01-02", 1)
	for name, c := range map[string]struct {
		fund  string
		flags []string
		code  int
		says  []string
	}{
		"no costs":         {strings.NewReplacer("    fee: {taker: 10bp}\n", "", "    spread: 2bp\n", "", "    impact: {model: square-root, y: 1}\n", "").Replace(plainFund), nil, exitError, []string{"fund.yaml", "give its venues fee, spread and impact"}},
		"no start":         {strings.NewReplacer("start: {binance: {USDT: 1000000}}\n", "", "backtest: {from: 2022-01-01, to: 2023-01-01}\n", "").Replace(plainFund), nil, exitUsage, []string{"--holdings"}},
		"malformed size":   {plainFund, []string{"--aum", "1M,ten"}, exitUsage, []string{"--aum", `"ten"`, "1M,10M,2.5B"}},
		"size of nothing":  {plainFund, []string{"--aum", "0"}, exitUsage, []string{"--aum"}},
		"no number":        {plainFund, []string{"--aum", "NaN"}, exitUsage, []string{"--aum"}},
		"odd draws":        {plainFund, []string{"--draws", "101"}, exitUsage, []string{"--draws 101"}},
		"short history":    {short, []string{"--at", "2022-01-01T10:00:00Z"}, exitError, []string{"10 bars", "20 are needed", "import more history"}},
		"before the store": {plainFund, []string{"--at", "2012-01-01"}, exitError, []string{"no bars"}},
		"no time":          {plainFund, []string{"--at", "noon"}, exitUsage, []string{"--at noon"}},
		"unknown holding":  {plainFund, []string{"--holdings", in("held.yaml")}, exitError, []string{"XRP"}},
	} {
		write(t, in("fund.yaml"), c.fund)
		write(t, in("held.yaml"), "binance: {XRP: 5}")
		wantUntouched(t, dir, refusal{name, costs(c.flags...), c.code, c.says})
	}
	wantRefused(t, do("costs"), exitUsage, "one fund file")
}

func TestCostsSaysWhyNothingIsTypical(t *testing.T) {
	hold := strings.Replace(slowFund, "{kind: threshold, band: 5%}", "{kind: hold}", 1)
	out, _ := costsOf(t, hold)
	if len(out.Rebalances) != 1 || len(out.Notes) != 1 || !strings.Contains(out.Notes[0], "1 rebalance") {
		t.Errorf("%+v", out.Notes)
	}
	out, _ = costsOf(t, strings.Replace(slowFund, "backtest: {from: 2022-01-01, to: 2023-01-01}\n", "", 1))
	if len(out.Rebalances) != 1 || len(out.Notes) != 1 || !strings.Contains(out.Notes[0], "no backtest section") {
		t.Errorf("%+v", out.Notes)
	}
}
