package projection

import (
	"encoding/json"

	"github.com/steelyard/steelyard/engine/fund"
)

func amountOrNone(a fund.Amount) any {
	if a.IsZero() {
		return nil
	}
	return a
}

func timeOrNone(t fund.Time) any {
	if t == 0 {
		return nil
	}
	return t
}

func textOrNone(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// mustJSON encodes what was read from a journal, which knows no NaN and no infinity.
func mustJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic("projection: " + err.Error())
	}
	return text
}
