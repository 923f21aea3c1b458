package venuetest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/venues"
)

func TestMemory(t *testing.T) { Run(t, InMemory) }

// deaf is a judge that keeps what it hears.
type deaf struct {
	said    []string
	skipped bool
}

func (d *deaf) Helper() {}
func (d *deaf) Errorf(format string, args ...any) {
	d.said = append(d.said, fmt.Sprintf(format, args...))
}
func (d *deaf) Fatalf(format string, args ...any) {
	d.Errorf(format, args...)
	runtime.Goexit()
}
func (d *deaf) Skipf(string, ...any) {
	d.skipped = true
	runtime.Goexit()
}

// broken are drivers that do one thing wrong, by what it is.
func broken() map[string]func(*Memory) venues.Driver {
	return map[string]func(*Memory) venues.Driver{
		"sends again after no answer":       func(m *Memory) venues.Driver { return &again{m} },
		"waits by itself":                   func(m *Memory) venues.Driver { return &waits{m} },
		"loses a fill":                      func(m *Memory) venues.Driver { return &fills{m, lose} },
		"lists a fill twice":                func(m *Memory) venues.Driver { return &fills{m, double} },
		"drops the cash of a fill":          func(m *Memory) venues.Driver { return &fills{m, dropCash} },
		"takes price × quantity for cash":   func(m *Memory) venues.Driver { return &fills{m, exactCash} },
		"streams cash of its own":           func(m *Memory) venues.Driver { return &ownCash{m} },
		"takes a fee for another":           func(m *Memory) venues.Driver { return &fills{m, otherFee} },
		"leaves out fills before since":     func(m *Memory) venues.Driver { return &late{m} },
		"calls a lost answer a refusal":     func(m *Memory) venues.Driver { return &classes{m, venues.Ambiguous, venues.Refused} },
		"calls a refusal worth a retry":     func(m *Memory) venues.Driver { return &classes{m, venues.Refused, venues.Retry} },
		"calls a busy venue out of order":   func(m *Memory) venues.Driver { return &classes{m, venues.RateLimited, venues.Fatal} },
		"says nothing of unknown orders":    func(m *Memory) venues.Driver { return &unknown{m} },
		"rounds balances":                   func(m *Memory) venues.Driver { return &rounds{m} },
		"gives one page of bars":            func(m *Memory) venues.Driver { return &onePage{m} },
		"lists the bar under way":           func(m *Memory) venues.Driver { return &underWay{m} },
		"streams a bar other than it lists": func(m *Memory) venues.Driver { return &otherBars{m} },
		"shows this machine's clock":        func(m *Memory) venues.Driver { return &ownClock{m} },
		"streams no fills":                  func(m *Memory) venues.Driver { return &mute{m} },
		"opens streams that do not end":     func(m *Memory) venues.Driver { return &endless{m} },
		"does not look at the context":      func(m *Memory) venues.Driver { return &heedless{m} },
		"answers with other fees":           func(m *Memory) venues.Driver { return &answers{m} },
		"streams other totals":              func(m *Memory) venues.Driver { return &stamps{m, otherTotals} },
		"stamps messages with its clock":    func(m *Memory) venues.Driver { return &stamps{m, ownTime} },
		"says another limit":                func(m *Memory) venues.Driver { return &otherLimit{m} },
		"takes a part for all":              func(m *Memory) venues.Driver { return &partsClosed{m} },
		"streams all or nothing":            func(m *Memory) venues.Driver { return &allOrNothing{m} },
		"lets immediate orders rest":        func(m *Memory) venues.Driver { return &rests{m} },
	}
}

// The suite finds every driver that does something wrong.
func TestBrokenDrivers(t *testing.T) {
	for what, breaks := range broken() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			harness := func(t testing.TB, s Scene) Venue {
				m := NewMemory(s)
				m.Wait = time.Second
				return Venue{Driver: breaks(m), Until: m.Until, Arm: m.Arm, Placed: m.Placed, Patience: 2 * time.Second}
			}
			for _, c := range cases() {
				heard, done := &deaf{}, make(chan struct{})
				go func() {
					defer close(done)
					c.play(t, heard, harness)
				}()
				<-done
				if len(heard.said) > 0 {
					t.Logf("%s: %s", c.name, heard.said[0])
					return
				}
			}
			t.Error("the suite does not notice")
		})
	}
}

type again struct{ *Memory }

func (d *again) Place(ctx context.Context, o venues.Order) (venues.Status, error) {
	st, err := d.Memory.Place(ctx, o)
	if err != nil && venues.ClassOf(err) == venues.Ambiguous {
		return d.Memory.Place(ctx, o)
	}
	return st, err
}

type waits struct{ *Memory }

func (d *waits) Place(ctx context.Context, o venues.Order) (venues.Status, error) {
	st, err := d.Memory.Place(ctx, o)
	if w := venues.WaitOf(err); w > 0 {
		time.Sleep(w)
		return d.Memory.Place(ctx, o)
	}
	return st, err
}

type fills struct {
	*Memory
	change func([]venues.Execution) []venues.Execution
}

func (d *fills) Fills(ctx context.Context, instrument string, since fund.Time) ([]venues.Execution, error) {
	list, err := d.Memory.Fills(ctx, instrument, since)
	if len(list) == 0 {
		return list, err
	}
	return d.change(list), err
}

func lose(list []venues.Execution) []venues.Execution   { return list[1:] }
func double(list []venues.Execution) []venues.Execution { return append(list, list[len(list)-1]) }
func otherFee(list []venues.Execution) []venues.Execution {
	list = slices.Clone(list)
	list[0].FeeAsset = "ETH"
	return list
}

func dropCash(list []venues.Execution) []venues.Execution {
	list = slices.Clone(list)
	list[0].Cash = fund.Amount{}
	return list
}

func exactCash(list []venues.Execution) []venues.Execution {
	list = slices.Clone(list)
	for k := range list {
		list[k].Cash = list[k].Price.Mul(list[k].Quantity)
	}
	return list
}

type ownCash struct{ *Memory }

func (d *ownCash) Account(ctx context.Context) (venues.AccountStream, error) {
	s, err := d.Memory.Account(ctx)
	return &ownCashStream{s}, err
}

type ownCashStream struct{ venues.AccountStream }

func (s *ownCashStream) Next(ctx context.Context) (*venues.AccountMessage, error) {
	m, err := s.AccountStream.Next(ctx)
	if m != nil && m.Status != nil && len(m.Status.Fills) > 0 {
		st := *m.Status
		st.Fills = exactCash(st.Fills)
		m = &venues.AccountMessage{At: m.At, Status: &st}
	}
	return m, err
}

type late struct{ *Memory }

func (d *late) Fills(ctx context.Context, instrument string, since fund.Time) ([]venues.Execution, error) {
	if since > d.scene.Start() {
		since++
	}
	return d.Memory.Fills(ctx, instrument, since)
}

type classes struct {
	*Memory
	from, to venues.Class
}

func (d *classes) Classify(err error) venues.Class {
	if c := venues.ClassOf(err); c != d.from {
		return c
	}
	return d.to
}

type unknown struct{ *Memory }

func (d *unknown) Order(ctx context.Context, instrument, id string) (venues.Status, error) {
	st, err := d.Memory.Order(ctx, instrument, id)
	if err != nil {
		return st, failure(venues.Refused, "no such order")
	}
	return st, nil
}

type rounds struct{ *Memory }

func (d *rounds) Balances(ctx context.Context) ([]venues.Balance, error) {
	list, err := d.Memory.Balances(ctx)
	for k := range list {
		list[k].Free = list[k].Free.RoundDown(2)
	}
	return list, err
}

type onePage struct{ *Memory }

func (d *onePage) Bars(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time) ([]venues.Bar, error) {
	list, err := d.Memory.Bars(ctx, instrument, interval, from, to)
	return list[:min(len(list), 1000)], err
}

type underWay struct{ *Memory }

func (d *underWay) Bars(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time) ([]venues.Bar, error) {
	list, err := d.Memory.Bars(ctx, instrument, interval, from, to)
	for r := d.row; r < len(d.scene.Rows) && r < d.row+1; r++ {
		if b := d.scene.Rows[r][1]; b.Open >= from && b.Open < to {
			list = append(list, b)
		}
	}
	return list, err
}

type otherBars struct{ *Memory }

func (d *otherBars) Bars(ctx context.Context, instrument string, interval time.Duration, from, to fund.Time) ([]venues.Bar, error) {
	list, err := d.Memory.Bars(ctx, instrument, interval, from, to)
	for k := range list {
		if list[k].Open >= d.scene.Start() {
			list[k].Volume = list[k].Volume.Add(list[k].Volume)
		}
	}
	return list, err
}

type ownClock struct{ *Memory }

func (*ownClock) Now(context.Context) (fund.Time, error) { return fund.TimeOf(time.Now()), nil }

type mute struct{ *Memory }

func (d *mute) Account(ctx context.Context) (venues.AccountStream, error) {
	s, err := d.Memory.Account(ctx)
	return &muteStream{s}, err
}

type muteStream struct{ venues.AccountStream }

func (s *muteStream) Next(ctx context.Context) (*venues.AccountMessage, error) {
	m, err := s.AccountStream.Next(ctx)
	if m != nil && m.Status != nil {
		st := *m.Status
		st.Fills = nil
		m = &venues.AccountMessage{At: m.At, Status: &st}
	}
	if err != nil && ctx.Err() != nil { // do not let the suite wait for its patience
		return nil, err
	}
	return m, err
}

type answers struct{ *Memory }

func (d *answers) Place(ctx context.Context, o venues.Order) (venues.Status, error) {
	st, err := d.Memory.Place(ctx, o)
	st.Fills = slices.Clone(st.Fills)
	for k := range st.Fills {
		st.Fills[k].Fee = fund.Amount{}
	}
	return st, err
}

// stamps changes what the account stream tells.
type stamps struct {
	*Memory
	change func(*venues.AccountMessage)
}

func (d *stamps) Account(ctx context.Context) (venues.AccountStream, error) {
	s, err := d.Memory.Account(ctx)
	return &stamped{s, d.change}, err
}

type stamped struct {
	venues.AccountStream
	change func(*venues.AccountMessage)
}

func (s *stamped) Next(ctx context.Context) (*venues.AccountMessage, error) {
	m, err := s.AccountStream.Next(ctx)
	if err != nil {
		return nil, err
	}
	own := *m
	s.change(&own)
	return &own, nil
}

func otherTotals(m *venues.AccountMessage) {
	if m.Status != nil {
		st := *m.Status
		st.Cash, m.Status = st.Done, &st
	}
}

func ownTime(m *venues.AccountMessage) { m.At = fund.TimeOf(time.Now()) }

type allOrNothing struct{ *Memory }

func (d *allOrNothing) Market(ctx context.Context, instruments []string, interval time.Duration) (venues.MarketStream, error) {
	for _, name := range instruments {
		if d.listing(name) < 0 {
			return nil, failure(venues.Refused, "no such instrument")
		}
	}
	return d.Memory.Market(ctx, instruments, interval)
}

type otherLimit struct{ *Memory }

func (d *otherLimit) Order(ctx context.Context, instrument, id string) (venues.Status, error) {
	st, err := d.Memory.Order(ctx, instrument, id)
	st.Limit = st.Limit.Add(st.Limit)
	return st, err
}

type partsClosed struct{ *Memory }

func (d *partsClosed) OpenOrders(ctx context.Context) ([]venues.Status, error) {
	list, err := d.Memory.OpenOrders(ctx)
	return slices.DeleteFunc(list, func(st venues.Status) bool { return st.State == venues.Partial }), err
}

type endless struct{ *Memory }

func (d *endless) Account(ctx context.Context) (venues.AccountStream, error) {
	s, err := d.Memory.Account(ctx)
	return &endlessStream{s}, err
}

type endlessStream struct{ venues.AccountStream }

func (*endlessStream) Close() error { return nil }

type heedless struct{ *Memory }

func (d *heedless) Balances(context.Context) ([]venues.Balance, error) {
	return d.Memory.Balances(context.Background())
}

type rests struct{ *Memory }

func (d *rests) Place(ctx context.Context, o venues.Order) (venues.Status, error) {
	if o.Kind == venues.Immediate {
		o.Kind = venues.Limit
	}
	return d.Memory.Place(ctx, o)
}

// Nothing of the suite's own words is empty, so that a failure names its case.
func TestCasesHaveNames(t *testing.T) {
	var names []string
	for _, c := range cases() {
		names = append(names, c.name)
		if strings.TrimSpace(c.name) == "" || c.check == nil || c.scene == nil {
			t.Errorf("%+v", c)
		}
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(cases()) {
		t.Error("two cases have one name")
	}
}
