package reports

import (
	"github.com/steelyard/steelyard/engine/shortfall"
)

func (p *Planned) entries() []entry {
	return []entry{
		{"planned_cost_usd", p.Cost.Total()},
		{"naive_cost_usd", p.Naive.Total()},
		{"unreached_usd", p.Unreached},
		{"naive_unreached_usd", p.NaiveUnreached},
		{"gap_usd", p.Gap},
	}
}

// entries lists what is said of the run, and of each instrument.
func (r *Review) entries() object {
	c := &r.Coverage
	list := object{
		{"trades", r.Trades},
		{"working", r.Working},
		{"volume_usd", r.Volume},
		{"done_usd", r.Done},
		{"total_usd", r.Parts.Total()},
		{"total_bp", r.bp(r.Parts.Total())},
	}
	for _, x := range partsOf(&r.Parts) {
		list = append(list, entry{x.Key + "_usd", x.value})
	}
	return append(list, []entry{
		{"expected_usd", r.Expected.Total()},
		{"expected_bp", r.bp(r.Expected.Total())},
		{"risk_usd", r.Risk},
		{"intervals", c.Trades},
		{"held_50", c.Half},
		{"held_95", c.NinetyFive},
		{"bias", c.Bias},
		{"model_off", r.off()},
	}...)
}

// part is one cause of a shortfall: its name in files and for people, and its value.
type part struct {
	Key, Name string
	value     float64
}

// partsOf lists the parts of a shortfall in the order in which they are shown.
func partsOf(p *shortfall.Parts) []part {
	return []part{
		{"delay", "delay", p.Delay},
		{"spread", "spread", p.Spread},
		{"temporary", "temporary impact", p.Temporary},
		{"permanent", "permanent impact", p.Permanent},
		{"market", "market move", p.Market},
		{"fees", "fees", p.Fees},
		{"opportunity", "opportunity", p.Opportunity},
	}
}

func (a *Analysis) reviewEntries() []object {
	list := make([]object, len(a.Instruments))
	for i := range a.Instruments {
		x := &a.Instruments[i]
		list[i] = append(object{{"instrument", a.Run.Universe.InstrumentKey(x.Instrument)}}, x.entries()...)
	}
	return list
}
