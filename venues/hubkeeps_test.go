package venues

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
)

type noRows struct {
	Rows
	now fund.Time
}

func (r *noRows) Now() fund.Time { return r.now }

// A run of a hundred thousand orders, one a minute, keeps those of about a day, and still books no fill twice.
func TestHubForgetsOldOrders(t *testing.T) {
	const orders, aDay = 100_000, 24 * 60
	one := fund.NewAmount(1, 0)
	u := &fund.Universe{Accounts: []string{"x"}, Assets: []fund.Asset{{Name: "A", Decimals: 8}, {Name: "USD", Decimals: 8}}, Base: 1,
		Instruments: []fund.Instrument{{Name: "A/USD", Quote: 1}}}
	rows := &noRows{now: fund.TimeOf(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))}
	h, err := NewHub(HubConfig{Universe: u, Panel: &fund.Panel{N: 1, Interval: time.Minute}, Rows: rows, Drivers: []Driver{nil}, Prefix: "run"})
	if err != nil {
		t.Fatal(err)
	}
	h.begun = true
	fill := func(n uint64) Execution {
		return Execution{Trade: n, ClientID: fmt.Sprintf("run-%d", n), VenueID: fmt.Sprint(n), Instrument: "A/USD", Side: fund.Buy, Quantity: one, Price: one, FeeAsset: "USD", At: rows.now}
	}
	before := heap()
	for n := uint64(1); n <= orders; n++ {
		rows.now = rows.now.Add(time.Minute)
		h.last = rows.now
		o, err := h.place(fund.Order{ID: fund.OrderID(n), Side: fund.Buy, Quantity: one})
		if err != nil {
			t.Fatal(err)
		}
		st := Status{Order: Order{ClientID: o.client}, VenueID: fmt.Sprint(n), State: Filled, Done: one}
		report{o, st, []Execution{fill(n)}, true}.tell(h)
		o.over.Store(true)
		if len(h.queue) != 2 { // accepted, fill
			t.Fatalf("order %d: %d events", n, len(h.queue))
		}
		h.queue = nil
	}
	grew := heap() - before
	t.Logf("%d orders: %d kept, %.1f MB more", orders, len(h.orders), float64(grew)/1e6)
	if len(h.orders) > aDay+2 || len(h.byClient) != len(h.orders) || len(h.byVenue) != len(h.orders) || grew > 10e6 {
		t.Errorf("%d orders are kept, %d and %d by ID, %d bytes", len(h.orders), len(h.byClient), len(h.byVenue), grew)
	}
	for n := uint64(1); n <= orders; n++ {
		h.fill(0, fill(n))
	}
	heard{h.lines[0], AccountMessage{Status: &Status{Order: Order{ClientID: "run-1"}, VenueID: "1", State: Filled, Fills: []Execution{fill(1)}}}}.tell(h)
	if len(h.queue) > 0 || len(h.stray) > 0 {
		t.Errorf("told again: %d events, %d strays", len(h.queue), len(h.stray))
	}

	open, err := h.place(fund.Order{ID: orders + 1, Side: fund.Buy, Quantity: one})
	if err != nil {
		t.Fatal(err)
	}
	h.last = h.last.Add(10 * 24 * time.Hour)
	h.emit(&engine.Accepted{Order: open.ID})
	if h.forget(); len(h.orders) != 1 || h.order(open.ID) != open {
		t.Errorf("an order that works was forgotten: %d are kept", len(h.orders))
	}
}

// windowed is a venue that takes a request for a while.
type windowed struct {
	Driver
	window time.Duration
}

func (w windowed) Window() time.Duration { return w.window }

// An order is not given up as never taken while its venue may still take it.
func TestHubSettlesAfterTheWindow(t *testing.T) {
	for _, c := range []struct{ window, given, want time.Duration }{
		{5 * time.Second, 0, 30 * time.Second},
		{time.Minute, 0, 2 * time.Minute},
		{time.Minute, time.Minute + 1, time.Minute + 1},
		{time.Minute, time.Minute, 0},
		{5 * time.Second, time.Second, 0},
	} {
		h, err := NewHub(HubConfig{Prefix: "run", Drivers: []Driver{nil, windowed{window: c.window}}, Settled: c.given})
		if (err != nil) != (c.want == 0) || err == nil && h.cfg.Settled != c.want {
			t.Errorf("%+v: %+v, %v", c, h, err)
		}
	}
}

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
