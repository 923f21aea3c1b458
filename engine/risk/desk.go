package risk

import (
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// Desk enforces a fund's limits during a run: the rules as they are now, what it has to remember to evaluate them, and
// the kill switch. It is not safe for concurrent use.
type Desk struct {
	universe *fund.Universe
	limits   Limits
	scopes   []scope     // by rule
	subjects [][]subject // by rule

	memory memory
	state  Switch
	first  *Word  // of two operators', waiting for the second
	spoken []Word // about limits and lists, that were done

	parts []fund.Amount // what Split returned last
}

// scope is whom a rule is about, by asset and account.
type scope struct {
	named    []bool // by asset
	assets   []bool // of those, by asset: whom the rule limits now; a MinCap limits those whose cap is too small
	accounts []bool
	anywhere bool  // every account
	list     *List // nil: none
}

// has reports whether what an account holds of an asset counts. Of sanctions either is enough.
func (s *scope) has(k Kind, acc fund.AccountID, a fund.AssetID) bool {
	if k == Sanctioned && !s.anywhere && s.accounts[acc] {
		return true
	}
	return s.assets[a] && (s.anywhere || k == Sanctioned || s.accounts[acc])
}

// subject is one thing that a rule limits.
type subject struct {
	rule    int
	asset   fund.AssetID   // None: all assets of the scope together
	account fund.AccountID // None: over all accounts
}

// NewDesk returns the desk of a fund at the beginning of a run. It keeps u, and copies what it changes of l.
func NewDesk(u *fund.Universe, l Limits) *Desk {
	d := &Desk{universe: u, limits: l, state: Active}
	d.limits.Rules, d.limits.Lists = slices.Clone(l.Rules), slices.Clone(l.Lists)
	d.memory = newMemory(d)
	d.compile()
	return d
}

// Rules returns the rules as they are now, by ID. The slice belongs to the desk.
func (d *Desk) Rules() []Rule { return d.limits.Rules }

// Watches reports whether rows can break a rule or are needed to evaluate one: a fund with limits on its plans alone pays nothing for them.
func (d *Desk) Watches() bool {
	return slices.ContainsFunc(d.limits.Rules, func(r Rule) bool { return r.Kind.Market() || r.Kind == MaxSlippage || r.Kind.Holding() })
}

// compile finds whom the rules are about.
func (d *Desk) compile() {
	d.scopes, d.subjects = make([]scope, len(d.limits.Rules)), make([][]subject, len(d.limits.Rules))
	for k := range d.limits.Rules {
		d.scopes[k] = d.scopeOf(&d.limits.Rules[k])
		d.subjects[k] = d.subjectsOf(k)
	}
}

func (d *Desk) list(name string) *List {
	k := slices.IndexFunc(d.limits.Lists, func(l List) bool { return l.Name == name })
	if k < 0 {
		return nil
	}
	return &d.limits.Lists[k]
}

func (d *Desk) scopeOf(r *Rule) scope {
	s := scope{named: make([]bool, len(d.universe.Assets)), accounts: make([]bool, len(d.universe.Accounts)), list: d.list(r.List)}
	named, venues := r.Assets, r.Venues
	if s.list != nil {
		named = s.list.Assets
		if r.Kind == Sanctioned {
			venues = s.list.Venues
		}
	}
	for _, a := range named {
		s.named[a] = true
	}
	for a := range s.named {
		cash := fund.AssetID(a) == d.universe.Base
		switch {
		case r.Kind == Allowed:
			s.named[a] = !s.named[a] && !cash
		case named == nil && s.list == nil:
			s.named[a] = !cash || r.Kind == MaxVenue || r.Kind == MaxLeverage
		}
	}
	s.assets, s.anywhere = s.named, len(venues) == 0
	for acc := range s.accounts {
		s.accounts[acc] = s.anywhere || slices.Contains(venues, fund.AccountID(acc))
	}
	return s
}

func (d *Desk) subjectsOf(k int) []subject {
	r, s := &d.limits.Rules[k], &d.scopes[k]
	var list []subject
	switch {
	case r.Kind == MaxVenue:
		for acc, in := range s.accounts {
			if in {
				list = append(list, subject{k, fund.None, fund.AccountID(acc)})
			}
		}
	case r.Kind == MaxWeight:
		for a, in := range s.named {
			if in {
				list = append(list, subject{k, fund.AssetID(a), fund.None})
			}
		}
	case r.Kind == MaxAtVenue:
		for acc, here := range s.accounts {
			for a, in := range s.named {
				if here && in {
					list = append(list, subject{k, fund.AssetID(a), fund.AccountID(acc)})
				}
			}
		}
	case r.Kind.Holding():
		list = append(list, subject{k, fund.None, fund.None})
	}
	return list
}

// name says who a subject is.
func (d *Desk) name(s subject) string {
	var words []string
	if s.asset != fund.None {
		words = append(words, d.universe.AssetName(s.asset))
	}
	if s.account != fund.None {
		words = append(words, d.universe.Accounts[s.account])
	}
	return strings.Join(words, " at ")
}

// Reserves reports whether a rule that binds counts an asset in a least share, so that none of it may be spent beyond a plan.
func (d *Desk) Reserves(a fund.AssetID) bool {
	for k := range d.limits.Rules {
		if r := &d.limits.Rules[k]; r.Kind == MinClass && r.Breach.Binds() && d.scopes[k].assets[a] {
			return true
		}
	}
	return false
}

// Sanctions returns, by asset and by account, what may not be traded at all.
func (d *Desk) Sanctions() (assets, accounts []bool) {
	assets, accounts = make([]bool, len(d.universe.Assets)), make([]bool, len(d.universe.Accounts))
	for k := range d.limits.Rules {
		if r := &d.limits.Rules[k]; r.Kind != Sanctioned || !r.Breach.Binds() {
			continue
		}
		for a, in := range d.scopes[k].assets {
			assets[a] = assets[a] || in
		}
		for acc, in := range d.scopes[k].accounts {
			accounts[acc] = accounts[acc] || in && !d.scopes[k].anywhere
		}
	}
	return assets, accounts
}
