package strategies

import (
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// MarketCap wants assets in proportion to their market capitalisations as last known. An asset has no weight while its cap
// is unknown, older than MaxAge or below MinCap. Stale assets leave, and the rest is what the bounds make of it.
type MarketCap struct {
	Assets []fund.AssetID // sorted, without the base asset
	MinCap float64        // US dollars
	MaxAge time.Duration
	Bounds Bounds

	lacks     []lack // by place in Assets: why it has no weight
	omitted   string
	measures  []float64
	allotment allotment
}

// lack is why an asset has no weight. Since is of what it speaks, so that a reason that changes is told anew.
type lack struct {
	what  shortage
	since fund.Time
}

type shortage int8

const (
	nothing shortage = iota
	unknown
	outdated
	small
)

// Weights implements engine.Target. They are nil while no asset that is priced has a cap that counts.
func (t *MarketCap) Weights(v *fund.View) []float64 {
	if t.measures == nil {
		t.measures = make([]float64, len(v.Universe.Assets))
		t.lacks = make([]lack, len(t.Assets))
	}
	changed := false
	for k, a := range t.Assets {
		l := t.lack(v, a)
		changed = changed || l != t.lacks[k]
		t.lacks[k] = l
		t.measures[a] = 0
		if l.what == nothing && !v.Stale[a] {
			t.measures[a] = v.Cap[a]
		}
	}
	if changed {
		t.omitted = t.tell(v.Universe)
	}
	return t.allotment.of(t.measures, t.Bounds, v.Universe.Base)
}

// Omitted implements engine.Omitting.
func (t *MarketCap) Omitted() string { return t.omitted }

// lack returns why an asset has no weight now.
func (t *MarketCap) lack(v *fund.View, a fund.AssetID) lack {
	switch {
	case v.Cap[a] == 0:
		return lack{what: unknown}
	case v.At.Sub(v.CapAt[a]) > t.MaxAge:
		return lack{outdated, v.CapAt[a]}
	case v.Cap[a] < t.MinCap:
		return lack{what: small}
	}
	return lack{}
}

// tell writes the lacks in words.
func (t *MarketCap) tell(u *fund.Universe) string {
	var parts []string
	for k, a := range t.Assets {
		name := u.AssetName(a)
		switch l := t.lacks[k]; l.what {
		case unknown:
			parts = append(parts, "no market cap of "+name+" is known")
		case outdated:
			parts = append(parts, "the market cap of "+name+", of "+l.since.String()+", is older than "+Span(t.MaxAge))
		case small:
			parts = append(parts, "the market cap of "+name+" is below "+fund.AmountOfFloat(t.MinCap).String()+" USD")
		}
	}
	if parts == nil {
		return ""
	}
	return "no weight: " + strings.Join(parts, "; ")
}
