package wire

import (
	"errors"
	"math"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

// placed is the answer to a new order.
type placed struct {
	Symbol        string `json:"symbol"`
	OrderID       int64  `json:"orderId"`
	OrderListID   int    `json:"orderListId"`
	ClientOrderID string `json:"clientOrderId"`
	TransactTime  int64  `json:"transactTime"`
	*placedResult
	Fills *[]part `json:"fills,omitempty"`
}

type placedResult struct {
	standing
	WorkingTime int64 `json:"workingTime"`
}

// part is an execution in the answer to a new order.
type part struct {
	Price           string `json:"price"`
	Qty             string `json:"qty"`
	Commission      string `json:"commission"`
	CommissionAsset string `json:"commissionAsset"`
	TradeID         uint64 `json:"tradeId"`
}

func (s *Server) place(c *call) (any, error) {
	o, l, err := s.wish(c)
	if err != nil {
		return nil, err
	}
	full := c.values["newOrderRespType"]
	if full == "" {
		full = "FULL"
		if o.Kind == venues.Passive {
			full = "ACK"
		}
	}
	if open, err := s.chosen(c, func(w *paper.Placed) bool { return w.Instrument == l.Name && !w.State.Final() }); err != nil || len(open) >= mostOpen {
		return nil, errors.Join(err, filter("MAX_NUM_ORDERS"))
	}
	status, err := s.cfg.Venue.Place(c.ctx, o)
	if err != nil {
		return nil, err
	}
	at := millis(status.At)
	p := placed{Symbol: l.Symbol, OrderID: number(status.VenueID), OrderListID: -1, ClientOrderID: o.ClientID, TransactTime: at}
	if full != "ACK" {
		p.placedResult = &placedResult{standingOf(&status), at}
	}
	if full == "FULL" {
		parts := []part{}
		for _, f := range status.Fills {
			parts = append(parts, part{decimal(f.Price), decimal(f.Quantity), decimal(f.Fee), f.FeeAsset, f.Trade})
		}
		p.Fills = &parts
	}
	return p, nil
}

// known is an order as the venue remembers it.
type known struct {
	Symbol        string `json:"symbol"`
	OrderID       int64  `json:"orderId"`
	OrderListID   int    `json:"orderListId"`
	ClientOrderID string `json:"clientOrderId"`
	standing
	StopPrice   string `json:"stopPrice"`
	IcebergQty  string `json:"icebergQty"`
	Time        int64  `json:"time"`
	UpdateTime  int64  `json:"updateTime"`
	IsWorking   bool   `json:"isWorking"`
	WorkingTime int64  `json:"workingTime"`
}

func (s *Server) knownOf(o *paper.Placed) known {
	zero := decimal(fund.Amount{})
	return known{s.symbolOf(o.Instrument), number(o.VenueID), -1, o.ClientID, standingOf(&o.Status), zero, zero, millis(o.Placed),
		millis(o.At), !o.State.Final(), millis(o.Placed)}
}

// find returns the order that a request names.
func (s *Server) find(c *call) (*paper.Placed, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	id, client := c.number("orderId", 0, math.MaxInt64), c.values["origClientOrderId"]
	if !c.has("orderId") && client == "" {
		return nil, failed(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
	}
	all, err := s.cfg.Venue.Orders(c.ctx)
	for k := len(all) - 1; k >= 0; k-- {
		o := &all[k]
		if o.Instrument == l.Name && (client == "" || o.ClientID == client) && (!c.has("orderId") || number(o.VenueID) == id) {
			return o, err
		}
	}
	return nil, errors.Join(err, errNoOrder)
}

func (s *Server) queryOrder(c *call) (any, error) {
	o, err := s.find(c)
	if err != nil {
		return nil, err
	}
	return s.knownOf(o), nil
}

// cancelled is the answer to a cancel.
type cancelled struct {
	Symbol            string `json:"symbol"`
	OrigClientOrderID string `json:"origClientOrderId"`
	OrderID           int64  `json:"orderId"`
	OrderListID       int    `json:"orderListId"`
	ClientOrderID     string `json:"clientOrderId"`
	TransactTime      int64  `json:"transactTime"`
	standing
}

func (s *Server) cancel(c *call) (any, error) {
	o, err := s.find(c)
	if errors.Is(err, errNoOrder) {
		return nil, errCancel
	}
	if err != nil {
		return nil, err
	}
	return s.withdraw(c, o, clientIDOf(c, "newClientOrderId"))
}

// withdraw cancels an order, and remembers the client ID of the cancel for those who hear of it.
func (s *Server) withdraw(c *call, o *paper.Placed, id string) (*cancelled, error) {
	if c.wrong != nil {
		return nil, c.wrong
	}
	s.mu.Lock()
	s.cancelled[o.VenueID] = id
	s.mu.Unlock()
	if err := s.cfg.Venue.Cancel(c.ctx, o.Instrument, o.ClientID); err != nil {
		return nil, err
	}
	status, err := s.cfg.Venue.Order(c.ctx, o.Instrument, o.ClientID)
	return &cancelled{s.symbolOf(o.Instrument), o.ClientID, number(o.VenueID), -1, id, millis(status.At), standingOf(&status)}, err
}

func (s *Server) cancelAll(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	open, err := s.chosen(c, func(o *paper.Placed) bool { return o.Instrument == l.Name && !o.State.Final() })
	if err == nil && len(open) == 0 {
		err = errCancel
	}
	list := []*cancelled{}
	for k := range open {
		gone, failed := s.withdraw(c, &open[k], clientIDOf(c, "newClientOrderId"))
		if failed != nil {
			return nil, failed
		}
		list = append(list, gone)
	}
	return list, err
}
