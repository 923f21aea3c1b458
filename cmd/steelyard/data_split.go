package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
)

// dataSplitCommand is `steelyard data split`: makes two instruments of a ticker that was reused.
func dataSplitCommand() *cli.Command {
	return &cli.Command{
		Name:  "split",
		Usage: "make two instruments of a reused ticker: bars before a time stay, later ones get another name",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.StringFlag{Name: "venue", Usage: "`VENUE` of the instrument"},
			&cli.StringFlag{Name: "instrument", Usage: "`BASE/QUOTE` that was reused, such as LUNA/USDT"},
			&cli.StringFlag{Name: "at", Usage: "`TIME` from which it is another asset"},
			&cli.StringFlag{Name: "as", Usage: "`BASE/QUOTE` that the later bars become, such as LUNA2/USDT"},
			&cli.StringFlag{Name: "interval", Usage: "`LENGTH` of the bars (default: all there are)"},
		},
		Action: dataSplit,
	}
}

// splitFlags are what a split needs to know.
type splitFlags struct {
	data.Key
	interval time.Duration
	at       fund.Time
	as       string
}

func readSplitFlags(c *cli.Context) (f splitFlags, err error) {
	for _, name := range []string{"venue", "instrument", "at", "as"} {
		if c.String(name) == "" {
			return f, usagef("data split needs --%s", name)
		}
	}
	if c.Args().Present() {
		return f, usagef("data split takes no arguments, and here is %q", c.Args().First())
	}
	f = splitFlags{Key: data.Key{Venue: c.String("venue"), Instrument: c.String("instrument")}, as: c.String("as")}
	if err := errors.Join(f.Key.Check(), data.Key{Venue: f.Venue, Instrument: f.as}.Check()); err != nil {
		return f, usagef("%v", err)
	}
	if f.at, err = fund.ParseTime(c.String("at")); err != nil {
		return f, usagef("--at %q: write a date such as 2022-05-28, or 2022-05-28T06:00:00Z", c.String("at"))
	}
	if text := c.String("interval"); text != "" {
		if f.interval, err = data.ParseInterval(text); err != nil {
			return f, usagef("%v", err)
		}
	}
	return f, nil
}

func dataSplit(c *cli.Context) error {
	f, err := readSplitFlags(c)
	if err != nil {
		return err
	}
	store, err := openStore(c, data.Write)
	if err != nil {
		return err
	}
	splits, err := store.Split(c.Context, f.Key, f.interval, f.at, f.as)
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	for _, s := range splits {
		if s.Moved == 0 {
			fmt.Fprintf(c.App.Writer, "%s: split already, nothing changed\n", seriesName(s.Before))
			continue
		}
		fmt.Fprintf(c.App.Writer, "%s: %s bars to %s stay; %s bars from %s are %s now\n", seriesName(s.Before),
			grouped(s.Before.Rows), minute(s.Before.Last), grouped(s.Moved), minute(s.After.First), s.After.Key)
	}
	return nil
}
