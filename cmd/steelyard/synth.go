package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	synth "github.com/steelyard/steelyard/sim/market"
)

func dataSynthCommand() *cli.Command {
	return &cli.Command{
		Name:  "synth",
		Usage: "add the bars of a synthetic market, which the seed determines",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.IntFlag{Name: "assets", Value: 12, Usage: "`NUMBER` of coins, 2 to 100"},
			&cli.IntFlag{Name: "days", Value: 1095, Usage: "`NUMBER` of days"},
			&cli.StringFlag{Name: "interval", Value: "1h", Usage: "`LENGTH` of a bar, 1m to 1d"},
			&cli.Uint64Flag{Name: "seed", Value: 7, Usage: "`NUMBER` that chooses the market"},
			&cli.StringFlag{Name: "venue", Value: "synthetic", Usage: "`VENUE` that the bars are stored under"},
			&cli.StringFlag{Name: "start", Value: "2021-01-01", Usage: "first `DAY`, UTC"},
		},
		Action: dataSynth,
	}
}

func dataSynth(c *cli.Context) (err error) {
	config, err := synthConfig(c)
	if err != nil {
		return err
	}
	m, err := synth.New(config)
	if err != nil {
		return usagef("%v", err)
	}
	var keys []data.Key
	for _, name := range m.Instruments() {
		keys = append(keys, data.Key{Venue: c.String("venue"), Instrument: name})
	}
	if err := keys[0].Check(); err != nil {
		return usagef("%v", err)
	}
	store, err := openStore(c, data.Write)
	if err != nil {
		return err
	}
	results, err := synthesize(c.Context, store, m, keys)
	if closeErr := store.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return synthTable(c.App.Writer, results)
}

// synthConfig reads the flags that say which market to make.
func synthConfig(c *cli.Context) (synth.Config, error) {
	config := synth.Config{Assets: c.Int("assets"), Days: c.Int("days"), Seed: c.Uint64("seed")}
	if c.Args().Present() {
		return config, usagef("data synth takes no arguments, and here is %q", c.Args().First())
	}
	var err error
	if config.Interval, err = data.ParseInterval(c.String("interval")); err != nil {
		return config, usagef("%v", err)
	}
	day, err := time.Parse(time.DateOnly, c.String("start"))
	if err != nil || day.Year() < 1970 || day.Year() > 2200 {
		return config, usagef("start %q: write a day from 1970 to 2200, such as 2021-01-01", c.String("start"))
	}
	config.Start = fund.TimeOf(day)
	return config, nil
}

// rowsAtOnce is how many rows are made before progress is shown and a wish to stop is heard.
const rowsAtOnce = 10_000

// synthesize makes the market and stores it.
func synthesize(ctx context.Context, store *data.Store, m *synth.Market, keys []data.Key) ([]data.Result, error) {
	making, storing := readProgress{what: "making", inBytes: true}, readProgress{what: "storing", inBytes: true}
	defer making.clear()
	defer storing.clear()
	p := &fund.Panel{}
	row := int64(len(keys)) * 7 * 8 // bytes
	for m.Append(p, rowsAtOnce) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		making.set(int64(p.Rows())*row, int64(m.Rows())*row)
	}
	return store.AddPanel(ctx, p, keys, storing.set)
}

// synthTable tells what was made of each instrument.
func synthTable(w io.Writer, results []data.Result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "venue\tinstrument\tinterval\tadded\talready there\tfirst\tlast\t")
	added := 0
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", r.Venue, r.Instrument, data.FormatInterval(r.Interval),
			grouped(r.Added), grouped(r.Same), minute(r.First), minute(r.Last))
		added += r.Added
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s bars added to %s instruments\n", grouped(added), grouped(len(results)))
	return err
}
