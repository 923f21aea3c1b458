// Package projection derives tables from a run's journal and its rows: rebalancings, orders, fills, checks, positions over
// time, corrections, alerts and operators' words, and how far the journal has been read. The journal stays the truth. Tables can be made again at any time; made
// twice they are equal, and a projection that was cut short goes on where it stopped. Where the tables lie is the
// business of a Store.
package projection

// Type is what a column holds. A value is nil where there is none, or else of the Go type that stands beside.
type Type int8

// The types.
const (
	ID      Type = iota // uuid.UUID
	Text                // string
	Whole               // int64
	Float               // float64: an estimate, or a value in the base currency
	Exact               // fund.Amount
	Instant             // fund.Time; stores keep microseconds
	Truth               // bool
	JSON                // json.RawMessage
)

// Column is a column of a table.
type Column struct {
	Name string
	Type Type
}

// Table describes a table. Every table's first column is run, the ID of the run's manifest: many runs of many funds lie
// beside each other.
type Table struct {
	Name    string
	Columns []Column
	Key     []string // columns that tell its rows apart
	Changes bool     // later records replace rows, by the Key's last column; otherwise rows are only added
}

// The indices of the tables in Tables and Batch.
const (
	Heads = iota
	Rebalancings
	Orders
	Fills
	Checks
	Positions
	Corrections
	Notices
	tables
)

// Tables returns the tables by index. Money in columns that end in _usd is in the fund's base currency, as
// journal_heads.base names it.
func Tables() [tables]Table {
	return [tables]Table{
		Heads: {Name: "journal_heads", Key: []string{"run"}, Changes: true, Columns: []Column{
			{"run", ID}, {"fund", Text}, {"base", Text}, {"fund_hash", Text}, {"dataset_hash", Text}, {"seed", Text},
			{"records", Whole}, {"chain", Text}, {"as_of", Instant}, {"ended", Truth}}},
		Rebalancings: {Name: "rebalancing_events", Key: []string{"run", "decision"}, Changes: true, Columns: []Column{
			{"run", ID}, {"id", ID}, {"decision", Whole}, {"record", Whole}, {"fund", Text},
			{"triggered_at", Instant}, {"trigger_type", Text}, {"reason", Text}, {"verdict", Text}, {"why", Text},
			{"execution_status", Text}, {"settled_at", Instant}, {"left_undone", Text},
			{"nav_before_usd", Float}, {"nav_after_usd", Float}, {"prices", JSON},
			{"weights_before", JSON}, {"weights_target", JSON}, {"weights_planned", JSON}, {"weights_after", JSON},
			{"total_trade_volume_usd", Float}, {"total_cost_usd", Float}, {"fees_usd", Float}, {"spread_usd", Float}, {"impact_usd", Float},
			{"planned_volume_usd", Float}, {"planned_cost_usd", Float}, {"naive_cost_usd", Float}, {"gap_usd", Float},
			{"fills", Whole}, {"trades", JSON}}},
		Orders: {Name: "orders", Key: []string{"run", "order_id"}, Changes: true, Columns: []Column{
			{"run", ID}, {"order_id", Whole}, {"record", Whole}, {"rebalancing", ID}, {"decision", Whole},
			{"placed_at", Instant}, {"venue", Text}, {"instrument", Text}, {"side", Text},
			{"quantity", Exact}, {"limit_price", Exact}, {"spend", Exact},
			{"filled", Exact}, {"status", Text}, {"closed_at", Instant}, {"reason", Text}}},
		Fills: {Name: "fills", Key: []string{"run", "record"}, Columns: []Column{
			{"run", ID}, {"record", Whole}, {"venue", Text}, {"trade", Whole}, {"order_id", Whole}, {"rebalancing", ID}, {"decision", Whole},
			{"filled_at", Instant}, {"instrument", Text}, {"side", Text},
			{"quantity", Exact}, {"price", Exact}, {"fee", Exact}, {"fee_asset", Text}, {"maker", Truth}, {"mid", Float},
			{"value_usd", Float}, {"fee_usd", Float}, {"spread_usd", Float}, {"impact_usd", Float}, {"permanent_usd", Float}, {"cash", Exact}}},
		Checks: {Name: "checks", Key: []string{"run", "record", "number"}, Columns: []Column{
			{"run", ID}, {"record", Whole}, {"number", Whole}, {"rule", Text}, {"clause", Text},
			{"checked_at", Instant}, {"rebalancing", ID}, {"decision", Whole}, {"subject", Text},
			{"kind", Text}, {"measured", Text}, {"breach", Text}, {"outcome", Text},
			{"limit_value", Float}, {"now_value", Float}, {"in_flight", Float}, {"wanted", Float}, {"after_value", Float}, {"why", Text},
			{"instrument", Text}, {"side", Text}, {"quantity", Exact}}},
		Positions: {Name: "positions", Key: []string{"run", "as_of", "record", "account", "asset"}, Columns: []Column{
			{"run", ID}, {"as_of", Instant}, {"record", Whole}, {"account", Text}, {"asset", Text},
			{"units", Exact}, {"price_usd", Float}, {"value_usd", Float}}},
		Corrections: {Name: "corrections", Key: []string{"run", "record"}, Columns: []Column{
			{"run", ID}, {"record", Whole}, {"corrects", Whole}, {"corrected_at", Instant}, {"who", Text}, {"says", Text}}},
		Notices: {Name: "notices", Key: []string{"run", "record"}, Columns: []Column{
			{"run", ID}, {"record", Whole}, {"noted_at", Instant}, {"source", Text}, {"who", Text}, {"kind", Text}, {"says", Text}}},
	}
}
