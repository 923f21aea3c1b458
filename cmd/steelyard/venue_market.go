package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	synth "github.com/steelyard/steelyard/sim/market"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// venueMarket is what a simulated venue trades: a fund's venue and the rows of its instruments.
type venueMarket struct {
	fund  *fundfile.Fund
	venue string
	panel *fund.Panel // with rows from before the start, as history
	first int
	start fund.Time // what the clock shows first
	live  bool      // that is the real time
}

// historyBefore is how much of the past a venue tells of, where there is any.
const historyBefore = 30 * fund.Day

// loadMarket finds what the flags ask for.
func loadMarket(c *cli.Context) (*venueMarket, error) {
	m := &venueMarket{venue: c.String("venue")}
	if c.String("fund") != "" {
		_, f, err := readFund(c.String("fund"))
		if err != nil {
			return nil, err
		}
		m.fund = f
		if _, there := f.Universe().Account(m.venue); !there {
			return nil, usagef("the fund file has no venue %q; name one of %s with --venue", m.venue, strings.Join(f.Universe().Accounts, ", "))
		}
	}
	var err error
	if c.Bool("synthetic") {
		err = m.invent(c)
	} else {
		err = m.recall(c)
	}
	if err != nil {
		return nil, err
	}
	m.first, _ = slices.BinarySearch(m.panel.Times, m.start)
	if m.live && m.first > 0 && m.panel.Times[min(m.first, m.panel.Rows()-1)] > m.start {
		m.first-- // the bar under way
	}
	if m.first == m.panel.Rows() {
		return nil, fmt.Errorf("the history is over at %v, before the venue's clock begins at %v: choose an earlier --from", m.panel.CloseTime(m.first-1), m.start)
	}
	return m, nil
}

// interval returns the length of the rows.
func (m *venueMarket) interval(c *cli.Context, otherwise time.Duration) (time.Duration, error) {
	if !c.IsSet("interval") {
		if m.fund != nil && m.fund.Backtest.Present() {
			return m.fund.Backtest.Interval, nil
		}
		return otherwise, nil
	}
	d, err := data.ParseInterval(c.String("interval"))
	if err != nil {
		return 0, usagef("%v", err)
	}
	return d, nil
}

// recall takes the market from the store.
func (m *venueMarket) recall(c *cli.Context) error {
	store, err := openStore(c, data.Read)
	if err != nil {
		return err
	}
	defer store.Close() // it was only read
	all, err := store.Series(c.Context, data.Filter{Key: data.Key{Venue: m.venue}})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("the store has no bars of %s: import some with steelyard data import, or name another with --venue", m.venue)
	}
	shortest := slices.MinFunc(all, func(a, b data.Series) int { return cmp.Compare(a.Interval, b.Interval) })
	interval, err := m.interval(c, shortest.Interval)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(s data.Series) bool { return s.Interval != interval })
	if len(all) == 0 {
		return usagef("the store has no bars of %s of %s", data.FormatInterval(interval), m.venue)
	}
	if m.fund == nil {
		var names []string
		for _, s := range all {
			names = append(names, s.Instrument)
		}
		if m.fund, err = everything(m.venue, names); err != nil {
			return err
		}
	}
	if m.fund, err = withRules(c, store, m.fund); err != nil {
		return err
	}
	from, to, err := m.span(c, all)
	if err != nil {
		return err
	}
	m.start = from
	m.fund.Backtest.Interval = interval
	m.panel, _, err = rowsOf(c, store, m.fund, from.Add(-historyBefore), to)
	return err
}

// span returns which part of the history is played.
func (m *venueMarket) span(c *cli.Context, all []data.Series) (from, to fund.Time, err error) {
	from = slices.MinFunc(all, func(a, b data.Series) int { return cmp.Compare(a.First, b.First) }).First
	to = slices.MaxFunc(all, func(a, b data.Series) int { return cmp.Compare(a.Last, b.Last) }).Last.Add(all[0].Interval)
	if b := m.fund.Backtest; b.Present() {
		from, to = b.From, b.To
	}
	if from, err = timeFlag(c, "from", from); err != nil {
		return 0, 0, err
	}
	to, err = timeFlag(c, "to", to)
	if err == nil && to <= from {
		err = usagef("the history is over at %v, before it begins at %v", to, from)
	}
	return from, to, err
}

// everything is a fund file of all instruments that are quoted in the asset in which most are, with the fees and spreads of a
// large venue.
func everything(venue string, names []string) (*fundfile.Fund, error) {
	quotes := map[string]int{}
	quoteOf := func(name string) string { _, quote, _ := strings.Cut(name, "/"); return quote }
	for _, name := range names {
		quotes[quoteOf(name)]++
	}
	cash := quoteOf(slices.MaxFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(quotes[quoteOf(a)], quotes[quoteOf(b)]), strings.Compare(b, a))
	}))
	names = slices.DeleteFunc(names, func(name string) bool { return quoteOf(name) != cash })
	slices.Sort(names)
	text := fmt.Sprintf(`version: 1
fund: everything that %[1]s trades
base: %[2]s
start: {%[1]s: {%[2]s: 1000000}}
target: {kind: fixed, weights: {%[2]s: 100%%}}
trigger: {kind: hold}
venues:
  - name: %[1]s
    fee: {taker: 10bp, in: received}
    spread: 2bp
    impact: {model: square-root, y: 1}
    instruments: [%[3]s]
`, venue, cash, strings.Join(slices.Compact(names), ", "))
	return fundfile.Parse("the served market", []byte(text))
}

// invent takes the market from the synthetic one, which has bars until a year from the start on.
func (m *venueMarket) invent(c *cli.Context) error {
	interval, err := m.interval(c, time.Minute)
	if err != nil {
		return err
	}
	now := fund.TimeOf(time.Now())
	if m.start, err = timeFlag(c, "from", now); err != nil {
		return err
	}
	m.live = !c.IsSet("from")
	if !m.live {
		now = m.start
	}
	begin := now.Floor(fund.Day).Add(-historyBefore)
	end, err := timeFlag(c, "to", now.Add(historyBefore))
	if err != nil {
		return err
	}
	market, err := synth.New(synth.Config{Assets: c.Int("assets"), Days: int(end.Sub(begin)/fund.Day) + 1, Interval: interval, Start: begin, Seed: c.Uint64("seed")})
	if err != nil {
		return usagef("%v", err)
	}
	if m.fund == nil {
		if m.fund, err = everything(m.venue, market.Instruments()); err != nil {
			return err
		}
	}
	m.panel, err = columnsOf(market.Panel(), market.Instruments(), m.fund.Universe())
	return err
}

// columnsOf returns a panel with the universe's instruments as columns, of a panel whose columns have names.
func columnsOf(p *fund.Panel, names []string, u *fund.Universe) (*fund.Panel, error) {
	out := &fund.Panel{N: len(u.Instruments), Interval: p.Interval, Times: p.Times}
	for _, column := range []struct{ from, to *[]float64 }{{&p.Open, &out.Open}, {&p.High, &out.High}, {&p.Low, &out.Low},
		{&p.Close, &out.Close}, {&p.Volume, &out.Volume}, {&p.Bid, &out.Bid}, {&p.Ask, &out.Ask}} {
		*column.to = make([]float64, p.Rows()*out.N)
		for i := range u.Instruments {
			k := slices.Index(names, u.Instruments[i].Name)
			if k < 0 {
				return nil, fmt.Errorf("the synthetic market has no %s; it has %s", u.Instruments[i].Name, strings.Join(names, " "))
			}
			for r := range p.Rows() {
				(*column.to)[r*out.N+i] = (*column.from)[r*p.N+k]
			}
		}
	}
	return out, nil
}
