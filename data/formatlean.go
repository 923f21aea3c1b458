package data

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

var leanDay = regexp.MustCompile(`^([0-9]{8})_`)

// leanQuoteColumns is how many columns a file of quotes has: five of the bid and five of the ask after the time.
const leanQuoteColumns = 11

// readLean reads a file of trade bars of QuantConnect LEAN: time, open, high, low, close, volume without a header. Hours
// and days are dated, minutes and seconds count milliseconds of the day that the file is named after.
func readLean(in *input) ([]source, error) {
	f := newTextFile("lean", in)
	f.begin = func(fields []string) (layout, bool, bool, error) {
		l := layout{openColumn: 1, highColumn: 2, lowColumn: 3, closeColumn: 4, volumeColumn: 5, timeField: 0, capField: -1, assetField: -1, sourceField: -1}
		return l, false, true, nil
	}
	f.row = func(fields []string, l *layout) (row, string, error) {
		if err := checkLean(fields); err != nil {
			return row{}, "", err
		}
		at, err := leanTime(in.name, fields[0])
		if err != nil {
			return row{}, "", err
		}
		values, err := barValues(fields, l)
		return row{at: at, values: values}, in.spec.Instrument, err
	}
	return f.read()
}

func checkLean(fields []string) error {
	switch len(fields) {
	case 6:
		return nil
	case leanQuoteColumns:
		return errors.New("these are quotes, and bars are made of trades: import the file whose name ends in _trade.zip")
	}
	return fmt.Errorf("%d columns, but trade bars of lean have 6: is the format right?", len(fields))
}

// leanTime reads a time of the file with this name.
func leanTime(file, text string) (fund.Time, error) {
	if t, err := time.Parse("20060102 15:04", text); err == nil {
		return believable(t, text)
	}
	ms, err := strconv.ParseUint(text, 10, 64)
	if err != nil || ms >= uint64(fund.Day/time.Millisecond) {
		return 0, fmt.Errorf("time %q is neither a date such as 20180501 00:00 nor milliseconds since midnight: is the format right?", text)
	}
	name := leanDay.FindStringSubmatch(path.Base(file))
	if name == nil {
		return 0, fmt.Errorf("time %s counts from midnight, and the file's name does not begin with its day, such as 20180404_: keep the name it came with", text)
	}
	day, err := time.Parse("20060102", name[1])
	if err != nil {
		return 0, fmt.Errorf("the file's name begins with %s, which is no day", name[1])
	}
	at, err := believable(day, name[1])
	return at.Add(time.Duration(ms) * time.Millisecond), err
}
