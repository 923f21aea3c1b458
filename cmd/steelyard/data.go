package main

import (
	"os"
	"strconv"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/reports"
)

// dataCommand is `steelyard data`: what fills the store of market history, lists it, checks it and repairs it.
func dataCommand() *cli.Command {
	return &cli.Command{
		Name:        "data",
		Usage:       "fill the store of market history, list it and check it",
		Subcommands: []*cli.Command{dataImportCommand(), dataFetchCommand(), dataSynthCommand(), dataListCommand(), dataCheckCommand(), dataSplitCommand()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("no command data %q; steelyard data --help lists them", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
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

// minute writes a time to the minute, UTC.
func minute(t fund.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// grouped writes a number that is not negative with commas between thousands.
func grouped(n int) string { return reports.Thousands(strconv.Itoa(n)) }

// readProgress shows how far reading has come, where somebody sits at a terminal.
type readProgress struct {
	what    string
	inBytes bool
	bar     *progressbar.ProgressBar // nil until there is something to show
}

// set is a data.Progress.
func (p *readProgress) set(done, total int64) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(p.what),
			progressbar.OptionShowBytes(p.inBytes), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	p.bar.Set64(done) // what a terminal does not show is no error of the import
}

// clear takes the bar away.
func (p *readProgress) clear() {
	if p.bar != nil {
		p.bar.Clear()
	}
}
