package data

import (
	"fmt"
	"io"
	"slices"
)

// format reads one kind of file.
type format struct {
	name  string
	takes []option // what of a Reading it uses
	daily bool     // its bars are days
	many  bool     // a file holds many assets
	// read returns what the file says, one source for each series. Its errors name the line.
	read func(*input) ([]source, error)
}

// input is a file, or an entry of an archive, that is being read.
type input struct {
	io.Reader
	name string // of the file, and of the entry
	spec Spec
}

func formats() []format {
	layout := []option{columnsOption, timeOption}
	vendor := []option{timeOption, dateIsOption}
	return []format{
		{name: "binance-klines", read: binanceKlines.read},
		{name: "ohlcv-csv", read: ohlcvCSV.read},
		{name: "csv", takes: layout, read: readCSV},
		{name: "parquet", takes: layout, read: readParquet},
		{name: "cryptodatadownload", takes: []option{timeOption}, read: readCryptoDataDownload},
		{name: "panel", takes: append(vendor, sourceOption), daily: true, many: true, read: readPanel},
		{name: "coingecko", takes: vendor, daily: true, read: readCoinGecko},
		{name: "coinmarketcap", takes: []option{timeOption}, daily: true, read: readCoinMarketCap},
		{name: "lean", read: readLean},
		{name: "freqtrade", read: readFreqtrade},
		{name: "coinbase-candles", read: readCoinbase},
	}
}

// Formats returns the names of the formats of bars that can be imported.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func findFormat(name string) (format, error) {
	all := formats()
	i := slices.IndexFunc(all, func(f format) bool { return f.name == name })
	if i < 0 {
		return format{}, fmt.Errorf("format %q is unknown: use %s", name, orList(Formats()))
	}
	return all[i], nil
}
