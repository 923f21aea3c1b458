package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
)

// importRules imports the rules of a venue, which come in one file for all instruments.
func importRules(c *cli.Context) error {
	if c.String("venue") == "" || c.Args().Len() != 1 {
		return usagef("data import --format %s needs --venue and one FILE", data.ExchangeInfo)
	}
	for _, name := range c.LocalFlagNames() {
		if name != "store" && name != "format" && name != "venue" {
			return usagef("format %s does not take --%s: leave it out", data.ExchangeInfo, name)
		}
	}
	store, err := openStore(c, data.Write)
	if err != nil {
		return err
	}
	r, err := store.ImportRules(c.Context, c.String("venue"), c.Args().First())
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "%s: rules of %s instruments as of %s\n", r.Venue, grouped(r.Rules), minute(r.AsOf))
	if len(r.Skipped) > 0 {
		fmt.Fprintf(c.App.Writer, "left out for their names: %s\n", strings.Join(r.Skipped, ", "))
	}
	return nil
}

// listRules lists the rules that the store has.
func listRules(c *cli.Context, store *data.Store) error {
	rules, err := store.Rules(c.Context, "")
	if err != nil {
		return err
	}
	if c.Bool("json") {
		return rulesJSON(c.App.Writer, rules)
	}
	t := tabwriter.NewWriter(c.App.Writer, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "venue\tinstrument\ttrading\tlot\ttick\tmin quantity\tmax quantity\tmin notional\tmax notional\tas of\tfile\t")
	for _, r := range rules {
		trading := map[bool]string{true: "yes", false: "no"}[r.Trading]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.12s\t\n", r.Venue, r.Instrument, trading, demand(r.Lot), demand(r.Tick),
			demand(r.MinQuantity), demand(r.MaxQuantity), demand(r.MinNotional), demand(r.MaxNotional), minute(r.AsOf), r.Source)
	}
	return t.Flush()
}

// demand writes a limit, "-" for none.
func demand(a fund.Amount) string {
	if a.IsZero() {
		return "-"
	}
	return a.String()
}

// ruleJSON is one element of `data list --rules --json`. A limit that is "0" does not exist.
type ruleJSON struct {
	Venue       string      `json:"venue"`
	Instrument  string      `json:"instrument"`
	Trading     bool        `json:"trading"`
	Lot         fund.Amount `json:"lot"`
	Tick        fund.Amount `json:"tick"`
	MinQuantity fund.Amount `json:"min_quantity"`
	MaxQuantity fund.Amount `json:"max_quantity"`
	MinNotional fund.Amount `json:"min_notional"`
	MaxNotional fund.Amount `json:"max_notional"`
	AsOf        fund.Time   `json:"as_of"`
	Source      string      `json:"source"`
}

func rulesJSON(w io.Writer, rules []data.Rule) error {
	out := make([]ruleJSON, len(rules))
	for i, r := range rules {
		out[i] = ruleJSON{r.Venue, r.Instrument, r.Trading, r.Lot, r.Tick, r.MinQuantity, r.MaxQuantity, r.MinNotional, r.MaxNotional, r.AsOf, r.Source}
	}
	return writeJSON(w, out)
}
