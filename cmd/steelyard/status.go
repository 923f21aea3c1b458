package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/journal"
	"github.com/steelyard/steelyard/venues"
)

// statusCommand is `steelyard status`: how a run stands, whether its process is there or not.
func statusCommand() *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "tell how a run stands: holdings, weights beside bands, working orders, last events, feeds, alarms",
		ArgsUsage: "RUN",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "as one JSON object"}},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("steelyard status takes one run folder, not %d", c.Args().Len())
			}
			s, err := statusOf(c.Context, c.Args().First())
			if err != nil {
				return err
			}
			if c.Bool("json") {
				return writeJSON(c.App.Writer, s)
			}
			return s.table(c.App.Writer)
		},
	}
}

// status is how a run stands. What the fund holds and wants is of its files; how its feeds stand, of its process.
type status struct {
	Run     string         `json:"run"`
	Fund    string         `json:"fund"`
	State   runState       `json:"state"`
	At      fund.Time      `json:"at"` // of the newest event
	Rows    int            `json:"rows"`
	Base    string         `json:"base"`
	NAV     float64        `json:"nav"` // base currency
	Paused  string         `json:"paused,omitempty"`
	Assets  []assetStatus  `json:"assets"`
	Orders  []orderStatus  `json:"orders"` // that work
	Events  []eventStatus  `json:"events"` // the newest, oldest first
	Feed    *venues.Health `json:"feed,omitempty"`
	Alarms  []venues.Alarm `json:"alarms"` // that are not over
	Records int            `json:"records"`
}

// runState says whether a process runs in a folder.
type runState string

const (
	isRunning runState = "running"
	isEnded   runState = "ended"
	isStopped runState = "not running: the command that began it goes on with it"
)

// assetStatus is what is held of an asset. Weights are fractions of the fund; a band is where the trigger leaves it alone.
type assetStatus struct {
	Asset  string   `json:"asset"`
	Units  float64  `json:"units"`
	Price  float64  `json:"price"`
	Value  float64  `json:"value"`
	Weight float64  `json:"weight"`
	Target *float64 `json:"target,omitempty"` // of the newest decision, or before it of the fund file
	Low    *float64 `json:"low,omitempty"`
	High   *float64 `json:"high,omitempty"`
	Stale  bool     `json:"stale,omitempty"` // the newest row does not price it
}

type orderStatus struct {
	Order      fund.OrderID `json:"order"`
	At         fund.Time    `json:"at"` // when it was sent
	Instrument string       `json:"instrument"`
	Side       string       `json:"side"`
	Quantity   fund.Amount  `json:"quantity"` // base units
	Filled     fund.Amount  `json:"filled"`
	Limit      fund.Amount  `json:"limit,omitzero"`
}

type eventStatus struct {
	At   fund.Time `json:"at"`
	Text string    `json:"text"`
}

// newestEvents is how many events a status tells.
const newestEvents = 10

func statusOf(ctx context.Context, dir string) (*status, error) {
	run, err := openRun(dir)
	if err != nil {
		return nil, err
	}
	s := &status{Run: dir, Fund: run.fund.Name, State: isStopped, Records: len(run.scan.Records), Orders: []orderStatus{}, Events: []eventStatus{}}
	a, err := ask(ctx, dir, said{})
	switch {
	case err == nil:
		s.State, s.Feed = isRunning, a.Health
	case !errors.Is(err, errNobody):
		return nil, err
	case run.scan.Ended():
		s.State = isEnded
	}
	if s.Alarms, err = run.alarms(); err != nil {
		return nil, err
	}
	if err := s.tell(run); err != nil {
		return nil, err
	}
	return s, s.hold(ctx, run)
}

// tell reads orders, events and words from the journal.
func (s *status) tell(run *storedRun) error {
	u := run.fund.Universe()
	t := teller{universe: u}
	for reader := journal.NewReader(u, run.scan.Records); ; {
		e, more, err := reader.Next()
		if err != nil || !more {
			return err
		}
		s.At, s.Rows = max(s.At, e.At), s.Rows+e.Rows
		switch b := e.Event.(type) {
		case *engine.Filled:
			f := &b.Fill
			s.filled(f.Order, f.Quantity)
			s.event(e.At, fmt.Sprintf("%s %s %s at %s", map[fund.Side]string{fund.Buy: "bought", fund.Sell: "sold"}[f.Side], f.Quantity, u.InstrumentKey(f.Instrument), f.Price))
		case *engine.Closed:
			s.Orders = slices.DeleteFunc(s.Orders, func(o orderStatus) bool { return o.Order == b.Order })
			s.event(e.At, fmt.Sprintf("order %d %s", b.Order, b.Reason))
		case *engine.Operator:
			s.spoke(e.At, b)
		case *engine.Discrepancy:
			s.Paused = "the books differ: " + b.Text
			s.event(e.At, s.Paused)
		}
		switch {
		case e.Order != nil:
			o := e.Order
			s.Orders = append(s.Orders, orderStatus{o.ID, e.At, u.InstrumentKey(o.Instrument), o.Side.String(), o.Quantity, fund.Amount{}, o.Limit})
		case e.Decide != nil:
			s.event(e.At, t.said(e.Decide))
			s.aim(run, e.Decide.Target)
		case e.Settle != nil:
			s.event(e.At, t.said(e.Settle))
		case e.Alert != nil:
			s.event(e.At, t.said(e.Alert))
		}
	}
}

func (s *status) event(at fund.Time, text string) {
	if s.Events = append(s.Events, eventStatus{at, text}); len(s.Events) > newestEvents {
		s.Events = s.Events[1:]
	}
}

func (s *status) spoke(at fund.Time, o *engine.Operator) {
	switch o.Action {
	case engine.Pause, engine.Halt:
		s.Paused = fmt.Sprintf("%s by %s at %s", o.Action, o.Who, second(at))
	case engine.Resume, engine.Release:
		s.Paused = ""
	}
	s.event(at, fmt.Sprintf("%s says %s", o.Who, o.Action))
}

func (s *status) filled(id fund.OrderID, quantity fund.Amount) {
	for k := range s.Orders {
		if o := &s.Orders[k]; o.Order == id {
			o.Filled = o.Filled.Add(quantity)
		}
	}
	s.Orders = slices.DeleteFunc(s.Orders, func(o orderStatus) bool { return !o.Filled.Less(o.Quantity) })
}

// aim sets what the fund is to hold.
func (s *status) aim(run *storedRun, target []float64) {
	u, wide := run.fund.Universe(), bands(run.fund)
	s.Assets = make([]assetStatus, len(u.Assets))
	for a := range s.Assets {
		s.Assets[a].Asset = u.Assets[a].Name
		t := target[a]
		if t == 0 {
			continue
		}
		s.Assets[a].Target = &t
		if wide == nil {
			continue
		}
		width := wide[a].Width
		if !wide[a].Absolute {
			width *= t
		}
		low, high := max(0, t-width), min(1, t+width)
		s.Assets[a].Low, s.Assets[a].High = &low, &high
	}
}

// hold steps a core through what happened, and reads what it holds then.
func (s *status) hold(ctx context.Context, run *storedRun) error {
	panel, _, err := run.rows()
	if err != nil {
		return err
	}
	policy, err := run.fund.Policy()
	if err != nil {
		return err
	}
	u := run.fund.Universe()
	core := engine.New(u, policy)
	if err := host.Run(ctx, core, journal.NewReplay(u, run.scan.Records, panel, run.first(panel)), silent{}); err != nil {
		return fmt.Errorf("%s: %w", run.dir, err)
	}
	if s.Assets == nil {
		target := make([]float64, len(u.Assets))
		for _, w := range run.fund.Target.Weights {
			target[w.Asset] = w.Fraction.Float64()
		}
		s.aim(run, target)
	}
	v := core.View()
	s.Base, s.NAV = u.AssetName(u.Base), v.NAV
	for a := range s.Assets {
		h := &s.Assets[a]
		h.Units, h.Price, h.Value, h.Stale = v.Holding[a], v.Price[a], v.Value[a], v.Stale[a] && fund.AssetID(a) != u.Base
		if v.NAV > 0 {
			h.Weight = h.Value / v.NAV
		}
	}
	return nil
}

// silent is a recorder that records nothing.
type silent struct{}

// Event implements the host's Recorder.
func (silent) Event(*engine.Event) error { return nil }

// Commands implements the host's Recorder.
func (silent) Commands([]engine.Command) error { return nil }

// End implements the host's Recorder.
func (silent) End() error { return nil }
