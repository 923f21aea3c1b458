package wire

import (
	"crypto/rand"
	"regexp"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

var clientID = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,36}$`)

// clientIDOf returns the client ID that a request gives, or one that is made for it.
func clientIDOf(c *call, name string) string {
	id := c.values[name]
	switch {
	case id == "":
		return "auto-" + rand.Text()[:22]
	case !clientID.MatchString(id):
		c.fail(illegal(name, "^[a-zA-Z0-9-_]{1,36}$"))
	}
	return id
}

// wish reads an order.
func (s *Server) wish(c *call) (venues.Order, *listing, error) {
	l, err := s.listed(c)
	if err != nil {
		return venues.Order{}, nil, err
	}
	o := venues.Order{Instrument: l.Name, Quantity: c.amount("quantity"), Limit: c.amount("price"), ClientID: clientIDOf(c, "newClientOrderId")}
	switch side := c.text("side"); side {
	case "BUY":
		o.Side = fund.Buy
	case "SELL":
		o.Side = fund.Sell
	default:
		c.fail(failed(-1117, "Invalid side."))
	}
	o.Kind = c.kind()
	if o.Kind == venues.Market && c.has("quoteOrderQty") {
		o.Quantity = s.bought(c, l, o.Side)
	}
	if c.wrong != nil {
		return o, l, c.wrong
	}
	return o, l, l.admit(&o, s.price(l, o.Side))
}

// kind reads the type of an order and checks which parameters go with it.
func (c *call) kind() venues.Kind {
	name, force := c.text("type"), c.values["timeInForce"]
	if name == "MARKET" && c.has("quoteOrderQty") == c.has("quantity") {
		c.fail(mandatory("quantity"))
	} else if name != "MARKET" {
		c.text("quantity")
		c.text("price")
	}
	switch {
	case name == "MARKET" && (c.has("price") || force != ""):
		c.fail(failed(-1106, "Parameter '%s' sent when not required.", map[bool]string{true: "price", false: "timeInForce"}[c.has("price")]))
	case name == "MARKET":
		return venues.Market
	case name == "LIMIT_MAKER" && force != "":
		c.fail(failed(-1106, "Parameter 'timeInForce' sent when not required."))
	case name == "LIMIT_MAKER":
		return venues.Passive
	case name != "LIMIT":
		c.fail(failed(-1116, "Invalid orderType."))
	case force == "":
		c.fail(mandatory("timeInForce"))
	case force == "GTC":
		return venues.Limit
	case force == "IOC":
		return venues.Immediate
	default:
		c.fail(failed(-1115, "Invalid timeInForce."))
	}
	return venues.Limit
}

// price returns the best price that somebody on a side meets, 0 where nothing trades.
func (s *Server) price(l *listing, side fund.Side) fund.Amount {
	q, _ := s.cfg.Venue.Quote(l.Name)
	if side == fund.Buy {
		return q.Ask
	}
	return q.Bid
}

// bought returns the lots that an amount of quote units comes to at the touch.
func (s *Server) bought(c *call, l *listing, side fund.Side) fund.Amount {
	price := s.price(l, side)
	if price.Sign() <= 0 {
		c.fail(failed(-1013, "Market is closed."))
		return price
	}
	quote := c.amount("quoteOrderQty")
	quantity := quote.QuoUp(price, 8).FloorTo(l.Lot)
	if quote.Less(quantity.Mul(price)) {
		quantity = quantity.Sub(l.Lot)
	}
	return quantity
}

// admit checks an order against the filters. price is what a market order meets.
func (l *listing) admit(o *venues.Order, price fund.Amount) error {
	if o.Kind != venues.Market {
		price = o.Limit
	}
	notional := price.Mul(o.Quantity)
	precision := max(l.BaseDecimals, basePrecision)
	switch {
	case !o.Quantity.RoundDown(precision).Equal(o.Quantity):
		return failed(-1111, "Parameter 'quantity' has too much precision.")
	case !o.Limit.RoundDown(max(l.QuoteDecimals, basePrecision)).Equal(o.Limit):
		return failed(-1111, "Parameter 'price' has too much precision.")
	case o.Kind != venues.Market && (o.Limit.Less(l.Tick) || fund.NewAmount(highestPrice, 0).Less(o.Limit) || !o.Limit.FloorTo(l.Tick).Equal(o.Limit)):
		return filter("PRICE_FILTER")
	case o.Quantity.Less(l.least()) || l.largest().Less(o.Quantity) || !o.Quantity.FloorTo(l.Lot).Equal(o.Quantity):
		return filter("LOT_SIZE")
	case price.Sign() > 0 && (notional.Less(l.MinNotional) || l.most().Less(notional)): // what does not trade is the venue's to refuse
		return filter("NOTIONAL")
	}
	return nil
}

func (s *Server) testOrder(c *call) (any, error) {
	_, _, err := s.wish(c)
	return struct{}{}, err
}
