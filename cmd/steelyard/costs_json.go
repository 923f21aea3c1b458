package main

import (
	"io"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/sim/pretrade"
)

// costsOutput is `costs --json`. Money is in the fund's base currency; keys are added, and none is renamed or removed.
type costsOutput struct {
	Fund       string            `json:"fund"`
	Base       string            `json:"base"`
	Draws      int               `json:"draws"`
	Seed       uint64            `json:"seed"`
	Rebalances []rebalanceOutput `json:"rebalances"`
	Notes      []string          `json:"notes"`
}

type rebalanceOutput struct {
	Which    string           `json:"which"` // "at hand" or "typical"
	Says     string           `json:"says"`
	At       fund.Time        `json:"at"`
	NAV      float64          `json:"nav_usd"`
	Planned  float64          `json:"planned_cost_usd"`
	Seconds  float64          `json:"seconds"`
	All      assetOutput      `json:"all"`
	Assets   []assetOutput    `json:"assets"`
	Frontier []frontierOutput `json:"frontier"`
	Capacity []capacityOutput `json:"capacity"`
}

type assetOutput struct {
	Asset         string      `json:"asset,omitempty"`
	Turnover      float64     `json:"turnover_usd"`
	Cost          rangeOutput `json:"cost_usd"`
	CostBP        rangeOutput `json:"cost_bp"`
	Parts         partsOutput `json:"parts_usd"`
	Filled        float64     `json:"filled"`
	Participation float64     `json:"participation"`
}

type rangeOutput struct {
	Expected  float64    `json:"expected"`
	Error     float64    `json:"standard_error"`
	Deviation float64    `json:"standard_deviation"`
	Half      [2]float64 `json:"interval_50"`
	Most      [2]float64 `json:"interval_95"`
}

type partsOutput struct {
	Fees        float64 `json:"fees"`
	Spread      float64 `json:"spread"`
	Temporary   float64 `json:"temporary"`
	Permanent   float64 `json:"permanent"`
	Delay       float64 `json:"delay"`
	Market      float64 `json:"market"`
	Opportunity float64 `json:"opportunity"`
}

type frontierOutput struct {
	Name   string `json:"name"`
	Chosen bool   `json:"chosen"`
	expectationOutput
}

type capacityOutput struct {
	AUM               float64 `json:"aum_usd"`
	Turnover          float64 `json:"turnover_usd"`
	Refused           string  `json:"refused,omitempty"` // why nothing is traded
	expectationOutput         // zeros where it is refused
}

type expectationOutput struct {
	Cost          float64 `json:"cost_usd"`
	CostBP        float64 `json:"cost_bp"`
	Risk          float64 `json:"risk_usd"`
	RiskBP        float64 `json:"risk_bp"`
	Seconds       float64 `json:"seconds"`
	Filled        float64 `json:"filled"`
	Participation float64 `json:"participation"`
}

func (a *costsAnswer) json(w io.Writer) error {
	out := costsOutput{Fund: a.fund.Name, Base: a.base(), Draws: a.draws.Number, Seed: a.draws.Seed, Notes: a.notes}
	for _, p := range a.parts {
		out.Rebalances = append(out.Rebalances, a.rebalanceOutput(p))
	}
	return writeJSON(w, out)
}

func (a *costsAnswer) rebalanceOutput(p *priced) rebalanceOutput {
	d := p.rebalance.Decision
	out := rebalanceOutput{Which: p.name, Says: p.says, At: p.at, NAV: d.NAV, Planned: d.Plan.Cost.Total(),
		Seconds: p.summary.Took.Seconds(), All: a.assetOutput(&p.summary.All)}
	for k := range p.summary.Assets {
		out.Assets = append(out.Assets, a.assetOutput(&p.summary.Assets[k]))
	}
	turnover := p.summary.All.Turnover
	out.Frontier = append(out.Frontier, frontierOutput{scheduleName(p.rebalance.Policy.Schedule), true, outputOf(p.chosen, turnover)})
	for _, x := range p.frontier {
		out.Frontier = append(out.Frontier, frontierOutput{scheduleName(x.Schedule), false, outputOf(x.Expectation, turnover)})
	}
	for _, s := range p.sizes {
		c := capacityOutput{AUM: s.NAV, Turnover: s.Turnover, Refused: s.Refused}
		if s.Refused == "" {
			c.expectationOutput = outputOf(s.Expectation, s.Turnover)
		}
		out.Capacity = append(out.Capacity, c)
	}
	return out
}

func (a *costsAnswer) assetOutput(x *pretrade.AssetSummary) assetOutput {
	p := x.Parts
	return assetOutput{
		Asset: a.fund.Universe().AssetName(x.Asset), Turnover: x.Turnover,
		Cost: rangeOut(x.Cost, 1), CostBP: rangeOut(x.Cost, 1e4/x.Turnover),
		Parts:  partsOutput{p.Fees, p.Spread, p.Temporary, p.Permanent, p.Delay, p.Market, p.Opportunity},
		Filled: x.Done, Participation: x.Participation,
	}
}

func rangeOut(r pretrade.Range, unit float64) rangeOutput {
	return rangeOutput{r.Mean * unit, r.Error * unit, r.Deviation * unit, [2]float64{r.Low50 * unit, r.High50 * unit}, [2]float64{r.Low95 * unit, r.High95 * unit}}
}

func outputOf(e pretrade.Expectation, turnover float64) expectationOutput {
	return expectationOutput{e.Cost, e.BP(turnover), e.Risk, e.Risk / turnover * 1e4, e.Took.Seconds(), e.Done, e.Participation}
}
