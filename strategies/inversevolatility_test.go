package strategies_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

// swinging is a panel of n instruments of which number k moves by k+1 percent up and down in turn, from row start[k] on.
func swinging(rows int, start ...int) *fund.Panel {
	p := &fund.Panel{N: len(start), Interval: time.Hour}
	for r := range rows {
		p.Times = append(p.Times, fund.Time(r)*fund.Time(time.Hour))
		for k, from := range start {
			price, open := math.NaN(), math.NaN()
			if r >= from {
				swing := 1 + float64(k+1)/100
				price, open = 100*swing, 100
				if (r-from)%2 == 1 {
					price, open = open, price
				}
			}
			p.Open, p.Close, p.Volume = append(p.Open, open), append(p.Close, price), append(p.Volume, 1)
		}
	}
	return p
}

// weighing is a target over the coins of a panel, and the view of it.
func weighing(p *fund.Panel) (*strategies.InverseVolatility, *fund.View) {
	u := &fund.Universe{Accounts: []string{"v"}}
	t := &strategies.InverseVolatility{Window: 2 * fund.Day, Every: fund.Day, Bounds: strategies.Bounds{Cap: 1}}
	u.Base = fund.AssetID(p.N)
	for k := range p.N {
		u.Assets = append(u.Assets, fund.Asset{Name: string(rune('A' + k))})
		u.Instruments = append(u.Instruments, fund.Instrument{Name: string(rune('A'+k)) + "/USDT", Base: fund.AssetID(k), Quote: u.Base})
		t.Assets = append(t.Assets, fund.AssetID(k))
	}
	u.Assets = append(u.Assets, fund.Asset{Name: "USDT"})
	return t, &fund.View{Universe: u, Stale: make([]bool, p.N+1)}
}

// closeRow lets row r of p be the newest.
func closeRow(v *fund.View, p *fund.Panel, r int) {
	v.History, v.At = fund.HistoryOf(p, r+1), p.CloseTime(r)
	for k := range p.N {
		v.Stale[k] = !p.Has(r, fund.InstrumentID(k))
	}
}

func about(t *testing.T, got []float64, want ...float64) {
	t.Helper()
	for a := range want {
		if len(got) != len(want) || math.Abs(got[a]-want[a]) > 0.01 {
			t.Fatalf("%v, want about %v", got, want)
		}
	}
}

func TestInverseVolatility(t *testing.T) {
	p := swinging(24*8, 0, 0, 30)
	target, view := weighing(p)
	for r := range p.Rows() {
		closeRow(view, p, r)
		w := target.Weights(view)
		switch {
		case r < 23: // the first midnight with twenty returns is at the close of row 23
			if w != nil || !strings.HasSuffix(target.Omitted(), ": A, B, C") {
				t.Fatalf("row %d: %v, %s", r, w, target.Omitted())
			}
		case r < 71: // C has eighteen returns at the second midnight
			about(t, w, 2.0/3, 1.0/3, 0, 0)
			if !strings.HasSuffix(target.Omitted(), ": C") {
				t.Fatalf("row %d: %s", r, target.Omitted())
			}
		default:
			about(t, w, 6.0/11, 3.0/11, 2.0/11, 0)
			if target.Omitted() != "" {
				t.Fatalf("row %d: %s", r, target.Omitted())
			}
		}
	}
}

// A stale asset leaves and returns with the weight that it had, whenever weights are measured.
func TestInverseVolatilityOfStaleAssets(t *testing.T) {
	p := swinging(24*3, 0, 0)
	for _, r := range []int{47, 50} { // one of them closes at midnight, when the volatility is measured
		p.Close[r*2] = math.NaN()
	}
	target, view := weighing(p)
	for r := range p.Rows() {
		closeRow(view, p, r)
		w := target.Weights(view)
		switch {
		case r == 47, r == 50:
			about(t, w, 0, 1, 0)
		case r >= 23:
			about(t, w, 2.0/3, 1.0/3, 0)
		}
	}
}

// A price that never moves has no volatility, and no weight.
func TestInverseVolatilityOfAPriceThatStands(t *testing.T) {
	p := swinging(48, 0, 0)
	for r := range p.Rows() {
		p.Open[r*2], p.Close[r*2] = 1, 1
	}
	target, view := weighing(p)
	closeRow(view, p, 47)
	about(t, target.Weights(view), 0, 1, 0)
	if !strings.HasSuffix(target.Omitted(), ": A") {
		t.Error(target.Omitted())
	}
}

// What happened before the window is forgotten.
func TestVolatilityIsMeasuredOverTheWindowAlone(t *testing.T) {
	p := swinging(24*10, 0, 0)
	for r := range 24 * 5 { // long before the window both swung alike
		p.Close[r*2+1], p.Open[r*2+1] = p.Close[r*2], p.Open[r*2]
	}
	target, view := weighing(p)
	for r := range p.Rows() {
		closeRow(view, p, r)
		w := target.Weights(view)
		if r == 24*5-1 {
			about(t, w, 0.5, 0.5, 0)
		}
	}
	about(t, target.Weights(view), 2.0/3, 1.0/3, 0)
}
