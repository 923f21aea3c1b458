package data

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steelyard/steelyard/engine/fund"
)

func splitAt(t *testing.T, dir string, k Key, at fund.Time, as string) ([]Split, error) {
	t.Helper()
	store, err := Open(dir, Write)
	if err != nil {
		t.Fatal(err)
	}
	splits, err := store.Split(context.Background(), k, 0, at, as)
	return splits, errors.Join(err, store.Close())
}

func TestSplit(t *testing.T) {
	dir := t.TempDir()
	luna := Key{"binance", "LUNA/USDT"}
	bars := hourlyWalk(100, 1)
	put(t, dir, luna, append(bars[:40:40], bars[60:]...))
	at := bars[50].at
	for _, moved := range []int{40, 0} {
		before := tree(t, dir)
		splits, err := splitAt(t, dir, luna, at, "LUNA2/USDT")
		if err != nil || len(splits) != 1 || splits[0].Moved != moved || splits[0].Before.Rows != 40 || splits[0].After.Rows != 40 || splits[0].After.First != bars[60].at {
			t.Fatalf("%+v %v", splits, err)
		}
		if diff := cmp.Diff(before, tree(t, dir)); moved == 0 && diff != "" {
			t.Errorf("the second split changed the store: %s", diff)
		}
	}
	all := list(t, dir)
	if len(all) != 2 || all[0].Instrument != "LUNA/USDT" || all[0].Missing != 0 || all[1].Missing != 0 {
		t.Fatalf("%+v", all)
	}
	got, err := readBars(all[1].path(dir), all[1].file)
	if err != nil {
		t.Fatal(err)
	}
	wantBars(t, got, bars[60:])
}

func TestSplitRefuses(t *testing.T) {
	dir := t.TempDir()
	bars := hourlyWalk(100, 1)
	put(t, dir, btc, bars)
	put(t, dir, Key{"binance", "LUNC/USDT"}, bars[:5])
	before := tree(t, dir)
	for says, c := range map[string]struct {
		key Key
		at  fund.Time
		as  string
	}{
		"nothing to split":       {btc, bars[99].at.Add(time.Hour), "NEW/USDT"},
		"nothing of it would be": {btc, bars[0].at, "NEW/USDT"},
		"has bars of its own":    {btc, bars[50].at, "LUNC/USDT"},
		"cannot be split from":   {btc, bars[50].at, "BTC/USDT"},
		`instrument "new"`:       {btc, bars[50].at, "new"},
		"is not in the store":    {Key{"binance", "ETH/USDT"}, bars[50].at, "NEW/USDT"},
	} {
		_, err := splitAt(t, dir, c.key, c.at, c.as)
		wantError(t, err, says)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// What a split of LUNA leaves is found clean.
func TestRealSplit(t *testing.T) {
	dir := t.TempDir()
	luna := Key{"binance", "LUNA/USDT"}
	mustImport(t, dir, Spec{Key: luna, Interval: time.Hour, Format: "ohlcv-csv"}, shared(t, "hourly/LUNAUSDT-1h.csv.gz"))
	splits, err := splitAt(t, dir, luna, utc(t, "2022-05-28"), "LUNA2/USDT")
	if err != nil || splits[0].Before.Last != utc(t, "2022-05-13T00:00:00Z") || splits[0].After.First != utc(t, "2022-05-31T06:00:00Z") ||
		splits[0].Before.Rows+splits[0].Moved != 23551 {
		t.Errorf("%+v %v", splits, err)
	}
	for _, line := range check(t, dir) {
		if line[:5] == "reuse" {
			t.Error(line)
		}
	}
}
