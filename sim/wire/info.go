package wire

import (
	"github.com/steelyard/steelyard/engine/fund"
)

// Rules that every instrument of the simulated venue has.
const (
	highestPrice  = 1_000_000_000
	mostQuantity  = 9_000_000_000
	mostNotional  = 9_000_000_000
	mostOpen      = 200 // open orders in an instrument
	averageOver   = 5   // minutes, of avgPrice
	basePrecision = 8
)

func (s *Server) time(*call) (any, error) {
	return struct {
		ServerTime int64 `json:"serverTime"`
	}{millis(s.now())}, nil
}

type exchangeInfo struct {
	Timezone        string      `json:"timezone"`
	ServerTime      int64       `json:"serverTime"`
	RateLimits      []rateLimit `json:"rateLimits"`
	ExchangeFilters []struct{}  `json:"exchangeFilters"`
	Symbols         []symbol    `json:"symbols"`
}

type symbol struct {
	Symbol                   string           `json:"symbol"`
	Status                   string           `json:"status"`
	BaseAsset                string           `json:"baseAsset"`
	BaseAssetPrecision       int              `json:"baseAssetPrecision"`
	QuoteAsset               string           `json:"quoteAsset"`
	QuotePrecision           int              `json:"quotePrecision"`
	QuoteAssetPrecision      int              `json:"quoteAssetPrecision"`
	BaseCommissionPrecision  int              `json:"baseCommissionPrecision"`
	QuoteCommissionPrecision int              `json:"quoteCommissionPrecision"`
	OrderTypes               []string         `json:"orderTypes"`
	IcebergAllowed           bool             `json:"icebergAllowed"`
	OCOAllowed               bool             `json:"ocoAllowed"`
	OTOAllowed               bool             `json:"otoAllowed"`
	QuoteOrderQtyAllowed     bool             `json:"quoteOrderQtyMarketAllowed"`
	TrailingAllowed          bool             `json:"allowTrailingStop"`
	CancelReplaceAllowed     bool             `json:"cancelReplaceAllowed"`
	AmendAllowed             bool             `json:"amendAllowed"`
	SpotAllowed              bool             `json:"isSpotTradingAllowed"`
	MarginAllowed            bool             `json:"isMarginTradingAllowed"`
	Filters                  []map[string]any `json:"filters"`
	Permissions              []string         `json:"permissions"`
	PermissionSets           [][]string       `json:"permissionSets"`
	PreventionMode           string           `json:"defaultSelfTradePreventionMode"`
	PreventionModes          []string         `json:"allowedSelfTradePreventionModes"`
}

func (s *Server) exchangeInfo(c *call) (any, error) {
	list, err := s.asked(c)
	if err != nil {
		return nil, err
	}
	now, err := s.cfg.Venue.Listings(c.ctx)
	if err != nil {
		return nil, err
	}
	trading := map[string]bool{}
	for _, l := range now {
		trading[l.Symbol] = l.Trading
	}
	info := exchangeInfo{Timezone: "UTC", ServerTime: millis(s.now()), RateLimits: s.limits.list(false), ExchangeFilters: []struct{}{}}
	for _, l := range list {
		info.Symbols = append(info.Symbols, symbolOf(l, trading[l.Symbol]))
	}
	return info, nil
}

func symbolOf(l *listing, trading bool) symbol {
	status := "TRADING"
	if !trading {
		status = "BREAK"
	}
	return symbol{Symbol: l.Symbol, Status: status, BaseAsset: l.Base, BaseAssetPrecision: max(l.BaseDecimals, basePrecision), QuoteAsset: l.Quote,
		QuotePrecision: max(l.QuoteDecimals, basePrecision), QuoteAssetPrecision: max(l.QuoteDecimals, basePrecision),
		BaseCommissionPrecision: max(l.BaseDecimals, basePrecision), QuoteCommissionPrecision: max(l.QuoteDecimals, basePrecision),
		OrderTypes: []string{"LIMIT", "LIMIT_MAKER", "MARKET"}, QuoteOrderQtyAllowed: true, SpotAllowed: true, Filters: filters(l),
		Permissions: []string{}, PermissionSets: [][]string{{"SPOT"}}, PreventionMode: "NONE", PreventionModes: []string{"NONE"}}
}

func filters(l *listing) []map[string]any {
	return []map[string]any{
		{"filterType": "PRICE_FILTER", "minPrice": decimal(l.Tick), "maxPrice": decimal(fund.NewAmount(highestPrice, 0)), "tickSize": decimal(l.Tick)},
		{"filterType": "LOT_SIZE", "minQty": decimal(l.least()), "maxQty": decimal(l.largest()), "stepSize": decimal(l.Lot)},
		{"filterType": "MARKET_LOT_SIZE", "minQty": decimal(fund.Amount{}), "maxQty": decimal(fund.NewAmount(mostQuantity, 0)), "stepSize": decimal(fund.Amount{})},
		{"filterType": "NOTIONAL", "minNotional": decimal(l.MinNotional), "applyMinToMarket": true, "maxNotional": decimal(l.most()),
			"applyMaxToMarket": true, "avgPriceMins": averageOver},
		{"filterType": "MAX_NUM_ORDERS", "maxNumOrders": mostOpen},
	}
}

// least returns the smallest quantity of an order.
func (l *listing) least() fund.Amount {
	if l.MinQuantity.Less(l.Lot) {
		return l.Lot
	}
	return l.MinQuantity
}

// largest returns the largest quantity of an order.
func (l *listing) largest() fund.Amount {
	if l.MaxQuantity.IsZero() {
		return fund.NewAmount(mostQuantity, 0)
	}
	return l.MaxQuantity
}

// most returns the largest value of an order.
func (l *listing) most() fund.Amount {
	if l.MaxNotional.IsZero() {
		return fund.NewAmount(mostNotional, 0)
	}
	return l.MaxNotional
}

func (s *Server) orderLimits(*call) (any, error) { return s.limits.list(true)[1:], nil }

// restrictions tells what the key may do.
func (s *Server) restrictions(c *call) (any, error) {
	return map[string]any{"ipRestrict": false, "createTime": 0, "enableReading": true, "enableSpotAndMarginTrading": true,
		"enableWithdrawals": c.key.Withdraw, "enableInternalTransfer": false, "enableMargin": false, "enableFutures": false,
		"permitsUniversalTransfer": false, "enableVanillaOptions": false, "enableFixApiTrade": false, "enableFixReadOnly": false,
		"enablePortfolioMarginTrading": false}, nil
}

// coin is an asset as the wallet tells it. Nothing can be moved to or from the simulated venue.
type coin struct {
	Coin            string     `json:"coin"`
	Name            string     `json:"name"`
	Free            string     `json:"free"`
	Locked          string     `json:"locked"`
	Freeze          string     `json:"freeze"`
	Withdrawing     string     `json:"withdrawing"`
	DepositEnabled  bool       `json:"depositAllEnable"`
	WithdrawEnabled bool       `json:"withdrawAllEnable"`
	Legal           bool       `json:"isLegalMoney"`
	Trading         bool       `json:"trading"`
	Networks        []struct{} `json:"networkList"`
}

func (s *Server) coins(c *call) (any, error) {
	balances, err := s.balances(c, false)
	var list []coin
	for _, b := range balances {
		zero := decimal(fund.Amount{})
		list = append(list, coin{Coin: b.Asset, Name: b.Asset, Free: b.Free, Locked: b.Locked, Freeze: zero, Withdrawing: zero, Trading: true,
			Networks: []struct{}{}})
	}
	return list, err
}

// tradeFee is what trades in an instrument cost.
type tradeFee struct {
	Symbol string `json:"symbol"`
	Maker  string `json:"makerCommission"`
	Taker  string `json:"takerCommission"`
}

func (s *Server) tradeFees(c *call) (any, error) {
	list, err := s.asked(c)
	var fees []tradeFee
	for _, l := range list {
		fees = append(fees, tradeFee{l.Symbol, l.fees.Maker.String(), l.fees.Taker.String()})
	}
	return fees, err
}
