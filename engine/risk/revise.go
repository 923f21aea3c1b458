package risk

import (
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// Expect tells the desk of limits that Revise may bring, so that it remembers what they look back on.
func (d *Desk) Expect(l Limits) {
	d.memory.asked = d.memory.asked || len(l.Rules) > 0
	for k := range l.Rules {
		d.memory.window = max(d.memory.window, l.Rules[k].Per)
	}
}

// Revise puts other limits in the place of the fund's, on a universe of the same names. Trades, orders, the fund's peak, the kill
// switch and operators' words stand: a limit or list that an operator set stays as it was set. A rule remembers what that of its ID
// and kind did; one that is new begins. It keeps u, and copies what it changes of l.
func (d *Desk) Revise(u *fund.Universe, l Limits) {
	before, was := d.limits.Rules, d.memory
	d.universe, d.limits = u, l
	d.limits.Rules, d.limits.Lists = slices.Clone(l.Rules), slices.Clone(l.Lists)
	d.memory = newMemory(d)
	d.memory.keep(&was)
	for k := range d.limits.Rules {
		r := &d.limits.Rules[k]
		if j := slices.IndexFunc(before, func(o Rule) bool { return o.ID == r.ID && o.Kind == r.Kind }); j >= 0 {
			d.memory.budgets[k], d.memory.watch[k], d.memory.marks[k] = was.budgets[j], was.watch[j], was.marks[j]
		}
	}
	for k := range d.spoken {
		if w := &d.spoken[k]; d.wrong(w) == "" {
			d.put(w)
		}
	}
	d.compile()
}

// keep takes over what no rule has to itself.
func (m *memory) keep(was *memory) {
	m.trades, m.sent, m.priced, m.units = was.trades, was.sent, was.priced, was.units
	m.window, m.asked = max(m.window, was.window), m.asked || was.asked
}
