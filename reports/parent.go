package reports

import (
	"math"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/shortfall"
)

// Parent is a trade of a plan, whatever orders it became, and what it really cost: a row of costs.csv. The paper
// portfolio trades the whole of it at once at the price decided on.
type Parent struct {
	Decision fund.DecisionID
	At       fund.Time // of the decision
	Ended    fund.Time // of its rebalance; 0: it was not done when the run stopped
	Trade    *fund.Trade
	Orders   int
	Fills    int
	Value    float64         // of the fills, price × quantity, base currency
	Parts    shortfall.Parts // at the prices of the end

	seq    uint64    // of the event that it was decided at
	end    []float64 // by asset: prices of the end
	before int       // place of the parent before it in its instrument, −1 where there is none
	work   shortfall.Parent
}

// Filled returns the base units filled.
func (p *Parent) Filled() fund.Amount { return p.work.Filled() }

// Decided returns the mid when it was decided, quote units a base unit.
func (p *Parent) Decided() float64 { return p.work.Decided }

// Arrival returns the mid when its first order left; that of Decided where none did.
func (p *Parent) Arrival() float64 { return p.work.Arrival }

// Expected returns what its plan expected of it.
func (p *Parent) Expected() shortfall.Forecast { return shortfall.ForecastOf(p.Trade) }

// parents follows the trades of plans through a journal.
type parents struct {
	list   []Parent // by decision; a plan trades an instrument once
	newest []int    // by instrument: place of its newest parent, −1 where there is none
}

func newParents(u *fund.Universe) parents {
	p := parents{newest: make([]int, len(u.Instruments))}
	for i := range p.newest {
		p.newest[i] = -1
	}
	return p
}

// add appends a parent.
func (p *parents) add(x Parent) {
	newest := &p.newest[x.Trade.Instrument]
	x.before, *newest = *newest, len(p.list)
	p.list = append(p.list, x)
}

// of returns a decision's parent in an instrument, until the next is added; nil where it has none.
func (p *parents) of(d fund.DecisionID, i fund.InstrumentID) *Parent {
	k := p.newest[i]
	for k >= 0 && p.list[k].Decision > d {
		k = p.list[k].before
	}
	if k < 0 || p.list[k].Decision != d {
		return nil
	}
	return &p.list[k]
}

// planned takes the trades of a plan that is to be done.
func (w *Walk) planned(d *engine.Decide, seq uint64) {
	if d.Verdict != engine.Go {
		return
	}
	for k := range d.Plan.Trades {
		t := &d.Plan.Trades[k]
		mid := w.closed(t.Instrument, w.row)
		p := Parent{Decision: d.ID, At: w.now, Trade: t, seq: seq}
		p.work = shortfall.Parent{Instrument: &w.run.Universe.Instruments[t.Instrument], Side: t.Side, Wanted: t.Quantity, Decided: mid, Arrival: mid}
		w.parents.add(p)
	}
}

// sent takes an order. One that its decision itself sent left at the price decided on.
func (w *Walk) sent(o *fund.Order, seq uint64) {
	w.tally.placed(o)
	p := w.parents.of(o.Decision, o.Instrument)
	if p == nil {
		return
	}
	if p.Orders++; p.Orders == 1 && p.seq != seq {
		p.work.Arrival = w.mid(o.Instrument)
	}
}

// explained returns a fill with its spread and impact: its own where its venue says them, else what its plan expected.
func (w *Walk) explained(f *fund.Fill) *fund.Fill {
	p := w.parentOf(f)
	if p == nil || !w.run.Live {
		return f
	}
	modelled := shortfall.Modelled(*f, p.Trade, w.marks.Price[p.work.Instrument.Quote])
	return &modelled
}

func (w *Walk) parentOf(f *fund.Fill) *Parent {
	o := w.tally.order(f.Order)
	if o == nil {
		return nil
	}
	return w.parents.of(o.Decision, f.Instrument)
}

// done ends the parents of a decision: what is not filled by then will not be.
func (w *Walk) done(id fund.DecisionID, price []float64) {
	for k := len(w.parents.list) - 1; k >= 0 && w.parents.list[k].Decision >= id; k-- {
		if p := &w.parents.list[k]; p.Decision == id {
			p.Ended, p.end = w.now, price
		}
	}
}

// reckoned returns the parents, each explained at the prices of its end, or of now where it goes on.
func (w *Walk) reckoned() []Parent {
	for k := range w.parents.list {
		p := &w.parents.list[k]
		end := p.end
		if end == nil {
			end = w.marks.Price
		}
		p.Parts = p.work.Parts(end)
	}
	return w.parents.list
}

// closed returns the newest close of an instrument in the rows before one, NaN where there is none.
func (w *Walk) closed(i fund.InstrumentID, before int) float64 {
	p := w.run.Panel
	for r := before - 1; r >= 0; r-- {
		if p.Has(r, i) {
			return p.Close[r*p.N+int(i)]
		}
	}
	return math.NaN()
}

// mid returns the newest price of an instrument at this instant: the open of the row under way, or the close before it.
func (w *Walk) mid(i fund.InstrumentID) float64 {
	p, r := w.run.Panel, w.row
	for r < p.Rows() && p.CloseTime(r) <= w.now {
		r++
	}
	if r < p.Rows() && p.Times[r] <= w.now && p.Has(r, i) {
		return p.Open[r*p.N+int(i)]
	}
	return w.closed(i, r)
}
