package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Difference is the error of a run that does not derive what was recorded.
type Difference struct {
	Record   uint64 // line of the journal
	Format   uint64 // of the journal
	Recorded string // what stands there
	Derived  string // what this run does instead
}

// Error implements error.
func (d *Difference) Error() string {
	why := ""
	if changed := DecidedOtherwise(d.Format); changed != "" {
		why = fmt.Sprintf("\n  %s wrote the journal; %s", release(d.Format), changed)
	}
	return fmt.Sprintf("record %d differs%s%s\n  recorded: %s\n  derived:  %s", d.Record, d.where(), why, d.Recorded, d.Derived)
}

// where says in words what the first thing is that differs.
func (d *Difference) where() string {
	recorded, derived := members([]byte(d.Recorded)), members([]byte(d.Derived))
	if len(recorded) == 0 || len(derived) == 0 {
		return ""
	}
	if a, b := recorded[0], derived[0]; a != b {
		return fmt.Sprintf(": a record of kind %s was written, one of kind %s is derived", a.value, b.value)
	}
	for i := range min(len(recorded), len(derived)) {
		switch a, b := recorded[i], derived[i]; {
		case a.key != b.key:
			return fmt.Sprintf(": of a record of kind %s, %s was written where %s is derived", recorded[0].value, a.key, b.key)
		case a.value != b.value:
			return fmt.Sprintf(": of a record of kind %s, %s was written as %s and is derived as %s", recorded[0].value, a.key, a.value, b.value)
		}
	}
	kind := derived[0].value
	if n := len(recorded); n < len(derived) {
		return fmt.Sprintf(": of a record of kind %s, %s is derived as %s and was not written", kind, derived[n].key, derived[n].value)
	}
	if n := len(derived); n < len(recorded) {
		return fmt.Sprintf(": of a record of kind %s, %s was written as %s and is not derived", kind, recorded[n].key, recorded[n].value)
	}
	return ", in its spaces"
}

// member is a value of a JSON object, by its path.
type member struct{ key, value string }

// members lists the values of a JSON object in order; what is no JSON has none.
func members(text []byte) (all []member) {
	if !bytes.HasPrefix(text, []byte("{")) {
		return nil
	}
	var walk func(path string, text json.RawMessage)
	walk = func(path string, text json.RawMessage) {
		d := json.NewDecoder(bytes.NewReader(text))
		open, err := d.Token()
		if delim, ok := open.(json.Delim); err != nil || !ok {
			all = append(all, member{path, string(text)})
		} else {
			walkInside(d, delim, path, walk)
		}
	}
	walk("", text)
	return all
}

// walkInside walks the values of an object or array that d has just entered.
func walkInside(d *json.Decoder, open json.Delim, path string, walk func(string, json.RawMessage)) {
	for k := 0; d.More(); k++ {
		name := fmt.Sprintf("%s[%d]", path, k)
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return
			}
			if name = fmt.Sprint(key); path != "" {
				name = path + "." + name
			}
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return
		}
		walk(name, value)
	}
}
