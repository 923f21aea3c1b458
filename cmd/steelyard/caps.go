package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// known is a market cap that became known.
type known struct {
	asset fund.AssetID
	data.Cap
}

// capsOf loads the market caps that a fund looks at over rows that close after from and by to, none for a fund that looks
// at none. Those that count at from became known before it.
func capsOf(ctx context.Context, store *data.Store, f *fundfile.Fund, from, to fund.Time) ([]sim.Caps, error) {
	var all []known
	for _, wanted := range f.Caps() {
		names := make([]string, len(wanted.Assets))
		for i, a := range wanted.Assets {
			names[i] = f.Universe().AssetName(a)
		}
		series, err := store.LoadCaps(ctx, wanted.Vendor, names, from.Add(-wanted.MaxAge), to+1)
		if err != nil {
			return nil, err
		}
		for i, caps := range series {
			for _, c := range caps {
				all = append(all, known{wanted.Assets[i], c})
			}
		}
	}
	return byTime(all, len(f.Universe().Assets)), nil
}

// byTime puts together what became known at one time.
func byTime(all []known, assets int) []sim.Caps {
	slices.SortStableFunc(all, func(a, b known) int { return cmp.Compare(a.Known, b.Known) })
	var caps []sim.Caps
	for _, k := range all {
		if n := len(caps); n == 0 || caps[n-1].At != k.Known {
			caps = append(caps, sim.Caps{At: k.Known, USD: make([]float64, assets)})
		}
		caps[len(caps)-1].USD[k.asset] = k.USD
	}
	return caps
}

// capsTable is caps.csv, the market caps that a run was given: a line for each time, asset and cap in US dollars.
type capsTable struct {
	u    *fund.Universe
	text []byte
}

// add appends the caps that became known at a time; of an asset with 0 there was nothing new.
func (t *capsTable) add(at fund.Time, usd []float64) {
	if len(t.text) == 0 {
		t.text = append(t.text, "known,asset,usd\n"...)
	}
	for a, v := range usd {
		if v != 0 {
			t.text = fmt.Appendf(t.text, "%v,%s,%s\n", at, t.u.AssetName(fund.AssetID(a)), strconv.FormatFloat(v, 'f', -1, 64))
		}
	}
}

// capsText returns the text of caps.csv, nil where there are no caps.
func capsText(u *fund.Universe, caps []sim.Caps) []byte {
	t := capsTable{u: u}
	for _, c := range caps {
		t.add(c.At, c.USD)
	}
	return t.text
}

// datasetHash names all data that a run was given: the hash of its rows, or with a file of market caps the SHA-256, hex, of
//
//	"steelyard dataset 1\n"
//	the hash of the rows, hex, and "\n"
//	the SHA-256 of the file, hex, and "\n"
func datasetHash(rows string, caps []byte) string {
	if len(caps) == 0 {
		return rows
	}
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "steelyard dataset 1\n%s\n%x\n", rows, sha256.Sum256(caps))))
}
