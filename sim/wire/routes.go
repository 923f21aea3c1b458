package wire

import (
	"context"
)

// call is a request that is being answered.
type call struct {
	*params
	ctx context.Context
	key *Key // who asks, of signed endpoints
}

// endpoint is one method of one path.
type endpoint struct {
	weight func(*params) int
	signed bool
	order  bool // counts as a new order
	do     func(*call) (any, error)
}

// fixed is a weight that does not depend on the request.
func fixed(weight int) func(*params) int { return func(*params) int { return weight } }

func (s *Server) routes() map[string]endpoint {
	public := func(weight func(*params) int, do func(*call) (any, error)) endpoint {
		return endpoint{weight: weight, do: do}
	}
	private := func(weight int, do func(*call) (any, error)) endpoint {
		return endpoint{weight: fixed(weight), signed: true, do: do}
	}
	place := private(1, s.place)
	place.order = true
	return map[string]endpoint{
		"GET /api/v3/ping":                      public(fixed(1), func(*call) (any, error) { return struct{}{}, nil }),
		"GET /api/v3/time":                      public(fixed(1), s.time),
		"GET /api/v3/exchangeInfo":              public(fixed(20), s.exchangeInfo),
		"GET /api/v3/depth":                     public(depthWeight, s.depth),
		"GET /api/v3/trades":                    public(fixed(25), s.trades),
		"GET /api/v3/aggTrades":                 public(fixed(4), s.aggTrades),
		"GET /api/v3/klines":                    public(fixed(2), s.klines),
		"GET /api/v3/avgPrice":                  public(fixed(2), s.avgPrice),
		"GET /api/v3/ticker/24hr":               public(someOrAll(2, 80), s.tickerDay),
		"GET /api/v3/ticker/price":              public(someOrAll(2, 4), s.tickerPrice),
		"GET /api/v3/ticker/bookTicker":         public(someOrAll(2, 4), s.tickerBook),
		"GET /api/v3/account":                   private(20, s.account),
		"GET /api/v3/account/commission":        private(20, s.commission),
		"GET /api/v3/rateLimit/order":           private(40, s.orderLimits),
		"POST /api/v3/order":                    place,
		"POST /api/v3/order/test":               private(1, s.testOrder),
		"GET /api/v3/order":                     private(4, s.queryOrder),
		"DELETE /api/v3/order":                  private(1, s.cancel),
		"GET /api/v3/openOrders":                {weight: someOrAll(6, 80), signed: true, do: s.openOrders},
		"DELETE /api/v3/openOrders":             private(1, s.cancelAll),
		"GET /api/v3/allOrders":                 private(20, s.allOrders),
		"GET /api/v3/myTrades":                  private(20, s.myTrades),
		"GET /sapi/v1/account/apiRestrictions":  private(1, s.restrictions),
		"GET /sapi/v1/capital/config/getall":    private(10, s.coins),
		"GET /sapi/v1/asset/tradeFee":           private(1, s.tradeFees),
		"GET /sapi/v1/margin/allPairs":          public(fixed(1), none),
		"GET /sapi/v1/margin/isolated/allPairs": public(fixed(1), none),
	}
}

// none is the answer of what the simulated venue has none of: nothing is traded on margin.
func none(*call) (any, error) { return []struct{}{}, nil }

// someOrAll is the weight of a request about one instrument, or of one about many.
func someOrAll(one, all int) func(*params) int {
	return func(p *params) int {
		if p.has("symbol") {
			return one
		}
		return all
	}
}
