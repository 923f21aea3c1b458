package venues_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/venuetest"
)

// A fund that trades live holds at its venue what its ledger says.
func TestHubTrades(t *testing.T) { synctest.Test(t, hubTrades) }

func hubTrades(t *testing.T) {
	for seed := range uint64(3) {
		r := newRig(t, seed, 60)
		r.run()
		r.wantTrue()
		if n := len(r.records("fill")); n < 10 {
			t.Errorf("seed %d: %d fills", seed, n)
		}
		t.Logf("seed %d: %d orders, %d fills, %d closed, %d decisions", seed, len(r.records("place")), len(r.records("fill")), len(r.records("closed")), len(r.records("decide")))
	}
}

// Fees in a third asset are booked there; in one that is not the fund's they are told, and nothing of the fund's moves.
func TestHubFees(t *testing.T) { synctest.Test(t, hubFees) }

func hubFees(t *testing.T) {
	r := newRig(t, 0, 20)
	r.scene.FeeIn, r.scene.FeeAsset = fund.FeeInAsset, "BNB"
	r.run()
	r.wantTrue()
	if f := r.records("fill")[0]; f["fee_asset"] != "BNB" || f["fee"] == "0" {
		t.Errorf("%v", f)
	}

	r = newRig(t, 0, 20)
	r.scene.FeeIn, r.scene.FeeAsset = fund.FeeInAsset, "XYZ"
	r.scene.Balances = append(r.scene.Balances, venues.Balance{Asset: "XYZ", Free: fund.MustAmount("1000")})
	x := r.scene.Listings[2]
	x.Name, x.Symbol, x.Base = "XYZ/USDT", "XYZUSDT", "XYZ"
	r.scene.Listings = append(r.scene.Listings, x)
	for k, row := range r.scene.Rows {
		bar := row[0]
		bar.Instrument = x.Name
		r.scene.Rows[k] = append(row, bar)
	}
	r.run()
	r.wantTrue()
	if f := r.records("fill")[0]; f["fee"] != "0" {
		t.Errorf("%v", f)
	}
	if len(r.alarms) != 1 || r.alarms[0].Kind != venues.NotOurs {
		t.Errorf("alarms %v", r.alarms)
	}
}

// at calls do once, when the venue's time comes to the close of a row.
func (r *rig) at(row int, do func()) {
	done := false
	before := r.step
	r.step = func(at fund.Time) {
		if before != nil {
			before(at)
		}
		if !done && at >= r.panel.CloseTime(row) {
			done = true
			do()
		}
	}
}

// opens returns whether the account stream was opened so many times.
func (r *rig) opens(times int) func() bool {
	w := &watch{fault: func(string, int) venuetest.Fault { return "" }}
	r.memory = venuetest.NewMemory(r.scene)
	r.driver, r.memory.Trouble = r.memory, w.trouble
	return func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		n := 0
		for _, call := range w.calls {
			if call == "Account" {
				n++
			}
		}
		return n >= times
	}
}

// say lets an operator speak.
func (r *rig) say(action engine.Action) { r.rows.words <- &engine.Operator{Who: "ann", Action: action} }

func TestHubDeposit(t *testing.T) { synctest.Test(t, hubDeposit) }

func hubDeposit(t *testing.T) {
	r := newRig(t, 0, 20)
	r.at(5, func() { r.memory.Move("USDT", fund.MustAmount("1234.5")) })
	r.run()
	r.wantTrue()
	flows := r.records("flow")
	if last := flows[len(flows)-1]; len(flows) != 4 || last["amount"] != "1234.5" || last["opening"] == true {
		t.Errorf("%v", flows)
	}
}

// A deposit that the venue tells of after an operator has adjusted the books to it is not booked again; one from after that is.
func TestHubDepositAfterAdjust(t *testing.T) { synctest.Test(t, hubDepositAfterAdjust) }

func hubDepositAfterAdjust(t *testing.T) {
	r := newRig(t, 0, 60)
	deposit := venues.Moved{Asset: "USDT", Amount: fund.MustAmount("1234.5")}
	r.at(10, func() {
		deposit.At = r.rows.now
		r.memory.Steal("USDT", deposit.Amount.Neg()) // it comes without a word
		r.memory.Arm(venuetest.Disconnect)
	})
	r.at(20, func() { r.say(engine.Adjust) })
	r.at(30, func() { r.say(engine.Resume) })
	r.at(35, func() { r.memory.Tell(deposit) })
	r.at(40, func() { r.memory.Arm(venuetest.Disconnect) }) // so that it looks
	r.at(45, func() { r.memory.Move("USDT", fund.MustAmount("77")) })
	looked := r.opens(3) // at first, and after each time that it was cut off
	r.hold = func(at fund.Time) bool { return at >= r.panel.CloseTime(45) && !looked() }
	r.run()
	r.wantBalances()
	if found := r.records("discrepancy"); len(found) != 1 {
		t.Errorf("%v", found)
	}
	booked := map[any]int{}
	for _, f := range r.records("flow") {
		booked[f["amount"]]++
	}
	if booked["1234.5"] != 1 || booked["77"] != 1 {
		t.Errorf("%v", r.records("flow"))
	}
}

// What a venue holds otherwise than the ledger says halts the fund until an operator has adjusted the ledger and resumes; so does an
// order of somebody else.
func TestHubDiscrepancy(t *testing.T) { synctest.Test(t, hubDiscrepancy) }

func hubDiscrepancy(t *testing.T) {
	for what, happens := range map[string]func(r *rig){
		"units are gone": func(r *rig) { r.memory.Steal("BTC", fund.MustAmount("0.01")) },
		"an order of others": func(r *rig) {
			r.memory.Place(context.Background(), venues.Order{ClientID: "by-hand", Instrument: "BTC/USDT", Side: fund.Buy, Kind: venues.Market, Quantity: fund.MustAmount("0.01")})
		},
	} {
		r := newRig(t, 0, 60)
		r.at(20, func() {
			happens(r)
			r.memory.Arm(venuetest.Disconnect) // so that it looks
		})
		r.at(30, func() { r.say(engine.Adjust) })
		r.at(40, func() { r.say(engine.Resume) })
		r.run()
		found := r.records("discrepancy")
		if len(found) == 0 || !strings.Contains(fmt.Sprint(found), "adjust and resume") {
			t.Fatalf("%s: %v", what, found)
		}
		halted, resumed := found[0]["at"].(string), ""
		for _, o := range r.records("operator") {
			if o["action"] == "resume" {
				resumed = o["at"].(string)
			}
		}
		before, after := 0, 0
		seq := map[float64]string{}
		for _, d := range r.records("decide") {
			seq[d["of"].(float64)] = ""
		}
		for _, f := range r.records("fill") {
			switch at := f["at"].(string); {
			case at > resumed:
				after++
			case at > halted:
				before++
			}
		}
		if before > 4 || after == 0 || len(seq) == 0 { // slices of the rebalance under way may still fill
			t.Errorf("%s: %d fills while halted, %d after", what, before, after)
		}
		r.wantBalances()
	}
}

// A run that goes on with other holdings than it left says so; one that begins takes what is there.
func TestHubRestartsWithOtherHoldings(t *testing.T) { synctest.Test(t, hubRestartsWithOtherHoldings) }

func hubRestartsWithOtherHoldings(t *testing.T) {
	r := newRig(t, 0, 20)
	ctx, cancel := context.WithCancel(context.Background())
	r.at(10, cancel)
	if err := r.live(ctx); err == nil {
		t.Fatal("it ended")
	}
	r.step = nil
	r.memory.Steal("ETH", fund.MustAmount("0.5"))
	r.run()
	found := r.records("discrepancy")
	if len(found) != 1 || found[0]["asset"] != "ETH" {
		t.Errorf("%v", found)
	}
}

// watch notes when which calls are made, and lets some go wrong.
type watch struct {
	mu    sync.Mutex
	calls []string
	times []time.Time
	fault func(call string, n int) venuetest.Fault
}

func (w *watch) trouble(call string) venuetest.Fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls, w.times = append(w.calls, call), append(w.times, time.Now())
	return w.fault(call, len(w.calls))
}

// A venue that wants to be left alone is.
func TestHubLeavesBusyVenueAlone(t *testing.T) { synctest.Test(t, hubLeavesBusyVenueAlone) }

func hubLeavesBusyVenueAlone(t *testing.T) {
	r := newRig(t, 0, 30)
	w := &watch{fault: func(_ string, n int) venuetest.Fault {
		if n%7 == 0 {
			return venuetest.Busy
		}
		return ""
	}}
	r.memory = venuetest.NewMemory(r.scene)
	r.driver, r.memory.Trouble = r.memory, w.trouble
	r.run()
	r.wantTrue()
	const asked = 20 * time.Millisecond // by Memory
	for k := 7; k < len(w.calls); k += 7 {
		if gap := w.times[k].Sub(w.times[k-1]); gap < asked {
			t.Errorf("%s came %v after the venue had said to wait %v", w.calls[k], gap, asked)
		}
	}
	if len(w.calls) < 21 {
		t.Errorf("%d calls", len(w.calls))
	}
}

// An order that cannot be sent for a while is given up, as one that the venue refuses is, and the journal says why.
func TestHubGivesUp(t *testing.T) { synctest.Test(t, hubGivesUp) }

func hubGivesUp(t *testing.T) {
	for fault, want := range map[venuetest.Fault]string{
		venuetest.Disconnect:  "not sent: Place: connection refused",
		venuetest.LostRequest: "not taken: the venue does not know it",
	} {
		r := newRig(t, 0, 8)
		w := &watch{fault: func(call string, _ int) venuetest.Fault {
			if call == "Place" {
				return fault
			}
			return ""
		}}
		r.memory = venuetest.NewMemory(r.scene)
		r.driver, r.memory.Trouble = r.memory, w.trouble
		r.config.Patience = 20 * time.Millisecond
		r.run()
		r.wantTrue()
		closed := r.records("closed")
		if len(closed) == 0 || closed[0]["reason"] != want {
			t.Errorf("%s: %v, want %q", fault, closed, want)
		}
		if len(r.records("fill")) > 0 {
			t.Errorf("%s: fills", fault)
		}
	}
}

func TestHubTellsWhyAnOrderWasRefused(t *testing.T) { synctest.Test(t, hubTellsWhyAnOrderWasRefused) }

func hubTellsWhyAnOrderWasRefused(t *testing.T) {
	r := newRig(t, 0, 8)
	r.scene.Listings[0].MinQuantity = fund.MustAmount("5000")
	r.run()
	r.wantTrue()
	if closed := r.records("closed"); len(closed) == 0 || closed[0]["reason"] != "rejected: the quantity is too small or too large" {
		t.Errorf("%v", closed)
	}
}

// A venue that is down for an hour raises an alarm, once, and the fund trades on when it is back.
func TestHubVenueDown(t *testing.T) { synctest.Test(t, hubVenueDown) }

func hubVenueDown(t *testing.T) {
	r := newRig(t, 0, 100)
	var mu sync.Mutex
	down := false
	w := &watch{fault: func(string, int) venuetest.Fault {
		mu.Lock()
		defer mu.Unlock()
		if down {
			return venuetest.Disconnect
		}
		return ""
	}}
	set := func(to bool) {
		mu.Lock()
		defer mu.Unlock()
		down = to
		r.rows.hurry = to
		if to {
			r.memory.Arm(venuetest.Disconnect)
		}
	}
	r.memory = venuetest.NewMemory(r.scene)
	r.driver, r.memory.Trouble = r.memory, w.trouble
	r.config.Patience = 50 * time.Millisecond
	r.at(20, func() { set(true) })
	r.at(80, func() { set(false) })
	r.hold = func(at fund.Time) bool { return at >= r.panel.CloseTime(80) && len(r.alarms) == 0 }
	r.run()
	r.wantTrue()
	var about []string
	for _, a := range r.alarms {
		about = append(about, fmt.Sprintf("%s %t", a.Kind, a.Over))
	}
	if strings.Join(about, " ") != "unanswered false unanswered true" {
		t.Errorf("alarms %q: %v", about, r.alarms)
	}
	fills := r.records("fill")
	if last := fills[len(fills)-1]["at"].(string); last < r.panel.CloseTime(80).String() {
		t.Errorf("the newest fill is of %s", last)
	}
}

// A hub ends what it began.
func TestHubStops(t *testing.T) { synctest.Test(t, hubStops) }

func hubStops(t *testing.T) {
	r := newRig(t, 0, 30)
	ctx, cancel := context.WithCancel(context.Background())
	r.at(10, cancel)
	began := time.Now()
	if err := r.live(ctx); err == nil || time.Since(began) > 10*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

// The beginning of the client order IDs leaves room for their number in what venues take.
func TestHubPrefix(t *testing.T) {
	for _, prefix := range []string{"", "a b", "ä", strings.Repeat("x", 25)} {
		if _, err := venues.NewHub(venues.HubConfig{Prefix: prefix}); err == nil {
			t.Errorf("%q is taken", prefix)
		}
	}
}

// An order that reaches the venue after it was given up is cancelled: it does not rest there for nobody.
func TestHubCancelsWhatComesTooLate(t *testing.T) { synctest.Test(t, hubCancelsWhatComesTooLate) }

func hubCancelsWhatComesTooLate(t *testing.T) {
	r := newRig(t, 1, 12)
	r.config.Settled = time.Microsecond
	far := r.policy
	r.policy = func() engine.Policy {
		p := far()
		p.Schedule.Offset = 0.2 // where nothing fills
		return p
	}
	r.memory = venuetest.NewMemory(r.scene)
	r.memory.OnItsWay = 200 * time.Millisecond // they are asked for before they arrive
	r.driver = r.memory
	for range 3 {
		r.memory.Arm(venuetest.SlowRequest)
	}
	r.hold = func(fund.Time) bool { return len(r.records("place")) > 0 && !r.gone(3) }
	r.run()
	r.wantTrue()
	late := 0
	for _, c := range r.records("closed") {
		if c["reason"] == "not taken: the venue does not know it" {
			late++
		}
	}
	open, err := r.memory.OpenOrders(context.Background())
	if late == 0 || err != nil || len(open) > 0 {
		t.Errorf("%d orders were given up, and open at the venue are %v, %v", late, open, err)
	}
}

// gone reports whether the first n orders have reached the venue, and are not open there any more.
func (r *rig) gone(n int) bool {
	for id := range n {
		st, err := r.memory.Order(context.Background(), "", fmt.Sprintf("rig-%d", id+1))
		if err != nil || !st.State.Final() {
			return false
		}
	}
	return true
}

// While it is not known what became of an order, the account is not asked for again and again.
func TestHubWaitsToCompare(t *testing.T) { synctest.Test(t, hubWaitsToCompare) }

func hubWaitsToCompare(t *testing.T) {
	r := newRig(t, 0, 8)
	r.config.Settled = 300 * time.Millisecond
	r.memory = venuetest.NewMemory(r.scene)
	lost := false
	w := &watch{fault: func(call string, _ int) venuetest.Fault {
		if call != "Place" || lost {
			return ""
		}
		lost = true
		time.AfterFunc(20*time.Millisecond, func() { r.memory.Arm(venuetest.Disconnect) })
		return venuetest.LostRequest
	}}
	r.driver, r.memory.Trouble = r.memory, w.trouble
	r.run()
	r.wantTrue()
	asked := 0
	for _, call := range w.calls {
		if call == "OpenOrders" {
			asked++
		}
	}
	if !lost || asked > 20 {
		t.Errorf("the account was asked for %d times", asked)
	}
}

// late is a venue that stamps what happens minutes before our time.
type late struct{ *venuetest.Memory }

func (l late) Fills(ctx context.Context, instrument string, since fund.Time) ([]venues.Execution, error) {
	return l.Memory.Fills(ctx, instrument, since.Add(10*time.Minute))
}

// The fills of an order are found though the venue stamps them long before our time, and without asking all the time.
func TestHubFindsFillsOfAnotherTime(t *testing.T) { synctest.Test(t, hubFindsFillsOfAnotherTime) }

func hubFindsFillsOfAnotherTime(t *testing.T) {
	r := newRig(t, 0, 8)
	w := &watch{fault: func(string, int) venuetest.Fault { return "" }}
	r.memory = venuetest.NewMemory(r.scene)
	r.driver, r.memory.Trouble = late{r.memory}, w.trouble
	r.run()
	r.wantTrue()
	filled := len(r.records("fill"))
	if filled == 0 || len(w.calls) > 50*filled {
		t.Errorf("%d fills, %d calls", filled, len(w.calls))
	}
}

// Rows of an outage are told, and nothing is decided on them; who paused the fund himself finds it paused afterwards.
func TestHubTradesOnNoOldRows(t *testing.T) { synctest.Test(t, hubTradesOnNoOldRows) }

func hubTradesOnNoOldRows(t *testing.T) {
	for _, paused := range []bool{false, true} {
		r := newRig(t, 0, 100)
		r.at(20, func() {
			if paused {
				r.say(engine.Pause)
			}
			r.rows.now = r.rows.now.Add(50 * time.Minute)
			r.memory.Until(r.rows.now)
		})
		r.run()
		r.wantTrue()
		hub, last := 0, ""
		for _, o := range r.records("operator") {
			if last = o["action"].(string); o["who"] == venues.HubName {
				hub++
			}
		}
		late := 0
		for _, f := range r.records("accepted") {
			if at := f["at"].(string); at > r.panel.CloseTime(24).String() && at < r.panel.CloseTime(65).String() {
				late++
			}
		}
		fills := r.records("fill")
		traded := fills[len(fills)-1]["at"].(string) > r.panel.CloseTime(70).String()
		if late > 0 || traded == paused || !paused && (hub != 2 || last != "resume") {
			t.Errorf("paused %t: %d orders in old rows, the hub spoke %d times and %q is the last word, trades go on: %t", paused, late, hub, last, traded)
		}
	}
}

// fewOrders is a venue that wants no more orders for an hour, and answers all else.
type fewOrders struct {
	venues.Driver
	asked int // times for an order
}

func (d *fewOrders) Place(context.Context, venues.Order) (venues.Status, error) {
	d.asked++
	return venues.Status{}, &venues.Failure{Class: venues.RateLimited, Wait: time.Hour, Orders: true, Err: errors.New("too many orders")}
}

// A limit on orders silences nothing else: the books are compared, and the run ends as any.
func TestHubOrdersLimited(t *testing.T) { synctest.Test(t, hubOrdersLimited) }

func hubOrdersLimited(t *testing.T) {
	r := newRig(t, 0, 8)
	r.memory = venuetest.NewMemory(r.scene)
	few := &fewOrders{Driver: r.memory}
	r.driver = few
	began := time.Now()
	r.run()
	r.wantTrue()
	if closed := r.records("closed"); len(closed) == 0 || closed[0]["reason"] != "not sent: too many orders" || few.asked == 0 || few.asked > len(closed) {
		t.Errorf("asked for %d orders, %v", few.asked, closed)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

// What is more than the venue takes in one order is sent as several.
func TestHubSplitsLargeOrders(t *testing.T) { synctest.Test(t, hubSplitsLargeOrders) }

func hubSplitsLargeOrders(t *testing.T) {
	r := newRig(t, 0, 30)
	most := fund.MustAmount("0.05")
	r.u.Instruments[1].MaxQuantity, r.scene.Listings[1].MaxQuantity = most, most
	r.run()
	r.wantTrue()
	orders := 0
	for _, p := range r.records("place") {
		if p["instrument"] == "memory:BTC/USDT" {
			orders++
		}
	}
	for _, c := range r.records("closed") {
		if strings.Contains(c["reason"].(string), "rejected") {
			t.Errorf("%v", c)
		}
	}
	if orders < 4 || len(r.records("settle")) == 0 {
		t.Errorf("%d orders in BTC", orders)
	}
}

// kinds notes what the hub sends.
type kinds struct {
	venues.Driver
	mu   sync.Mutex
	sent []venues.Order
}

func (k *kinds) Place(ctx context.Context, o venues.Order) (venues.Status, error) {
	k.mu.Lock()
	k.sent = append(k.sent, o)
	k.mu.Unlock()
	return k.Driver.Place(ctx, o)
}

// Nothing leaves without a worst price: a sale at the market is an immediate order at the price that the journal has.
func TestHubBoundsEveryPrice(t *testing.T) { synctest.Test(t, hubBoundsEveryPrice) }

func hubBoundsEveryPrice(t *testing.T) {
	r := newRig(t, 0, 60)
	r.memory = venuetest.NewMemory(r.scene)
	k := &kinds{Driver: r.memory}
	r.driver = k
	r.run()
	r.wantTrue()
	worst := map[string]string{}
	for _, p := range r.records("place") {
		if p["side"] == "sell" {
			worst[fmt.Sprintf("rig-%v", p["order"])] = fmt.Sprint(p["worst"])
		}
	}
	for _, o := range k.sent {
		if o.Kind == venues.Market || o.Limit.IsZero() || o.Side == fund.Sell && o.Limit.String() != worst[o.ClientID] {
			t.Errorf("%+v was sent, the journal says %s", o, worst[o.ClientID])
		}
	}
	if len(worst) < 3 {
		t.Errorf("%d sales", len(worst))
	}
}

// A slice whose timer was due in a row that is old when it is told does not leave: the hub's pause comes before it.
func TestHubFiresNoOldTimers(t *testing.T) { synctest.Test(t, hubFiresNoOldTimers) }

func hubFiresNoOldTimers(t *testing.T) {
	r := newRig(t, 0, 100)
	twap := r.policy
	r.policy = func() engine.Policy {
		p := twap()
		p.Schedule = execute.Schedule{Kind: execute.TWAP, Over: 30 * time.Minute, Slices: 120, Deadline: time.Hour}
		return p
	}
	placed := 0
	r.step = func(at fund.Time) {
		if placed > 0 || at < r.panel.CloseTime(3) || at.Sub(epoch)%time.Minute == 0 || len(r.records("set-timer")) == 0 {
			return
		}
		placed = len(r.records("place"))
		r.rows.now = r.rows.now.Add(50 * time.Minute) // while it waited for a slice
		r.memory.Until(r.rows.now)
	}
	r.run()
	r.wantTrue()
	var from, to float64
	for _, o := range r.records("operator") {
		switch seq := o["seq"].(float64); {
		case o["action"] == "pause" && from == 0:
			from = seq
		case o["action"] == "resume" && to == 0:
			to = seq
		}
	}
	before, after := 0, 0
	for _, p := range r.records("place") {
		if p["of"].(float64) < to {
			before++
		} else {
			after++
		}
	}
	if placed == 0 || from == 0 || to < from || before != placed || after == 0 {
		t.Errorf("%d orders before the outage, %d before the hub resumed, %d then; paused at %v, resumed at %v", placed, before, after, from, to)
	}
}
