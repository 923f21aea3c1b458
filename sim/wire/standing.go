package wire

import (
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// standing is how far an order has come.
type standing struct {
	Price      string `json:"price"`
	OrigQty    string `json:"origQty"`
	Executed   string `json:"executedQty"`
	QuoteQty   string `json:"origQuoteOrderQty"`
	Cumulative string `json:"cummulativeQuoteQty"`
	Status     string `json:"status"`
	Force      string `json:"timeInForce"`
	Type       string `json:"type"`
	Side       string `json:"side"`
	Prevention string `json:"selfTradePreventionMode"`
}

func number(id string) int64 {
	n, _ := strconv.ParseInt(id, 10, 64) // the venue's IDs are numbers
	return n
}

func standingOf(o *venues.Status) standing {
	kind, force := typeOf(o.Kind)
	return standing{decimal(o.Limit), decimal(o.Quantity), decimal(o.Done), decimal(fund.Amount{}), decimal(o.Cash), stateOf(o.State), force,
		kind, sideOf(o.Side), "NONE"}
}

func typeOf(k venues.Kind) (name, force string) {
	switch k {
	case venues.Market:
		return "MARKET", "GTC"
	case venues.Passive:
		return "LIMIT_MAKER", "GTC"
	case venues.Immediate:
		return "LIMIT", "IOC"
	}
	return "LIMIT", "GTC"
}

func stateOf(s venues.State) string {
	switch s {
	case venues.Partial:
		return "PARTIALLY_FILLED"
	case venues.Filled:
		return "FILLED"
	case venues.Cancelled:
		return "CANCELED"
	case venues.Expired:
		return "EXPIRED"
	case venues.Rejected:
		return "REJECTED"
	}
	return "NEW"
}

func sideOf(s fund.Side) string {
	if s == fund.Buy {
		return "BUY"
	}
	return "SELL"
}

func (s *Server) symbolOf(name string) string {
	for _, l := range s.order {
		if l.Name == name {
			return l.Symbol
		}
	}
	return ""
}
