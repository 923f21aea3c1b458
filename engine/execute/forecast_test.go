package execute_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
)

// trail is a market of one model, to try trades out on.
type trail struct {
	in    impact.Inputs
	model impact.Model
	state impact.State
	fills int
}

func (m *trail) Fill(q float64, at fund.Time) impact.Move {
	m.fills++
	move, next := m.model.Cost(m.in, m.state, fund.Sell, q, at)
	m.state = next
	return move
}

// terms is a market that trades a million units a day, in rows of a minute.
func terms(m impact.Model) *execute.Terms {
	return &execute.Terms{Price: 10, Inputs: impact.Inputs{Sigma: 0.04, ADV: 1e6, Interval: time.Minute}, Model: m}
}

func forecast(s execute.Schedule, q float64, t *execute.Terms) execute.Forecast {
	return s.Forecast(fund.Sell, q, start, t, &trail{in: t.Inputs, model: t.Model})
}

// slice by slice is the dumb twin of a forecast: what the schedule's own slices pay, one after the other.
func sliceBySlice(t *testing.T, s execute.Schedule, q float64, terms *execute.Terms) execute.Forecast {
	t.Helper()
	o := execute.Order{At: start, Side: fund.Sell, Quantity: fund.AmountOfFloat(q), Lot: fund.NewAmount(1, 12), Terms: *terms}
	p, m := s.Begin(o), &trail{in: terms.Inputs, model: terms.Model}
	var f execute.Forecast
	variance, before := 0.0, start
	for at := start; at != 0; {
		left := 1 - p.Released.Float64()/q
		variance += left * left * float64(at.Sub(before)) / float64(fund.Day)
		before = at
		p.Traded = float64(at.Sub(start)/time.Minute) * terms.Inputs.ADV / 1440
		due, next := s.Due(&p, at)
		if part := due.Float64() / q; part > 0 {
			move := m.Fill(due.Float64(), at)
			f.Move.Temporary += move.Temporary * part
			f.Move.Permanent += move.Permanent * part
		}
		p.Released = p.Released.Add(due)
		at = next
	}
	f.Risk = terms.Inputs.Sigma * math.Sqrt(variance)
	return f
}

var forecastModels = []impact.Model{
	impact.Proportional{Rate: 0.001},
	impact.SquareRoot{Y: 1, HalfLife: 2 * time.Hour},
	impact.AlmgrenChriss{Gamma: 0.3, Eta: 0.15, Epsilon: 0.0001},
	impact.PowerLaw{Gamma: 0.3, Eta: 0.15, Beta: 0.6, Delta: 0.25, Supply: 1e9},
	impact.Transient{Permanent: 0.1, Transient: 0.9, HalfLife: time.Hour},
}

// A few slices are priced one by one, and many in groups, to a hundredth.
func TestForecastIsThatOfTheSlices(t *testing.T) {
	for _, kind := range []execute.Kind{execute.TWAP, execute.VWAP, execute.AlmgrenChriss} {
		for slices, within := range map[int]float64{1: 1e-9, 2: 1e-9, 16: 1e-9, 17: 0.02, 48: 0.02, 240: 0.02} {
			for _, model := range forecastModels {
				s := execute.Schedule{Kind: kind, Over: 4 * time.Hour, Slices: slices}
				with := terms(model)
				for k := range slices {
					with.Usual = append(with.Usual, 2+math.Sin(float64(k)/float64(slices)*6))
				}
				got, want := forecast(s, 30_000, with), sliceBySlice(t, s, 30_000, with)
				for what, pair := range map[string][2]float64{"temporary": {got.Move.Temporary, want.Move.Temporary},
					"total": {got.Move.Total(), want.Move.Total()}, "risk": {got.Risk, want.Risk}} {
					if math.Abs(pair[0]-pair[1]) > within*math.Abs(pair[1])+1e-15 {
						t.Errorf("kind %d, %d slices, %+v: %s is %v, slice by slice %v", kind, slices, model, what, pair[0], pair[1])
					}
				}
			}
		}
	}
}

// At once it is the one trade, and has no risk.
func TestForecastAtOnce(t *testing.T) {
	for _, model := range forecastModels {
		with := terms(model)
		want, _ := model.Cost(with.Inputs, impact.State{}, fund.Sell, 30_000, start)
		if got := forecast(execute.Schedule{}, 30_000, with); got.Move != want || got.Risk != 0 {
			t.Errorf("%+v: %+v, want %+v", model, got, want)
		}
	}
}

// Of the paper's example the forecast is the paper's: a day is a row there, σ and V are 1.
func TestForecastOfThePaper(t *testing.T) {
	l := paper(1e-6)
	with := &execute.Terms{Price: 1, Inputs: impact.Inputs{Sigma: 1, ADV: 1, Interval: fund.Day},
		Model: impact.AlmgrenChriss{Gamma: l.Gamma, Eta: l.Eta, Epsilon: l.Epsilon}}
	// The paper's σ is 0.9487 dollars; with σ = 1 the same trade-off has λ times its square.
	s := execute.Schedule{Kind: execute.AlmgrenChriss, Over: 5 * fund.Day, Slices: 5, Lambda: l.Lambda * l.Sigma * l.Sigma}
	f := forecast(s, l.X, with)
	near(t, "E", f.Move.Total()*l.X, 910_477.8442503856)
	near(t, "V", math.Pow(f.Risk*l.X*l.Sigma, 2), 3.6386800930252356e11)
}

// Slower is cheaper and riskier; a cap makes an order slower.
func TestForecastOfTheCap(t *testing.T) {
	with := terms(impact.SquareRoot{Y: 1, HalfLife: time.Hour})
	s := execute.Schedule{Kind: execute.TWAP, Over: time.Hour, Slices: 4}
	free := forecast(s, 200_000, with)
	s.MaxParticipation = 0.5 // 347 units a row: 576 rows
	capped := forecast(s, 200_000, with)
	if capped.Move.Total() >= free.Move.Total() || capped.Risk <= 2*free.Risk {
		t.Errorf("with the cap %+v, without %+v", capped, free)
	}
	pov := execute.Schedule{Kind: execute.POV, Rate: 0.5}
	if f := forecast(pov, 200_000, with); math.Abs(f.Risk/capped.Risk-1) > 0.02 || math.Abs(f.Move.Total()/capped.Move.Total()-1) > 0.1 {
		t.Errorf("at a rate %+v, under a cap of it %+v", f, capped)
	}
	if f := forecast(pov, 1e15, with); math.IsNaN(f.Move.Total()+f.Risk) || math.IsInf(f.Move.Total()+f.Risk, 0) {
		t.Errorf("of far too much: %+v", f)
	}
}

// By risk aversion alone an order is sent row by row for as long as that asks for: more of it, less time, within the deadline.
func TestHorizonFollowsRiskAversion(t *testing.T) {
	for _, model := range forecastModels[1:] {
		with := terms(model)
		last, most := 1<<30, 0
		for _, lambda := range []float64{1e-12, 1e-6, 1e-4, 1e-2, 1e12} {
			s := execute.Schedule{Kind: execute.AlmgrenChriss, Lambda: lambda, Deadline: fund.Day}
			c := s.Curve(fund.Sell, 30_000, start, with)
			if c.Step != time.Minute || c.Slices > last || c.Slices > 1440 || c.Out(float64(c.Slices)) != 1 {
				t.Errorf("%+v, λ = %v: %d slices of %v after %d", model, lambda, c.Slices, c.Step, last)
			}
			if left := 1 - c.Out(float64(c.Slices-1)); c.Slices > 10 && c.Slices < 1440 && left > 0.02 {
				t.Errorf("%+v, λ = %v: the last of %d slices is %v of all", model, lambda, c.Slices, left)
			}
			last, most = c.Slices, max(most, c.Slices)
		}
		if last != 1 || most != 1440 {
			t.Errorf("%+v: from %d slices to %d", model, most, last)
		}
	}
}

func BenchmarkForecast(b *testing.B) {
	for _, s := range []execute.Schedule{
		{},
		{Kind: execute.TWAP, Over: 4 * time.Hour, Slices: 16},
		{Kind: execute.TWAP, Over: 4 * time.Hour, Slices: 240},
		{Kind: execute.AlmgrenChriss, Over: 4 * time.Hour, Slices: 16, Lambda: 1e-6},
	} {
		b.Run(fmt.Sprint(s.Kind, "/", s.Slices), func(b *testing.B) {
			with := terms(impact.SquareRoot{Y: 1, HalfLife: 2 * time.Hour})
			for b.Loop() {
				forecast(s, 30_000, with)
			}
		})
	}
}
