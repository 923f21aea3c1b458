package data

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/steelyard/steelyard/engine/fund"
)

// Cap is a market capitalisation and when it became known.
type Cap struct {
	Known fund.Time // the close of the day that it is of
	USD   float64   // positive
}

// LoadCaps returns the market caps of each asset that became known from ≤ t < to, ascending. vendor "" takes them from
// the only vendor that has the asset's; an asset without caps, or with caps of several vendors, is an error. Caps
// have an age of their own: days that a vendor wrote 0 for are not there, and nothing fills them.
func (s *Store) LoadCaps(ctx context.Context, vendor string, assets []string, from, to fund.Time) ([][]Cap, error) {
	have, err := s.Series(ctx, Filter{Key: Key{Venue: vendor}, Kind: Caps})
	if err != nil {
		return nil, err
	}
	all := make([][]Cap, len(assets))
	for i, asset := range assets {
		series, err := capsOf(asset, have)
		if err != nil {
			return nil, fmt.Errorf("the store at %s: %w", s.dir, err)
		}
		bars, err := readBars(series.path(s.dir), series.file)
		if err != nil {
			return nil, err
		}
		for _, b := range bars {
			if known := b.at.Add(series.Interval); known >= from && known < to {
				all[i] = append(all[i], Cap{known, b.values[closeColumn]})
			}
		}
	}
	return all, nil
}

// capsOf chooses the series of an asset's caps.
func capsOf(asset string, have []Series) (Series, error) {
	var of []Series
	var vendors []string
	for _, s := range have {
		if base, _, _ := strings.Cut(s.Instrument, "/"); base == asset {
			of, vendors = append(of, s), append(vendors, s.Key.String())
		}
	}
	switch len(of) {
	case 1:
		return of[0], nil
	case 0:
		return Series{}, fmt.Errorf("there are no market caps of %s: import a file that has them, as panel, coingecko or coinmarketcap", asset)
	}
	return Series{}, errors.New("there are market caps of " + asset + " from " + strings.Join(vendors, ", ") + ": say which vendor's to use")
}
