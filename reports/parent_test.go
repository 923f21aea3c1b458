package reports

import (
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/ledger"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/engine/shortfall"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/exchange"
	"github.com/steelyard/steelyard/strategies"
)

// newCrossRig has BNB, BTC, ETH and USDT with two crosses on two venues: one takes its fees in BNB, the other from what is
// received. Prices jump between rows, so that a first order does not always leave at the price decided on.
func newCrossRig(rows int, seed uint64, schedule execute.Schedule) *rig {
	u := &fund.Universe{Accounts: []string{"a", "b"}, Base: 3,
		Assets: []fund.Asset{{Name: "BNB", Decimals: 8}, {Name: "BTC", Decimals: 8}, {Name: "ETH", Decimals: 8}, {Name: "USDT", Decimals: 8}}}
	fees := fund.Fees{Maker: fund.MustAmount("0.001"), Taker: fund.MustAmount("0.001"), In: fund.FeeInAsset, Asset: 0}
	received := fund.Fees{Maker: fund.MustAmount("0.002"), Taker: fund.MustAmount("0.002"), In: fund.FeeInReceived}
	pair := func(venue fund.AccountID, name string, base, quote fund.AssetID, f fund.Fees) {
		u.Instruments = append(u.Instruments, fund.Instrument{Venue: venue, Name: name, Base: base, Quote: quote, Fees: f, Spread: 0.0004,
			Lot: fund.MustAmount("0.0001")})
	}
	pair(0, "BNB/USDT", 0, 3, fees)
	pair(0, "BTC/USDT", 1, 3, fees)
	pair(0, "ETH/BTC", 2, 1, fees)
	pair(0, "ETH/USDT", 2, 3, fees)
	pair(1, "BTC/USDT", 1, 3, received)
	pair(1, "ETH/USDT", 2, 3, received)
	panel := jumpy(walkPanel(5, rows, 0.02, seed)).WithCrosses(6, []fund.Cross{{Of: 2, Base: 3, Quote: 1}})
	models := make([]impact.Model, 6)
	for i := range models {
		models[i] = impact.SquareRoot{Y: 1, HalfLife: 6 * time.Hour}
	}
	r := &rig{u: u}
	schedule.Deadline = fund.Day
	r.policy = engine.Policy{
		Target: strategies.Equal(4, []fund.AssetID{0, 1, 2}), Trigger: &strategies.Threshold{Band: 0.04, Dust: 1},
		Planner: optimize.MinCost{}, Schedule: schedule, Impact: models, Window: 30 * fund.Day,
		Dust: 1, MaxAge: fund.Day, Retry: time.Hour,
	}
	start := panel.Times[0]
	r.config = sim.Config{
		Universe: u, Panel: panel,
		Venues: []exchange.Config{
			{Account: 0, Impact: models, Window: 30 * fund.Day, Participation: 0.02, RejectRate: 0.1, Latency: time.Second, Seed: seed},
			{Account: 1, Impact: models, Window: 30 * fund.Day, RejectRate: 0.1, Seed: seed}},
		Opening: []sim.Flow{
			{At: start, Account: 0, Asset: 0, Amount: fund.MustAmount("1000")},
			{At: start, Account: 0, Asset: 3, Amount: fund.MustAmount("6000000")},
			{At: start, Account: 1, Asset: 3, Amount: fund.MustAmount("6000000")}},
	}
	for k := 40; k < rows; k += 23 {
		r.config.Flows = append(r.config.Flows,
			sim.Flow{At: hours(k).Add(time.Duration(k) * time.Minute), Account: fund.AccountID(k % 2), Asset: 3, Amount: fund.MustAmount("-200000")},
			sim.Flow{At: hours(k + 9), Account: 0, Asset: 3, Amount: fund.MustAmount("150000")})
	}
	return r
}

// jumpy makes rows open off the close before them, and the last two columns the prices of the two before at another venue.
func jumpy(p *fund.Panel) *fund.Panel {
	for k := range p.Open {
		if i := k % p.N; i >= 3 {
			at := 1 + 0.001*math.Sin(float64(k))
			p.Open[k], p.Close[k], p.Volume[k] = p.Open[k-2]*at, p.Close[k-2]*at, p.Volume[k-2]
		}
	}
	for k := range p.Open {
		p.Open[k] *= 1 + 0.003*math.Sin(float64(7*k))
		p.High[k], p.Low[k] = max(p.Open[k], p.Close[k]), min(p.Open[k], p.Close[k])
	}
	return p
}

// paperBook follows a journal on its own: what trading really did to the balances since each decision, and what its plan
// would have done at the prices decided with. Deposits and withdrawals are in neither.
type paperBook struct {
	u     *fund.Universe
	panel *fund.Panel
	book  *ledger.Book
	rows  int
	paper []float64 // by asset: units that the plan under way would have brought
	real  []float64 // by asset: units that trading and fees had brought when it was decided
	marks *fund.Marks
	gaps  map[fund.DecisionID]float64 // paper − real
}

func (b *paperBook) traded(a int) float64 {
	return b.book.Market(fund.AssetID(a)).Sub(b.book.Fees(fund.AssetID(a))).Float64()
}

func (b *paperBook) take(t testing.TB, e *journal.Entry) {
	for range e.Rows {
		b.rows++
		b.marks.Row(fund.HistoryOf(b.panel, b.rows).Close(b.rows-1), b.panel.CloseTime(b.rows-1))
	}
	var err error
	switch body := e.Event.(type) {
	case *engine.Flow:
		err = b.book.Flow(body.Account, body.Asset, body.Amount)
	case *engine.Filled:
		err = b.book.Fill(&body.Fill)
	}
	if err != nil {
		t.Fatal(err)
	}
	if d := e.Decide; d != nil && d.Verdict == engine.Go {
		b.paper, b.real = make([]float64, len(b.u.Assets)), make([]float64, len(b.u.Assets))
		for a := range b.real {
			b.real[a] = b.traded(a)
		}
		for _, x := range d.Plan.Trades {
			in := &b.u.Instruments[x.Instrument]
			q := float64(x.Side) * x.Quantity.Float64()
			b.paper[in.Base] += q
			b.paper[in.Quote] -= q * b.panel.Close[(b.rows-1)*b.panel.N+int(x.Instrument)]
		}
	}
	if s := e.Settle; s != nil {
		for a := range b.paper {
			b.gaps[s.ID] += (b.paper[a] - (b.traded(a) - b.real[a])) * b.marks.Price[a]
		}
	}
}

// Parents explain to the cent what the paper portfolio is worth more than the real one, whatever happened on the way:
// crosses, fees in a third asset and in what was received, partial fills, refusals, caps, redemptions and deposits between.
func TestParentsExplainTheDifferenceOfPortfolios(t *testing.T) {
	var met shortfall.Parts // how large the parts were, so that none was missed
	for seed := range uint64(12) {
		for _, schedule := range []execute.Schedule{{}, {Kind: execute.TWAP, Over: 5 * time.Hour, Slices: 5}} {
			run := newCrossRig(150, seed, schedule).play(t)
			a, err := Analyse(run)
			if err != nil {
				t.Fatal(err)
			}
			gaps, sums := paperLessReal(t, &run), map[fund.DecisionID]float64{}
			var paid fund.Cost
			for i := range a.Parents {
				p := &a.Parents[i]
				paid = paid.Plus(p.Parts.Paid())
				met = met.Plus(sizes(p.Parts))
				if p.Ended != 0 {
					sums[p.Decision] += p.Parts.Total()
				}
			}
			for id, gap := range gaps {
				if math.Abs(sums[id]-gap) > 0.005 {
					t.Fatalf("seed %d, decision %d: the parts sum to %v, paper less real is %v", seed, id, sums[id], gap)
				}
			}
			near(t, "fees, spread and impact of the parents", paid.Total(), a.Summary.CostUSD, 1e-9)
		}
	}
	if met.Delay*met.Spread*met.Temporary*met.Permanent*met.Market*met.Fees*met.Opportunity == 0 {
		t.Errorf("a part was always 0: %+v", met)
	}
}

// sizes returns parts without their signs.
func sizes(p shortfall.Parts) shortfall.Parts {
	return shortfall.Parts{Delay: math.Abs(p.Delay), Spread: math.Abs(p.Spread), Temporary: math.Abs(p.Temporary),
		Permanent: math.Abs(p.Permanent), Market: math.Abs(p.Market), Fees: math.Abs(p.Fees), Opportunity: math.Abs(p.Opportunity)}
}

// paperLessReal follows a run's journal with a book of its own and returns the differences by decision.
func paperLessReal(t testing.TB, run *Run) map[fund.DecisionID]float64 {
	t.Helper()
	b := &paperBook{u: run.Universe, panel: run.Panel, book: ledger.New(run.Universe), marks: fund.NewMarks(run.Universe, run.MaxAge),
		gaps: map[fund.DecisionID]float64{}}
	for reader := journal.NewReader(run.Universe, run.Records); ; {
		e, more, err := reader.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return b.gaps
		}
		b.take(t, &e)
	}
}

// The last slices of purchases wait for what the last slices of sales bring.
func TestSlicedPlansAreDoneWhole(t *testing.T) {
	r := newRig(6, walkPanel(6, 24*60, 0.01, 3))
	r.policy.Schedule = execute.Schedule{Kind: execute.TWAP, Over: 4 * time.Hour, Slices: 4}
	a := r.analyse(t)
	if s := &a.Summary.Review; s.Trades < 50 || s.Done < 0.98*s.Volume {
		t.Errorf("of %v that was to be traded by %d trades, %v was", s.Volume, s.Trades, s.Done)
	}
}
