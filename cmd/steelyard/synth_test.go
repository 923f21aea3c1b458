package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDataSynth(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	synth := func(more ...string) (string, string, int) {
		return steelyard(append([]string{"data", "synth", "--store", store, "--assets", "4", "--days", "10"}, more...)...)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "960 bars added to 4 instruments\n"},
		{nil, "\n0 bars added to 4 instruments\n"},
		{[]string{"--days", "20"}, "960 bars added"},
		{[]string{"--days", "5"}, "\n0 bars added"},
		{[]string{"--assets", "6"}, "480 bars added to 6 instruments\n"},
		{[]string{"--venue", "other", "--seed", "8", "--start", "2022-01-01"}, "other   ARBAN/USDT        1h    240              0  2022-01-01 00:00  2022-01-10 23:00"},
		{[]string{"--interval", "1d"}, "40 bars added"},
	} {
		if out, errs, code := synth(c.args...); code != 0 || errs != "" || !strings.Contains(out, c.says) {
			t.Errorf("%v: exit %d\n%s%s", c.args, code, out, errs)
		}
	}
	for _, c := range []struct{ flag, value, says string }{
		{"--seed", "8", "synthetic:ARBAN/USDT: 2021-01-01T00:00:00Z: "},
		{"--seed", "8", "take another store or another venue"},
		{"--start", "2025-01-01", "the bars begin at 2025-01-01T00:00:00Z, but those of the store at 2021-01-01T00:00:00Z"},
	} {
		if out, errs, code := synth(c.flag, c.value); code != exitError || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%s %s: exit %d\n%s%s", c.flag, c.value, code, out, errs)
		}
	}
	out, _, _ := steelyard("data", "list", "--store", store)
	if strings.Count(out, "\n") != 1+6+4+4 || strings.Count(out, " 480 ") != 4 {
		t.Errorf("\n%s", out)
	}
}

func TestDataSynthUsage(t *testing.T) {
	store := filepath.Join(t.TempDir(), "store")
	for says, args := range map[string][]string{
		"1 assets":            {"--assets", "1"},
		"invalid value":       {"--assets", "many"},
		"0 days":              {"--days", "0"},
		`interval "hourly"`:   {"--interval", "hourly"},
		"interval 168h0m0s":   {"--interval", "7d"},
		"interval 30s":        {"--interval", "30s"},
		`start "yesterday"`:   {"--start", "yesterday"},
		`start "1066-10-14"`:  {"--start", "1066-10-14"},
		`venue "Synthetic"`:   {"--venue", "Synthetic"},
		`here is "BTC"`:       {"BTC"},
		"-bogus":              {"--bogus"},
		"more than 100000000": {"--assets", "100", "--days", "7300", "--interval", "1m"},
	} {
		_, errs, code := steelyard(append([]string{"data", "synth", "--store", store}, args...)...)
		if code != exitUsage || !strings.Contains(errs, says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
	if _, err := os.Stat(store); err == nil {
		t.Error("wrong flags made a store")
	}
}
