package risk

import (
	"fmt"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// Switch is the state of the kill switch.
type Switch string

// The states. An operator's word or a breach moves it away from Active; only an operator's word moves it back.
const (
	Active   Switch = "active"
	Reducing Switch = "reducing" // nothing is bought but cash
	Halted   Switch = "halted"   // no order leaves
)

// Switch returns the state of the kill switch.
func (d *Desk) Switch() Switch { return d.state }

// CancelOnHalt reports whether what works is cancelled when the kill switch halts.
func (d *Desk) CancelOnHalt() bool { return d.limits.CancelOnHalt }

// Word is what an operator asks of the desk. Exactly one of its wishes is set.
type Word struct {
	Who    string
	Switch Switch  // a new state
	Rule   string  // ID of a rule that gets a new Limit
	Limit  float64 // in the rule's unit
	List   *List   // takes the place of the list of its name, whose MaxAge it keeps
}

// Hear takes an operator's word and returns what came of it, in words for the journal, and whether it was done. Halting and
// reducing take one name. Releasing, and changing a limit or a list, take a second one where the fund says so: the first word
// then waits until another operator says the same.
func (d *Desk) Hear(w Word) (string, bool) {
	if why := d.wrong(&w); why != "" {
		return fmt.Sprintf("%s of %q is not done: %s", w.what(), w.Who, why), false
	}
	if d.limits.TwoOperators && w.loosens() {
		if d.first == nil || !d.first.same(&w) {
			d.first = &w
			return fmt.Sprintf("%s waits for a second operator; %s has said it", w.what(), w.Who), false
		}
		if d.first.Who == w.Who {
			return fmt.Sprintf("%s still waits for a second operator; %s has said it twice", w.what(), w.Who), false
		}
		w.Who = d.first.Who + " and " + w.Who
		d.first = nil
	}
	d.do(&w)
	return fmt.Sprintf("%s by %s", w.what(), w.Who), true
}

// wrong says why a word cannot be done, or "".
func (d *Desk) wrong(w *Word) string {
	switch {
	case w.Who == "":
		return "it has no name behind it"
	case w.List != nil && d.list(w.List.Name) == nil:
		return "the fund has no such list"
	case w.List != nil && w.List.Date == 0:
		return "the list has no date"
	case w.List != nil && len(w.List.Assets)+len(w.List.Venues) == 0 && d.needsMembers(w.List.Name):
		return "the list has no members, and a rule limits them"
	case w.Rule != "" && d.rule(w.Rule) == nil:
		return "the fund has no such rule"
	case w.Rule != "" && (w.Limit != w.Limit || w.Limit < 0):
		return fmt.Sprintf("%g is no limit", w.Limit)
	}
	return ""
}

func (d *Desk) rule(id string) *Rule {
	k := slices.IndexFunc(d.limits.Rules, func(r Rule) bool { return r.ID == id })
	if k < 0 {
		return nil
	}
	return &d.limits.Rules[k]
}

// needsMembers reports whether a list is a class that some rule measures, or all that is allowed: empty it would let all pass, or
// nothing.
func (d *Desk) needsMembers(list string) bool {
	return slices.ContainsFunc(d.limits.Rules, func(r Rule) bool {
		return r.List == list && r.Kind != Forbidden && r.Kind != Sanctioned
	})
}

// loosens reports whether a word may need a second one.
func (w *Word) loosens() bool { return w.Switch != Halted && w.Switch != Reducing }

func (w *Word) same(v *Word) bool {
	if w.Switch != v.Switch || w.Rule != v.Rule || w.Limit != v.Limit || (w.List == nil) != (v.List == nil) {
		return false
	}
	return w.List == nil || w.List.Name == v.List.Name && w.List.Hash == v.List.Hash && w.List.Date == v.List.Date &&
		slices.Equal(w.List.Assets, v.List.Assets) && slices.Equal(w.List.Venues, v.List.Venues)
}

func (w *Word) what() string {
	switch {
	case w.List != nil:
		return fmt.Sprintf("list %s of %s (%s)", w.List.Name, w.List.Date, short(w.List.Hash))
	case w.Rule != "":
		return fmt.Sprintf("limit %g for rule %s", w.Limit, w.Rule)
	}
	return "kill switch " + string(w.Switch)
}

// short is the beginning of a hash.
func short(hash string) string { return hash[:min(12, len(hash))] }

func (d *Desk) do(w *Word) {
	if w.Rule != "" || w.List != nil {
		d.spoken = append(d.spoken, *w)
		d.put(w)
		d.compile()
		return
	}
	if d.state = w.Switch; d.state == Active {
		d.memory.units.peak = d.memory.units.worth // a drawdown counts from here
	}
}

// put puts a limit or a list in its place.
func (d *Desk) put(w *Word) {
	if w.List == nil {
		d.rule(w.Rule).Limit = w.Limit
		return
	}
	l := d.list(w.List.Name)
	age := l.MaxAge
	*l = *w.List
	l.MaxAge = age
}

// Notice is something that the desk has to tell a person.
type Notice struct {
	Kind NoticeKind
	Text string
}

// NoticeKind sorts notices.
type NoticeKind string

// The kinds of notice.
const (
	Began   NoticeKind = "breach"  // a rule is broken that was kept
	Cured   NoticeKind = "cured"   // it has been kept again for a day
	Overdue NoticeKind = "overdue" // its cure period has ended, and it is still broken
	Set     NoticeKind = "switch"  // the kill switch moved by itself
)

// watch follows the breach of a rule.
type watch struct {
	since fund.Time // when it began; 0: none
	clear fund.Time // since when it has been kept again; 0: it is broken
	told  bool      // that it is overdue
}

// calm is how long a rule has to be kept until its breach has ended: a value at its limit crosses it many times.
const calm = fund.Day

// Row takes the state at a row's close, before anything is decided: what the row says, how the rules stand, and what follows of
// it. It returns what a person should know.
func (d *Desk) Row(s *State) []Notice {
	d.remember(s)
	if len(d.limits.Rules) == 0 || s.nav() <= 0 {
		return nil
	}
	var told []Notice
	checks := d.Stand(s)
	for k := range checks {
		if !checks[k].Kind.Holding() && !checks[k].Kind.Market() {
			continue // it is about trades, and there are none
		}
		told = d.follows(k, &checks[k], s.View.At, told)
	}
	return told
}

// Stand checks every rule on what is held now.
func (d *Desk) Stand(s *State) []Check {
	checks, _ := d.evaluate(s, &fund.Plan{})
	return checks
}

// follows draws the consequences of a check at a row's close.
func (d *Desk) follows(k int, c *Check, at fund.Time, told []Notice) []Notice {
	r, w := &d.limits.Rules[k], &d.memory.watch[k]
	switch {
	case c.Failed() && w.since == 0:
		*w = watch{since: at}
		told = append(told, Notice{Began, c.String() + until(r, at)})
		return d.trip(r, c, told)
	case c.Failed():
		w.clear = 0
		if r.Cure > 0 && !w.told && at.Sub(w.since) >= r.Cure {
			w.told = true
			told = append(told, Notice{Overdue, fmt.Sprintf("%s since %s: its cure period has ended", c, w.since)})
		}
	case w.since != 0 && w.clear == 0:
		w.clear = at
	case w.since != 0 && at.Sub(w.clear) >= calm:
		told = append(told, Notice{Cured, fmt.Sprintf("%s: kept again since %s, after %s", c.name(), w.clear, w.since)})
		*w = watch{}
	}
	return told
}

func until(r *Rule, at fund.Time) string {
	if r.Cure == 0 {
		return ""
	}
	return fmt.Sprintf("; to be cured by %s", at.Add(r.Cure))
}

// trip sets the kill switch where a breach does that. It never loosens it.
func (d *Desk) trip(r *Rule, c *Check, told []Notice) []Notice {
	to := Reducing
	if r.Breach == Halt {
		to = Halted
	}
	if r.Breach.Binds() || r.Breach == Warn || d.state == Halted || d.state == to {
		return told
	}
	d.state = to
	return append(told, Notice{Set, fmt.Sprintf("kill switch %s by %s", to, c)})
}
