package fundfile

import (
	"fmt"

	"github.com/steelyard/steelyard/engine"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/engine/risk"
	"github.com/steelyard/steelyard/strategies"
)

// Policy returns what decides for the fund. Every call makes a new one: triggers remember, so a policy serves one run.
// It fails where a list has not been read.
func (f *Fund) Policy() (engine.Policy, error) {
	for k := range f.Lists {
		if l := &f.Lists[k]; l.Date == 0 {
			return engine.Policy{}, fmt.Errorf("lists.%s has not been read from %s", l.Name, l.File)
		}
	}
	return engine.Policy{
		Target:   f.newTarget(),
		Trigger:  f.newTrigger(),
		Aim:      f.aim(),
		Planner:  optimize.MinCost{},
		Limits:   f.Limits(),
		Schedule: f.schedule(),
		Impact:   f.Impact,
		Window:   f.Window,
		Dust:     f.Dust.Float64(),
		MaxAge:   f.MaxAge,
		Retry:    f.Retry,
	}, nil
}

func (f *Fund) newTarget() engine.Target {
	n, t := len(f.universe.Assets), f.Target
	switch t.Kind {
	case "equal":
		return strategies.Equal(n, t.Assets)
	case MarketCap:
		return &strategies.MarketCap{Assets: t.Assets, MinCap: t.MinCap.Float64(), MaxAge: t.MaxCapAge, Bounds: t.bounds()}
	case inverseVolatility:
		return &strategies.InverseVolatility{Assets: t.Assets, Window: t.Window, Every: t.Every, Bounds: t.bounds()}
	}
	return strategies.Fixed(spread(n, f.Target.Weights))
}

func (f *Fund) newTrigger() engine.Trigger {
	switch t := f.Trigger; t.Kind {
	case "threshold":
		return f.threshold()
	case "hybrid":
		return strategies.Hybrid{Band: f.threshold(), AtMostEvery: t.AtMostEvery}
	case "periodic":
		if t.Band.IsZero() {
			return &strategies.Periodic{Grid: t.grid()}
		}
		return &strategies.Periodic{Grid: t.grid(), Band: f.threshold()}
	case "cost-aware":
		return &strategies.CostAware{Floor: t.Floor.Float64(), Ratio: t.Ratio.Float64(), Blocked: f.blocked()}
	}
	return strategies.Hold{}
}

func (f *Fund) aim() engine.Aim {
	if !f.BandEdge {
		return nil
	}
	return &strategies.Edge{Limits: f.threshold()}
}

func (t Trigger) grid() strategies.Grid {
	switch t.On {
	case "":
		return strategies.Every(t.Every)
	case firstOfMonth:
		return strategies.Monthly{At: t.At}
	}
	return strategies.Weekly{Day: weekday(t.On), At: t.At}
}

func (f *Fund) threshold() *strategies.Threshold {
	return &strategies.Threshold{
		Band:     f.Trigger.Band.Float64(),
		Bands:    spread(len(f.universe.Assets), f.Trigger.Bands),
		Absolute: f.Trigger.Absolute,
		Dust:     f.Dust.Float64(),
		Blocked:  f.blocked(),
	}
}

// Limits returns what the fund may do, as it is at the start of a run.
func (f *Fund) Limits() risk.Limits {
	return risk.Limits{
		MaxOrder:     f.Risk.MaxOrder.Float64(),
		Rules:        f.riskRules(),
		Lists:        f.riskLists(),
		TwoOperators: f.Risk.TwoOperators,
		CancelOnHalt: f.Risk.CancelOnHalt,
	}
}

func (f *Fund) blocked() []bool {
	blocked := make([]bool, len(f.universe.Assets))
	for _, a := range f.Risk.Blocked {
		blocked[a] = true
	}
	return blocked
}

// spread lays shares out by asset, with 0 for the assets that have none.
func spread(assets int, shares []Share) []float64 {
	all := make([]float64, assets)
	for _, s := range shares {
		all[s.Asset] = s.Fraction.Float64()
	}
	return all
}
