package journal

import (
	"math"
	"unicode/utf8"

	"github.com/steelyard/steelyard/engine/fund"
)

// object writes one JSON object in the order of the calls, without allocating. Keys are literals that need no escape.
type object struct {
	b    []byte
	kind string // of the newest record
}

func (o *object) open(kind string) {
	o.kind = kind
	o.b = append(append(append(o.b, `{"kind":"`...), kind...), '"')
}

func (o *object) close() { o.b = append(o.b, '}') }

func (o *object) key(k string) {
	o.b = append(append(append(o.b, ',', '"'), k...), '"', ':')
}

func (o *object) uint(k string, v uint64) {
	o.key(k)
	o.b = fund.AppendUint(o.b, v)
}

func (o *object) amount(k string, v fund.Amount) {
	o.key(k)
	o.b = append(v.AppendTo(append(o.b, '"')), '"')
}

func (o *object) time(k string, v fund.Time) {
	o.key(k)
	o.b = append(v.AppendTo(append(o.b, '"')), '"')
}

func (o *object) text(k, v string) {
	o.key(k)
	o.b = appendString(o.b, v)
}

func (o *object) flag(k string, v bool) {
	if v {
		o.key(k)
		o.b = append(o.b, "true"...)
	}
}

func (o *object) float(k string, v float64) {
	o.key(k)
	o.b = appendFloat(o.b, v)
}

func (o *object) cost(k string, c fund.Cost) {
	o.key(k)
	o.b = appendFloat(append(o.b, `{"fees":`...), c.Fees)
	o.b = appendFloat(append(o.b, `,"spread":`...), c.Spread)
	o.b = appendFloat(append(o.b, `,"impact":`...), c.Impact)
	o.b = append(o.b, '}')
}

// appendFloat writes the shortest decimal that reads back as v; JSON knows no NaN and no infinity, they become null.
func appendFloat(b []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, "null"...)
	}
	return fund.AppendFloat(b, v)
}

// appendString writes a JSON string with the fewest escapes; what is not UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	if isPlain(s) {
		return append(append(b, s...), '"')
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// isPlain reports whether s stands in a JSON string as it is.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
