package wire

import (
	"math"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues/paper"
)

// chosen returns the orders that a condition takes, as they were placed.
func (s *Server) chosen(c *call, take func(*paper.Placed) bool) ([]paper.Placed, error) {
	all, err := s.cfg.Venue.Orders(c.ctx)
	var list []paper.Placed
	for k := range all {
		if take(&all[k]) {
			list = append(list, all[k])
		}
	}
	return list, err
}

func (s *Server) openOrders(c *call) (any, error) {
	list, err := s.asked(c)
	if err != nil {
		return nil, err
	}
	in := map[string]bool{}
	for _, l := range list {
		in[l.Name] = true
	}
	open, err := s.chosen(c, func(o *paper.Placed) bool { return in[o.Instrument] && !o.State.Final() })
	return s.knownAll(open), err
}

func (s *Server) knownAll(orders []paper.Placed) []known {
	list := []known{}
	for k := range orders {
		list = append(list, s.knownOf(&orders[k]))
	}
	return list
}

// span reads startTime and endTime, which may be a day apart.
func (c *call) span() (from, to fund.Time) {
	from, to = c.time("startTime", 0), c.time("endTime", math.MaxInt64)
	if c.has("startTime") && c.has("endTime") && to.Sub(from) > 24*time.Hour {
		c.fail(failed(-1127, "More than 24 hours between startTime and endTime."))
	}
	return from, to
}

func (s *Server) allOrders(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	first, limit := c.number("orderId", 0, math.MaxInt64), int(c.number("limit", 500, 1000))
	from, to := c.span()
	list, err := s.chosen(c, func(o *paper.Placed) bool {
		return o.Instrument == l.Name && number(o.VenueID) >= first && millis(o.Placed) >= millis(from) && millis(o.Placed) <= millis(to)
	})
	return s.knownAll(newestUnless(c.has("orderId") || c.has("startTime"), list, limit)), err
}

// newestUnless cuts a list to its limit, at its end unless the oldest are wanted.
func newestUnless[T any](oldest bool, list []T, limit int) []T {
	if oldest {
		return list[:min(limit, len(list))]
	}
	return list[max(0, len(list)-limit):]
}

// execution is one of the account's trades.
type execution struct {
	Symbol          string `json:"symbol"`
	ID              uint64 `json:"id"`
	OrderID         int64  `json:"orderId"`
	OrderListID     int    `json:"orderListId"`
	Price           string `json:"price"`
	Qty             string `json:"qty"`
	QuoteQty        string `json:"quoteQty"`
	Commission      string `json:"commission"`
	CommissionAsset string `json:"commissionAsset"`
	Time            int64  `json:"time"`
	Buyer           bool   `json:"isBuyer"`
	Maker           bool   `json:"isMaker"`
	Best            bool   `json:"isBestMatch"`
}

func (s *Server) myTrades(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	from, to := c.span()
	if (c.has("startTime") || c.has("endTime")) && (c.has("fromId") || c.has("orderId")) {
		return nil, failed(-1128, "Combination of optional parameters invalid.")
	}
	order, first, limit := c.number("orderId", 0, math.MaxInt64), c.number("fromId", 0, math.MaxInt64), int(c.number("limit", 500, 1000))
	fills, err := s.cfg.Venue.Fills(c.ctx, l.Name, 0)
	list := []execution{}
	for _, f := range fills {
		if at := millis(f.At); at < millis(from) || at > millis(to) || int64(f.Trade) < first || c.has("orderId") && number(f.VenueID) != order {
			continue
		}
		list = append(list, execution{l.Symbol, f.Trade, number(f.VenueID), -1, decimal(f.Price), decimal(f.Quantity), decimal(f.Cash),
			decimal(f.Fee), f.FeeAsset, millis(f.At), f.Side == fund.Buy, f.Maker, true})
	}
	return newestUnless(c.has("fromId") || c.has("startTime"), list, limit), err
}
