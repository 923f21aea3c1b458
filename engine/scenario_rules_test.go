package engine_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/risk"
)

// Every kind of rule has a file of scenarios that pass, that break it, and, where its breach can clip, that are cut to it.
func TestEveryKindOfRuleHasScenarios(t *testing.T) {
	for _, kind := range risk.Kinds() {
		text, err := os.ReadFile("testdata/rules/" + string(kind) + ".txt")
		if err != nil {
			t.Error(err)
			continue
		}
		s := seen(t, kind, string(text))
		if !s.passes || !s.breaks || s.clips != kind.Clips() {
			t.Errorf("%s: %+v; it can clip: %v", kind, s, kind.Clips())
		}
	}
}

// shown is what the scenarios of a kind show of it.
type shown struct{ passes, breaks, clips bool }

// seen reads the decisions of a scenario file. What is cut has to end within the limit, and what is refused sends nothing.
func seen(t *testing.T, kind risk.Kind, text string) (s shown) {
	for _, line := range strings.Split(text, "\n") {
		var d struct {
			Kind, Verdict string
			Trades        []any
			Checks        []struct {
				Kind         risk.Kind
				Breach       risk.Breach
				Outcome      risk.Outcome
				Limit, After float64
			}
		}
		if !strings.HasPrefix(line, "  {") || json.Unmarshal([]byte(line), &d) != nil || d.Kind != "decide" {
			continue
		}
		for _, c := range d.Checks {
			check := risk.Check{Kind: c.Kind, Limit: c.Limit, After: c.After}
			goes := d.Verdict == "go" && len(d.Trades) > 0
			switch {
			case c.Kind != kind:
			case c.Outcome == risk.Pass:
				s.passes = s.passes || goes
			case c.Breach == risk.Clip && goes:
				s.clips = true
				if check.Distance() < -tolerance(kind) {
					t.Errorf("%s is cut to %v, and its limit is %v", kind, c.After, c.Limit)
				}
			case c.Breach == risk.Block && goes && c.Outcome == risk.Breached:
				t.Errorf("%s blocks, and the plan goes: %s", kind, line)
			default:
				s.breaks = true
			}
		}
	}
	return s
}

// tolerance is how far from its limit what is cut may end: plans are held to the NAV that their costs leave, 10 bp less. A leverage is measured at
// marks that prices may be 1 % off, and rules that keep assets out cut nothing of what is held.
func tolerance(kind risk.Kind) float64 {
	switch {
	case kind.Market() || kind == risk.Sanctioned:
		return math.Inf(1)
	case kind == risk.MaxLeverage:
		return 0.01
	}
	return 0.001
}

// limits are those of a scenario: max-order, max-plan, and rules written RULE:kind:limit:breach[:more].
func (s *stage) limits(keys map[string]string) risk.Limits {
	l := risk.Limits{MaxOrder: amountOf(keys["max-order"]).Float64(), TwoOperators: keys["operators"] == "2", CancelOnHalt: keys["on-halt"] == "cancel"}
	if keys["max-plan"] != "" {
		l.Rules = append(l.Rules, risk.Rule{ID: "max-plan", Kind: risk.MaxPlan, Limit: amountOf(keys["max-plan"]).Float64(), Breach: risk.Block})
	}
	if keys["list"] != "" {
		l.Lists = []risk.List{*s.list(keys["list"])}
	}
	for k := 1; keys[fmt.Sprint("rule", k)] != ""; k++ {
		l.Rules = append(l.Rules, s.rule(keys[fmt.Sprint("rule", k)]))
	}
	return l
}

// rule reads ID:kind:limit:breach[:list=, at= a venue, participation= or assets, or a duration].
func (s *stage) rule(text string) risk.Rule {
	words := strings.Split(text, ":")
	r := risk.Rule{ID: words[0], Clause: "§" + words[0][1:], Kind: risk.Kind(words[1]), Breach: risk.Breach(words[3]), Top: 1}
	if r.Limit, _ = strconv.ParseFloat(words[2], 64); strings.HasSuffix(words[2], "%") {
		r.Limit = fraction(words[2])
	}
	for _, more := range words[4:] {
		d, err := time.ParseDuration(more)
		switch {
		case err == nil && r.Kind.Holding():
			r.Cure = d
		case err == nil:
			r.Per, r.MaxAge = d, d
		case strings.HasPrefix(more, "list="):
			r.List = more[len("list="):]
		case strings.HasPrefix(more, "at="):
			r.Venues = []fund.AccountID{s.venue([]string{more[len("at="):]})}
		case strings.HasPrefix(more, "participation="):
			r.Participation = fraction(more[len("participation="):])
		default:
			for _, a := range strings.Split(more, "+") {
				r.Assets, r.References = append(r.Assets, s.asset(a)), append(r.References, s.asset(a))
			}
		}
	}
	return r
}

// list reads NAME:DATE:ASSETS[:age].
func (s *stage) list(text string) *risk.List {
	words := strings.Split(text, ":")
	l := &risk.List{Name: words[0], Hash: "0123456789abcdef"}
	l.Date, _ = fund.ParseTime(words[1])
	for _, a := range strings.Split(words[2], "+") {
		if a != "" {
			l.Assets = append(l.Assets, s.asset(a))
		}
	}
	if len(words) > 3 {
		l.MaxAge = span(s.t, words[3])
	}
	return l
}
