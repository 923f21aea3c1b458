package data

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/steelyard/steelyard/engine/fund"
)

// ExchangeInfo is the format of rules: the answer of Binance's /api/v3/exchangeInfo.
const ExchangeInfo = "exchangeinfo"

// Rule is what a venue demands of orders for an instrument. What is zero it does not demand.
type Rule struct {
	Key
	Trading     bool        // whether it was open for trading then
	Lot         fund.Amount // base units: quantities are multiples of it
	Tick        fund.Amount // quote units: prices are multiples of it
	MinQuantity fund.Amount // base units
	MaxQuantity fund.Amount // base units
	MinNotional fund.Amount // price × quantity, quote units
	MaxNotional fund.Amount // quote units
	AsOf        fund.Time   // when the venue said so
	Source      string      // SHA-256 of the file that it came in, hex
}

// RulesResult says what an import of rules did.
type RulesResult struct {
	Venue   string
	Rules   int       // instruments whose rules are now those of the file
	Skipped []string  // symbols whose names are not letters and digits
	AsOf    fund.Time // of the file
}

// ImportRules makes the rules in an exchangeInfo file those of a venue's instruments, all of them or none. Rules of
// instruments that the file does not name stay.
func (s *Store) ImportRules(ctx context.Context, venue, file string) (RulesResult, error) {
	if err := (Key{venue, "ANY/ANY"}).Check(); err != nil {
		return RulesResult{}, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return RulesResult{}, err
	}
	rules, result, err := parseExchangeInfo(venue, text)
	if err != nil {
		return RulesResult{}, fmt.Errorf("%s: %w", file, err)
	}
	if err := s.create(); err != nil {
		return RulesResult{}, err
	}
	return result, s.catalogue.putRules(ctx, rules)
}

// Rules returns the rules that the store has of a venue's instruments, by name; venue "" is all venues.
func (s *Store) Rules(ctx context.Context, venue string) ([]Rule, error) {
	if s.catalogue == nil {
		return nil, nil
	}
	return s.catalogue.rules(ctx, venue)
}

// exchangeInfo is the part of the answer that is read.
type exchangeInfo struct {
	ServerTime int64 // milliseconds
	Symbols    []struct {
		Symbol, Status, BaseAsset, QuoteAsset string
		Filters                               []filter
	}
}

// filter is one of several kinds, each of which has some of the fields.
type filter struct {
	FilterType                                                   string
	StepSize, MinQty, MaxQty, TickSize, MinNotional, MaxNotional fund.Amount
}

func parseExchangeInfo(venue string, text []byte) ([]Rule, RulesResult, error) {
	var info exchangeInfo
	result := RulesResult{Venue: venue}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&info); err != nil {
		return nil, result, fmt.Errorf("it is no exchangeInfo (%w): get it again", err)
	}
	if len(info.Symbols) == 0 {
		return nil, result, fmt.Errorf("there are no symbols in it: is it the answer of /api/v3/exchangeInfo?")
	}
	asOf, err := clock{unit: "ms"}.count(info.ServerTime)
	if err != nil {
		return nil, result, fmt.Errorf("serverTime: %w", err)
	}
	sum := sha256.Sum256(text)
	result.AsOf = asOf
	var rules []Rule
	for _, s := range info.Symbols {
		r := Rule{Key: Key{venue, s.BaseAsset + "/" + s.QuoteAsset}, Trading: s.Status == "TRADING", AsOf: asOf, Source: hex.EncodeToString(sum[:])}
		if r.Key.Check() != nil {
			result.Skipped = append(result.Skipped, s.Symbol)
			continue
		}
		for _, f := range s.Filters {
			r.apply(f)
		}
		if slices.ContainsFunc(r.amounts(), func(a *fund.Amount) bool { return a.Sign() < 0 }) {
			return nil, result, fmt.Errorf("symbol %s: a limit is negative: get the file again", s.Symbol)
		}
		rules = append(rules, r)
	}
	result.Rules = len(rules)
	return rules, result, nil
}

// apply takes what one filter demands.
func (r *Rule) apply(f filter) {
	switch f.FilterType {
	case "PRICE_FILTER":
		r.Tick = f.TickSize
	case "LOT_SIZE":
		r.Lot, r.MinQuantity, r.MaxQuantity = f.StepSize, f.MinQty, f.MaxQty
	case "MIN_NOTIONAL", "NOTIONAL":
		r.MinNotional, r.MaxNotional = f.MinNotional, f.MaxNotional
	}
}

// amounts lists the demands in the order of the catalogue.
func (r *Rule) amounts() []*fund.Amount {
	return []*fund.Amount{&r.Lot, &r.Tick, &r.MinQuantity, &r.MaxQuantity, &r.MinNotional, &r.MaxNotional}
}

func (c *catalogue) putRules(ctx context.Context, rules []Rule) error {
	return c.atOnce(ctx, func(tx *sql.Tx) error {
		for _, r := range rules {
			_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.Venue, r.Instrument, r.Trading, r.Lot.String(),
				r.Tick.String(), r.MinQuantity.String(), r.MaxQuantity.String(), r.MinNotional.String(), r.MaxNotional.String(), int64(r.AsOf), r.Source)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *catalogue) rules(ctx context.Context, venue string) (all []Rule, err error) {
	rows, err := c.db.QueryContext(ctx, `SELECT venue, instrument, trading, lot, tick, min_quantity, max_quantity, min_notional, max_notional, as_of_ns, source
		FROM rules WHERE ? = '' OR venue = ? ORDER BY venue, instrument`, venue, venue)
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Rule
		var amounts [6]string
		err := rows.Scan(&r.Venue, &r.Instrument, &r.Trading, &amounts[0], &amounts[1], &amounts[2], &amounts[3], &amounts[4], &amounts[5], &r.AsOf, &r.Source)
		for i, a := range r.amounts() {
			if err == nil {
				err = a.UnmarshalText([]byte(amounts[i]))
			}
		}
		if err != nil {
			return nil, fmt.Errorf("read the catalogue: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
