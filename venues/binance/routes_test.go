package binance

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// recorded is an answer of recorded_routes.json.
type recorded struct {
	Data        json.RawMessage
	QueryString string
}

func recordedRoutes(t *testing.T) map[string]map[string][]recorded {
	t.Helper()
	var routes map[string]map[string][]recorded
	if err := json.Unmarshal(shared(t, "binance_payloads/recorded_routes.json"), &routes); err != nil {
		t.Fatal(err)
	}
	return routes
}

// TestRecordedRoutes decodes every recorded answer, and looks for what must hold of each kind.
func TestRecordedRoutes(t *testing.T) {
	read := map[string]func(*testing.T, recorded){
		"GET /api/v3/account":           routeAccount,
		"GET /api/v3/aggTrades":         routeAggTrades,
		"GET /api/v3/allOrders":         routeOrders,
		"GET /api/v3/openOrders":        routeOrders,
		"GET /api/v3/avgPrice":          routePrice,
		"GET /api/v3/ticker/price":      routePrice,
		"GET /api/v3/depth":             routeDepth,
		"GET /api/v3/exchangeInfo":      routeExchangeInfo,
		"GET /api/v3/historicalTrades":  routeTrades,
		"GET /api/v3/trades":            routeTrades,
		"GET /api/v3/klines":            routeKlines,
		"GET /api/v3/order":             routeOrder,
		"DELETE /api/v3/order":          routeOrder,
		"POST /api/v3/order":            routeNothing,
		"POST /api/v3/order/test":       routeNothing,
		"GET /api/v3/ticker/24hr":       routeTickers,
		"GET /api/v3/ticker/bookTicker": routeTickers,
		"POST /api/v3/userDataStream":   routeListenKey,
		"PUT /api/v3/userDataStream":    routeNothing,
	}
	for path, methods := range recordedRoutes(t) {
		for method, answers := range methods {
			check := read[method+" "+path]
			if check == nil {
				t.Errorf("nothing reads %s %s", method, path)
				continue
			}
			t.Run(method+path, func(t *testing.T) {
				for _, a := range answers {
					check(t, a)
				}
			})
		}
	}
}

func routeAccount(t *testing.T, a recorded) {
	all, err := readAccount(a.Data)
	if err != nil || len(all) != 0 { // an account that lists many assets and holds none
		t.Errorf("%v %+v", err, all)
	}
}

// routeAggTrades also meets answers whose recorder spoiled the field m: they lack it.
func routeAggTrades(t *testing.T, a recorded) {
	_, err := aggregated(a.Data)
	if spoiled := strings.Contains(string(a.Data), `"": `) || strings.Contains(string(a.Data), `"":`); spoiled != (err != nil) {
		t.Errorf("%s: %v", a.QueryString, err)
	} else if spoiled && !strings.Contains(err.Error(), "field m is missing") {
		t.Error(err)
	}
}

func routeOrders(t *testing.T, a recorded) {
	all, err := readStatuses(a.Data, names)
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %v %+v", a.QueryString, err, all)
	}
	routeStatus(t, all[0])
}

func routeStatus(t *testing.T, s venues.Status) {
	if s.State != venues.New || s.Side != fund.Buy || s.Kind != venues.Limit || !s.Quantity.Equal(amount("1")) || !s.Limit.Equal(amount("0.1")) || s.At != ms(1499827319559) {
		t.Errorf("%+v", s)
	}
}

func routeOrder(t *testing.T, a recorded) {
	s, err := readStatus(a.Data, names)
	switch {
	case err != nil:
		t.Error(err)
	case s.ClientID == "eliteOrder":
		routeStatus(t, s)
	default: // cancelled after 8 of 10
		want := venues.Status{Order: venues.Order{ClientID: "myOrder1", Instrument: "LTC/BTC", Side: fund.Sell, Kind: venues.Limit, Quantity: amount("10"), Limit: amount("1")},
			VenueID: "28", State: venues.Cancelled, Done: amount("8"), Cash: amount("8"), At: ms(1507725176595)}
		same(t, "cancelled", s, want)
	}
}

func routePrice(t *testing.T, a recorded) {
	if p, err := readPrice(a.Data, symbol); err != nil || p.Less(amount("6000")) || amount("7000").Less(p) {
		t.Errorf("%s %v", p, err)
	}
}

func routeDepth(t *testing.T, a recorded) {
	b, err := readDepth(a.Data, symbol)
	if err != nil || len(b.Bids) == 0 || len(b.Asks) == 0 || !b.Bids[0].Price.Less(b.Asks[0].Price) {
		t.Fatalf("%v %+v", err, b)
	}
	for i := 1; i < len(b.Bids); i++ {
		if !b.Bids[i].Price.Less(b.Bids[i-1].Price) || !b.Asks[i-1].Price.Less(b.Asks[i].Price) {
			t.Errorf("level %d is not worse than the one before", i)
		}
	}
}

func routeExchangeInfo(t *testing.T, a recorded) {
	all, limits, err := readExchangeInfo(a.Data)
	if err != nil || len(all) != 25 || len(limits) != 3 {
		t.Fatalf("%v: %d symbols, %d limits", err, len(all), len(limits))
	}
	open := 0
	for _, s := range all {
		if s.Trading {
			open++
		}
		if s.Lot.Sign() <= 0 || s.Tick.Sign() <= 0 || s.MinNotional.Sign() <= 0 || !s.MinToMarket || s.MaxToMarket || s.IcebergParts != 10 || s.MaxOrders != 200 || s.MaxAlgoOrders != 5 ||
			s.BidUp.Less(s.BidDown) || s.AskUp.Less(s.AskDown) || s.MaxPrice.Less(s.MinPrice) || s.BaseDecimals != 8 || s.AveragedOver != 5*60e9 {
			t.Errorf("%+v", s)
		}
	}
	if open != 12 {
		t.Errorf("%d symbols trade", open)
	}
	if s := all[0]; s.Name != "BCC/BTC" || s.Trading {
		t.Errorf("%+v", s)
	}
}

func routeTrades(t *testing.T, a recorded) {
	all, err := readTrades(a.Data, symbol)
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	for i, trade := range all {
		if trade.Price.Sign() <= 0 || trade.Quantity.Sign() <= 0 || i > 0 && (trade.ID != all[i-1].ID+1 || trade.At < all[i-1].At) {
			t.Errorf("%d: %+v", i, trade)
		}
	}
}

// routeKlines also reads how long the bars are from the question, and that they are in the time that was asked for.
func routeKlines(t *testing.T, a recorded) {
	all, err := readKlines(a.Data, "BTC/USDT")
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(a.QueryString, "interval=")
	text, _, _ := strings.Cut(rest, "&")
	length := lengthOf(text)
	for i, b := range all {
		if b.Open.Floor(length) != b.Open || b.High.Less(b.Low) || b.High.Less(b.First) || b.Last.Less(b.Low) || b.Closed || i > 0 && b.Open.Sub(all[i-1].Open)%length != 0 {
			t.Errorf("%s: %+v", a.QueryString, b)
		}
	}
}

func routeTickers(t *testing.T, a recorded) {
	items, err := readList("tickers", a.Data)
	if err != nil {
		items = []json.RawMessage{a.Data}
	}
	for _, raw := range items {
		q, err := readQuote(raw, symbol)
		if err != nil || !q.Bid.Less(q.Ask) || q.BidSize.Sign() <= 0 || q.AskSize.Sign() <= 0 {
			t.Errorf("%v %+v", err, q)
		}
	}
}

// routeListenKey: the streams of listen keys are gone; the driver subscribes by a signature instead.
func routeListenKey(t *testing.T, a recorded) {
	o := readObject("listenKey", a.Data)
	if key := o.text("listenKey"); o.err != nil || len(key) != 60 {
		t.Errorf("%q %v", key, o.err)
	}
}

// routeNothing: null is no order; whoever gets it asks what became of his.
func routeNothing(t *testing.T, a recorded) {
	if _, err := readStatus(a.Data, names); err == nil || string(a.Data) != "null" {
		t.Errorf("%s: %v", a.Data, err)
	}
}
