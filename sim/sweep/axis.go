// Package sweep runs one fund in many variations over the same rows: every point by the same engine as a single run, and
// with the same decisions, but without files. docs/SWEEP.md says how it is used.
package sweep

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
	"github.com/steelyard/steelyard/strategies"
	"github.com/steelyard/steelyard/strategies/fundfile"
)

// Axis is a key of the fund file and the values that it is given, in order.
type Axis struct {
	Path   string   // as fundfile.Setting has it
	Values []string // no two are equal
}

// ParseAxis reads KEY=VALUES: a list as 1d,3d,7d, in which a range a..b:n stands for n evenly spaced values, ends included.
// Both ends of a range have the same unit, or different ones of time. Values in brackets or braces may have commas.
func ParseAxis(text string) (Axis, error) {
	path, values, found := strings.Cut(text, "=")
	path = strings.TrimSpace(path)
	if !found || path == "" {
		return Axis{}, fmt.Errorf("--vary %q: write KEY=VALUES, as trigger.band=2%%..30%%:15 or trigger.at-most-every=1d,3d,7d", text)
	}
	a := Axis{Path: path}
	seen := map[string]bool{}
	for _, item := range items(values) {
		list, err := spread(item)
		if err != nil {
			return Axis{}, fmt.Errorf("--vary %s: %w", path, err)
		}
		for _, v := range list {
			if seen[v] {
				return Axis{}, fmt.Errorf("--vary %s: %s is given twice", path, v)
			}
			seen[v] = true
			a.Values = append(a.Values, v)
		}
	}
	return a, nil
}

// String writes the axis as ParseAxis reads it, ranges spelled out.
func (a Axis) String() string { return a.Path + "=" + strings.Join(a.Values, ",") }

// items cuts a list at its commas, but for those in brackets, braces and quotes.
func items(text string) []string {
	var list []string
	depth, from, quote := 0, 0, rune(0)
	for at, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 0:
			list = append(list, strings.TrimSpace(text[from:at]))
			from = at + 1
		}
	}
	return append(list, strings.TrimSpace(text[from:]))
}

// spread returns the values that an item of a list stands for.
func spread(item string) ([]string, error) {
	from, rest, ranged := strings.Cut(item, "..")
	switch {
	case item == "":
		return nil, fmt.Errorf("an empty value; write values with commas between them, or a range as 2%%..30%%:15")
	case !ranged || strings.ContainsAny(item, "[{\"'"):
		return []string{item}, nil
	}
	to, number, counted := strings.Cut(rest, ":")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if !counted || err != nil || n < 2 {
		return nil, fmt.Errorf("%s: a range says how many values it has, two at least: write %s..%s:5", item, from, to)
	}
	if n > mostValues {
		return nil, fmt.Errorf("%s: %d values; a range has at most %d", item, n, mostValues)
	}
	low, err := ParseQuantity(from)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", item, err)
	}
	high, err := ParseQuantity(to)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", item, err)
	}
	return between(item, low, high, n)
}

// mostValues is how many values a range has at most.
const mostValues = 100_000

// between returns n evenly spaced quantities.
func between(item string, low, high Quantity, n int) ([]string, error) {
	switch {
	case low.Unit != high.Unit:
		return nil, fmt.Errorf("%s: the ends have different units", item)
	case low.Value.Cmp(high.Value) >= 0:
		return nil, fmt.Errorf("%s: the range is empty: its first value must be below its last", item)
	}
	step := new(big.Rat).Sub(high.Value, low.Value)
	step.Quo(step, big.NewRat(int64(n-1), 1))
	list := make([]string, n)
	for k := range list {
		v := new(big.Rat).Mul(step, big.NewRat(int64(k), 1))
		list[k] = Quantity{v.Add(v, low.Value), low.Unit}.String()
	}
	if len(slices.Compact(slices.Clone(list))) < n {
		return nil, fmt.Errorf("%s: %d values are too many for so short a range", item, n)
	}
	return list, nil
}

// Quantity is a number with its unit.
type Quantity struct {
	Value *big.Rat // of durations in milliseconds
	Unit  string   // "%", "bp", "M", ...; "ms" for every duration, "" for none
}

// ParseQuantity reads a number with its unit, as fund files have them.
func ParseQuantity(text string) (Quantity, error) {
	parts := regexp.MustCompile(`^([-+]?[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,2})?)\s*([^0-9.\s]{0,8})$`).FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return Quantity{}, noQuantity(text)
	}
	value, ok := new(big.Rat).SetString(parts[1])
	length := milliseconds(parts[2])
	switch {
	case !ok:
		return Quantity{}, noQuantity(text)
	case length == 0:
		return Quantity{value, parts[2]}, nil
	}
	value.Mul(value, big.NewRat(length, 1))
	if century := big.NewRat(100*365*fund.Day.Milliseconds(), 1); value.Cmp(century) > 0 {
		return Quantity{}, fmt.Errorf("%s is longer than 100 years", text)
	}
	return Quantity{value, "ms"}, nil
}

func noQuantity(text string) error {
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	return fmt.Errorf("%q is no number, nor one with a unit; list such values with commas", text)
}

// milliseconds returns the length of a unit of time, 0 of another.
func milliseconds(unit string) int64 {
	switch unit {
	case "ms":
		return 1
	case "s":
		return 1000
	case "m":
		return 60_000
	case "h":
		return 3_600_000
	case "d":
		return fund.Day.Milliseconds()
	case "w":
		return 7 * fund.Day.Milliseconds()
	}
	return 0
}

// places is how many decimals values in a range have at most.
const places = 12

// String writes the quantity as a fund file has it: a duration in whole milliseconds, another number to 12 decimals.
func (q Quantity) String() string {
	if q.Unit == "ms" {
		var whole big.Int
		text := q.Value.FloatString(0)
		whole.SetString(text, 10)
		return strategies.Span(time.Duration(whole.Int64()) * time.Millisecond)
	}
	text := q.Value.FloatString(places)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + q.Unit
}

// variants is the axis of a file's variants.
func variants(f *fundfile.Fund) Axis { return Axis{fundfile.VariantKey, f.Variants} }
