package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
)

func dataImportCommand() *cli.Command {
	return &cli.Command{
		Name:      "import",
		Usage:     "add the bars of files to a series of the store, all of them or none",
		ArgsUsage: "FILE...",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.StringFlag{Name: "format", Usage: "`FORMAT` of the files: " + strings.Join(append(data.Formats(), data.ExchangeInfo), ", ")},
			&cli.StringFlag{Name: "venue", Usage: "`VENUE` that the bars are of, such as binance"},
			&cli.StringFlag{Name: "instrument", Usage: "`BASE/QUOTE`, such as BTC/USDT"},
			&cli.StringFlag{Name: "interval", Usage: "`LENGTH` of a bar, such as 1m, 1h, 1d"},
			&cli.StringFlag{Name: "from", Usage: "`TIME` of the first bar to take"},
			&cli.StringFlag{Name: "to", Usage: "`TIME` to stop before"},
			&cli.StringFlag{Name: "columns", Usage: "`LIST` of which column of a csv or parquet holds what: time=0,open=1,high=2,low=3,close=4,volume=5, or names"},
			&cli.StringFlag{Name: "time-unit", Usage: "`UNIT` of times that are numbers: s, ms, us, ns (otherwise their size tells)"},
			&cli.StringFlag{Name: "date-format", Usage: "`FORMAT` of dates, such as DD/MM/YYYY"},
			&cli.StringFlag{Name: "date-is", Usage: "`MEANING` of the date of a daily price: close-of-day or open-of-day"},
			&cli.StringFlag{Name: "source", Usage: "`NAME` in the source column of the rows to take"},
		},
		Action: dataImport,
	}
}

func dataImport(c *cli.Context) (err error) {
	if c.String("format") == data.ExchangeInfo {
		return importRules(c)
	}
	spec, err := importSpec(c)
	if err != nil {
		return err
	}
	store, err := openStore(c, data.Write)
	if err != nil {
		return err
	}
	bar := readProgress{what: "reading", inBytes: true}
	results, err := store.Import(c.Context, spec, c.Args().Slice(), bar.set)
	bar.clear()
	if closeErr := store.Close(); err == nil {
		err = closeErr
	}
	for _, r := range results {
		fmt.Fprintln(c.App.Writer, told(r))
	}
	return err
}

// importSpec reads the flags. All but the store and what only some formats take are needed.
func importSpec(c *cli.Context) (spec data.Spec, err error) {
	for _, name := range []string{"format", "venue", "instrument", "interval"} {
		if c.String(name) == "" {
			return spec, usagef("data import needs --%s", name)
		}
	}
	if !c.Args().Present() {
		return spec, usagef("data import needs at least one FILE, after the flags")
	}
	spec = data.Spec{Key: data.Key{Venue: c.String("venue"), Instrument: c.String("instrument")}, Format: c.String("format")}
	if spec.Reading, err = reading(c); err != nil {
		return spec, usagef("%v", err)
	}
	if spec.Interval, err = data.ParseInterval(c.String("interval")); err == nil {
		err = spec.Check()
	}
	if err != nil {
		return spec, usagef("%v", err)
	}
	return spec, nil
}

// reading reads the flags that say what files do not.
func reading(c *cli.Context) (r data.Reading, err error) {
	r = data.Reading{Columns: c.String("columns"), TimeUnit: c.String("time-unit"), DateFormat: c.String("date-format"),
		DateIs: data.DateIs(c.String("date-is")), Source: c.String("source")}
	for name, at := range map[string]*fund.Time{"from": &r.From, "to": &r.To} {
		if text := c.String(name); text != "" {
			if *at, err = fund.ParseTime(text); err != nil {
				return r, fmt.Errorf("--%s %q: write a date such as 2018-01-01, or 2018-01-01T00:00:00Z", name, text)
			}
		}
	}
	return r, nil
}

// told says in one line what an import did.
func told(r data.Result) string {
	what := ""
	if r.Kind == data.Caps {
		what = " market caps"
	}
	text := fmt.Sprintf("%s %s %s%s: %s rows added, %s already there, %s … %s, %s",
		r.Venue, r.Instrument, data.FormatInterval(r.Interval), what, grouped(r.Added), grouped(r.Same), minute(r.First), minute(r.Last), missing(r.Series))
	if r.Dropped > 0 {
		text += fmt.Sprintf("; %s rows without a cap, or with a cap of 0, left out", grouped(r.Dropped))
	}
	return text
}

func missing(s data.Series) string {
	switch {
	case s.Missing == 0:
		return "no bars missing"
	case s.Missing == 1:
		return "1 bar missing"
	case s.Gaps == 1:
		return grouped(s.Missing) + " bars missing in 1 gap"
	}
	return fmt.Sprintf("%s bars missing in %s gaps", grouped(s.Missing), grouped(s.Gaps))
}
