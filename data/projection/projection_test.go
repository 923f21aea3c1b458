package projection_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/steelyard/steelyard/data/projection"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/engine/ledger"
)

// memory is a Store that keeps the rows as they come.
type memory struct {
	head projection.Head
	rows map[string][]map[string]any
}

func (m *memory) Head(context.Context, uuid.UUID) (projection.Head, error) { return m.head, nil }

func (m *memory) Forget(context.Context, uuid.UUID) error { return nil }

func (m *memory) Write(_ context.Context, b *projection.Batch) error {
	for i, table := range projection.Tables() {
		for _, row := range b.Rows[i] {
			named := map[string]any{}
			for k, c := range table.Columns {
				named[c.Name] = row[k]
			}
			m.rows[table.Name] = append(m.rows[table.Name], named)
		}
	}
	m.head = b.To
	return nil
}

// inMemory projects a journal in one batch.
func inMemory(t *testing.T, s projection.Source) map[string][]map[string]any {
	t.Helper()
	m := &memory{rows: map[string][]map[string]any{}}
	if _, err := projection.Project(t.Context(), s, m, nil); err != nil {
		t.Fatal(err)
	}
	return m.rows
}

// What the core noted at the end of a rebalance is what its fills add up to.
func TestCostsAreTheCores(t *testing.T) {
	s := eventful(t, text)
	rows := inMemory(t, s)
	settled := map[int64]*engine.Settle{}
	each(t, s, func(e *journal.Entry) {
		if e.Settle != nil {
			settled[int64(e.Settle.ID)] = e.Settle
		}
	})
	for _, r := range rows["rebalancing_events"] {
		end := settled[r["decision"].(int64)]
		if end == nil {
			continue
		}
		volume, fills := 0.0, int64(0)
		for _, f := range rows["fills"] {
			if f["rebalancing"] == r["id"] {
				volume += f["value_usd"].(float64)
				fills++
			}
		}
		if fills != int64(end.Fills) || r["fills"] != fills {
			t.Errorf("decision %v has %d fills in the table, %v in its row, %d in the journal", r["decision"], fills, r["fills"], end.Fills)
		}
		near(t, "cost", r["total_cost_usd"].(float64), end.Cost.Total())
		near(t, "volume", r["total_trade_volume_usd"].(float64), volume)
		near(t, "NAV", r["nav_after_usd"].(float64), end.NAV)
		delete(settled, r["decision"].(int64))
	}
	if len(settled) > 0 {
		t.Errorf("%d rebalances are in no table", len(settled))
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The newest position of every asset is what a ledger holds that books the journal's events.
func TestPositionsAreTheLedgers(t *testing.T) {
	s := eventful(t, text)
	book := ledger.New(s.Universe)
	each(t, s, func(e *journal.Entry) {
		var err error
		switch b := e.Event.(type) {
		case *engine.Flow:
			err = book.Flow(b.Account, b.Asset, b.Amount)
		case *engine.Filled:
			err = book.Fill(&b.Fill)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	newest := map[string]fund.Amount{}
	for _, p := range inMemory(t, s)["positions"] {
		newest[p["asset"].(string)] = p["units"].(fund.Amount)
	}
	for a := range s.Universe.Assets {
		name := s.Universe.Assets[a].Name
		if want := book.Balance(0, fund.AssetID(a)); !newest[name].Equal(want) {
			t.Errorf("the newest position of %s is %s, the ledger holds %s", name, newest[name], want)
		}
	}
}

// The cash of the fills makes the flows what is held, also where it is not price × quantity.
func TestFillsSayWhatChangedHands(t *testing.T) {
	s := eventful(t, strings.NewReplacer("{name: ETH/USDT,", "{name: ETH/USDT, spread: 300bp,", "{name: ETH/BTC,", "{name: ETH/BTC, lot: 0.0001, tick: 0.00001,").Replace(text))
	rows := inMemory(t, s)
	held := map[string]fund.Amount{}
	add := func(asset string, amount fund.Amount) { held[asset] = held[asset].Add(amount) }
	each(t, s, func(e *journal.Entry) {
		if b, ok := e.Event.(*engine.Flow); ok {
			add(s.Universe.AssetName(b.Asset), b.Amount)
		}
	})
	cut := 0
	for _, f := range rows["fills"] {
		_, pair, _ := strings.Cut(f["instrument"].(string), ":")
		base, quote, _ := strings.Cut(pair, "/")
		quantity, cash := f["quantity"].(fund.Amount), f["cash"].(fund.Amount)
		if !cash.Equal(quantity.Mul(f["price"].(fund.Amount))) {
			cut++
		}
		if f["side"] == "sell" {
			quantity, cash = quantity.Neg(), cash.Neg()
		}
		add(base, quantity)
		add(quote, cash.Neg())
		add(f["fee_asset"].(string), f["fee"].(fund.Amount).Neg())
	}
	for _, p := range rows["positions"] {
		held[p["asset"].(string)+" newest"] = p["units"].(fund.Amount)
	}
	for a := range s.Universe.Assets {
		if name := s.Universe.Assets[a].Name; !held[name].Equal(held[name+" newest"]) {
			t.Errorf("the fills make %s of %s, the newest position is %s", held[name], name, held[name+" newest"])
		}
	}
	if cut == 0 {
		t.Errorf("of %d fills none was cut off: the test tests little", len(rows["fills"]))
	}
}

// Every UTC midnight has a position of every asset that is held.
func TestPositionsAtMidnight(t *testing.T) {
	s := eventful(t, text)
	at := map[fund.Time]int{}
	for _, p := range inMemory(t, s)["positions"] {
		if when := p["as_of"].(fund.Time); when == when.Floor(fund.Day) {
			at[when]++
		}
	}
	for day := s.Panel.Times[0].Add(fund.Day); day < s.Panel.CloseTime(s.Panel.Rows()-1); day = day.Add(fund.Day) {
		if at[day] < 3 {
			t.Errorf("%v has %d positions", day, at[day])
		}
	}
}

func each(t *testing.T, s projection.Source, do func(*journal.Entry)) {
	t.Helper()
	for reader := journal.NewReader(s.Universe, s.Records); ; {
		e, more, err := reader.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
		do(&e)
	}
}
