package projection

import (
	"encoding/json"

	"github.com/google/uuid"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// decision is a decision and what became of it.
type decision struct {
	*engine.Decide
	id      uuid.UUID
	record  uint64
	at      fund.Time
	settled *engine.Settle // nil: it had no rebalance, or that goes on
	ended   fund.Time
	legs    []leg
	fills   int
	volume  float64
	cost    fund.Cost

	touched, stored bool
}

// leg is what a plan does on one side of an instrument, and what came of it.
type leg struct {
	instrument fund.InstrumentID
	side       fund.Side

	Instrument string      `json:"instrument"`
	Side       string      `json:"side"`
	Planned    fund.Amount `json:"planned"` // base units
	PlannedUSD float64     `json:"planned_usd"`
	Filled     fund.Amount `json:"filled"` // base units
	FilledUSD  float64     `json:"filled_usd"`
	CostUSD    float64     `json:"cost_usd"`
}

func (w *walk) decide(d *engine.Decide) {
	own := &decision{Decide: d, id: w.chain.ID(), record: w.record, at: w.now}
	for i := range d.Plan.Trades {
		t := &d.Plan.Trades[i]
		l := own.leg(w, t.Instrument, t.Side)
		l.Planned = l.Planned.Add(t.Quantity)
		l.PlannedUSD += t.Notional
	}
	w.decisions[d.ID] = own
	w.touch(own)
	w.judged(own)
}

func (w *walk) touch(d *decision) {
	if !d.touched {
		d.touched = true
		w.touched.decisions = append(w.touched.decisions, d)
		w.pending++
	}
}

// leg returns the leg of an instrument and a side, a new one where there is none yet.
func (d *decision) leg(w *walk, i fund.InstrumentID, side fund.Side) *leg {
	for k := range d.legs {
		if l := &d.legs[k]; l.instrument == i && l.side == side {
			return l
		}
	}
	d.legs = append(d.legs, leg{instrument: i, side: side, Instrument: w.keys[i], Side: side.String()})
	return &d.legs[len(d.legs)-1]
}

func (w *walk) traded(d *decision, f *fund.Fill, value float64, cost fund.Cost) {
	if d == nil {
		return
	}
	d.fills++
	d.volume += value
	d.cost = d.cost.Plus(cost)
	l := d.leg(w, f.Instrument, f.Side)
	l.Filled = l.Filled.Add(f.Quantity)
	l.FilledUSD += value
	l.CostUSD += cost.Total()
	w.touch(d)
}

func (w *walk) settle(s *engine.Settle) {
	if d := w.decisions[s.ID]; d != nil {
		d.settled, d.ended = s, w.now
		w.touch(d)
	}
}

func (d *decision) row(w *walk) Row {
	cause := string(d.Cause())
	if d.Cause() == engine.ByTrigger {
		cause = w.source.Trigger
	}
	r := Row{w.run, d.id, int64(d.ID), int64(d.record), w.source.Fund,
		d.at, cause, d.Reason, string(d.Verdict), textOrNone(d.Why),
		d.status(), nil, nil,
		d.NAV, nil, w.byAsset(d.Prices),
		w.byAsset(d.Weights), w.byAsset(d.Target), w.byAsset(d.Plan.After), nil,
		d.volume, d.cost.Total(), d.cost.Fees, d.cost.Spread, d.cost.Impact,
		d.Plan.Turnover(), d.Plan.Cost.Total(), d.Plan.Certificate.Naive.Total(), d.Plan.Certificate.Gap,
		int64(d.fills), mustJSON(d.legs)}
	if s := d.settled; s != nil {
		r[11], r[12], r[14], r[19] = d.ended, textOrNone(s.Left), s.NAV, w.byAsset(s.Weights)
	}
	return r
}

// status says how far a decision was carried out: the verdict where it was not to be, "working" until its rebalance is
// done, then "executed", "partial" or "unfilled".
func (d *decision) status() string {
	switch {
	case d.Verdict != engine.Go:
		return string(d.Verdict)
	case d.settled == nil:
		return "working"
	case d.fills == 0:
		return "unfilled"
	}
	for i := range d.legs {
		if l := &d.legs[i]; l.Filled.Float64() < complete*l.Planned.Float64() {
			return "partial"
		}
	}
	return "executed"
}

// byAsset returns the values that are not 0 by the names of their assets.
func (w *walk) byAsset(v []float64) json.RawMessage {
	named := map[string]float64{}
	for a, x := range v {
		if x != 0 {
			named[w.source.Universe.Assets[a].Name] = x
		}
	}
	return mustJSON(named)
}
