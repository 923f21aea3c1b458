package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/binance"
)

func dataFetchCommand() *cli.Command {
	return &cli.Command{
		Name:  "fetch",
		Usage: "ask a venue for its bars and add what the store lacks; exit code 3 if some are wrong",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.StringFlag{Name: "venue", Usage: "`VENUE` to ask: binance"},
			&cli.StringSliceFlag{Name: "instrument", Usage: "`BASE/QUOTE`, such as BTC/USDT; may be given more than once"},
			&cli.StringFlag{Name: "interval", Usage: "`LENGTH` of a bar, such as 1m, 1h, 1d"},
			&cli.StringFlag{Name: "from", Usage: "`TIME` of the first bar"},
			&cli.StringFlag{Name: "to", Usage: "`TIME` to stop before (default: now)"},
			&cli.StringFlag{Name: "url", Usage: "`ADDRESS` of the venue's REST API, if it is not its own"},
		},
		Action: dataFetch,
	}
}

// fetch is bars to be asked for.
type fetch struct {
	venues.History
	store    *data.Store
	keys     []data.Key
	interval time.Duration
	from, to fund.Time
}

func dataFetch(c *cli.Context) error {
	f, err := fetchOf(c)
	if err != nil {
		return err
	}
	now, err := f.Driver.Now(c.Context)
	if err != nil {
		return err
	}
	if f.to == 0 || f.to > now {
		f.to = now
	}
	if f.from >= f.to {
		return usagef("data fetch --from %s: the venue's clock shows %v, so that there is no bar yet", c.String("from"), now)
	}
	if f.store, err = openStore(c, data.Write); err != nil {
		return err
	}
	err = f.all(c.Context, c.App.Writer)
	return errors.Join(err, f.store.Close())
}

// fetchOf reads the flags.
func fetchOf(c *cli.Context) (*fetch, error) {
	for _, name := range []string{"venue", "instrument", "interval", "from"} {
		if !c.IsSet(name) {
			return nil, usagef("data fetch needs --%s", name)
		}
	}
	if c.Args().Present() {
		return nil, usagef("data fetch takes no arguments, and here is %q", c.Args().First())
	}
	times, err := reading(c)
	if err != nil {
		return nil, usagef("%v", err)
	}
	if times.From < 0 || times.To != 0 && times.To <= times.From {
		return nil, usagef("data fetch --from %s --to %s: there is no bar between the two", c.String("from"), c.String("to"))
	}
	f := &fetch{from: times.From, to: times.To, History: venues.History{Patience: 5 * time.Minute}}
	if f.interval, err = data.ParseInterval(c.String("interval")); err != nil {
		return nil, usagef("%v", err)
	}
	for _, name := range c.StringSlice("instrument") {
		k := data.Key{Venue: c.String("venue"), Instrument: name}
		if err := k.Check(); err != nil {
			return nil, usagef("%v", err)
		}
		f.keys = append(f.keys, k)
	}
	if venue := c.String("venue"); venue != "binance" {
		return nil, usagef("data fetch --venue %s: bars can be asked of binance; import files of other venues", venue)
	}
	if f.Driver, err = binance.New(binance.Config{REST: c.String("url")}); err != nil {
		return nil, usagef("%v", err)
	}
	return f, nil
}

// all fetches every series, and says of each what came and what is wrong with it.
func (f *fetch) all(ctx context.Context, w io.Writer) error {
	var wrong []data.Finding
	for _, k := range f.keys {
		if err := f.series(ctx, w, k); err != nil {
			return err
		}
		found, err := f.store.Check(ctx, data.Filter{Key: k, Interval: f.interval})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			if err := findingsTable(w, found); err != nil {
				return err
			}
		}
		for _, one := range found {
			if one.Severity == data.Wrong {
				wrong = append(wrong, one)
			}
		}
	}
	if len(wrong) > 0 {
		return findingf("data fetch: %s", counted(wrong))
	}
	return nil
}

// series asks for what the store lacks of a series.
func (f *fetch) series(ctx context.Context, w io.Writer, k data.Key) error {
	lacking, have, err := f.store.Lacking(ctx, k, f.interval, f.from, f.to)
	if err != nil {
		return err
	}
	total := fund.Time(0)
	for _, r := range lacking {
		total += r.To - r.From
	}
	a := &arriving{fetch: f, key: k, progress: readProgress{what: k.String()}, total: int64(total)}
	f.Waiting = a.waiting
	for _, r := range lacking {
		a.from = r.From
		if err = f.Bars(ctx, k.Instrument, f.interval, r.From, r.To, a.take); err != nil {
			break
		}
		a.done += int64(r.To - r.From)
	}
	a.progress.clear()
	// What came is kept whatever happened to the rest, and to the context.
	if keepErr := a.keep(context.WithoutCancel(ctx)); keepErr != nil {
		return errors.Join(err, keepErr)
	}
	switch {
	case err != nil && a.added > 0:
		return fmt.Errorf("%s: %w; %s bars that came before are in the store, and the same command goes on from there", k, err, grouped(a.added))
	case err != nil:
		return fmt.Errorf("%s: %w", k, err)
	}
	return f.tell(ctx, w, k, have, a.added)
}

// tell says in a line what the store has now.
func (f *fetch) tell(ctx context.Context, w io.Writer, k data.Key, have, added int) error {
	now, err := f.store.Series(ctx, data.Filter{Key: k, Interval: f.interval})
	if err != nil {
		return err
	}
	if len(now) == 0 {
		_, err = fmt.Fprintf(w, "%s %s: the venue has no bars from %s to %s\n", k, data.FormatInterval(f.interval), minute(f.from), minute(f.to))
		return err
	}
	_, err = fmt.Fprintln(w, told(data.Result{Series: now[0], Added: added, Same: have}))
	return err
}

// arriving takes the bars of one series as they come.
type arriving struct {
	*fetch
	key      data.Key
	bars     []venues.Bar // that are not in the store yet
	added    int
	progress readProgress
	from     fund.Time // where the stretch begins that is asked for
	done     int64     // nanoseconds of those before it
	total    int64     // nanoseconds of all of them
}

// atOnce is how many bars come before they are written: the whole series is written anew each time.
const atOnce = 100_000

// take implements the callback of venues.History.
func (a *arriving) take(bars []venues.Bar, upTo fund.Time) error {
	a.bars = append(a.bars, bars...)
	a.progress.set(a.done+int64(upTo-a.from), a.total)
	if len(a.bars) < atOnce {
		return nil
	}
	return a.keep(context.Background())
}

// keep writes what came into the store.
func (a *arriving) keep(ctx context.Context) error {
	if len(a.bars) == 0 {
		return nil
	}
	p := &fund.Panel{N: 1, Interval: a.interval}
	for _, b := range a.bars {
		p.Times = append(p.Times, b.Open)
		p.Open, p.High = append(p.Open, b.First.Float64()), append(p.High, b.High.Float64())
		p.Low, p.Close = append(p.Low, b.Low.Float64()), append(p.Close, b.Last.Float64())
		p.Volume = append(p.Volume, b.Volume.Float64())
	}
	r, err := a.store.AddBars(ctx, p, a.key)
	if err != nil {
		return err
	}
	a.added, a.bars = a.added+r.Added, a.bars[:0]
	return nil
}

// waiting says why nothing comes, where somebody sits at a terminal.
func (a *arriving) waiting(pause time.Duration, why error) {
	a.progress.clear()
	if term.IsTerminal(int(os.Stderr.Fd())) {
		fmt.Fprintf(os.Stderr, "%v: waiting for %s\n", why, pause.Round(time.Second))
	}
}
