package reports

import "fmt"

// listed is how many alerts the page lists.
const listed = 200

func (a *Analysis) alertList() ([]Rule, string) {
	var list []Rule
	for _, x := range a.Alerts[:min(listed, len(a.Alerts))] {
		list = append(list, Rule{minute(x.At), string(x.Kind) + ": " + x.Text})
	}
	note := ""
	if more := len(a.Alerts) - listed; more > 0 {
		note = fmt.Sprintf("%s more alerts are in journal.jsonl.", Thousands(fmt.Sprint(more)))
	}
	return list, note
}

func (a *Analysis) qualityTable() Table {
	t := Table{Caption: "Prices by asset", Words: 2,
		Head: []string{"asset", "first price", "last price", "rows without a price", "longest gap", "valued at 0 since", "units at the end"}}
	for _, q := range a.Quality {
		t.Rows = append(t.Rows, []string{q.Asset, minuteOrNone(q.First), minuteOrNone(q.Last), Thousands(fmt.Sprint(q.Missing)),
			spanOrNone(q.LongestGap), minuteOrNone(q.Worthless), Thousands(number(q.Units))})
	}
	return t
}
