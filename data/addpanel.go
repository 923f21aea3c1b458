package data

import (
	"context"
	"errors"
	"fmt"

	"github.com/steelyard/steelyard/engine/fund"
)

// AddPanel adds the bars of a panel that a program made to the series of its columns, which keys names, all of them or
// none. What the store has of a series must begin with the panel, and agree with it: adding a panel twice changes
// nothing, and a longer one adds what is new. Bid and Ask are not kept. A nil progress is not told.
func (s *Store) AddPanel(ctx context.Context, p *fund.Panel, keys []Key, progress Progress) ([]Result, error) {
	for _, k := range keys {
		if err := k.Check(); err != nil {
			return nil, err
		}
	}
	if err := s.create(); err != nil {
		return nil, err
	}
	var results []Result
	var before []string // the files that were current
	for i, k := range keys {
		result, file, err := s.placeColumn(ctx, p, i, k)
		if err != nil {
			s.sweepAll(results, before)
			return nil, err
		}
		results, before = append(results, result), append(before, file)
		if progress != nil {
			progress(int64(i+1)*barBytes(p), int64(len(keys))*barBytes(p))
		}
	}
	return results, s.switchTo(ctx, results)
}

// barBytes returns how many bytes the bars of one instrument of p take.
func barBytes(p *fund.Panel) int64 { return int64(p.Rows()) * (1 + int64(numColumns)) * 8 }

// placeColumn writes the file that column i of the panel makes of a series, if it makes it another. It also returns
// the file that is current.
func (s *Store) placeColumn(ctx context.Context, p *fund.Panel, i int, k Key) (Result, string, error) {
	bars, err := barsOf(p, i)
	if err != nil {
		return Result{}, "", fmt.Errorf("%v: %w", k, err)
	}
	of := Series{Key: k, Kind: Bars, Interval: p.Interval}
	series, old, err := s.current(ctx, of)
	if err != nil {
		return Result{}, "", err
	}
	file := series.file
	merged, err := extend(k, old, bars)
	if err != nil {
		return Result{}, "", err
	}
	added := len(merged) - len(old)
	if added > 0 {
		if series, err = s.place(describe(of, merged), merged); err != nil {
			return Result{}, "", fmt.Errorf("the store at %s cannot be written: %w", s.dir, err)
		}
	}
	return Result{Series: series, Added: added, Same: len(bars) - added}, file, nil
}

// extend returns the bars of a store and those that were made, which must tell the same from the first one on.
func extend(k Key, old, made []bar) ([]bar, error) {
	const instead = "what is in the store stays; take another store or another venue"
	if len(old) > 0 && old[0].at != made[0].at {
		return nil, fmt.Errorf("%v: the bars begin at %v, but those of the store at %v: %s", k, made[0].at, old[0].at, instead)
	}
	all, clash := merge(old, made)
	if clash != nil {
		c := clash.old.differs(&clash.new)
		return nil, fmt.Errorf("%v: %v: %s is %v, but the store has %v: %s",
			k, clash.old.at, columnName(c), clash.new.values[c], clash.old.values[c], instead)
	}
	return all, nil
}

// barsOf returns the bars of column i, of which there must be some, and each one that can be.
func barsOf(p *fund.Panel, i int) ([]bar, error) {
	bars := make([]bar, 0, p.Rows())
	for r, t := range p.Times {
		if !p.Has(r, fund.InstrumentID(i)) {
			continue
		}
		k := r*p.N + i
		b := bar{t, [numColumns]float64{p.Open[k], p.High[k], p.Low[k], p.Close[k], p.Volume[k]}}
		if err := b.check(); err != nil {
			return nil, fmt.Errorf("%v: %w", t, err)
		}
		bars = append(bars, b)
	}
	if len(bars) == 0 {
		return nil, errors.New("there are no bars")
	}
	return bars, nil
}

// switchTo makes the placed files the current ones, all in one transaction.
func (s *Store) switchTo(ctx context.Context, results []Result) error {
	var changed []Series
	for _, r := range results {
		if r.Added > 0 {
			changed = append(changed, r.Series)
		}
	}
	if err := s.catalogue.put(ctx, changed...); err != nil {
		return err
	}
	for _, series := range changed {
		sweep(series.folder(s.dir), series.file)
	}
	return nil
}

// sweepAll removes the files that were placed and are not to be used.
func (s *Store) sweepAll(results []Result, current []string) {
	for i, r := range results {
		sweep(r.folder(s.dir), current[i])
	}
}
