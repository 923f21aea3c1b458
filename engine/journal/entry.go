package journal

import (
	"encoding/json"
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

// Entry is a record, read. Of the pointers and Event at most one is set, by Kind; a manifest, a restart note, an end and
// kinds of which only the text matters leave them all nil.
type Entry struct {
	Record uint64 // line of the journal, from 1
	Kind   string
	Seq    uint64    // of the event, or of the event that a command followed from
	At     fund.Time // of the event, or of the newest event before a record that is none; of a correction, when it was made

	Event  engine.Body    // an event, but for rows
	Rows   int            // rows that were stepped; kind "rows"
	Order  *fund.Order    // kind "place"
	Decide *engine.Decide // kind "decide"
	Settle *engine.Settle // kind "settle"
	Refuse *engine.Refuse // kind "refuse"
	Alert  *engine.Alert  // kind "alert"

	Correction *Correction // kind "correction"

	Text json.RawMessage // the record itself
}

// wire is the union of all records' keys.
type wire struct {
	Kind string    `json:"kind"`
	Seq  uint64    `json:"seq"`
	Of   uint64    `json:"of"`
	At   fund.Time `json:"at"`
	Rows int       `json:"rows"`

	Record uint64 `json:"record"`

	Account    string      `json:"account"`
	Asset      string      `json:"asset"`
	Amount     fund.Amount `json:"amount"`
	Opening    bool        `json:"opening"`
	Redemption uint64      `json:"redemption"`
	ID         uint64      `json:"id"`

	USD map[string]float64 `json:"usd"`

	Order      fund.OrderID    `json:"order"`
	Decision   fund.DecisionID `json:"decision"`
	Trade      uint64          `json:"trade"`
	Instrument string          `json:"instrument"`
	Side       string          `json:"side"`
	Quantity   fund.Amount     `json:"quantity"`
	Limit      fund.Amount     `json:"limit"`
	Spend      fund.Amount     `json:"spend"`
	Worst      fund.Amount     `json:"worst"`
	Price      fund.Amount     `json:"price"`
	Cash       *fund.Amount    `json:"cash"` // nil: price × quantity
	Fee        fund.Amount     `json:"fee"`
	FeeAsset   string          `json:"fee_asset"`
	Maker      bool            `json:"maker"`
	Mid        float64         `json:"mid"`
	Spread     float64         `json:"spread"`
	Impact     float64         `json:"impact"`
	Permanent  float64         `json:"permanent"`

	Timer  fund.TimerID `json:"timer"`
	Fund   string       `json:"fund"`
	Who    string       `json:"who"`
	Action string       `json:"action"`
	Reason string       `json:"reason"`
	Why    string       `json:"why"`
	Rule   string       `json:"rule"`
	Text   string       `json:"text"`
	Alert  string       `json:"alert"`

	Verdict   string             `json:"verdict"`
	NAV       float64            `json:"nav"`
	Prices    map[string]float64 `json:"prices"`
	Weights   map[string]float64 `json:"weights"`
	Target    map[string]float64 `json:"target"`
	After     map[string]float64 `json:"after"`
	Cost      fund.Cost          `json:"cost"`
	Naive     fund.Cost          `json:"naive"`
	Unreached float64            `json:"unreached"`
	NaiveLeft float64            `json:"naive_unreached"`
	Gap       float64            `json:"gap"`
	Trades    []wireTrade        `json:"trades"`
	LeftAlone []wireLeft         `json:"left_alone"`
	Fills     int                `json:"fills"`
	Left      string             `json:"left"`

	wireRules
}

type wireTrade struct {
	Instrument string      `json:"instrument"`
	Side       string      `json:"side"`
	Quantity   fund.Amount `json:"quantity"`
	Notional   float64     `json:"notional"`
	Cost       fund.Cost   `json:"cost"`
	Risk       float64     `json:"risk"`
	Stage      int         `json:"stage"`
}

type wireLeft struct {
	Asset string  `json:"asset"`
	Off   float64 `json:"off"`
	Why   string  `json:"why"`
}

// Reader turns records into entries, in order.
type Reader struct {
	names   names
	records [][]byte
	n       int
	at      fund.Time
}

// NewReader reads the records of a run of universe u.
func NewReader(u *fund.Universe, records [][]byte) *Reader {
	return &Reader{names: names{u: u}, records: records}
}

// Next returns the next entry and whether there was one. An error names the record that does not read.
func (r *Reader) Next() (Entry, bool, error) {
	if r.n == len(r.records) {
		return Entry{}, false, nil
	}
	rec := r.records[r.n]
	r.n++
	var w wire
	if err := json.Unmarshal(rec, &w); err != nil {
		return Entry{}, false, fmt.Errorf("record %d: %w", r.n, err)
	}
	if w.Kind == "rows" && w.Rows <= 0 {
		return Entry{}, false, fmt.Errorf("record %d: a range of %d rows", r.n, w.Rows)
	}
	e := Entry{Record: uint64(r.n), Kind: w.Kind, Seq: max(w.Seq, w.Of), At: w.At, Rows: w.Rows, Text: rec}
	if e.At == 0 { // a command, or a note: it stands at its event's time
		e.At = r.at
	}
	if w.Kind != "correction" {
		r.at = e.At
	}
	r.names.err = nil
	r.names.fill(&e, &w)
	if r.names.err != nil {
		return Entry{}, false, fmt.Errorf("record %d: %w", r.n, r.names.err)
	}
	return e, true, nil
}
