package fundfile

import (
	"slices"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
)

// file returns the fund in the shape of its file, with nothing left to a default.
func (f *Fund) file() file {
	u := f.universe
	out := file{
		Version: 1, Fund: f.Name, Base: u.AssetName(u.Base),
		Assets:    make(map[string]assetSection, len(u.Assets)),
		Start:     f.startSection(),
		Target:    f.targetSection(),
		Trigger:   f.triggerSection(),
		Orders:    ordersSection{f.aimWord(), f.Dust, strategies.Span(f.Retry)},
		Execution: f.executionSection(),
		Risk:      f.riskSection(),
		Mandate:   f.ruleSections(f.Mandate),
		Lists:     f.listSections(),
		Operators: f.operatorSections(),
		Venues:    f.venueSections(),
		Data:      dataSection{strategies.Span(f.MaxAge), strategies.Span(f.MaxGap), strategies.Span(f.Window), span(f.WarmUp)},
		Backtest:  f.backtestSection(),
	}
	for _, a := range u.Assets {
		out.Assets[a.Name] = assetSection{a.Decimals}
	}
	for _, flow := range f.Flows {
		out.Flows = append(out.Flows, flowSection{flow.At, u.Accounts[flow.Account], u.AssetName(flow.Asset), flow.Amount})
	}
	return out
}

func (f *Fund) riskSection() riskSection {
	s := riskSection{MaxWeight: f.named(f.Risk.MaxWeight), MaxOrder: f.Risk.MaxOrder, MaxPlan: f.Risk.MaxPlan, Block: f.names(f.Risk.Blocked),
		Rules: f.ruleSections(f.Risk.Rules), TwoOperators: f.Risk.TwoOperators}
	if f.Risk.CancelOnHalt {
		s.OnHalt = "cancel"
	}
	return s
}

func (f *Fund) aimWord() string {
	if f.BandEdge {
		return "band-edge"
	}
	return "target"
}

func (f *Fund) startSection() map[string]amounts {
	start := map[string]amounts{}
	for _, h := range f.Start {
		account := f.universe.Accounts[h.Account]
		if start[account] == nil {
			start[account] = amounts{}
		}
		start[account][f.universe.AssetName(h.Asset)] = h.Amount
	}
	return start
}

func (f *Fund) triggerSection() triggerSection {
	t := f.Trigger
	s := triggerSection{
		Kind: t.Kind, Band: t.Band, Bands: f.named(t.Bands),
		Every: span(t.Every), On: t.On, AtMostEvery: span(t.AtMostEvery), Floor: t.Floor, Ratio: t.Ratio,
	}
	if !t.Band.IsZero() {
		s.BandIs = t.BandIs()
	}
	if t.On != "" {
		s.At = t.Clock()
	}
	return s
}

// BandIs returns "relative" or "absolute".
func (t Trigger) BandIs() string {
	if t.Absolute {
		return "absolute"
	}
	return "relative"
}

// Clock returns At as HH:MM.
func (t Trigger) Clock() string { return time.Time{}.Add(t.At).Format("15:04") }

func (f *Fund) venueSections() []venueSection {
	sections := make([]venueSection, len(f.Venues))
	for i, v := range f.Venues {
		sections[i] = venueSection{
			Name: v.Name, Address: v.Address, Participation: fund.AmountOfFloat(v.Participation),
			Latency: strategies.Span(v.Latency), Jitter: strategies.Span(v.Jitter), RejectRate: fund.AmountOfFloat(v.RejectRate),
		}
		if d := driverSection(v.Driver); d.Kind != "" {
			sections[i].Driver = &d
		}
	}
	for i := range f.universe.Instruments {
		v := &sections[f.universe.Instruments[i].Venue]
		v.Instruments = append(v.Instruments, f.instrumentSection(i))
	}
	return sections
}

func (f *Fund) instrumentSection(i int) instrumentSection {
	in := &f.universe.Instruments[i]
	prices := ""
	if slices.ContainsFunc(f.Crosses, func(c fund.Cross) bool { return int(c.Of) == i }) {
		prices = "derived"
	}
	return instrumentSection{
		Name: in.Name, Lot: in.Lot, Tick: in.Tick, MinQuantity: in.MinQuantity, MaxQuantity: in.MaxQuantity, MinNotional: in.MinNotional,
		MaxNotional: in.MaxNotional, Prices: prices,
		Spread: fund.AmountOfFloat(in.Spread), Fee: feeOf(f.universe, in.Fees), Impact: impactOf(f.Impact[i]),
	}
}

func (f *Fund) backtestSection() *backtestSection {
	b := f.Backtest
	if !b.Present() {
		return nil
	}
	fill := "next-open"
	if b.FillClose {
		fill = "close"
	}
	return &backtestSection{b.From, b.To, strategies.Span(b.Interval), fill, b.Seed}
}

func (f *Fund) named(shares []Share) amounts {
	all := make(amounts, len(shares))
	for _, s := range shares {
		all[f.universe.AssetName(s.Asset)] = s.Fraction
	}
	return all
}

func (f *Fund) names(assets []fund.AssetID) []string {
	all := make([]string, len(assets))
	for i, a := range assets {
		all[i] = f.universe.AssetName(a)
	}
	return all
}
