package binance

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/steelyard/steelyard/engine/fund"
)

// object reads the fields of a JSON object by their exact names: Binance's e and E, or c and C, are different things,
// which encoding/json would take for each other in a struct. What is not asked for may be anything. The first field
// that is missing or is not what it should be is kept as the error, and everything after it reads as zero.
type object struct {
	what   string // for errors: "executionReport"
	fields map[string]json.RawMessage
	err    error
}

// readObject reads text as one JSON object.
func readObject(what string, text []byte) *object {
	o := &object{what: what}
	if err := json.Unmarshal(text, &o.fields); err != nil || o.fields == nil {
		o.err = fmt.Errorf("%s: it is no JSON object", what)
	}
	return o
}

// readList reads text as a JSON array.
func readList(what string, text []byte) (items []json.RawMessage, err error) {
	if err := json.Unmarshal(text, &items); err != nil || items == nil {
		return nil, fmt.Errorf("%s: it is no JSON array", what)
	}
	return items, nil
}

func (o *object) fail(name, problem string) {
	if o.err == nil {
		o.err = fmt.Errorf("%s: field %s %s", o.what, name, problem)
	}
}

// has reports whether a field is there and not null.
func (o *object) has(name string) bool {
	raw, ok := o.fields[name]
	return ok && string(raw) != "null"
}

// raw returns a field as it was written.
func (o *object) raw(name string) json.RawMessage {
	raw, ok := o.fields[name]
	if !ok {
		o.fail(name, "is missing")
	}
	return raw
}

// text returns a field that is a string.
func (o *object) text(name string) (s string) {
	if raw := o.raw(name); o.err == nil && (raw[0] != '"' || json.Unmarshal(raw, &s) != nil) {
		o.fail(name, "is no string")
	}
	return s
}

// optional returns a field that is a string, "" where it is missing or null.
func (o *object) optional(name string) string {
	if !o.has(name) {
		return ""
	}
	return o.text(name)
}

// amount returns a field that is a number written as a string, exactly.
func (o *object) amount(name string) fund.Amount {
	a, err := fund.ParseAmount(o.text(name))
	if err != nil {
		o.fail(name, "is no number")
	}
	return a
}

// size is an amount that is not negative.
func (o *object) size(name string) fund.Amount {
	a := o.amount(name)
	if a.Sign() < 0 {
		o.fail(name, "is negative")
		return fund.Amount{}
	}
	return a
}

// integer returns a field that is a whole number.
func (o *object) integer(name string) int64 {
	raw := o.raw(name)
	if o.err != nil {
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		o.fail(name, "is no whole number")
	}
	return n
}

// count is a whole number that is not negative.
func (o *object) count(name string) uint64 {
	n := o.integer(name)
	if n < 0 {
		o.fail(name, "is negative")
		return 0
	}
	return uint64(n)
}

// time returns a field that is a time in milliseconds.
func (o *object) time(name string) fund.Time {
	t, ok := timeOf(o.integer(name))
	if !ok {
		o.fail(name, "is no time in milliseconds")
	}
	return t
}

// flag returns a field that is true or false.
func (o *object) flag(name string) bool {
	raw := string(o.raw(name))
	if o.err == nil && raw != "true" && raw != "false" {
		o.fail(name, "is neither true nor false")
	}
	return raw == "true"
}

// object returns a field that is an object.
func (o *object) object(name string) *object {
	raw := o.raw(name)
	if o.err != nil {
		return &object{err: o.err}
	}
	return readObject(o.what+": "+name, raw)
}

// list returns a field that is an array.
func (o *object) list(name string) []json.RawMessage {
	raw := o.raw(name)
	if o.err != nil {
		return nil
	}
	items, err := readList(o.what+": "+name, raw)
	if err != nil {
		o.err = err
	}
	return items
}

// row reads a JSON array whose places have meanings as an object whose fields are called by their places: "0", "1".
func row(what string, text []byte) *object {
	items, err := readList(what, text)
	o := &object{what: what, fields: make(map[string]json.RawMessage, len(items)), err: err}
	for i, item := range items {
		o.fields[strconv.Itoa(i)] = item
	}
	return o
}

// maxMillis is the last millisecond that a fund.Time holds.
const maxMillis = int64(1<<63-1) / 1e6

// timeOf returns the time of milliseconds since 1970, and whether it is one.
func timeOf(millis int64) (fund.Time, bool) {
	if millis < 0 || millis > maxMillis {
		return 0, false
	}
	return fund.Time(millis * 1e6), true
}

// millis returns the milliseconds that a request writes for a time.
func millis(t fund.Time) string { return strconv.FormatInt(int64(t)/1e6, 10) }
