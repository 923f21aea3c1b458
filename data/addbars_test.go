package data

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// hours returns the panel of one instrument with bars at these hours, each priced by its hour.
func hours(at []int) *fund.Panel {
	p := &fund.Panel{N: 1, Interval: time.Hour}
	for _, h := range at {
		price := 100 + float64(h)
		p.Times = append(p.Times, fund.Time(h)*fund.Time(time.Hour))
		p.Open, p.High = append(p.Open, price), append(p.High, price+1)
		p.Low, p.Close, p.Volume = append(p.Low, price-1), append(p.Close, price), append(p.Volume, 5)
	}
	return p
}

// TestAddBarsAnywhere adds bars in any order of time and looks at what the store then has and lacks.
func TestAddBarsAnywhere(t *testing.T) {
	ctx, random := context.Background(), rand.New(rand.NewPCG(1, 2))
	store, err := Open(t.TempDir(), Write)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for series := range 8 {
		k, has := Key{"binance", fmt.Sprintf("A%d/USDT", series)}, map[int]bool{}
		for range 3 {
			var at []int
			added := 0
			from := random.IntN(30)
			for h := from; h <= from+random.IntN(20); h++ {
				if h > from && random.IntN(4) == 0 {
					continue
				}
				if at = append(at, h); !has[h] {
					added++
				}
				has[h] = true
			}
			r, err := store.AddBars(ctx, hours(at), k)
			if err != nil || r.Added != added || r.Same != len(at)-added || r.Rows != len(has) {
				t.Fatalf("%v: %+v, added %d of %d", err, r, added, len(at))
			}
		}
		for range 20 {
			checkLacking(t, store, k, has, random.IntN(60), random.IntN(60))
		}
	}
}

// checkLacking compares what the store lacks with a set of hours.
func checkLacking(t *testing.T, store *Store, k Key, has map[int]bool, from, to int) {
	const hour = fund.Time(time.Hour)
	lacking, have, err := store.Lacking(context.Background(), k, time.Hour, fund.Time(from)*hour-1, fund.Time(to)*hour)
	if err != nil {
		t.Fatal(err)
	}
	lacks := map[int]bool{}
	for i, r := range lacking {
		if r.From >= r.To || i > 0 && r.From <= lacking[i-1].To {
			t.Fatalf("%+v", lacking)
		}
		for h := r.From; h < r.To; h += hour {
			lacks[int(h/hour)] = true
		}
	}
	for h := from; h < to; h++ {
		if has[h] == lacks[h] {
			t.Fatalf("hour %d: has %t, lacks %t", h, has[h], lacks[h])
		}
	}
	if have+len(lacks) != max(0, to-from) {
		t.Fatalf("%d there and %d not, of %d", have, len(lacks), to-from)
	}
}

func TestAddBarsRefuses(t *testing.T) {
	ctx := context.Background()
	store, err := Open(t.TempDir(), Write)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	k := Key{"binance", "BTC/USDT"}
	if _, err := store.AddBars(ctx, hours([]int{1, 2, 3}), k); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(p *fund.Panel){
		"open is 7, but the store has 102": func(p *fund.Panel) { p.Open[0], p.Low[0] = 7, 7 },
		"high 1 is below low":              func(p *fund.Panel) { p.High[1] = 1 },
		"which is not a multiple of 1h":    func(p *fund.Panel) { p.Times[1]++ },
		"there are no bars":                func(p *fund.Panel) { p.Times = nil },
	} {
		p := hours([]int{2, 9})
		change(p)
		if _, err := store.AddBars(ctx, p, k); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	all, err := store.Series(ctx, Filter{Key: k})
	if err != nil || len(all) != 1 || all[0].Rows != 3 {
		t.Errorf("%v %+v", err, all)
	}
	if _, err := store.AddBars(ctx, hours([]int{1}), Key{"Binance", "BTC"}); err == nil {
		t.Error("a bad name")
	}
}
