package data

import (
	"fmt"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Spec says what the files of an import are.
type Spec struct {
	Key                    // "*/USD" takes all assets of a file that has many
	Interval time.Duration // whole seconds
	Format   string        // one of Formats
	Reading
}

// everything is the base of an instrument that stands for all assets of a file.
const everything = "*"

// Check reports a name or an interval that cannot be imported, and what else the format needs or does not take.
func (s Spec) Check() error {
	f, err := findFormat(s.Format)
	if err != nil {
		return err
	}
	if s.Interval <= 0 || s.Interval%time.Second != 0 {
		return fmt.Errorf("interval %v: a bar lasts whole seconds", s.Interval)
	}
	if f.daily && s.Interval != fund.Day {
		return fmt.Errorf("interval %s: files of %s hold days, import them as 1d", FormatInterval(s.Interval), f.name)
	}
	key := s.Key
	if quote, all := strings.CutPrefix(key.Instrument, everything+"/"); all && f.many {
		key.Instrument = "ANY/" + quote
	}
	if err := key.Check(); err != nil {
		return err
	}
	return s.Reading.check(f)
}
