package wire

import (
	"crypto/rand"
	"errors"
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/paper"
)

type balance struct {
	Asset  string `json:"asset"`
	Free   string `json:"free"`
	Locked string `json:"locked"`
}

// balances returns what the account holds of every asset that trades here.
func (s *Server) balances(c *call, omitZero bool) ([]balance, error) {
	held, err := s.cfg.Venue.Balances(c.ctx)
	if err != nil {
		return nil, err
	}
	list, has := []balance{}, map[string]bool{}
	for _, b := range held {
		list, has[b.Asset] = append(list, balance{b.Asset, decimal(b.Free), decimal(b.Locked)}), true
	}
	for _, l := range s.order {
		for _, asset := range []string{l.Base, l.Quote} {
			if !has[asset] && !omitZero {
				list, has[asset] = append(list, balance{asset, decimal(fund.Amount{}), decimal(fund.Amount{})}), true
			}
		}
	}
	return list, nil
}

type rates struct {
	Maker  string `json:"maker"`
	Taker  string `json:"taker"`
	Buyer  string `json:"buyer"`
	Seller string `json:"seller"`
}

func ratesOf(f fund.Fees) rates {
	return rates{decimal(f.Maker), decimal(f.Taker), decimal(fund.Amount{}), decimal(fund.Amount{})}
}

func (s *Server) account(c *call) (any, error) {
	list, err := s.balances(c, c.values["omitZeroBalances"] == "true")
	if err != nil {
		return nil, err
	}
	fees := s.order[0].fees
	points := func(rate fund.Amount) int { return int(rate.Float64()*10_000 + 0.5) }
	return struct {
		Maker       int       `json:"makerCommission"`
		Taker       int       `json:"takerCommission"`
		Buyer       int       `json:"buyerCommission"`
		Seller      int       `json:"sellerCommission"`
		Rates       rates     `json:"commissionRates"`
		CanTrade    bool      `json:"canTrade"`
		CanWithdraw bool      `json:"canWithdraw"`
		CanDeposit  bool      `json:"canDeposit"`
		Brokered    bool      `json:"brokered"`
		Prevention  bool      `json:"requireSelfTradePrevention"`
		PreventSor  bool      `json:"preventSor"`
		UpdateTime  int64     `json:"updateTime"`
		Type        string    `json:"accountType"`
		Balances    []balance `json:"balances"`
		Permissions []string  `json:"permissions"`
		UID         int       `json:"uid"`
	}{points(fees.Maker), points(fees.Taker), 0, 0, ratesOf(fees), true, c.key.Withdraw, false, false, false, false,
		millis(s.now()), "SPOT", list, []string{"SPOT"}, 1}, nil
}

func (s *Server) commission(c *call) (any, error) {
	l, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	return map[string]any{"symbol": l.Symbol, "standardCommission": ratesOf(l.fees), "specialCommission": ratesOf(fund.Fees{}),
		"taxCommission": ratesOf(fund.Fees{}), "discount": map[string]any{"enabledForAccount": false, "enabledForSymbol": false,
			"discountAsset": "BNB", "discount": decimal(fund.Amount{})}}, nil
}

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
	case o.Quantity.Less(l.least()) || fund.NewAmount(mostQuantity, 0).Less(o.Quantity) || !o.Quantity.FloorTo(l.Lot).Equal(o.Quantity):
		return filter("LOT_SIZE")
	case price.Sign() > 0 && (notional.Less(l.MinNotional) || l.most().Less(notional)): // what does not trade is the venue's to refuse
		return filter("NOTIONAL")
	}
	return nil
}

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

// part is an execution in the answer to a new order.
type part struct {
	Price           string `json:"price"`
	Qty             string `json:"qty"`
	Commission      string `json:"commission"`
	CommissionAsset string `json:"commissionAsset"`
	TradeID         uint64 `json:"tradeId"`
}

func (s *Server) testOrder(c *call) (any, error) {
	_, _, err := s.wish(c)
	return struct{}{}, err
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

func (s *Server) symbolOf(name string) string {
	for _, l := range s.order {
		if l.Name == name {
			return l.Symbol
		}
	}
	return ""
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
	order, first, limit := c.number("orderId", 0, math.MaxInt64), c.number("fromId", 0, math.MaxInt64), int(c.number("limit", 500, 1000))
	fills, err := s.cfg.Venue.Fills(c.ctx, l.Name, 0)
	list := []execution{}
	for _, f := range fills {
		if at := millis(f.At); at < millis(from) || at > millis(to) || int64(f.Trade) < first || c.has("orderId") && number(f.VenueID) != order {
			continue
		}
		list = append(list, execution{l.Symbol, f.Trade, number(f.VenueID), -1, decimal(f.Price), decimal(f.Quantity), decimal(f.Price.Mul(f.Quantity)),
			decimal(f.Fee), f.FeeAsset, millis(f.At), f.Side == fund.Buy, f.Maker, true})
	}
	return newestUnless(c.has("fromId") || c.has("startTime"), list, limit), err
}
