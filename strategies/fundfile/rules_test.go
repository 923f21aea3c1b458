package fundfile_test

import (
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

const ruledFund = `version: 1
fund: F
base: USDT
target: {kind: equal, assets: [BTC, ETH]}
trigger: {kind: hold}
venues: [{name: v, instruments: [{name: BTC/USDT, lot: 0.5}, ETH/USDT]}]
`

// Rules that a venue is known to have fill in what the file does not say, change the hash, and leave the fund alone; and
// the resolved fund is a fund file that means the same.
func TestWithRules(t *testing.T) {
	f, err := fundfile.Parse("f.yaml", []byte(ruledFund))
	if err != nil {
		t.Fatal(err)
	}
	before := f.Hash()
	known := fundfile.Rules{Lot: fund.MustAmount("0.001"), Tick: fund.MustAmount("0.01"), MinNotional: fund.MustAmount("5")}
	ruled := f.WithRules(func(key string) (fundfile.Rules, bool) { return known, key != "v:none" })
	btc, _ := ruled.Rules("v:BTC/USDT")
	eth, _ := ruled.Rules("v:ETH/USDT")
	if btc.Lot.String() != "0.5" || btc.Tick.String() != "0.01" || eth != known {
		t.Errorf("BTC %+v, ETH %+v", btc, eth)
	}
	if f.Hash() != before || ruled.Hash() == before {
		t.Error("the rules changed the fund that they were given to, or not the one that they made")
	}
	again, err := fundfile.Parse("fund.json", ruled.Canonical())
	if err != nil || again.Hash() != ruled.Hash() {
		t.Errorf("the resolved fund does not read back: %v", err)
	}
	if back := f.WithRules(again.Rules); back.Hash() != ruled.Hash() {
		t.Error("the file with the resolved fund's rules is another fund")
	}
}
