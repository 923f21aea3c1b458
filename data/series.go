package data

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/steelyard/steelyard/engine/fund"
)

// Key names an instrument at a venue.
type Key struct {
	Venue      string // lower-case letters, digits and hyphens: "binance"
	Instrument string // "BTC/USDT"
}

// String returns "venue:BASE/QUOTE", the name that a fund knows the instrument by.
func (k Key) String() string { return k.Venue + ":" + k.Instrument }

var (
	venueName      = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	instrumentName = regexp.MustCompile(`^[A-Z0-9]+/[A-Z0-9]+$`)
)

// Check reports a name that a store cannot hold.
func (k Key) Check() error {
	if !venueName.MatchString(k.Venue) {
		return fmt.Errorf("venue %q: write it in lower-case letters, digits and hyphens, such as binance", k.Venue)
	}
	if !instrumentName.MatchString(k.Instrument) {
		return fmt.Errorf("instrument %q: write it as BASE/QUOTE in capitals and digits, such as BTC/USDT", k.Instrument)
	}
	return nil
}

// Kind says what a series is of.
type Kind string

// The kinds of series.
const (
	Bars Kind = "bars" // what traded
	// Caps are market capitalisations in USD, kept like bars whose four prices are the cap at the close. Their
	// instrument is that of the prices they came with, their venue the vendor.
	Caps Kind = "caps"
)

// seriesID names a series apart from its interval.
type seriesID struct {
	Key
	Kind
}

// Series describes the bars that a store has of one instrument at one interval.
type Series struct {
	Key
	Kind        Kind
	CloseOnly   bool // nothing but closes is known: open, high and low equal them
	Interval    time.Duration
	Rows        int
	First, Last fund.Time // open times
	Missing     int       // bars that are not there between First and Last
	Gaps        int       // runs of missing bars
	Bytes       int64     // on disk

	file string // its name in the folder
}

// describe returns s with what bars, which must not be empty, are like.
func describe(s Series, bars []bar) Series {
	interval := s.Interval
	s = Series{Key: s.Key, Kind: s.Kind, CloseOnly: s.CloseOnly, Interval: interval, Rows: len(bars), First: bars[0].at, Last: bars[len(bars)-1].at}
	for r := 1; r < len(bars); r++ {
		if missing := int(bars[r].at.Sub(bars[r-1].at)/interval) - 1; missing > 0 {
			s.Missing += missing
			s.Gaps++
		}
	}
	return s
}

// compare orders series by venue, instrument, kind and interval.
func (s *Series) compare(o *Series) int {
	return cmp.Or(cmp.Compare(s.Venue, o.Venue), cmp.Compare(s.Instrument, o.Instrument), cmp.Compare(s.Kind, o.Kind), cmp.Compare(s.Interval, o.Interval))
}

// folder returns where the store at dir keeps the series.
func (s *Series) folder(dir string) string {
	return filepath.Join(dir, string(s.Kind), s.Venue, strings.ReplaceAll(s.Instrument, "/", "-"), FormatInterval(s.Interval))
}

func (s *Series) path(dir string) string { return filepath.Join(s.folder(dir), s.file) }

// Filter chooses series. What is zero chooses all, but Kind Bars.
type Filter struct {
	Key
	Interval time.Duration
	Kind     Kind
}

func (f Filter) takes(s *Series) bool {
	return cmp.Or(f.Kind, Bars) == s.Kind && (f.Venue == "" || f.Venue == s.Venue) && (f.Instrument == "" || f.Instrument == s.Instrument) &&
		(f.Interval == 0 || f.Interval == s.Interval)
}

// ParseInterval reads the length of a bar: a whole number of seconds, minutes, hours or days, such as 30s, 1m, 4h, 1d.
func ParseInterval(text string) (time.Duration, error) {
	bad := fmt.Errorf("interval %q: write a number and s, m, h or d, such as 1m, 1h, 1d", text)
	if text == "" {
		return 0, bad
	}
	unit, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': fund.Day}[text[len(text)-1]]
	n, err := strconv.ParseUint(text[:len(text)-1], 10, 16)
	if !ok || err != nil || n == 0 {
		return 0, bad
	}
	return time.Duration(n) * unit, nil
}

// FormatInterval writes a length of whole seconds in the largest unit that divides it: the canonical form of ParseInterval.
func FormatInterval(d time.Duration) string {
	switch {
	case d%fund.Day == 0:
		return fmt.Sprintf("%dd", d/fund.Day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
