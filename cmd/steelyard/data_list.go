package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
)

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
	return writeJSON(w, out)
}
