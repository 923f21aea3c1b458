package parting

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/steelyard/steelyard/engine/journal"
)

// Changes lists the values that two JSON objects have differently, by their paths, sorted. Elements of a list are called by
// their name, ID or instrument where they have one, so that one more does not make the rest differ.
func Changes(first, second []byte) ([]Change, error) {
	a, err := leaves(first)
	if err != nil {
		return nil, err
	}
	b, err := leaves(second)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(a)
	maps.Copy(all, b)
	var list []Change
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if a[key] != b[key] {
			list = append(list, Change{key, a[key], b[key]})
		}
	}
	return list, nil
}

// leaves returns the values of a JSON text by their paths.
func leaves(text []byte) (map[string]string, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var whole any
	if err := d.Decode(&whole); err != nil {
		return nil, err
	}
	found := map[string]string{}
	collect(found, "", whole)
	return found, nil
}

func collect(found map[string]string, path string, value any) {
	below := func(key string) string {
		if path == "" {
			return key
		}
		return path + "." + key
	}
	switch value := value.(type) {
	case map[string]any:
		if len(value) == 0 && path != "" {
			found[path] = "{}"
		}
		for key, v := range value {
			collect(found, below(key), v)
		}
	case []any:
		if len(value) == 0 {
			found[path] = "[]"
		}
		for i, name := range calledIn(value) {
			collect(found, below(name), value[i])
		}
	case nil:
		found[path] = "null"
	default:
		found[path] = fmt.Sprint(value)
	}
}

// calledIn returns what the elements of a list are called: by their names where each has one of its own, or by their places from 1.
func calledIn(list []any) []string {
	var names, places []string
	for i, v := range list {
		places = append(places, strconv.Itoa(i+1))
		if name := nameOf(v); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == len(list) {
		return names
	}
	return places
}

func nameOf(v any) string {
	o, _ := v.(map[string]any)
	for _, key := range []string{"name", "id", "rule", "instrument", "asset"} {
		if name, _ := o[key].(string); name != "" {
			return name
		}
	}
	return ""
}

// between lists what two records have differently, but for their places in the sequence. Records of two kinds are not compared.
func between(a, b *journal.Entry) []Change {
	if a.Kind != b.Kind {
		return []Change{{"kind", a.Kind, b.Kind}}
	}
	list, err := Changes(a.Text, b.Text)
	if err != nil { // rows, which have no text of their own
		return nil
	}
	return slices.DeleteFunc(list, func(c Change) bool { return c.Key == "seq" || c.Key == "of" })
}
