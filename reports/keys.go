package reports

import (
	"bytes"
	"encoding/json"

	"github.com/steelyard/steelyard/engine/fund"
)

// entry is a key of summary.json and its value.
type entry struct {
	key   string
	value any
}

// entries lists what summary.json holds, in its order. Keys are stable: they are added, and none is renamed or removed.
func (a *Analysis) entries() []entry {
	r, s := &a.Run, &a.Summary
	list := []entry{
		{"fund", r.Fund},
		{"base", r.Universe.AssetName(r.Universe.Base)},
		{"start", s.Start},
		{"end", s.End},
		{"days", s.Days},
		{"start_nav", s.StartNAV},
		{"final_nav", s.Fund.FinalNAV},
		{"net_flows_usd", s.NetFlows},
		{"profit_usd", s.Profit},
	}
	list = append(list, s.Fund.entries("")...)
	list = append(list, entry{"hold_final_nav", s.Hold.FinalNAV})
	list = append(list, s.Hold.entries("hold_")...)
	list = append(list, entry{"shadow_final_nav", s.Shadow.FinalNAV})
	list = append(list, s.Shadow.entries("shadow_")...)
	list = append(list, s.entries()...)
	list = append(list, s.Planned.entries()...)
	list = append(list, []entry{
		{"shortfall", s.Review.entries()},
		{"fills_at_close", r.AtClose},
		{"seed", r.Seed},
		{"fund_hash", r.FundHash},
		{"dataset_hash", r.DatasetHash},
	}...)
	if r.JournalHead != "" {
		list = append(list, entry{"journal_head", r.JournalHead})
	}
	return append(list, []entry{
		{"decisions_digest", r.DecisionsDigest},
		{"alerts", len(a.Alerts)},
		{"instruments", a.reviewEntries()},
		{"assets", qualityEntries(a.Quality)},
		{"notes", append([]string{}, a.Notes...)},
	}...)
}

func (p *Performance) entries(prefix string) []entry {
	return []entry{
		{prefix + "total_return", p.TotalReturn},
		{prefix + "annual_return", p.AnnualReturn},
		{prefix + "volatility", p.Volatility},
		{prefix + "sharpe", p.Sharpe},
		{prefix + "sortino", p.Sortino},
		{prefix + "max_drawdown", p.MaxDrawdown},
		{prefix + "calmar", p.Calmar},
	}
}

func (s *Summary) entries() []entry {
	return []entry{
		{"tracking_error", s.TrackingError},
		{"mean_drift", s.MeanDrift},
		{"decisions", s.Decisions},
		{"decisions_empty", s.DecisionsEmpty},
		{"decisions_refused", s.DecisionsRefused},
		{"decisions_not_worth", s.DecisionsNotWorth},
		{"decisions_clipped", s.DecisionsClipped},
		{"rebalances", s.Rebalances},
		{"orders", s.Orders},
		{"orders_partial", s.OrdersPartial},
		{"orders_unfilled", s.OrdersUnfilled},
		{"orders_working", s.OrdersWorking},
		{"orders_cut", s.OrdersCut},
		{"fills", s.Fills},
		{"average_nav", s.AverageNAV},
		{"turnover_usd", s.TurnoverValue},
		{"turnover", s.Turnover},
		{"turnover_per_year", s.TurnoverPerYear},
		{"cost_usd", s.CostUSD},
		{"fees_usd", s.Cost.Fees},
		{"spread_usd", s.Cost.Spread},
		{"impact_usd", s.Cost.Impact},
		{"cost_bp", s.CostBP},
		{"fees_bp", s.FeesBP},
		{"spread_bp", s.SpreadBP},
		{"impact_bp", s.ImpactBP},
		{"cost_bp_per_year", s.CostBPPerYear},
	}
}

// qualityEntry is a Quality as summary.json writes it; times that there are not are left out.
type qualityEntry struct {
	Asset      string    `json:"asset"`
	First      fund.Time `json:"first,omitzero"`
	Last       fund.Time `json:"last,omitzero"`
	Missing    int       `json:"missing"`
	LongestGap float64   `json:"longest_gap_hours"`
	Ended      bool      `json:"ended"`
	Worthless  fund.Time `json:"worthless_since,omitzero"`
	Units      float64   `json:"units"`
}

func qualityEntries(list []Quality) []qualityEntry {
	out := make([]qualityEntry, len(list))
	for i, q := range list {
		out[i] = qualityEntry{q.Asset, q.First, q.Last, q.Missing, q.LongestGap.Hours(), q.Ended, q.Worthless, q.Units}
	}
	return out
}

// SummaryJSON returns the bytes of summary.json: keys in a fixed order, shortest numbers, null for what is not defined.
// Equal analyses give equal bytes.
func (a *Analysis) SummaryJSON() ([]byte, error) {
	flat, err := object(a.entries()).MarshalJSON()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, append(flat, '\n'), "", "  ")
	return b.Bytes(), err
}

// object is a JSON object with its keys in this order.
type object []entry

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	before := "{"
	for _, e := range o {
		b.WriteString(before + `"` + e.key + `":`)
		before = ","
		if err := to.Encode(defined(e.value)); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// defined returns nil in the place of a number that is none, which JSON cannot write.
func defined(value any) any {
	if x, ok := value.(float64); ok && undefined(x) {
		return nil
	}
	return value
}
