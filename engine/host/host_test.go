package host_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/host"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/strategies"
)

// script is a world and a recorder that writes down in which order it was used, and fails where it is told to.
type script struct {
	events []engine.Event
	log    []string
	fail   string
}

var errFail = errors.New("as told")

func (s *script) note(what string) error {
	s.log = append(s.log, what)
	if what == s.fail {
		return errFail
	}
	return nil
}

func (s *script) Next(context.Context) (engine.Event, error) {
	if err := s.note("next"); err != nil {
		return engine.Event{}, err
	}
	if len(s.events) == 0 {
		return engine.Event{}, io.EOF
	}
	ev := s.events[0]
	s.events = s.events[1:]
	return ev, nil
}

func (s *script) Do(_ context.Context, c engine.Command) error {
	return s.note(fmt.Sprintf("do %T", c))
}
func (s *script) Event(ev *engine.Event) error { return s.note(fmt.Sprintf("event %d", ev.Seq)) }
func (s *script) Commands(cmds []engine.Command) error {
	return s.note(fmt.Sprintf("commands %d", len(cmds)))
}
func (s *script) End() error { return s.note("end") }

// purchase is a deposit and a row that makes the fund buy.
func purchase() ([]engine.Event, *engine.Core) {
	u := &fund.Universe{Accounts: []string{"v"}, Assets: []fund.Asset{{Name: "A", Decimals: 8}, {Name: "USD", Decimals: 2}}, Base: 1,
		Instruments: []fund.Instrument{{Name: "A/USD", Base: 0, Quote: 1}}}
	p := &fund.Panel{N: 1, Interval: time.Hour, Times: []fund.Time{0}, Open: []float64{2}, High: []float64{2}, Low: []float64{2},
		Close: []float64{2}, Volume: []float64{9}}
	policy := engine.Policy{Target: strategies.Fixed{1, 0}, Trigger: strategies.Hold{}, Planner: optimize.HubAndSpoke{},
		Schedule: execute.Schedule{Deadline: time.Hour}, Impact: []impact.Model{impact.None{}}, Window: fund.Day, Dust: 1, MaxAge: fund.Day}
	return []engine.Event{
		{Body: &engine.Flow{Asset: 1, Amount: fund.MustAmount("100"), Opening: true}},
		{At: p.CloseTime(0), Body: &engine.Row{Panel: p}},
	}, engine.New(u, policy)
}

// An event is written down before it is stepped, commands before the first of them is done.
func TestOrderOfRecordingAndDoing(t *testing.T) {
	s := &script{}
	var core *engine.Core
	s.events, core = purchase()
	if err := host.Run(context.Background(), core, s, s); err != nil {
		t.Fatal(err)
	}
	want := []string{"next", "event 1", "next", "event 2", "commands 3", "do *engine.Decide", "do *engine.Place", "do *engine.SetTimer", "next", "end"}
	if !slices.Equal(s.log, want) {
		t.Fatalf("%q", s.log)
	}
}

// Whatever fails ends the run, and nothing is done that was not recorded.
func TestErrorsEndTheRun(t *testing.T) {
	for _, fail := range []string{"next", "event 1", "event 2", "commands 3", "do *engine.Place", "end"} {
		s := &script{fail: fail}
		var core *engine.Core
		s.events, core = purchase()
		if err := host.Run(context.Background(), core, s, s); !errors.Is(err, errFail) {
			t.Errorf("%s: %v", fail, err)
		}
		if last := s.log[len(s.log)-1]; last != fail {
			t.Errorf("%s failed and the run went on to %s", fail, last)
		}
	}
}
