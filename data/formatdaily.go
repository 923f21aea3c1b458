package data

import (
	"fmt"
	"slices"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// closeNames are the columns of daily closes with market caps.
func closeNames() names {
	return names{
		closeColumn:  {"priceusd", "price", "close"},
		volumeColumn: {"volumeusd", "totalvolume", "volume"},
		capField:     {"marketcapusd", "marketcap"},
		timeField:    {"date", "snappedat"},
		assetField:   {"asset", "symbol"},
		sourceField:  {"source"},
	}
}

// readCoinGecko reads CoinGecko's export of one coin: snapped_at, price, market_cap, total_volume. Volumes are in
// dollars and become units at the price beside them.
func readCoinGecko(in *input) ([]source, error) {
	f := newTextFile("coingecko", in)
	n := closeNames()
	n[assetField], n[sourceField] = nil, nil
	f.begin = f.byHeader(n)
	f.row = f.daily
	return f.read()
}

// daily reads a daily price with its volume in quote units.
func (f *textFile) daily(fields []string, l *layout) (row, string, error) {
	r, instrument, err := f.bar(fields, l)
	if err == nil {
		err = r.wholeDay(f.in.spec.Reading)
	}
	r.inBase()
	return r, instrument, err
}

// panelFile is a file of many assets and of several sources.
type panelFile struct {
	*textFile
	base, quote string   // the asset that is wanted, "*" for all, and what prices are in
	source      string   // of the rows taken
	assets      []string // of the rows left
}

// readPanel reads a long table of daily prices: date, asset, price, and where there are any market cap, volume and
// source.
func readPanel(in *input) ([]source, error) {
	f := &panelFile{textFile: newTextFile("panel", in), source: in.spec.Source}
	f.base, f.quote, _ = strings.Cut(in.spec.Instrument, "/")
	header := f.byHeader(closeNames())
	f.begin = func(fields []string) (layout, bool, bool, error) {
		l, isHeader, ok, err := header(fields)
		if ok && !l.has(assetField) {
			return l, false, false, fmt.Errorf("no column is the asset in the header %.200q: is the format panel right?", strings.Join(fields, ","))
		}
		return l, isHeader, ok, err
	}
	f.row = f.asset
	sources, err := f.read()
	if err == errNoRows && len(f.assets) > 0 {
		return nil, fmt.Errorf("there is no %s in it: it has %s", f.wanted(), strings.Join(f.assets, ", "))
	}
	return sources, err
}

func (f *panelFile) wanted() string {
	if f.in.spec.Source != "" {
		return f.base + " from " + f.in.spec.Source
	}
	return f.base
}

// asset reads a line if it is of the asset and source that are wanted.
func (f *panelFile) asset(fields []string, l *layout) (row, string, error) {
	asset, from := strings.ToUpper(fields[l[assetField]]), ""
	if l.has(sourceField) {
		from = fields[l[sourceField]]
	}
	if f.base != everything && f.base != asset || f.in.spec.Source != "" && f.in.spec.Source != from {
		if !slices.Contains(f.assets, asset) {
			f.assets = append(f.assets, strings.Clone(asset))
		}
		return row{}, "", nil
	}
	if f.source == "" {
		f.source = strings.Clone(from)
	}
	if f.source != from {
		return row{}, "", fmt.Errorf("source %s after %s of lines before: say which one to take with --source", from, f.source)
	}
	r, _, err := f.daily(fields, l)
	key := Key{f.in.spec.Venue, asset + "/" + f.quote}
	if err == nil {
		err = key.Check()
	}
	return r, key.Instrument, err
}

// readCoinMarketCap reads CoinMarketCap's histories of one coin, with either separator: days with open, high, low and
// close, so that the date says which day it is. Volumes are in dollars and become units at the close.
func readCoinMarketCap(in *input) ([]source, error) {
	f := newTextFile("coinmarketcap", in)
	n := usualNames()
	n[timeField] = []string{"timeopen", "date"}
	n[capField] = []string{"marketcap"}
	header := f.byHeader(n)
	f.begin = func(fields []string) (layout, bool, bool, error) {
		l, isHeader, ok, err := header(fields)
		if ok && l.closeOnly() {
			err = fmt.Errorf("no column is the open in the header %.200q: import it as panel or coingecko", strings.Join(fields, ","))
		}
		return l, isHeader, ok, err
	}
	f.row = func(fields []string, l *layout) (row, string, error) {
		r, instrument, err := f.bar(fields, l)
		r.at = r.at.Floor(fund.Day) // some date a day by its last second
		r.inBase()
		return r, instrument, err
	}
	return f.read()
}
