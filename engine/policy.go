package engine

import (
	"time"

	"github.com/steelyard/steelyard/engine/execute"
	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/engine/impact"
	"github.com/steelyard/steelyard/engine/optimize"
	"github.com/steelyard/steelyard/engine/risk"
)

// Target says what the fund should hold.
type Target interface {
	// Weights returns the wanted weight of every asset, by AssetID; they sum to 1. It returns nil while there is no
	// target: then nothing is decided. The slice belongs to the target and is valid until its next call.
	Weights(v *fund.View) []float64
}

// Omitting may be implemented by a Target whose weights are made of data that may be missing.
type Omitting interface {
	// Omitted returns in words which assets had no weight for want of data at the newest call of Weights, and why; ""
	// when there were none. It says the same as long as nothing changed.
	Omitted() string
}

// Trigger says when to rebalance. It is asked at every row's close while no rebalance is under way.
type Trigger interface {
	// Due returns why a rebalance is due now, in words for the journal, or "" when it is not. target is what
	// Target.Weights just returned.
	Due(v *fund.View, target []float64) (reason string)
}

// Worth may be implemented by a Trigger that weighs a plan against its cost once it is known.
type Worth interface {
	// Worth returns whether the plan is worth its cost, and both numbers in words.
	Worth(v *fund.View, p *fund.Plan) (bool, string)
}

// Heir may be implemented by a Target or Trigger that remembers more than the view tells.
type Heir interface {
	// Inherit is called before anything else where the fund's policy changes. before is the Target or Trigger in whose place this
	// one comes; what it remembered, of questions that are still asked, is remembered from here on.
	Inherit(before any)
}

// Aim says how far from its target a plan may leave an asset.
type Aim interface {
	// Band returns the distance by AssetID, as a fraction of the investable NAV. The slice belongs to the aim and is
	// valid until its next call.
	Band(target []float64) []float64
}

// Planner computes the trades that bring the fund to its target.
type Planner interface {
	Plan(p *optimize.Problem) fund.Plan
}

// Policy is everything about a fund that decides: what ../strategies builds from a fund file.
type Policy struct {
	Target   Target
	Trigger  Trigger
	Aim      Aim // nil: at the target itself
	Planner  Planner
	Limits   risk.Limits
	Schedule execute.Schedule
	Impact   []impact.Model // by instrument: what the core expects trades to cost
	Window   time.Duration  // over which volatility and volume are estimated

	Dust   float64       // base currency: smaller differences are left alone
	MaxAge time.Duration // a price older than this is worth nothing
	Retry  time.Duration // after a plan that was refused or empty, the trigger rests this long
}
