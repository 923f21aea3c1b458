package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/sim/pretrade"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// costsCommand is `steelyard costs`: says what a rebalance will cost before it is done.
func costsCommand() *cli.Command {
	return &cli.Command{
		Name:      "costs",
		Usage:     "say what the rebalance at hand, and a typical one, will cost and how sure that is",
		ArgsUsage: "FUND.yaml",
		Flags: []cli.Flag{
			storeFlag(),
			&cli.StringFlag{Name: "holdings", Usage: "`FILE|RUN`: a YAML file shaped as the fund file's start, or a run folder (default: the fund's start)"},
			&cli.StringFlag{Name: "at", Usage: "`TIME`, as 2023-06-01 or 2023-06-01T12:00:00Z (default: after the newest bar)"},
			&cli.StringFlag{Name: "aum", Value: "1M,10M,50M,250M,1B", Usage: "`SIZES` of the fund in its base asset, for the capacity curve"},
			&cli.IntFlag{Name: "draws", Value: 1000, Usage: "`NUMBER` of markets that are drawn, even"},
			&cli.Uint64Flag{Name: "seed", Usage: "`N` of the draws", DefaultText: "the fund file's"},
			&cli.StringFlag{Name: "html", Usage: "`FILE` to write as a page"},
			&cli.BoolFlag{Name: "json", Usage: "as one JSON object"},
		},
		Action: costs,
	}
}

// question is what a person asks of `costs`.
type question struct {
	fund  *fundfile.Fund
	sizes []float64
	draws pretrade.Draws
}

func costs(c *cli.Context) error {
	q, err := costsQuestion(c)
	if err != nil {
		return err
	}
	moments, notes, err := q.moments(c)
	if err != nil {
		return err
	}
	answer := costsAnswer{fund: q.fund, notes: notes, draws: q.draws}
	for _, m := range moments {
		p, err := q.price(c.Context, m)
		var nothing *errNothing
		switch {
		case errors.As(err, &nothing) && len(moments) > 1:
			answer.notes = append(answer.notes, m.title()+": "+err.Error()+".")
		case err != nil:
			return fmt.Errorf("%s, of %s: %w", strings.ToLower(m.title()), m.says, err)
		default:
			answer.parts = append(answer.parts, p)
		}
	}
	return answer.show(c)
}

// costsQuestion reads the command line and the fund file.
func costsQuestion(c *cli.Context) (*question, error) {
	if c.Args().Len() != 1 {
		return nil, usagef("steelyard costs takes one fund file, not %d", c.Args().Len())
	}
	sizes, err := parseSizes(c.String("aum"))
	if err != nil {
		return nil, err
	}
	if n := c.Int("draws"); n < 100 || n > 1_000_000 || n%2 != 0 {
		return nil, usagef("--draws %d: take an even number from 100 to 1000000; they are drawn in pairs", n)
	}
	path := c.Args().First()
	_, f, err := readFund(path)
	if err != nil {
		return nil, err
	}
	if !anyCost(f) {
		return nil, fmt.Errorf("%s: nothing that it trades has a fee, a spread or impact, so that nothing costs anything; give its venues fee, spread and impact", path)
	}
	q := &question{fund: f, sizes: sizes, draws: pretrade.Draws{Number: c.Int("draws"), Seed: f.Backtest.Seed, Workers: runtime.GOMAXPROCS(0)}}
	if c.IsSet("seed") {
		q.draws.Seed = c.Uint64("seed")
	}
	return q, nil
}

// anyCost reports whether trading costs anything anywhere.
func anyCost(f *fundfile.Fund) bool {
	for i := range f.Universe().Instruments {
		in := &f.Universe().Instruments[i]
		free := in.Spread == 0 && in.Fees.Taker.IsZero() && in.Fees.Maker.IsZero() && in.Fees.PerTrade.IsZero()
		if _, none := f.Impact[i].(impact.None); !free || !none {
			return true
		}
	}
	return false
}

// parseSizes reads sizes such as 1M,10M,2.5B, ascending.
func parseSizes(text string) ([]float64, error) {
	var sizes []float64
	for part := range strings.SplitSeq(text, ",") {
		number, unit := strings.TrimSpace(part), 1.0
		for letter, size := range map[string]float64{"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9} {
			if digits, found := strings.CutSuffix(number, letter); found {
				number, unit = digits, size
				break
			}
		}
		x, err := strconv.ParseFloat(number, 64)
		if err != nil || !(x*unit >= 1 && x*unit <= 1e15) {
			return nil, usagef("--aum %q: %q is no size; write sizes such as 1M,10M,2.5B, with k, M or B", text, strings.TrimSpace(part))
		}
		sizes = append(sizes, x*unit)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes), nil
}
