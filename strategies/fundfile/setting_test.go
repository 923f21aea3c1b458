package fundfile_test

import (
	"strings"
	"testing"

	"github.com/steelyard/steelyard/strategies/fundfile"
)

const varied = `version: 1
fund: Varied
base: USD
start: {v: {USD: 1000}}
target: {kind: equal, assets: [A, B]}
trigger: {kind: threshold, band: 5%}
venues:
  - name: v
    fee: {taker: 10bp, maker: 10bp}
    instruments: [A/USD, B/USD]
mandate:
  - {id: M1, clause: 4.2(a), rule: max-weight, limit: 100%, breach: clip}
variants:
  monthly: {trigger: {kind: periodic, every: 30d}}
  still: {trigger: {kind: hold}, target: {kind: fixed, weights: {A: 60%, B: 40%}}}
`

func with(settings ...fundfile.Setting) (*fundfile.Fund, error) {
	return fundfile.ParseWith("varied.yaml", []byte(varied), nil, settings)
}

// A setting means what the same edit of the file's text means, and the text with no settings means what it did.
func TestSettingsAreEdits(t *testing.T) {
	for _, c := range []struct {
		path, value, old, edited string
	}{
		{"trigger.band", "12%", "band: 5%", "band: 12%"},
		{"venues[0].fee.taker", "3bp", "taker: 10bp", "taker: 3bp"},
		{"venues.v.fee.taker", "3bp", "taker: 10bp", "taker: 3bp"},
		{"venues.v.spread", "2bp", "- name: v", "- name: v\n    spread: 2bp"},
		{"orders.dust", "25", "base: USD", "base: USD\norders: {dust: 25}"},
		{"data.max-age", "3d", "base: USD", "base: USD\ndata: {max-age: 3d}"},
		{"mandate.M1.limit", "70%", "limit: 100%", "limit: 70%"},
		{"target.assets", "[A]", "assets: [A, B]", "assets: [A]"},
		{"target", "{kind: fixed, weights: {A: 70%, B: 30%}}", "{kind: equal, assets: [A, B]}", "{kind: fixed, weights: {A: 70%, B: 30%}}"},
		{fundfile.VariantKey, "monthly", "{kind: threshold, band: 5%}", "{kind: periodic, every: 30d}"},
	} {
		got, err := with(fundfile.Setting{Path: c.path, Value: c.value})
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		want, err := fundfile.Parse("edited.yaml", []byte(strings.Replace(varied, c.old, c.edited, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if base, _ := with(); got.Hash() != want.Hash() || got.Hash() == base.Hash() {
			t.Errorf("%s=%s: %s\nthe edit is %s", c.path, c.value, got.Canonical(), want.Canonical())
		}
	}
}

// What cannot be set is told with the key, and with what was likely meant.
func TestWrongSettings(t *testing.T) {
	for _, c := range []struct{ path, value, says string }{
		{"trigger.bnd", "2%", "did you mean band?"},
		{"triger.band", "2%", "did you mean trigger?"},
		{"trigger.band.x", "2%", "trigger.band is a single value"},
		{"venues.w.spread", "2bp", "venues is a list"},
		{"venues[3].spread", "2bp", "there is no such key"},
		{"trigger.band", "0%", "trigger.band: is 0"},
		{"trigger.band", "", "no value"},
		{"trigger.band", "*x", "not used in fund files"},
		{"venues.v.api-key", "abcdef", "looks like a secret"},
		{fundfile.VariantKey, "monthy", "did you mean monthly?"},
	} {
		_, err := with(fundfile.Setting{Path: c.path, Value: c.value})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s=%s: %v; it should say %q", c.path, c.value, err, c.says)
		}
	}
}

// A setting of which a later one leaves nothing is an error, by whatever names they call the key; a part of what an earlier one set may be set.
func TestSettingsThatUndoOthers(t *testing.T) {
	for _, c := range []struct {
		first, second fundfile.Setting
		undone        bool
	}{
		{fundfile.Setting{Path: "venues[0].fee.taker", Value: "1bp"}, fundfile.Setting{Path: "venues.v.fee.taker", Value: "2bp"}, true},
		{fundfile.Setting{Path: "venues.v.fee.taker", Value: "1bp"}, fundfile.Setting{Path: "venues[0].fee", Value: "{taker: 2bp}"}, true},
		{fundfile.Setting{Path: "trigger.band", Value: "2%"}, fundfile.Setting{Path: "trigger", Value: "{kind: hold}"}, true},
		{fundfile.Setting{Path: "trigger.band", Value: "2%"}, fundfile.Setting{Path: fundfile.VariantKey, Value: "monthly"}, true},
		{fundfile.Setting{Path: fundfile.VariantKey, Value: "monthly"}, fundfile.Setting{Path: "trigger", Value: "{kind: hold}"}, true},
		{fundfile.Setting{Path: "trigger", Value: "{kind: threshold, band: 2%}"}, fundfile.Setting{Path: "trigger.band-is", Value: "absolute"}, false},
		{fundfile.Setting{Path: fundfile.VariantKey, Value: "monthly"}, fundfile.Setting{Path: "trigger.every", Value: "7d"}, false},
		{fundfile.Setting{Path: "trigger.band", Value: "2%"}, fundfile.Setting{Path: "trigger.band-is", Value: "absolute"}, false},
	} {
		_, err := with(c.first, c.second)
		if says := "it would undo --vary " + c.first.Path; c.undone != (err != nil && strings.Contains(err.Error(), says)) || !c.undone && err != nil {
			t.Errorf("%s, then %s: %v", c.first, c.second, err)
		}
	}
}

// A variant that is no fund is an error of the file, at its own line; the fund itself is none of its variants.
func TestVariantsAreChecked(t *testing.T) {
	f, err := with()
	if err != nil || strings.Join(f.Variants, " ") != "monthly still" || strings.Contains(string(f.Canonical()), "variants") {
		t.Errorf("%v %v", f, err)
	}
	for _, c := range []struct{ old, wrong, says string }{
		{"every: 30d", "evry: 30d", "variants.monthly.trigger"},
		{"{kind: hold}", "{kind: hold, band: 2%}", "variants.still.trigger.band"},
		{"A: 60%", "A: 70%", "variants.still.target"},
		{"monthly: {trigger", "monthly: {flows: [], trigger", "variants.monthly.flows"},
	} {
		_, err := fundfile.Parse("wrong.yaml", []byte(strings.Replace(varied, c.old, c.wrong, 1)))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; it should say %q", c.wrong, err, c.says)
		}
	}
}
