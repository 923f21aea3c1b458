package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/strategies/fundfile"
	"github.com/steelyard/steelyard/venues"
	"github.com/steelyard/steelyard/venues/binance"
)

// liveCommand is `steelyard live`: runs a fund file on its venues, with its own orders there.
func liveCommand() *cli.Command {
	return &cli.Command{
		Name:      "live",
		Usage:     "run a fund file with real orders at its venues; until promotion gates exist, at servers of this machine only",
		ArgsUsage: "FUND.yaml",
		Flags:     append(runningFlags(), &cli.BoolFlag{Name: "confirm", Usage: "orders shall leave"}),
		Action:    liveOf,
	}
}

func liveOf(c *cli.Context) error {
	if !c.Bool("confirm") {
		return usagef("live sends orders: say --confirm if they shall leave, or run `steelyard paper`")
	}
	p, release, err := runningOf(c, liveDrivers)
	if err != nil {
		return err
	}
	defer release()
	p.live = true
	return p.run(c.Context)
}

// admitted asks every venue for the account, so that a wrong key, or one that may withdraw, is refused before there is a run.
func (p *paperRun) admitted(ctx context.Context) error {
	for _, d := range p.drivers {
		if _, err := d.Balances(ctx); err != nil {
			return err
		}
	}
	return nil
}

// liveDrivers returns drivers of the fund's venues, by account, with their keys. Keys lie relative to the fund file.
func liveDrivers(f *fundfile.Fund, path string, waits *venues.Waits) ([]venues.Driver, error) {
	var list []venues.Driver
	for _, v := range f.Venues {
		d := v.Driver
		if d.Kind != "binance" {
			return nil, unreachable(v.Name)
		}
		if err := onThisMachine(v.Name, d); err != nil {
			return nil, err
		}
		if d.Key == "" {
			return nil, fmt.Errorf("%s has no key to trade with; add to its driver, for example\n  key: file:binance.key", v.Name)
		}
		key, err := venues.ReadKey(d.Key, filepath.Dir(path))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.Name, err)
		}
		driver, err := binance.New(binance.Config{Name: v.Name, Testnet: d.Testnet, REST: d.REST, Stream: d.Stream, API: d.API, Key: key, Waits: waits})
		if err != nil {
			return nil, err
		}
		list = append(list, driver)
	}
	return list, nil
}

// onThisMachine refuses a venue that is anywhere else: what may trade real money has to be promoted first, and there is no way yet.
func onThisMachine(name string, d fundfile.Driver) error {
	for _, address := range []string{d.REST, d.Stream, d.API} {
		if address == "" && address != d.REST { // follows from REST
			continue
		}
		u, err := url.Parse(address)
		ip, _ := netip.ParseAddr(hostOf(u))
		if err != nil || hostOf(u) != "localhost" && !ip.IsLoopback() {
			return fmt.Errorf("live is refused: %s is not on this machine, and nothing can promote a fund to real money yet; try it against `steelyard venue serve`, with its address as the driver's rest", name)
		}
	}
	return nil
}

func hostOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Hostname()
}

// checkSame refuses to go on live with a run whose fills were simulated, and the other way round.
func (p *paperRun) checkSame() error {
	text, err := os.ReadFile(filepath.Join(p.out, aboutName))
	if err != nil {
		return err
	}
	var a about
	if err := json.Unmarshal(text, &a); err != nil {
		return fmt.Errorf("%s: %w", aboutName, err)
	}
	if a.Venues != p.venues() {
		return fmt.Errorf("run folder %s: its fills are %s and those of this command are %s; give --out another folder", p.out, a.Venues, p.venues())
	}
	return nil
}

// venues says whose fills the run's are.
func (p *paperRun) venues() whoseFills {
	if p.live {
		return realVenues
	}
	return simulatedVenues
}

// hub is the world of a live run: what was recorded, then the venues.
func (p *paperRun) hub(in *inputs, w *runningWriter, feed *venues.Feed, core *engine.Core) (*venues.Hub, error) {
	u, first := in.fund.Universe(), in.panel.Find(in.manifest.Start)
	return venues.NewHub(venues.HubConfig{
		Universe: u, Panel: in.panel, Rows: feed, Drivers: p.drivers, Prefix: orderPrefix(in.fund.Name, in.manifest.Run),
		Book: core.Book(), Past: journal.NewReplay(u, w.folder.resumed.Records, in.panel, first), First: first, Alarm: w.alarm,
	})
}

// orderPrefix returns what the run's client order IDs begin with: what venues take of the fund's name, so that a person knows it, and
// enough of the run's.
func orderPrefix(name, run string) string {
	plain := strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return -1
	}, name)
	return fmt.Sprintf("%.11s-%.12s", plain, run)
}

// trade runs the fund with its own orders.
func (p *paperRun) trade(ctx context.Context, in *inputs, w *runningWriter, feed *venues.Feed, core *engine.Core, rec host.Recorder) error {
	hub, err := p.hub(in, w, feed, core)
	if err != nil {
		return err
	}
	defer hub.Stop()
	return host.Run(ctx, core, hub, rec)
}
