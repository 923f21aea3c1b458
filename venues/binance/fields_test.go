package binance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// optional are the fields that a payload need not have although they say something, with what it says without them.
func optional() map[string]string {
	return map[string]string{
		"event": "a message that is no event", "data": "a message of no stream", "e": "an answer, or a quote, which has no name",
		"E": "a quote, which need not say when it was sent", "eR": "no reason why it expired", "origClientOrderId": "no cancellation",
	}
}

// TestFieldsOfPayloads takes every field out of every recorded payload: it is missed, or it said nothing. One that nobody knows, in any
// object, changes nothing.
func TestFieldsOfPayloads(t *testing.T) {
	missed := 0
	read := payloads()
	for file := range reports() {
		read[file] = payload{got: event}
	}
	for file, p := range read {
		if strings.Contains(file, "ping") { // which has none
			continue
		}
		whole := shared(t, "binance_payloads/"+file)
		want, err := p.got(whole)
		if err != nil {
			t.Fatal(err)
		}
		for depth, object := range objects(t, whole) {
			same(t, file+" with a field that nobody knows", must(t, p, object.with("unheard-of", map[string]any{"e": "x", "code": -1})), want)
			for name := range object.fields {
				got, err := p.got(object.without(name))
				switch {
				case err != nil && !strings.Contains(err.Error(), " is missing") && !strings.Contains(err.Error(), "N is empty"):
					t.Errorf("%s without %s: %v", file, name, err)
				case err != nil:
					missed++
				case optional()[name] == "" || name == "e" && depth > 0: // an event that is wrapped must say which
					same(t, fmt.Sprintf("%s without %s", file, name), got, want)
				}
			}
		}
	}
	if missed < 200 {
		t.Errorf("only %d fields were missed", missed)
	}
}

func must(t *testing.T, p payload, text []byte) any {
	t.Helper()
	got, err := p.got(text)
	if err != nil {
		t.Error(err)
	}
	return got
}

// inner is an object within a payload.
type inner struct {
	t      *testing.T
	root   any
	fields map[string]any
}

// objects returns every object of a payload, of long lists the first few.
func objects(t *testing.T, text []byte) (all []inner) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var root any
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			all = append(all, inner{t, root, v})
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(v[name])
			}
		case []any:
			for _, item := range v[:min(len(v), 3)] {
				walk(item)
			}
		}
	}
	walk(root)
	return all
}

// with writes the payload with another field in the object.
func (o inner) with(name string, value any) []byte {
	o.fields[name] = value
	defer delete(o.fields, name)
	return o.text()
}

// without writes the payload without a field of the object.
func (o inner) without(name string) []byte {
	value := o.fields[name]
	delete(o.fields, name)
	defer func() { o.fields[name] = value }()
	return o.text()
}

func (o inner) text() []byte {
	text, err := json.Marshal(o.root)
	if err != nil {
		o.t.Fatal(err)
	}
	return text
}
