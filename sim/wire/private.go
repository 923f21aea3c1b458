package wire

import (
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// report is an executionReport.
type report struct {
	Event       string  `json:"e"`
	Time        int64   `json:"E"`
	Symbol      string  `json:"s"`
	ClientID    string  `json:"c"`
	Side        string  `json:"S"`
	Type        string  `json:"o"`
	Force       string  `json:"f"`
	Quantity    string  `json:"q"`
	Price       string  `json:"p"`
	Stop        string  `json:"P"`
	Iceberg     string  `json:"F"`
	List        int     `json:"g"`
	Original    string  `json:"C"` // of a cancel: the client ID of the order
	What        string  `json:"x"`
	State       string  `json:"X"`
	Reject      string  `json:"r"`
	OrderID     int64   `json:"i"`
	LastQty     string  `json:"l"`
	Executed    string  `json:"z"`
	LastPrice   string  `json:"L"`
	Fee         string  `json:"n"`
	FeeAsset    *string `json:"N"`
	TransactAt  int64   `json:"T"`
	Trade       int64   `json:"t"`
	ID          int64   `json:"I"`
	Working     bool    `json:"w"`
	Maker       bool    `json:"m"`
	Ignore      bool    `json:"M"`
	Created     int64   `json:"O"`
	Cumulative  string  `json:"Z"`
	LastQuote   string  `json:"Y"`
	QuoteQty    string  `json:"Q"`
	WorkingTime int64   `json:"W"`
	Prevention  string  `json:"V"`
}

type position struct {
	Event    string            `json:"e"`
	Time     int64             `json:"E"`
	Updated  int64             `json:"u"`
	Balances []positionBalance `json:"B"`
}

type positionBalance struct {
	Asset  string `json:"a"`
	Free   string `json:"f"`
	Locked string `json:"l"`
}

type balanceUpdate struct {
	Event  string `json:"e"`
	Time   int64  `json:"E"`
	Asset  string `json:"a"`
	Amount string `json:"d"`
	Clear  int64  `json:"T"`
}

// accountEvents returns a message of the venue in Binance's words.
func (s *Server) accountEvents(m *venues.AccountMessage) (events []any) {
	if m.Status != nil {
		events = append(events, s.reportOf(m))
	}
	if len(m.Balances) > 0 {
		p := position{Event: "outboundAccountPosition", Time: millis(m.At), Updated: millis(m.At)}
		for _, b := range m.Balances {
			p.Balances = append(p.Balances, positionBalance{b.Asset, decimal(b.Free), decimal(b.Locked)})
		}
		events = append(events, p)
	}
	if m.Moved != nil {
		events = append(events, balanceUpdate{"balanceUpdate", millis(m.At), m.Moved.Asset, decimal(m.Moved.Amount), millis(m.Moved.At)})
	}
	return events
}

func (s *Server) reportOf(m *venues.AccountMessage) report {
	o, at, zero := m.Status, millis(m.At), decimal(fund.Amount{})
	kind, force := typeOf(o.Kind)
	r := report{Event: "executionReport", Time: at, Symbol: s.symbolOf(o.Instrument), ClientID: o.ClientID, Side: sideOf(o.Side), Type: kind,
		Force: force, Quantity: decimal(o.Quantity), Price: decimal(o.Limit), Stop: zero, Iceberg: zero, List: -1, What: stateOf(o.State),
		State: stateOf(o.State), Reject: "NONE", OrderID: number(o.VenueID), LastQty: zero, Executed: decimal(o.Done), LastPrice: zero, Fee: "0",
		TransactAt: at, Trade: -1, ID: 0, Working: !o.State.Final(), Created: s.created(o.VenueID), Cumulative: decimal(o.Cash), LastQuote: zero,
		QuoteQty: zero, Prevention: "NONE"}
	r.WorkingTime = r.Created
	if len(o.Fills) > 0 {
		f := &o.Fills[0]
		r.What, r.LastQty, r.LastPrice, r.Fee, r.FeeAsset = "TRADE", decimal(f.Quantity), decimal(f.Price), decimal(f.Fee), &f.FeeAsset
		r.Trade, r.Maker, r.LastQuote = int64(f.Trade), f.Maker, decimal(f.Cash)
	}
	if o.State == venues.Cancelled {
		r.Original = o.ClientID
		s.mu.Lock()
		if id := s.cancelled[o.VenueID]; id != "" {
			r.ClientID = id
		}
		s.mu.Unlock()
	}
	return r
}

// created returns when an order was placed, in milliseconds.
func (s *Server) created(venueID string) int64 {
	all, err := s.cfg.Venue.Orders(s.ctx)
	if k := number(venueID) - 1; err == nil && k >= 0 && k < int64(len(all)) {
		return millis(all[k].Placed)
	}
	return 0
}
