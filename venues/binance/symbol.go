package binance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

// Symbol is an instrument with all that Binance demands of orders in it; filters.md. What is zero is not demanded.
type Symbol struct {
	venues.Listing
	Types              []string    // of orders that it takes
	MinPrice, MaxPrice fund.Amount // PRICE_FILTER, quote per base
	MarketMin          fund.Amount // MARKET_LOT_SIZE, base units
	MinToMarket        bool        // the least notional binds market orders, by the average price of the last AveragedOver
	MaxToMarket        bool        // so does the largest
	AveragedOver       time.Duration
	BidDown, BidUp     fund.Amount // PERCENT_PRICE(_BY_SIDE): a buy's price may be between these multiples of the average price
	AskDown, AskUp     fund.Amount // the same of a sell's
	IcebergParts       int64       // most parts that an iceberg order may show itself in
	MaxOrders          int64       // most open orders
	MaxAlgoOrders      int64       // most open orders with a stop price
	MaxIcebergs        int64       // most open iceberg orders
	MaxPosition        fund.Amount // base units that the account may hold, open purchases included
}

// readExchangeInfo reads the symbols and the limits of an exchangeInfo.
func readExchangeInfo(text []byte) ([]*Symbol, []Usage, error) {
	o := readObject("exchangeInfo", text)
	symbols, rates := o.list("symbols"), o.list("rateLimits")
	if o.err != nil {
		return nil, nil, o.err
	}
	all := make([]*Symbol, len(symbols))
	for i, raw := range symbols {
		var err error
		if all[i], err = readSymbol(raw); err != nil {
			return nil, nil, err
		}
	}
	slices.SortFunc(all, func(a, b *Symbol) int { return strings.Compare(a.Name, b.Name) })
	limits, err := readLimits(rates)
	return all, limits, err
}

func readLimits(items []json.RawMessage) (all []Usage, err error) {
	for _, raw := range items {
		o := readObject("exchangeInfo: rateLimits", raw)
		u := Usage{Kind: o.text("rateLimitType"), Limit: int64(o.count("limit"))}
		unit, n := o.text("interval"), o.count("intervalNum")
		if o.err != nil {
			return nil, o.err
		}
		var known bool
		if u.Interval, known = intervalOf(fmt.Sprintf("%d%.1s", n, unit)); known && (u.Kind == Weight || u.Kind == Orders) {
			all = append(all, u)
		}
	}
	return all, nil
}

func readSymbol(text []byte) (*Symbol, error) {
	o := readObject("exchangeInfo: symbols", text)
	s := &Symbol{Listing: venues.Listing{Symbol: o.text("symbol"), Base: o.text("baseAsset"), Quote: o.text("quoteAsset")}}
	o.what = "exchangeInfo: symbol " + s.Symbol
	s.Name = s.Base + "/" + s.Quote
	s.BaseDecimals, s.QuoteDecimals = int(o.count("baseAssetPrecision")), int(o.count("quoteAssetPrecision"))
	s.Trading = o.text("status") == "TRADING" && (!o.has("isSpotTradingAllowed") || o.flag("isSpotTradingAllowed"))
	for _, raw := range o.list("orderTypes") {
		s.Types = append(s.Types, strings.Trim(string(raw), `"`))
	}
	for _, raw := range o.list("filters") {
		f := readObject(o.what+": filters", raw)
		s.filter(f)
		if f.err != nil {
			return nil, f.err
		}
	}
	return s, o.err
}

// filter takes what one filter demands. Filters that it does not know demand what the venue itself will say.
func (s *Symbol) filter(f *object) {
	switch kind := f.text("filterType"); kind {
	case "PRICE_FILTER":
		s.MinPrice, s.MaxPrice, s.Tick = f.size("minPrice"), f.size("maxPrice"), f.size("tickSize")
	case "LOT_SIZE":
		s.MinQuantity, s.MaxQuantity, s.Lot = f.size("minQty"), f.size("maxQty"), f.size("stepSize")
	case "MARKET_LOT_SIZE":
		s.MarketMin, s.MarketMax, s.MarketLot = f.size("minQty"), f.size("maxQty"), f.size("stepSize")
	case "MIN_NOTIONAL":
		s.MinNotional, s.MinToMarket, s.AveragedOver = f.size("minNotional"), f.flag("applyToMarket"), averaged(f)
	case "NOTIONAL":
		s.MinNotional, s.MinToMarket, s.AveragedOver = f.size("minNotional"), f.flag("applyMinToMarket"), averaged(f)
		s.MaxNotional, s.MaxToMarket = f.size("maxNotional"), f.flag("applyMaxToMarket")
	case "PERCENT_PRICE":
		s.BidUp, s.BidDown = f.size("multiplierUp"), f.size("multiplierDown")
		s.AskUp, s.AskDown, s.AveragedOver = s.BidUp, s.BidDown, averaged(f)
	case "PERCENT_PRICE_BY_SIDE":
		s.BidUp, s.BidDown = f.size("bidMultiplierUp"), f.size("bidMultiplierDown")
		s.AskUp, s.AskDown, s.AveragedOver = f.size("askMultiplierUp"), f.size("askMultiplierDown"), averaged(f)
	case "ICEBERG_PARTS":
		s.IcebergParts = f.integer("limit")
	case "MAX_NUM_ORDERS":
		s.MaxOrders = f.integer("maxNumOrders")
	case "MAX_NUM_ALGO_ORDERS":
		s.MaxAlgoOrders = f.integer("maxNumAlgoOrders")
	case "MAX_NUM_ICEBERG_ORDERS":
		s.MaxIcebergs = f.integer("maxNumIcebergOrders")
	case "MAX_POSITION":
		s.MaxPosition = f.size("maxPosition")
	}
}

// averaged returns over how long a filter averages the price; the last price alone is 0.
func averaged(f *object) time.Duration {
	return time.Duration(min(f.count("avgPriceMins"), 1<<20)) * time.Minute
}

// listed is what the venue lists, as it last said.
type listed struct {
	mu       sync.Mutex
	read     time.Time // zero: not yet
	byName   map[string]*Symbol
	bySymbol map[string]*Symbol
	all      []*Symbol
}

// fresh is how long what the venue lists is believed: it changes ticks and lots now and then.
const fresh = 6 * time.Hour

// Symbols returns every symbol that the venue lists, by name. The slice belongs to the driver.
func (d *Driver) Symbols(ctx context.Context) ([]*Symbol, error) {
	r := request{method: http.MethodGet, path: "/api/v3/exchangeInfo", weight: 20}
	r.params.add("showPermissionSets", "false")
	text, err := d.call(ctx, r)
	if err != nil {
		return nil, err
	}
	all, limits, err := readExchangeInfo(text)
	if err != nil {
		return nil, d.unread(r, err)
	}
	d.limits.allowed(limits)
	l := &d.listed
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read, l.all = time.Now(), all
	l.byName, l.bySymbol = make(map[string]*Symbol, len(all)), make(map[string]*Symbol, len(all))
	for _, s := range all {
		l.byName[s.Name], l.bySymbol[s.Symbol] = s, s
	}
	return all, nil
}

// Listings implements venues.Driver.
func (d *Driver) Listings(ctx context.Context) ([]venues.Listing, error) {
	symbols, err := d.Symbols(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]venues.Listing, len(symbols))
	for i, s := range symbols {
		all[i] = s.Listing
	}
	return all, nil
}

// symbol returns the symbol of an instrument.
func (d *Driver) symbol(ctx context.Context, instrument string) (*Symbol, error) {
	if err := d.list(ctx, fresh); err != nil {
		return nil, err
	}
	d.listed.mu.Lock()
	defer d.listed.mu.Unlock()
	if s, ok := d.listed.byName[instrument]; ok {
		return s, nil
	}
	return nil, &venues.Failure{Class: venues.Refused, Err: fmt.Errorf("%s: it does not list %s", d.name, instrument)}
}

// list makes sure that what the venue lists is known, and not older than this.
func (d *Driver) list(ctx context.Context, age time.Duration) error {
	d.listed.mu.Lock()
	read := d.listed.read
	d.listed.mu.Unlock()
	if !read.IsZero() && time.Since(read) < age {
		return nil
	}
	if _, err := d.Symbols(ctx); err != nil && read.IsZero() {
		return err
	}
	return nil // what it listed before still serves: the venue itself refuses what changed
}

// names returns the name of a symbol, as far as the venue listed it.
func (d *Driver) names(symbol string) (string, bool) {
	d.listed.mu.Lock()
	defer d.listed.mu.Unlock()
	s, ok := d.listed.bySymbol[symbol]
	if !ok {
		return "", false
	}
	return s.Name, true
}
