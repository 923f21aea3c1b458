package fund_test

import (
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
)

func TestCheckAccepts(t *testing.T) {
	if err := universe().Check(); err != nil {
		t.Error(err)
	}
}

func TestCheckRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(u *fund.Universe)
		want  string
	}{
		"assets":    {func(u *fund.Universe) { u.Assets[0], u.Assets[1] = u.Assets[1], u.Assets[0] }, "sorted"},
		"accounts":  {func(u *fund.Universe) { u.Accounts[0] = "zaif" }, "sorted"},
		"no base":   {func(u *fund.Universe) { u.Base = fund.None }, "base asset -1 of 4"},
		"base":      {func(u *fund.Universe) { u.Base = 4 }, "base asset 4 of 4"},
		"pair":      {func(u *fund.Universe) { u.Instruments[0].Base = 4 }, "BTC/USDT names what is not there"},
		"quote":     {func(u *fund.Universe) { u.Instruments[2].Quote = 9 }, "ETH/USDT names what is not there"},
		"same legs": {func(u *fund.Universe) { u.Instruments[1].Quote = 1 }, "ETH/BTC names what is not there"},
		"venue":     {func(u *fund.Universe) { u.Instruments[3].Venue = 2 }, "ETH/USDT names what is not there"},
		"doubled":   {func(u *fund.Universe) { u.Instruments[3].Venue = 0 }, "out of order or doubled"},
		"order":     {func(u *fund.Universe) { u.Instruments[0].Venue = 1 }, "out of order"},
	} {
		u := universe()
		c.spoil(u)
		if err := u.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	u := universe()
	for i := range u.Instruments {
		key := u.InstrumentKey(fund.InstrumentID(i))
		if got, ok := u.Instrument(key); !ok || int(got) != i {
			t.Errorf("%s is instrument %d, found %d, %t", key, i, got, ok)
		}
	}
	for i := range u.Assets {
		if got, ok := u.Asset(u.AssetName(fund.AssetID(i))); !ok || int(got) != i {
			t.Errorf("asset %d is found as %d, %t", i, got, ok)
		}
	}
	if a, ok := u.Account("kraken"); !ok || a != 1 {
		t.Errorf("kraken is account %d, %t", a, ok)
	}
	_, asset := u.Asset("DOGE")
	_, account := u.Account("bin")
	_, instrument := u.Instrument("kraken:BTC/USDT")
	if asset || account || instrument || u.AssetName(fund.None) != "" {
		t.Error("found what is not there")
	}
}

// A name that stands twice has two indices, and an index below 0 names nothing.
func TestCheckRefusesDoubledNamesAndNegativeIndices(t *testing.T) {
	assets := []fund.Asset{{Name: "A"}, {Name: "B"}}
	for what, u := range map[string]fund.Universe{
		"asset twice":   {Assets: []fund.Asset{{Name: "A"}, {Name: "A"}}, Accounts: []string{"v"}},
		"account twice": {Assets: assets, Accounts: []string{"v", "v"}},
		"no venue":      {Assets: assets, Accounts: []string{"v"}, Instruments: []fund.Instrument{{Name: "A/B", Quote: 1, Venue: fund.None}}},
		"no base":       {Assets: assets, Accounts: []string{"v"}, Instruments: []fund.Instrument{{Name: "A/B", Base: fund.None, Quote: 1}}},
	} {
		if u.Check() == nil {
			t.Errorf("%s: nothing was said", what)
		}
	}
}
