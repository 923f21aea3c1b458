package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/pretrade"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// moment is a rebalance that is asked about.
type moment struct {
	pretrade.Moment
	name string // "at hand" or "typical"
	says string // which one it is
	at   fund.Time
}

// The rebalances that are asked about.
const (
	atHand  = "at hand"
	typical = "typical"
)

// title names a rebalance.
func (m *moment) title() string {
	if m.name == typical {
		return "A typical rebalance"
	}
	return "The rebalance " + m.name
}

// moments finds the rebalance at hand and a typical one of the fund's backtest. Notes say why there is none of these.
func (q *question) moments(c *cli.Context) (list []moment, notes []string, err error) {
	store, err := openStore(c, data.Read)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if q.fund, err = withRules(c, store, q.fund); err != nil {
		return nil, nil, err
	}
	m, err := q.atHand(c, store)
	if err != nil {
		return nil, nil, err
	}
	list = append(list, *m)
	switch m, why, err := q.typical(c, store); {
	case err != nil:
		return nil, nil, err
	case m == nil:
		notes = append(notes, "There is no typical rebalance: "+why+".")
	default:
		list = append(list, *m)
	}
	return list, notes, nil
}

// atHand is what the holdings that are given, or the fund's start, become at the time asked for.
func (q *question) atHand(c *cli.Context, store *data.Store) (*moment, error) {
	holdings, whose := q.fund.Start, "what the fund starts with"
	if path := c.String("holdings"); path != "" {
		var err error
		if holdings, err = readHoldings(path, q.fund); err != nil {
			return nil, err
		}
		whose = "the holdings of " + path
	}
	if len(holdings) == 0 {
		return nil, usagef("the fund file has no start, so that nothing is held: give --holdings, a file shaped as a start or a run folder")
	}
	panel, caps, err := newestIn(c, store, q.fund)
	if err != nil {
		return nil, err
	}
	m := q.moment(atHand, whose, panel, caps, sim.OpeningOf(holdings, 0))
	return &m, nil
}

func (q *question) moment(name, says string, panel *fund.Panel, caps []sim.Caps, held []sim.Flow) moment {
	at := panel.CloseTime(panel.Rows() - 1)
	market := pretrade.NewMarket(panel, q.fund.Crosses, q.fund.Window)
	return moment{pretrade.Moment{Market: market, Caps: caps, Opening: held}, name, says, at}
}

// typical runs the fund's backtest and takes the rebalance whose turnover, as a fraction of the fund, is the median of all but the
// first, which buys the target. Where there is none it says why.
func (q *question) typical(c *cli.Context, store *data.Store) (m *moment, why string, err error) {
	f, b := q.fund, q.fund.Backtest
	if !b.Present() {
		return nil, "the fund file has no backtest section", nil
	}
	panel, _, err := rowsOf(c, store, f, f.HistoryFrom(), b.To)
	if err != nil {
		return nil, "its backtest cannot run: " + err.Error(), nil
	}
	caps, err := capsOf(c.Context, store, f, b.From, b.To)
	if err != nil {
		return nil, "", err
	}
	all, err := rebalances(c.Context, f, panel, caps)
	if err != nil || len(all) < 2 {
		return nil, fmt.Sprintf("its backtest has %s", plural(len(all), "rebalance", "rebalances")), err
	}
	all = all[1:]
	slices.SortStableFunc(all, func(x, y rebalanced) int { return cmp.Compare(x.turnover, y.turnover) })
	r := all[(len(all)-1)/2]
	says := fmt.Sprintf("what the backtest held then: of its %s after the first, the one with the median turnover, %.2f %% of the fund",
		plural(len(all), "rebalance", "rebalances"), 100*r.turnover)
	found := q.moment(typical, says, lastRows(panel, r.rows, f), capsBy(caps, panel.CloseTime(r.rows-1)), r.held)
	return &found, "", nil
}

// capsBy returns the market caps that were known at a time.
func capsBy(caps []sim.Caps, at fund.Time) []sim.Caps {
	for k := range caps {
		if caps[k].At > at {
			return caps[:k]
		}
	}
	return caps
}

// lastRows returns what a fund looks at of the first rows of a panel.
func lastRows(p *fund.Panel, rows int, f *fundfile.Fund) *fund.Panel {
	return p.Between(p.CloseTime(rows-1).Add(-looksBack(f)), p.CloseTime(rows-1))
}

// rebalanced is a rebalance of a backtest.
type rebalanced struct {
	rows     int        // that had closed when it was decided
	turnover float64    // a fraction of the fund
	held     []sim.Flow // then
}

// rebalances runs the fund's backtest and returns what it did.
func rebalances(ctx context.Context, f *fundfile.Fund, panel *fund.Panel, caps []sim.Caps) ([]rebalanced, error) {
	policy, err := f.Policy()
	if err != nil {
		return nil, err
	}
	core := engine.New(f.Universe(), policy)
	world := watch(sim.Of(f, panel, caps, f.Backtest.Seed), panel.Rows())
	defer world.clear()
	seen := &onlooker{core: core, universe: f.Universe()}
	err = host.Run(ctx, core, world, seen)
	return seen.rebalances, err
}

// onlooker is a recorder that keeps what was held when a rebalance was decided.
type onlooker struct {
	core       *engine.Core
	universe   *fund.Universe
	rebalances []rebalanced
}

// Event implements the host's Recorder.
func (o *onlooker) Event(*engine.Event) error { return nil }

// Commands implements the host's Recorder.
func (o *onlooker) Commands(cmds []engine.Command) error {
	for _, cmd := range cmds {
		if d, ok := cmd.(*engine.Decide); ok && d.Verdict == engine.Go {
			o.rebalances = append(o.rebalances, rebalanced{o.core.View().History.Rows(), d.Plan.Turnover() / d.NAV, o.held()})
		}
	}
	return nil
}

// End implements the host's Recorder.
func (o *onlooker) End() error { return nil }

func (o *onlooker) held() []sim.Flow {
	var list []sim.Flow
	for acc := range fund.AccountID(len(o.universe.Accounts)) {
		for a := range fund.AssetID(len(o.universe.Assets)) {
			if amount := o.core.Book().Balance(acc, a); !amount.IsZero() {
				list = append(list, sim.Flow{Account: acc, Asset: a, Amount: amount})
			}
		}
	}
	return list
}
