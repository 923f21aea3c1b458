package venues_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/venuetest"
)

// cross lets ETH trade against BTC as well, which the fund likes better, on lots and ticks that make cash of nine decimals at a
// venue that keeps eight.
func (r *rig) cross() {
	const btc, eth = 1, 2 // columns; the cross goes before ETH/USDT
	in, l := r.u.Instruments[eth], r.scene.Listings[eth]
	in.Name, in.Quote, in.Tick, in.MinNotional = "ETH/BTC", btc, fund.MustAmount("0.00001"), fund.MustAmount("0.0001")
	l.Name, l.Symbol, l.Quote, l.Tick, l.MinNotional = in.Name, "ETHBTC", "BTC", in.Tick, in.MinNotional
	r.u.Instruments[eth].Spread = 0.02 // as it expects
	r.u.Instruments = slices.Insert(r.u.Instruments, eth, in)
	r.scene.Listings = slices.Insert(r.scene.Listings, eth, l)
	p := &fund.Panel{N: 4, Interval: r.panel.Interval, Times: r.panel.Times}
	for row, bars := range r.scene.Rows {
		b, at := bars[eth], row*r.panel.N
		b.Instrument = in.Name
		columns := []*[]float64{&p.Open, &p.High, &p.Low, &p.Close}
		for k, old := range [][]float64{r.panel.Open, r.panel.High, r.panel.Low, r.panel.Close} {
			price := math.Round(old[at+eth]/r.panel.Open[at+btc]*1e5) / 1e5
			*[]*fund.Amount{&b.First, &b.High, &b.Low, &b.Last}[k] = fund.AmountOfFloat(price)
			*columns[k] = append(*columns[k], slices.Insert(slices.Clone(old[at:at+r.panel.N]), eth, price)...)
		}
		p.Volume = append(p.Volume, 1e6, 1e6, 1e6, 1e6)
		r.scene.Rows[row] = slices.Insert(bars, eth, b)
	}
	r.panel = p
	policy := r.policy
	r.policy = func() engine.Policy {
		p := policy()
		p.Planner, p.Impact = optimize.MinCost{}, append(p.Impact, impact.None{})
		return p
	}
}

// A fund that trades a cross of fine ticks holds what its venue says, to the last unit, although the venue keeps less than
// price × quantity: nobody finds a discrepancy.
func TestCashOfCrosses(t *testing.T) { synctest.Test(t, cashOfCrosses) }

func cashOfCrosses(t *testing.T) {
	cut := 0
	for seed := range uint64(6) {
		r := newRig(t, seed, 60)
		r.cross()
		r.run()
		r.wantTrue()
		for _, f := range r.records("fill") {
			if f["cash"] != nil {
				cut++
			}
		}
	}
	if cut < 10 {
		t.Errorf("%d fills were cut off: the test tests little", cut)
	}
}

// unsaid is a driver whose account stream tells how far orders have come and of no execution, as Binance's does where it does
// not say what changed hands.
type unsaid struct{ *venuetest.Memory }

func (d *unsaid) Account(ctx context.Context) (venues.AccountStream, error) {
	s, err := d.Memory.Account(ctx)
	return &unsaidStream{s}, err
}

type unsaidStream struct{ venues.AccountStream }

func (s *unsaidStream) Next(ctx context.Context) (*venues.AccountMessage, error) {
	m, err := s.AccountStream.Next(ctx)
	if m == nil || m.Status == nil {
		return m, err
	}
	st := *m.Status
	st.Fills = nil
	return &venues.AccountMessage{At: m.At, Status: &st}, err
}

// Executions that the stream does not tell are asked for as soon as it says that there are some, and not when their order ends.
func TestUnsaidFillsAreAskedFor(t *testing.T) { synctest.Test(t, unsaidFillsAreAskedFor) }

func unsaidFillsAreAskedFor(t *testing.T) {
	r := newRig(t, 1, 8)
	r.cross()
	r.scene.Participation = 1e-6 // a unit a row: orders fill in parts
	r.memory = venuetest.NewMemory(r.scene)
	r.driver = &unsaid{r.memory}
	r.hold = func(fund.Time) bool { return !r.agrees() } // time stands still until all is booked
	r.run()
	r.wantTrue()
	parts := map[any]int{}
	most := 0
	for _, f := range r.records("fill") {
		parts[f["order"]]++
		most = max(most, parts[f["order"]])
	}
	if most < 2 {
		t.Error("no order filled in parts: the test tests little")
	}
}

// agrees reports whether the ledger holds what the venue does.
func (r *rig) agrees() bool {
	list, err := r.memory.Balances(context.Background())
	for _, b := range list {
		a, _ := r.u.Asset(b.Asset)
		if !b.Free.Add(b.Locked).Equal(r.core.Book().Balance(0, a)) {
			return false
		}
	}
	return err == nil
}
