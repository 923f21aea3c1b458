// Package data keeps market history: a store of bars in a folder, importers that fill it, checks of what is in it,
// loading into panels, and the file of rows that a run was stepped with. docs/DATA.md is for those who use it.
//
// A store is a folder. Bars lie in it as Parquet, one file for each venue, instrument and interval, named after its
// SHA-256; DIR/catalog.duckdb says which file is current:
//
//	DIR/catalog.duckdb
//	DIR/bars/binance/BTC-USDT/1h/<sha256>.parquet    open_time, open, high, low, close, volume
//	DIR/caps/coingecko/BTC-USD/1d/<sha256>.parquet   market caps, in the same columns
//
// An import writes a new file beside the old one and then switches the catalogue to it in one transaction, so that
// whatever happens in between leaves the store as it was. The catalogue also holds the rules of venues. DuckDB answers
// which file to read and nothing else: no number that a decision uses is computed in SQL.
package data
