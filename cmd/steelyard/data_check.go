package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
)

// dataCheckCommand is `steelyard data check`: what is wrong with the data.
func dataCheckCommand() *cli.Command {
	return &cli.Command{
		Name:  "check",
		Usage: "look for gaps, bad prices and sources that disagree; exit code 3 if there is something",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.StringFlag{Name: "venue", Usage: "only series of this `VENUE`"},
			&cli.StringFlag{Name: "instrument", Usage: "only series of this `BASE/QUOTE`"},
			&cli.BoolFlag{Name: "json", Usage: "as one JSON array, with all places"},
		},
		Action: dataCheck,
	}
}

func dataCheck(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("data check takes no arguments, and here is %q", c.Args().First())
	}
	store, err := openStore(c, data.Read)
	if err != nil {
		return err
	}
	defer store.Close()
	f := data.Filter{Key: data.Key{Venue: c.String("venue"), Instrument: c.String("instrument")}}
	found, err := store.Check(c.Context, f)
	if err != nil {
		return err
	}
	if c.Bool("json") {
		err = findingsJSON(c.App.Writer, found)
	} else {
		err = findingsTable(c.App.Writer, found)
	}
	if err == nil && len(found) > 0 {
		err = findingf("data check: %s", counted(found))
	}
	return err
}

// counted says how many findings there are of each severity.
func counted(found []data.Finding) string {
	text := ""
	for _, s := range []data.Severity{data.Wrong, data.Suspect, data.Notice} {
		n := 0
		for _, f := range found {
			if f.Severity == s {
				n++
			}
		}
		if n > 0 && text != "" {
			text += ", "
		}
		if n > 0 {
			text += fmt.Sprintf("%s %s", grouped(n), s)
		}
	}
	return text
}

// findingsTable writes a line for each finding, and below them what to do about each kind.
func findingsTable(w io.Writer, found []data.Finding) error {
	if len(found) == 0 {
		_, err := fmt.Fprintln(w, "nothing found")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "severity\tproblem\tseries\tfrom\tto\twhat")
	var problems []data.Problem
	for _, alike := range inGroups(found) {
		f := alike[0]
		more := ""
		if n := len(f.Where); n > 1 {
			more = fmt.Sprintf(" (the worst of %s)", grouped(n))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s%s\n", f.Severity, f.Problem, groupName(alike), minute(f.Worst.From), minute(f.Worst.To), f.What, more)
		if !slices.Contains(problems, f.Problem) {
			problems = append(problems, f.Problem)
		}
	}
	fmt.Fprintln(t, "\nwhat to do")
	for _, p := range problems {
		fmt.Fprintf(t, "%s\t%s\n", p, p.Remedy())
	}
	return t.Flush()
}

// inGroups joins what is found in many series of a venue alike, which a halt of the venue is.
func inGroups(found []data.Finding) (groups [][]data.Finding) {
	for _, f := range found {
		i := slices.IndexFunc(groups, func(g []data.Finding) bool {
			o := g[0]
			return o.Problem == f.Problem && o.What == f.What && slices.Equal(o.Where, f.Where) && o.Venue == f.Venue && o.Kind == f.Kind && o.Interval == f.Interval
		})
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

func groupName(alike []data.Finding) string {
	if len(alike) == 1 {
		return seriesName(alike[0].Series)
	}
	return fmt.Sprintf("%s: %s series, %s", alike[0].Venue, grouped(len(alike)), data.FormatInterval(alike[0].Interval))
}

// seriesName names a series in a table.
func seriesName(s data.Series) string {
	name := s.Key.String() + " " + data.FormatInterval(s.Interval)
	if s.Kind == data.Caps {
		name += " caps"
	}
	return name
}

// findingJSON is one element of `data check --json`.
type findingJSON struct {
	Severity   data.Severity `json:"severity"`
	Problem    data.Problem  `json:"problem"`
	Venue      string        `json:"venue"`
	Instrument string        `json:"instrument"`
	Kind       data.Kind     `json:"kind"`
	Interval   string        `json:"interval"`
	Against    string        `json:"against,omitempty"`
	What       string        `json:"what"`
	Do         string        `json:"do"`
	Worst      data.Range    `json:"worst"`
	Where      []data.Range  `json:"where"`
}

func findingsJSON(w io.Writer, found []data.Finding) error {
	out := make([]findingJSON, len(found))
	for i, f := range found {
		out[i] = findingJSON{f.Severity, f.Problem, f.Venue, f.Instrument, f.Kind, data.FormatInterval(f.Interval), "", f.What, f.Problem.Remedy(), f.Worst, f.Where}
		if f.Against != nil {
			out[i].Against = f.Against.Key.String()
		}
	}
	return writeJSON(w, out)
}
