package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
)

// dataCommand is `steelyard data`: what fills the store of market history, and what lists it.
func dataCommand() *cli.Command {
	return &cli.Command{
		Name:        "data",
		Usage:       "fill the store of market history, and list it",
		Subcommands: []*cli.Command{dataImportCommand(), dataSynthCommand(), dataListCommand(), dataCheckCommand(), dataSplitCommand()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("no command data %q; steelyard data --help lists them", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

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

func dataListCommand() *cli.Command {
	return &cli.Command{
		Name:  "list",
		Usage: "list the series of the store",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.BoolFlag{Name: "rules", Usage: "list the rules of venues instead: lots, ticks, limits"},
			&cli.BoolFlag{Name: "json", Usage: "as one JSON array"},
		},
		Action: dataList,
	}
}

func storeFlag() cli.Flag {
	return &cli.StringFlag{Name: "store", Usage: "`DIR` of the store (default: in the user's data directory)"}
}

// openStore opens the store that --store names, or the user's own.
func openStore(c *cli.Context, mode data.Mode) (*data.Store, error) {
	dir := c.String("store")
	if dir == "" {
		var err error
		if dir, err = data.DefaultDir(); err != nil {
			return nil, err
		}
	}
	return data.Open(dir, mode)
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
	bar := byteProgress{what: "reading"}
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

func dataList(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("data list takes no arguments, and here is %q", c.Args().First())
	}
	store, err := openStore(c, data.Read)
	if err != nil {
		return err
	}
	defer store.Close()
	if c.Bool("rules") {
		return listRules(c, store)
	}
	all, err := store.Series(c.Context, data.Filter{})
	if err != nil {
		return err
	}
	caps, err := store.Series(c.Context, data.Filter{Kind: data.Caps})
	if err != nil {
		return err
	}
	all = append(all, caps...)
	if c.Bool("json") {
		return listJSON(c.App.Writer, all)
	}
	return listTable(c.App.Writer, all)
}

func listTable(w io.Writer, all []data.Series) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "venue\tinstrument\tinterval\trows\tfirst\tlast\tmissing\tgaps\tbytes\t")
	for _, s := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", s.Venue, s.Instrument, lengthAndKind(s), grouped(s.Rows),
			minute(s.First), minute(s.Last), grouped(s.Missing), grouped(s.Gaps), grouped(int(s.Bytes)))
	}
	return t.Flush()
}

// lengthAndKind writes a series' interval, and what it is of where that is not whole bars.
func lengthAndKind(s data.Series) string {
	length := data.FormatInterval(s.Interval)
	switch {
	case s.Kind == data.Caps:
		return length + " caps"
	case s.CloseOnly:
		return length + " closes"
	}
	return length
}

// seriesJSON is one element of `data list --json`.
type seriesJSON struct {
	Venue      string    `json:"venue"`
	Instrument string    `json:"instrument"`
	Interval   string    `json:"interval"`
	Kind       data.Kind `json:"kind"`
	CloseOnly  bool      `json:"close_only"`
	Rows       int       `json:"rows"`
	First      fund.Time `json:"first"`
	Last       fund.Time `json:"last"`
	Missing    int       `json:"missing"`
	Gaps       int       `json:"gaps"`
	Bytes      int64     `json:"bytes"`
}

func listJSON(w io.Writer, all []data.Series) error {
	out := make([]seriesJSON, len(all))
	for i, s := range all {
		out[i] = seriesJSON{s.Venue, s.Instrument, data.FormatInterval(s.Interval), s.Kind, s.CloseOnly, s.Rows, s.First, s.Last, s.Missing, s.Gaps, s.Bytes}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// minute writes a time to the minute, UTC.
func minute(t fund.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// grouped writes a number that is not negative with commas between thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// byteProgress shows how far reading has come, where somebody sits at a terminal.
type byteProgress struct {
	what string
	bar  *progressbar.ProgressBar // nil until there is something to show
}

// set is a data.Progress.
func (p *byteProgress) set(done, total int64) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(p.what),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	p.bar.Set64(done) // what a terminal does not show is no error of the import
}

// clear takes the bar away.
func (p *byteProgress) clear() {
	if p.bar != nil {
		p.bar.Clear()
	}
}
