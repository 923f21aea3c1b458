package reports

import (
	"fmt"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
)

// Scalar is a figure of summary.json that is one value.
type Scalar struct {
	Key    string // as in summary.json; of an object in it, the object's key, "_" and its own
	Text   string // as the tables of a run have it, "" where it is not defined
	Number bool   // it is a number, and not a word, a hash or a time
}

// Scalars lists the figures of summary.json that are single values, in its order. They have the same keys for every run.
func (a *Analysis) Scalars() []Scalar { return scalars("", a.entries()) }

func scalars(prefix string, entries []entry) []Scalar {
	var list []Scalar
	for _, e := range entries {
		s := Scalar{Key: prefix + e.key, Number: true}
		switch v := e.value.(type) {
		case object:
			list = append(list, scalars(s.Key+"_", v)...)
			continue
		case float64:
			s.Text = number(v)
		case int:
			s.Text = strconv.Itoa(v)
		case uint64:
			s.Text = strconv.FormatUint(v, 10)
		case string:
			s.Text, s.Number = v, false
		case bool, fund.Time:
			s.Text, s.Number = fmt.Sprint(v), false
		default:
			continue
		}
		list = append(list, s)
	}
	return list
}
