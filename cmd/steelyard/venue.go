package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/data"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim"
	"github.com/steelyard/steelyard/sim/wire"
	"github.com/steelyard/steelyard/venues/paper"
)

// venueCommand is `steelyard venue`: simulated venues that others can trade at.
func venueCommand() *cli.Command {
	return &cli.Command{
		Name:        "venue",
		Usage:       "serve a simulated venue to bots, ours and yours",
		Subcommands: []*cli.Command{venueServeCommand()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("no command venue %q; steelyard venue --help lists them", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func venueServeCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "speak a venue's protocol on this machine, with prices from the store or of a synthetic market",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "protocol", Value: "binance", Usage: "`NAME` of the protocol: binance"},
			storeFlag(),
			&cli.BoolFlag{Name: "synthetic", Usage: "a synthetic market instead of the store"},
			&cli.IntFlag{Name: "assets", Value: 12, Usage: "`NUMBER` of coins of the synthetic market"},
			&cli.StringFlag{Name: "fund", Usage: "`FUND.yaml` for instruments, fees, spreads, impact and opening balances (default: every instrument of the store)"},
			&cli.StringFlag{Name: "venue", Value: "binance", Usage: "`VENUE` of the store or of the fund file"},
			&cli.StringFlag{Name: "interval", Usage: "`LENGTH` of the bars, such as 1m (default: the fund file's, else the shortest there is)"},
			&cli.StringFlag{Name: "from", Usage: "`TIME` that the venue's clock shows first (default: the fund file's, else the first bar; with --synthetic now)"},
			&cli.StringFlag{Name: "to", Usage: "`TIME` at which the history is over (default: the fund file's, else the last bar)"},
			&cli.StringFlag{Name: "speed", Value: "1x", Usage: "how many `TIMES` faster than a real clock the venue's goes, such as 60x"},
			&cli.IntFlag{Name: "points", Usage: "`NUMBER` of prices inside a bar, at least 4 (default: 12 to 60, one every two seconds)"},
			&cli.Uint64Flag{Name: "seed", Value: 7, Usage: "`NUMBER` that chooses the prices inside the bars, and the synthetic market"},
			&cli.StringFlag{Name: "listen", Value: "127.0.0.1:0", Usage: "`ADDRESS` of this machine's loopback; port 0 takes a free one"},
			&cli.StringFlag{Name: "key-file", Usage: "`FILE` of API keys, a line each: ID hmac SECRET, or ID ed25519 PUBLIC (default: a key for everybody)"},
			&cli.StringFlag{Name: "faults", Usage: "`FILE` that says how the venue misbehaves (docs/VENUE.md)"},
		},
		Action: venueServe,
	}
}

// everybodysKey is the key of a server that was given none. It guards nothing.
func everybodysKey() wire.Key { return wire.Key{ID: "steelyard", Secret: "loopback-only"} }

func venueServe(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("venue serve takes no arguments, and here is %q", c.Args().First())
	}
	if p := c.String("protocol"); p != "binance" {
		return usagef("protocol %q: the simulated venue speaks binance", p)
	}
	speed, err := parseSpeed(c.String("speed"))
	if err != nil {
		return err
	}
	listener, err := wire.Listen(c.String("listen"))
	if err != nil {
		return err
	}
	defer listener.Close() // Serve closes it first
	cfg := wire.Config{}
	if cfg.Keys, err = venueKeys(c.String("key-file")); err != nil {
		return err
	}
	if cfg.Faults, err = venueFaults(c.String("faults")); err != nil {
		return err
	}
	m, err := loadMarket(c)
	if err != nil {
		return err
	}
	if !m.live || speed != 1 {
		cfg.Slack = time.Duration(speed * float64(time.Minute))
	}
	if cfg.Venue, err = m.open(c, speed); err != nil {
		return err
	}
	return serveVenue(c.Context, c.App.Writer, cfg, m, speed, listener)
}

// open makes the venue of a market. Its clock begins here.
func (m *venueMarket) open(c *cli.Context, speed float64) (*paper.Venue, error) {
	f := m.fund
	account, _ := f.Universe().Account(m.venue)
	points := c.Int("points")
	if points == 0 {
		points = int(min(60, max(12, m.panel.Interval.Seconds()/speed/2)))
	}
	v, err := paper.New(paper.Config{Universe: f.Universe(), Venue: sim.VenuesOf(f, c.Uint64("seed"))[account], Panel: m.panel, First: m.first,
		Points: points, Clock: paper.Running(m.start, speed), Reuse: true})
	if err != nil {
		return nil, err
	}
	for _, h := range f.Start {
		if h.Account == account {
			err = errors.Join(err, v.Move(f.Universe().AssetName(h.Asset), h.Amount))
		}
	}
	return v, err
}

func serveVenue(ctx context.Context, w io.Writer, cfg wire.Config, m *venueMarket, speed float64, l net.Listener) error {
	s, err := wire.New(cfg)
	if err != nil {
		return err
	}
	if err := m.describe(w, wire.AddressOf(l), cfg.Keys[0], speed); err != nil {
		s.Close()
		return err
	}
	if err := s.Serve(ctx, l); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, "stopped")
	return err
}

func parseSpeed(text string) (float64, error) {
	speed, err := strconv.ParseFloat(strings.TrimSuffix(text, "x"), 64)
	if err != nil || !(speed > 0 && speed <= 1e6) {
		return 0, usagef("speed %q: write how many times faster than a real clock, such as 60x", text)
	}
	return speed, nil
}

func venueKeys(path string) ([]wire.Key, error) {
	if path == "" {
		return []wire.Key{everybodysKey()}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	defer f.Close()
	return wire.ReadKeys(path, f)
}

func venueFaults(path string) (*wire.Faults, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("fault file: %w", err)
	}
	defer f.Close()
	return wire.ParseFaults(path, f)
}

// describe tells where the venue is, what it has, and how a bot is pointed at it.
func (m *venueMarket) describe(w io.Writer, at wire.Address, key wire.Key, speed float64) error {
	u, secret := m.fund.Universe(), key.Secret
	if key.ID != everybodysKey().ID {
		secret = "of the key file"
	}
	var names, holds []string
	for i := range u.Instruments {
		if u.Accounts[u.Instruments[i].Venue] == m.venue {
			names = append(names, u.Instruments[i].Name)
		}
	}
	for _, h := range m.fund.Start {
		if u.Accounts[h.Account] == m.venue {
			holds = append(holds, h.Amount.String()+" "+u.AssetName(h.Asset))
		}
	}
	_, err := fmt.Fprintf(w, `Binance spot, simulated, until Ctrl-C:
  REST           %s
  streams        %s/ws, %s/stream
  WebSocket API  %s
prices   %s of %s, %s to %s
clock    %s, %sx: a bar lasts %v
account  %s
key      %s, secret %s

ccxt:
  const venue = new ccxt.pro.binance({apiKey: '%s', secret: '...', options: {fetchMarkets: {types: ['spot']}}});
  venue.urls.api.public = venue.urls.api.private = '%s/api/v3';
  venue.urls.api.sapi = '%s/sapi/v1';
  venue.urls.api.ws.spot = '%s/ws';
  venue.urls.api.ws['ws-api'].spot = '%s';
  await venue.loadHttpProxyAgent();  // ccxt opens plain ws:// addresses only then
steelyard, in the fund file's venue:
  driver: {kind: binance, rest: %s, key: file:venue.key}
  venue.key, which only its owner may read, has two lines: the key and its secret

`, at.REST, at.Stream, at.Stream, at.API, strings.Join(names, " "), data.FormatInterval(m.panel.Interval), minute(m.panel.Times[m.first]),
		minute(m.panel.CloseTime(m.panel.Rows()-1)), minute(m.start), strconv.FormatFloat(speed, 'g', -1, 64),
		time.Duration(float64(m.panel.Interval)/speed).Round(time.Millisecond), orElse(strings.Join(holds, ", "), "empty"), key.ID, secret,
		key.ID, at.REST, at.REST, at.Stream, at.API, at.REST)
	return err
}

// timeFlag reads a time, otherwise where the flag is not there.
func timeFlag(c *cli.Context, name string, otherwise fund.Time) (fund.Time, error) {
	if !c.IsSet(name) {
		return otherwise, nil
	}
	t, err := fund.ParseTime(c.String(name))
	if err != nil {
		return 0, usagef("%s %q: write a day such as 2023-04-01, or a time such as 2023-04-01T10:00:00Z", name, c.String(name))
	}
	return t, nil
}
