// Package data keeps market history: a store of bars in a folder, importers that fill it, loading into panels, and
// the file of rows that a run was stepped with.
//
// A store is a folder. Bars lie in it as Parquet, one file for each venue, instrument and interval, named after its
// SHA-256; DIR/catalog.duckdb says which file is current:
//
//	DIR/catalog.duckdb
//	DIR/bars/binance/BTC-USDT/1h/<sha256>.parquet    open_time, open, high, low, close, volume
//
// An import writes a new file beside the old one and then switches the catalogue to it in one transaction, so that
// whatever happens in between leaves the store as it was. DuckDB answers which file to read and nothing else: no
// number that a decision uses is computed in SQL.
package data
